import Compute

/// A limit of values: `out = min(max(in, lower), upper)`.
///
/// The gradient passes where the value was inside the limits.
final class Clamp: TransformStage {
    private let lower: Float
    private let upper: Float
    private let plane: Int
    /// 1 where the value was inside the limits, else 0.
    private let inside: FloatBuffer

    /// Creates a limit to `lower...upper`.
    init(lower: Float, upper: Float, plane: Int, pictures: Int) {
        self.lower = lower
        self.upper = upper
        self.plane = plane
        inside = FloatBuffer(count: pictures * 3 * plane)
    }

    func prepare(_ index: Int, random: inout RandomSource, progress: Float) {}

    func forward(
        _ index: Int, input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>, _ team: ThreadTeam
    ) {
        let mask = inside.pointer + index * 3 * plane
        let (lower, upper) = (lower, upper)
        team.forEach(ofElements: 3 * plane) { part in
            for pixel in part {
                let value = input[pixel]
                mask[pixel] = value >= lower && value <= upper ? 1 : 0
                output[pixel] = value < lower ? lower : (value > upper ? upper : value)
            }
        }
    }

    func gradient(
        _ index: Int, outputGradient: UnsafePointer<Float>, inputGradient: UnsafeMutablePointer<Float>,
        _ team: ThreadTeam
    ) {
        let mask = inside.pointer + index * 3 * plane
        team.forEach(ofElements: 3 * plane) { part in
            for pixel in part { inputGradient[pixel] = outputGradient[pixel] * mask[pixel] }
        }
    }
}
