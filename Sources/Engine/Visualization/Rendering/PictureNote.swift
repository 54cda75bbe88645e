import Images

/// What to know of a finished picture before trusting it: a picture that means nothing says so.
///
/// Captions of pictures, sheets and atlases show it in the words of ``words`` or ``brief``; they are made here and nowhere
/// else.
public enum PictureNote: Codable, Hashable, Sendable {
    /// This share of its pixels, 0 to 1, has a channel at an end of its range.
    case saturated(share: Float)
    /// It looks as it did before the first step.
    case hardlyChanged
    /// What it should drive stayed silent, however often it was begun anew.
    case noResponse(starts: Int)

    /// The note as a sentence begins, to stand on a line of its own: "Hardly changed from its start".
    public var words: String {
        switch self {
        case .saturated(let share): "\(Int((share * 100).rounded())) % of its pixels are black, white or a pure color"
        case .hardlyChanged: "Hardly changed from its start"
        case .noResponse(let starts): "Did not respond in \(starts) start\(starts == 1 ? "" : "s")"
        }
    }

    /// The note in as few words as a sheet has room for: "hardly changed".
    public var brief: String {
        switch self {
        case .saturated: "saturated"
        case .hardlyChanged: "hardly changed"
        case .noResponse: "no response"
        }
    }

    /// From this share on, a picture is called saturated.
    ///
    /// Measured as below: renders have .00 to .18, fifteen photographs a median of less than .02, and the one of them
    /// that is cut out on white .57.
    static let saturatedShare: Float = 0.75
    /// A channel this close to an end of its range, 0 to 1, counts as being there.
    private static let margin: Float = 0.02
    /// Up to this mean difference from its start, in steps of 8 bits, a picture has hardly changed: what rounding and
    /// resampling between stages change. Chosen so, not measured.
    static let smallestChange = 3.0

    /// What the finished pixels say by themselves, and beside what the picture started from.
    ///
    /// - Parameter start: the picture before the first step, in any size; nil where that is not known.
    static func notes(on image: Image, start: Image?) -> [PictureNote] {
        var notes: [PictureNote] = []
        let share = saturatedShare(of: image)
        if share >= saturatedShare { notes.append(.saturated(share: share)) }
        if let start, change(of: image, from: start) <= smallestChange { notes.append(.hardlyChanged) }
        return notes
    }

    /// Which share of the pixels has a channel at an end of its range.
    private static func saturatedShare(of image: Image) -> Float {
        let low = UInt8((margin * 255).rounded(.down)), high = UInt8(((1 - margin) * 255).rounded(.up))
        let count = image.pixels.count / 3
        guard count > 0 else { return 0 }
        let clipped = (0..<count).count { pixel in
            image.pixels[3 * pixel..<3 * pixel + 3].contains { $0 <= low || $0 >= high }
        }
        return Float(clipped) / Float(count)
    }

    /// The mean difference of two pictures over all channels, in steps of 8 bits.
    private static func change(of image: Image, from start: Image) -> Double {
        let start = start.resized(width: image.width, height: image.height)
        let sum = zip(image.pixels, start.pixels).reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) }
        return Double(sum) / Double(max(image.pixels.count, 1))
    }
}
