import Compute
import Images

/// Moves the picture by whole pixels; what leaves it at one edge comes in again at the other.
final class Roll: TransformStage {
    private let most: Int
    private let size: PixelSize
    /// By how much each picture is moved to the right and down.
    private var offsets: [(x: Int, y: Int)]

    /// A roll by up to `pixels` each way along both axes.
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

    /// Where each line of the picture begins, where it goes to, and how far it is moved to the right.
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
