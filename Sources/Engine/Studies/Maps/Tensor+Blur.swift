import Compute
import Foundation

extension Tensor {
    /// Blurs a map with a Gaussian, along rows and then along columns.
    ///
    ///     out[x] = Σ_t w_t · in[x + t] / Σ_t w_t,    w_t = e^(−t² / 2σ²),  |t| ≤ 3σ,  x + t inside
    ///
    /// Positions outside the map do not count, so the edges become neither darker nor brighter.
    ///
    /// - Parameter deviation: σ, in elements; 0 changes nothing.
    /// - Precondition: the tensor is `[rows, columns]`.
    package func blurred(by deviation: Float) -> Tensor {
        precondition(shape.rank == 2, "a map is rows × columns, not \(shape)")
        guard deviation > 0 else { return self }
        let weights = (0...Int((3 * deviation).rounded(.up))).map { step in
            exp(-Float(step * step) / (2 * deviation * deviation))
        }
        let (rows, columns) = (shape[0], shape[1])
        let alongRows = Self.blurred(values, lines: rows, lineStride: columns, count: columns, stride: 1, weights)
        let both = Self.blurred(alongRows, lines: columns, lineStride: 1, count: rows, stride: columns, weights)
        return Tensor(both, shape: shape)
    }

    private static func blurred(
        _ values: [Float], lines: Int, lineStride: Int, count: Int, stride: Int, _ weights: [Float]
    ) -> [Float] {
        var result = values
        for line in 0..<lines {
            for place in 0..<count {
                var (sum, total) = (0 as Float, 0 as Float)
                for other in max(0, place - weights.count + 1)..<min(count, place + weights.count) {
                    let weight = weights[abs(other - place)]
                    sum += weight * values[line * lineStride + other * stride]
                    total += weight
                }
                result[line * lineStride + place * stride] = sum / total
            }
        }
        return result
    }
}
