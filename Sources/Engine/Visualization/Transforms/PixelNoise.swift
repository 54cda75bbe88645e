import Compute

/// Normally distributed noise on every value: `out = in + deviation · n`.
///
/// The gradient passes unchanged.
final class PixelNoise: TransformStage {
    private let deviation: Schedule
    private let plane: Int
    private var sources: [NoiseSource]
    private var amount: Float = 0

    /// Creates noise of this deviation.
    init(deviation: Schedule, plane: Int, pictures: Int) {
        self.deviation = deviation
        self.plane = plane
        sources = Array(repeating: NoiseSource(key: 0), count: pictures)
    }

    func prepare(_ index: Int, random: inout RandomSource, progress: Float) {
        sources[index] = NoiseSource(key: random.next())
        amount = deviation.value(at: progress)
    }

    func forward(
        _ index: Int, input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>, _ team: ThreadTeam
    ) {
        let (source, amount) = (sources[index], amount)
        team.forEach(ofElements: 3 * plane) { source.add(amount, to: input, into: output, $0) }
    }

    func gradient(
        _ index: Int, outputGradient: UnsafePointer<Float>, inputGradient: UnsafeMutablePointer<Float>,
        _ team: ThreadTeam
    ) {
        team.forEach(ofElements: 3 * plane) { copy(outputGradient, to: inputGradient, $0) }
    }
}
