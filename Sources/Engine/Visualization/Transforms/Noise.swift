import Compute

/// Noise on every value: `out = in + deviation · n`.
///
/// The gradient passes as it is.
final class PixelNoise: TransformStage {
    private let deviation: Schedule
    private let plane: Int
    private var sources: [NoiseSource]
    private var amount: Float = 0

    /// Noise of this deviation.
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

/// One number for each channel: `out_c = in_c + deviation · n_c`.
///
/// The gradient passes as it is.
final class ChannelNoise: TransformStage {
    private let deviation: Schedule
    private let plane: Int
    private var shifts: [SIMD4<Float>]

    /// Noise of this deviation.
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
