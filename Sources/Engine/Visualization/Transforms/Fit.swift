import Compute
import Images

/// The resampling of a picture of any size to the model's input size, and its transpose for the gradient.
///
///     out = V · in · Hᵀ        ∂/∂in = Vᵀ · ∂/∂out · H
///
/// V and H are dense matrices of bilinear weights. If the picture shrinks, the triangles are widened by
/// the ratio, so that every pixel contributes (PyTorch's `interpolate` with `antialias=True`).
package final class Fit {
    private let source: PixelSize
    private let target: PixelSize
    /// The weights along the columns: `[target.height, source.height]`.
    private let vertical: [Float]
    /// The weights along the rows: `[target.width, source.width]`.
    private let horizontal: [Float]
    /// The result after the rows and before the columns: `[3, source.height, target.width]`.
    private let middle: FloatBuffer

    /// Creates a resampling from one size to another.
    package init(from source: PixelSize, to target: PixelSize) {
        self.source = source
        self.target = target
        vertical = Self.weights(from: source.height, to: target.height)
        horizontal = Self.weights(from: source.width, to: target.width)
        middle = FloatBuffer(count: 3 * source.height * target.width)
    }

    /// Whether both sizes are the same, so that pictures are only copied.
    private var isIdentity: Bool { source == target }

    /// Resamples `[3, source.height, source.width]` to `[3, target.height, target.width]`.
    package func forward(
        input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>, _ team: ThreadTeam = .alone
    ) {
        if isIdentity { return team.forEach(ofElements: 3 * source.area) { copy(input, to: output, $0) } }
        team.forEach(3) { channel, _ in
            let rows = middle.pointer + channel * source.height * target.width
            product(
                rows: source.height, columns: target.width, inner: source.width,
                input + channel * source.area, source.width, horizontal, source.width, transposesRight: true,
                into: rows)
            product(
                rows: target.height, columns: target.width, inner: source.height, vertical, source.height,
                rows, target.width, into: output + channel * target.area)
        }
    }

    /// Computes the gradient with respect to the source picture.
    package func gradient(
        outputGradient: UnsafePointer<Float>, inputGradient: UnsafeMutablePointer<Float>,
        _ team: ThreadTeam = .alone
    ) {
        if isIdentity {
            return team.forEach(ofElements: 3 * source.area) { copy(outputGradient, to: inputGradient, $0) }
        }
        team.forEach(3) { channel, _ in
            let rows = middle.pointer + channel * source.height * target.width
            product(
                rows: source.height, columns: target.width, inner: target.height, vertical, source.height,
                outputGradient + channel * target.area, target.width, transposesLeft: true, into: rows)
            product(
                rows: source.height, columns: source.width, inner: target.width, rows, target.width,
                horizontal, source.width, into: inputGradient + channel * source.area)
        }
    }

    private func product(
        rows: Int, columns: Int, inner: Int, _ left: UnsafePointer<Float>, _ leftStride: Int,
        _ right: UnsafePointer<Float>, _ rightStride: Int, transposesLeft: Bool = false,
        transposesRight: Bool = false, into target: UnsafeMutablePointer<Float>
    ) {
        MatrixProduct.multiply(
            rows: rows, columns: columns, inner: inner, left, stride: leftStride, transposeA: transposesLeft,
            right, stride: rightStride, transposeB: transposesRight, into: target, stride: columns)
    }

    /// Returns the weights `[target, source]` of every source pixel for each target pixel.
    ///
    /// Rows sum to 1.
    private static func weights(from source: Int, to target: Int) -> [Float] {
        let ratio = Double(source) / Double(target)
        let reach = max(ratio, 1)
        var weights: [Float] = []
        weights.reserveCapacity(source * target)
        for index in 0..<target {
            let center = (Double(index) + 0.5) * ratio - 0.5
            // If the picture grows, the outermost pixel is repeated beyond the edge, as in bilinear interpolation.
            let place = ratio < 1 ? min(max(center, 0), Double(source - 1)) : center
            let row = (0..<source).map { max(0, 1 - abs(Double($0) - place) / reach) }
            let sum = row.reduce(0, +)
            weights += row.map { Float($0 / sum) }
        }
        return weights
    }
}
