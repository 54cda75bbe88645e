import Compute
import Foundation

/// A random gain and offset for each channel: `out = gain_c · in + offset_c`, with gain e^U(−g, g) and offset U(−o, o).
///
/// Source: Ghiasi et al. 2022, arXiv:2212.06727, section 3, “ColorShift”.
final class ColorShift: TransformStage {
    private let gain: Float
    private let offset: Float
    private let plane: Int
    private var gains: [SIMD4<Float>]
    private var offsets: [SIMD4<Float>]

    /// Creates a shift by up to e^±gain and ±offset.
    init(gain: Float, offset: Float, plane: Int, pictures: Int) {
        self.gain = gain
        self.offset = offset
        self.plane = plane
        gains = Array(repeating: .one, count: pictures)
        offsets = Array(repeating: .zero, count: pictures)
    }

    func prepare(_ index: Int, random: inout RandomSource, progress: Float) {
        for channel in 0..<3 {
            gains[index][channel] = exp(random.uniform(-gain...gain))
            offsets[index][channel] = random.uniform(-offset...offset)
        }
    }

    func forward(
        _ index: Int, input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>, _ team: ThreadTeam
    ) {
        for channel in 0..<3 {
            let (factor, shift) = (gains[index][channel], offsets[index][channel])
            let (source, target) = (input + channel * plane, output + channel * plane)
            team.forEach(ofElements: plane) { part in
                for pixel in part { target[pixel] = source[pixel] * factor + shift }
            }
        }
    }

    func gradient(
        _ index: Int, outputGradient: UnsafePointer<Float>, inputGradient: UnsafeMutablePointer<Float>,
        _ team: ThreadTeam
    ) {
        for channel in 0..<3 {
            let factor = gains[index][channel]
            let (source, target) = (outputGradient + channel * plane, inputGradient + channel * plane)
            team.forEach(ofElements: plane) { part in
                for pixel in part { target[pixel] = source[pixel] * factor }
            }
        }
    }
}
