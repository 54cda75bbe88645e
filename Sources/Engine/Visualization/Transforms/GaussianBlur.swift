import Compute
import Foundation
import Images

/// A Gaussian blur, along rows and then along columns.
///
///     out[x] = Σ_t w_t · in[mirror(x + t)],    w_t ∝ e^(−t² / 2σ²),  |t| ≤ (taps − 1) / 2
///
/// At the edges the picture is mirrored without repeating the outermost pixel, as torchvision's
/// `gaussian_blur` does; hence the gradient is the transpose of the blur.
package final class GaussianBlur: TransformStage {
    private let deviation: Schedule
    private let radius: Int
    private let size: PixelSize
    private var kernel: [Float]
    /// The result after the rows and before the columns: `[pictures, 3, height, width]`.
    private let middle: FloatBuffer
    /// A row with its mirrored ends: `[pictures, 3, width + 2 · radius]`.
    private let padded: FloatBuffer

    /// Creates a blur over `taps` pixels, an odd number below twice the picture's size.
    package init(deviation: Schedule, taps: Int, size: PixelSize, pictures: Int) {
        self.deviation = deviation
        self.size = size
        radius = taps / 2
        kernel = Array(repeating: 0, count: 2 * radius + 1)
        middle = FloatBuffer(count: pictures * 3 * size.area)
        padded = FloatBuffer(count: pictures * 3 * (size.width + 2 * radius))
        prepare(deviation: deviation.start)
    }

    func prepare(_ index: Int, random: inout RandomSource, progress: Float) {
        prepare(deviation: deviation.value(at: progress))
    }

    /// Sets the deviation in pixels; with 0 or less there is no blur.
    package func prepare(deviation: Float) {
        var total: Float = 0
        for tap in kernel.indices {
            let distance = Float(tap - radius)
            kernel[tap] =
                deviation > 0
                ? exp(-distance * distance / (2 * deviation * deviation)) : (distance == 0 ? 1 : 0)
            total += kernel[tap]
        }
        for tap in kernel.indices { kernel[tap] /= total }
    }

    /// Blurs one picture.
    package func forward(
        _ index: Int, input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>,
        _ team: ThreadTeam = .alone
    ) {
        let rows = middle.pointer + index * 3 * size.area
        team.forEach(3) { channel, _ in
            for row in channel * size.height..<(channel + 1) * size.height {
                blurRow(index * 3 + channel, input + row * size.width, into: rows + row * size.width)
            }
            (output + channel * size.area).update(repeating: 0, count: size.area)
            forEachRowPair(channel) { weight, from, to in
                let (source, target) = (rows + from * size.width, output + to * size.width)
                for x in 0..<size.width { target[x] += weight * source[x] }
            }
        }
    }

    /// Computes the input gradient by the transpose of the blur.
    package func gradient(
        _ index: Int, outputGradient: UnsafePointer<Float>, inputGradient: UnsafeMutablePointer<Float>,
        _ team: ThreadTeam = .alone
    ) {
        let rows = middle.pointer + index * 3 * size.area
        team.forEach(3) { channel, _ in
            (rows + channel * size.area).update(repeating: 0, count: size.area)
            forEachRowPair(channel) { weight, from, to in
                let (source, target) = (outputGradient + to * size.width, rows + from * size.width)
                for x in 0..<size.width { target[x] += weight * source[x] }
            }
            for row in channel * size.height..<(channel + 1) * size.height {
                spreadRow(
                    index * 3 + channel, rows + row * size.width, into: inputGradient + row * size.width)
            }
        }
    }

    private func blurRow(_ plane: Int, _ row: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>) {
        let width = size.width
        let long = padded.pointer + plane * (width + 2 * radius)
        for x in 0..<radius {
            long[x] = row[mirror(x - radius, width)]
            long[width + radius + x] = row[mirror(width + x, width)]
        }
        (long + radius).update(from: row, count: width)
        target.update(repeating: 0, count: width)
        for tap in kernel.indices {
            let weight = kernel[tap]
            for x in 0..<width { target[x] += weight * long[x + tap] }
        }
    }

    private func spreadRow(
        _ plane: Int, _ row: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>
    ) {
        let width = size.width
        let long = padded.pointer + plane * (width + 2 * radius)
        long.update(repeating: 0, count: width + 2 * radius)
        for tap in kernel.indices {
            let weight = kernel[tap]
            for x in 0..<width { long[x + tap] += weight * row[x] }
        }
        target.update(from: long + radius, count: width)
        for x in 0..<radius {
            target[mirror(x - radius, width)] += long[x]
            target[mirror(width + x, width)] += long[width + radius + x]
        }
    }

    /// Calls `body` with every weight, the row of a channel that it reads and the row that it adds to.
    private func forEachRowPair(_ channel: Int, _ body: (Float, Int, Int) -> Void) {
        for y in 0..<size.height {
            for tap in kernel.indices {
                let source = mirror(y + tap - radius, size.height)
                body(kernel[tap], channel * size.height + source, channel * size.height + y)
            }
        }
    }

    /// Returns `index` mirrored at the edge if it lies outside `0..<count`.
    private func mirror(_ index: Int, _ count: Int) -> Int {
        index < 0 ? -index : (index >= count ? 2 * count - 2 - index : index)
    }
}
