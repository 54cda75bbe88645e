import Compute
import Images

/// A cyclic shift by whole pixels: what leaves the picture at one edge comes in again at the opposite one.
final class Roll: TransformStage {
    private let most: Int
    private let size: PixelSize
    /// The number of pixels by which each picture is moved to the right and down.
    private var offsets: [(x: Int, y: Int)]

    /// Creates a roll by up to `pixels` in both directions along both axes.
    init(pixels: Int, size: PixelSize, pictures: Int) {
        most = pixels
        self.size = size
        offsets = Array(repeating: (0, 0), count: pictures)
    }

    func prepare(_ index: Int, random: inout RandomSource, progress: Float) {
        func offset(_ count: Int) -> Int {
            let drawn = Int.random(in: -most...most, using: &random) % count
            return drawn < 0 ? drawn + count : drawn
        }
        offsets[index] = (offset(size.width), offset(size.height))
    }

    func forward(
        _ index: Int, input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>, _ team: ThreadTeam
    ) {
        forEachLine(index, team) { from, to, split in
            (output + to + split).update(from: input + from, count: size.width - split)
            (output + to).update(from: input + from + size.width - split, count: split)
        }
    }

    func gradient(
        _ index: Int, outputGradient: UnsafePointer<Float>, inputGradient: UnsafeMutablePointer<Float>,
        _ team: ThreadTeam
    ) {
        forEachLine(index, team) { from, to, split in
            (inputGradient + from).update(from: outputGradient + to + split, count: size.width - split)
            (inputGradient + from + size.width - split).update(from: outputGradient + to, count: split)
        }
    }

    /// Calls `body` for each row of the picture, with its offset, its target's offset, and how far it is moved to the right.
    private func forEachLine(_ index: Int, _ team: ThreadTeam, _ body: (Int, Int, Int) -> Void) {
        let (x, y) = offsets[index]
        team.forEach(of: 3 * size.height, atLeast: max(Cut.fewElements / size.width, 1)) { lines in
            for line in lines {
                let (channel, row) = (line / size.height, line % size.height)
                let target = channel * size.height + (row + y) % size.height
                body(line * size.width, target * size.width, x)
            }
        }
    }
}
