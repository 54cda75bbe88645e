import Compute

/// A normally distributed offset for each channel: `out_c = in_c + deviation · n_c`.
///
/// The gradient passes unchanged.
final class ChannelNoise: TransformStage {
    private let deviation: Schedule
    private let plane: Int
    private var shifts: [SIMD4<Float>]

    /// Creates noise of this deviation.
    init(deviation: Schedule, plane: Int, pictures: Int) {
        self.deviation = deviation
        self.plane = plane
        shifts = Array(repeating: .zero, count: pictures)
    }

    func prepare(_ index: Int, random: inout RandomSource, progress: Float) {
        let amount = deviation.value(at: progress)
        for channel in 0..<3 { shifts[index][channel] = amount * random.normal() }
    }

    func forward(
        _ index: Int, input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>, _ team: ThreadTeam
    ) {
        for channel in 0..<3 {
            let shift = shifts[index][channel]
            let (source, target) = (input + channel * plane, output + channel * plane)
            team.forEach(ofElements: plane) { part in
                for pixel in part { target[pixel] = source[pixel] + shift }
            }
        }
    }

    func gradient(
        _ index: Int, outputGradient: UnsafePointer<Float>, inputGradient: UnsafeMutablePointer<Float>,
        _ team: ThreadTeam
    ) {
        team.forEach(ofElements: 3 * plane) { copy(outputGradient, to: inputGradient, $0) }
    }
}
