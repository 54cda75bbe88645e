import Compute
import Images

/// What of a picture the model is shown at each step.
public enum Sight: String, Codable, Sendable {
    /// All of it, resampled to the model's input.
    case whole
    /// A window of the input's size, at a random place of a picture that is larger.
    case window
}

/// A window of a picture: rows that are copied as they are, and whose gradient goes back to where they came from.
///
/// What octaves are for a model of one input size: a larger picture is seen part by part.
struct Window {
    /// The picture's size.
    let picture: PixelSize
    /// The window's size.
    let size: PixelSize
    /// The window's first pixel.
    private(set) var left = 0
    private(set) var top = 0

    init(of picture: PixelSize, size: PixelSize) {
        self.picture = picture
        self.size = size
    }

    /// Moves the window to a random place.
    ///
    /// Places are drawn as if the window could stand half outside, and then pushed in: otherwise what lies at the edges
    /// would hardly ever be seen.
    mutating func move(_ random: inout RandomSource) {
        func place(_ free: Int, _ length: Int) -> Int {
            min(max(Int.random(in: -length / 2...free + length / 2, using: &random), 0), free)
        }
        left = place(picture.width - size.width, size.width)
        top = place(picture.height - size.height, size.height)
    }

    /// Copies `[3, size]` from `[3, picture]`.
    func forward(
        input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>, _ team: ThreadTeam
    ) {
        eachLine(team) { line in
            (output + line * size.width).update(from: input + start(of: line), count: size.width)
        }
    }

    /// Writes the picture's gradient, which is zero around the window.
    func gradient(
        outputGradient: UnsafePointer<Float>, inputGradient: UnsafeMutablePointer<Float>, _ team: ThreadTeam
    ) {
        team.forEach(ofElements: 3 * picture.area) { zero(inputGradient, $0) }
        eachLine(team) { line in
            (inputGradient + start(of: line)).update(from: outputGradient + line * size.width, count: size.width)
        }
    }

    private func eachLine(_ team: ThreadTeam, _ body: (Int) -> Void) {
        team.forEach(of: 3 * size.height, atLeast: max(Cut.fewElements / size.width, 1)) { $0.forEach(body) }
    }

    /// Where a line of the window begins in the picture.
    private func start(of line: Int) -> Int {
        let (channel, row) = (line / size.height, line % size.height)
        return channel * picture.area + (top + row) * picture.width + left
    }
}
