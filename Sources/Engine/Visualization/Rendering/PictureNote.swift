import Images

/// A warning about a finished picture that may mean nothing.
///
/// Captions of pictures, sheets and atlases show it as ``words`` or ``brief``.
public enum PictureNote: Codable, Hashable, Sendable {
    /// In this share of its pixels, 0 to 1, a channel is at an end of its range.
    case saturated(share: Float)
    /// It looks as it did before the first step.
    case hardlyChanged
    /// Its target did not respond in any of its starts.
    case noResponse(starts: Int)

    /// The note on a line of its own, with a capital letter: "Hardly changed from its start".
    public var words: String {
        switch self {
        case .saturated(let share): "\(Int((share * 100).rounded())) % of its pixels are black, white or a pure color"
        case .hardlyChanged: "Hardly changed from its start"
        case .noResponse(let starts): "Did not respond in \(starts) start\(starts == 1 ? "" : "s")"
        }
    }

    /// The note in the few words that a sheet has room for: "hardly changed".
    public var brief: String {
        switch self {
        case .saturated: "saturated"
        case .hardlyChanged: "hardly changed"
        case .noResponse: "no response"
        }
    }

    /// The share from which on a picture is called saturated.
    ///
    /// Measured: renders have .00 to .18, fifteen photographs a median of less than .02, and the one of them with a white
    /// background .57.
    static let saturatedShare: Float = 0.75
    /// The distance from an end of the range 0…1 within which a channel counts as being there.
    private static let margin: Float = 0.02
    /// The mean difference from its start, in steps of 8 bits, up to which a picture has hardly changed: about what rounding
    /// and resampling between stages change. Chosen, not measured.
    static let smallestChange = 3.0

    /// Returns the notes that follow from the finished pixels, and from their difference from the start.
    ///
    /// - Parameter start: the picture before the first step, in any size; nil if that is not known.
    static func notes(on image: Image, start: Image?) -> [PictureNote] {
        var notes: [PictureNote] = []
        let share = saturatedShare(of: image)
        if share >= saturatedShare { notes.append(.saturated(share: share)) }
        if let start, change(of: image, from: start) <= smallestChange { notes.append(.hardlyChanged) }
        return notes
    }

    /// Returns the share of the pixels in which a channel is at an end of its range.
    private static func saturatedShare(of image: Image) -> Float {
        let low = UInt8((margin * 255).rounded(.down)), high = UInt8(((1 - margin) * 255).rounded(.up))
        let count = image.pixels.count / 3
        guard count > 0 else { return 0 }
        let clipped = (0..<count).count { pixel in
            image.pixels[3 * pixel..<3 * pixel + 3].contains { $0 <= low || $0 >= high }
        }
        return Float(clipped) / Float(count)
    }

    /// Returns the mean difference of two pictures over all channels, in steps of 8 bits.
    private static func change(of image: Image, from start: Image) -> Double {
        let start = start.resized(width: image.width, height: image.height)
        let sum = zip(image.pixels, start.pixels).reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) }
        return Double(sum) / Double(max(image.pixels.count, 1))
    }
}
