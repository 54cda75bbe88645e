import Compute
import Images

/// The part of a picture that the model sees at each step.
public enum Sight: String, Codable, Sendable {
    /// All of it, resampled to the size of the model's input.
    case whole
    /// A window of the input's size, at a random position in a larger picture.
    case window
}

/// A window of a picture: its rows are copied, and their gradient is written back to where they came from.
///
/// It serves the same purpose as octaves for a model with one input size: a larger picture is seen part by part.
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

    /// Moves the window to a random position.
    ///
    /// Positions are drawn as if half of the window could lie outside, and then clamped: otherwise the edges would hardly ever
    /// be seen.
    mutating func move(_ random: inout RandomSource) {
        func position(_ free: Int, _ length: Int) -> Int {
            min(max(Int.random(in: -length / 2...free + length / 2, using: &random), 0), free)
        }
        left = position(picture.width - size.width, size.width)
        top = position(picture.height - size.height, size.height)
    }

    /// Copies `[3, size]` from `[3, picture]`.
    func forward(
        input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>, _ team: ThreadTeam
    ) {
        forEachLine(team) { line in
            (output + line * size.width).update(from: input + start(of: line), count: size.width)
        }
    }

    /// Writes the gradient of the picture, which is zero outside the window.
    func gradient(
        outputGradient: UnsafePointer<Float>, inputGradient: UnsafeMutablePointer<Float>, _ team: ThreadTeam
    ) {
        team.forEach(ofElements: 3 * picture.area) { zero(inputGradient, $0) }
        forEachLine(team) { line in
            (inputGradient + start(of: line)).update(from: outputGradient + line * size.width, count: size.width)
        }
    }

    private func forEachLine(_ team: ThreadTeam, _ body: (Int) -> Void) {
        team.forEach(of: 3 * size.height, atLeast: max(Cut.fewElements / size.width, 1)) { $0.forEach(body) }
    }

    /// Returns the offset in the picture of a row of the window.
    private func start(of line: Int) -> Int {
        let (channel, row) = (line / size.height, line % size.height)
        return channel * picture.area + (top + row) * picture.width + left
    }
}
