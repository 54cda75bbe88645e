import Compute
import Foundation
import Platform

/// Positions as sines and cosines of a patch's place, before a learned projection.
///
/// The row's features come first, then the column's: sin and cos of 2π · (i + 1) / count / 10000^(2k / 32) for k = 0…15, in
/// turn.
///
/// Source: Vaswani et al. 2017, arXiv:1706.03762, section 3.5; timm `xcit.py`, `PositionalEncodingFourier`.
struct FourierPositions {
    let rows: Int
    let columns: Int

    /// The number of features of a row, and of a column.
    private static let width = 32

    /// Returns the projected positions, `[rows · columns, outputs]`.
    ///
    /// - Parameter weights: the scope of a 1 × 1 convolution with 64 inputs.
    func projected(_ weights: WeightReader, _ outputs: Int) throws(EngineError) -> Parameter {
        let inputs = 2 * Self.width
        let weight = try weights.parameter("weight", [outputs, inputs, 1, 1])
        let bias = try weights.parameter("bias", [outputs])
        guard weight.count > 0, bias.count > 0 else { return Parameter(missing: [rows * columns, outputs]) }
        let down = (0..<rows).map { features($0, of: rows) }
        let across = (0..<columns).map { features($0, of: columns) }
        return Parameter(shape: [rows * columns, outputs]) { values in
            for row in 0..<rows {
                for column in 0..<columns {
                    let place = down[row] + across[column]
                    for output in 0..<outputs {
                        let start = output * inputs
                        let sum = (0..<inputs).reduce(Double(bias.values[output])) {
                            $0 + place[$1] * Double(weight.values[start + $1])
                        }
                        values[(row * columns + column) * outputs + output] = Float(sum)
                    }
                }
            }
        }
    }

    private func features(_ index: Int, of count: Int) -> [Double] {
        let place = Double(index + 1) / (Double(count) + 1e-6) * 2 * .pi
        return (0..<Self.width).map { feature in
            let angle = place / pow(10000, Double(2 * (feature / 2)) / Double(Self.width))
            return feature % 2 == 0 ? sin(angle) : cos(angle)
        }
    }
}
