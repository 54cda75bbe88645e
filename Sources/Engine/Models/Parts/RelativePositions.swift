import Compute
import Foundation
import Platform

/// A constant for every pair of tokens that depends on how they lie to each other, which attention adds to its scores.
///
/// A table has a number for each head at each distance: `[(2 · rows − 1) · (2 · columns − 1), heads]`, row by row from the most
/// negative distance on, of the attending patch minus the attended one. With a class token, three more rows are for the class
/// token attending to patches, patches attending to it, and it attending to itself.
///
/// Source: Liu et al. 2021, arXiv:2103.14030, eq. 4; Bao et al. 2021, arXiv:2106.08254; timm `layers/pos_embed_rel.py`,
/// `beit.py`.
struct RelativePositions {
    /// The number of rows and columns of the patches that the table is for.
    var rows: Int
    var columns: Int
    /// `[distances, heads]`, with three more rows if there is a class token.
    var values: [Float]
    let heads: Int
    /// Whether there are rows for a class token.
    let hasClassToken: Bool

    /// The number of distances of so many rows and columns of patches.
    static func distanceCount(rows: Int, columns: Int) -> Int { (2 * rows - 1) * (2 * columns - 1) }

    /// Returns the side of the square of patches that has so many distances; nil if none has.
    static func side(distances: Int) -> Int? {
        let side = Int(Double(max(distances, 0)).squareRoot().rounded())
        return side > 0 && side % 2 == 1 && side * side == distances ? (side + 1) / 2 : nil
    }

    /// Creates a table with the numbers of a file.
    init(table: Parameter, rows: Int, columns: Int, hasClassToken: Bool) {
        (self.rows, self.columns, self.hasClassToken) = (rows, columns, hasClassToken)
        values = table.tensor.values
        heads = table.shape[1]
    }

    /// Returns the table for another grid of patches, resampled by distance. The rows of the class token stay.
    func resampled(rows: Int, columns: Int, by resampling: PositionResampling) -> RelativePositions {
        guard (rows, columns) != (self.rows, self.columns) else { return self }
        var result = self
        (result.rows, result.columns) = (rows, columns)
        let distances = Self.distanceCount(rows: rows, columns: columns)
        result.values = [Float](repeating: 0, count: distances * heads)
        values.withUnsafeBufferPointer { from in
            result.values.withUnsafeMutableBufferPointer { to in
                guard let from = from.baseAddress, let to = to.baseAddress else { return }
                resampling.resample(
                    from, from: (2 * self.rows - 1, 2 * self.columns - 1), into: to,
                    to: (2 * rows - 1, 2 * columns - 1), features: heads)
            }
        }
        if hasClassToken { result.values += values.suffix(3 * heads) }
        return result
    }

    /// The constants of all pairs of tokens: `[heads, tokens, tokens]`.
    var bias: Parameter {
        let special = hasClassToken ? 1 : 0
        let tokens = rows * columns + special
        let distances = Self.distanceCount(rows: rows, columns: columns)
        return Parameter(shape: [heads, tokens, tokens]) { target in
            for head in 0..<heads {
                for token in 0..<tokens {
                    for other in 0..<tokens {
                        let row =
                            switch (token < special, other < special) {
                            case (true, true): distances + 2
                            case (true, false): distances
                            case (false, true): distances + 1
                            case (false, false): distance(token - special, other - special)
                            }
                        target[(head * tokens + token) * tokens + other] = values[row * heads + head]
                    }
                }
            }
        }
    }

    private func distance(_ patch: Int, _ other: Int) -> Int {
        let down = patch / columns - other / columns + rows - 1
        let across = patch % columns - other % columns + columns - 1
        return down * (2 * columns - 1) + across
    }
}

// Continuous positions: a small network computes the table from the logarithms of the distances.
extension RelativePositions {
    /// The coordinates that the network takes, and what is made of its output.
    enum Coordinates: Hashable {
        /// sign(d) · log₂(8 |d| / (w − 1) + 1) / 3 for windows of w rows or columns; then 16 · sigmoid.
        ///
        /// The window is the one that the network was trained with, if another is stated.
        ///
        /// Source: Liu et al. 2022, arXiv:2111.09883, eq. 3; timm `swin_transformer_v2.py`.
        case scaled(trainedWindow: Int?)
        /// sign(d) · ln(1 + |d|).
        ///
        /// Source: timm `swin_transformer_v2_cr.py`, and `RelPosMlp` in its mode “cr”.
        case plain
    }

    /// Creates the table of a network of two layers with ReLU between them, from two coordinates to the heads.
    ///
    /// - Parameters:
    ///   - first: `[hidden, 2]`, with a bias `[hidden]`.
    ///   - second: `[heads, hidden]`, with a bias `[heads]` or nil.
    ///   - hasClassToken: adds rows of zeros for a class token.
    init(
        first: (weight: Parameter, bias: Parameter?), second: (weight: Parameter, bias: Parameter?), rows: Int,
        columns: Int, coordinates: Coordinates, hasClassToken: Bool = false
    ) {
        (self.rows, self.columns, self.hasClassToken) = (rows, columns, hasClassToken)
        heads = second.weight.shape[0]
        values = []
        let hidden = first.weight.shape[0]
        let (w1, b1, w2, b2) = (first.weight.values, first.bias?.values, second.weight.values, second.bias?.values)
        for down in -(rows - 1)..<rows {
            for across in -(columns - 1)..<columns {
                let y = coordinates.value(down, window: rows)
                let x = coordinates.value(across, window: columns)
                let units = (0..<hidden).map { unit in
                    max(Double(w1[2 * unit]) * y + Double(w1[2 * unit + 1]) * x + Double(b1?[unit] ?? 0), 0)
                }
                for head in 0..<heads {
                    var sum = Double(b2?[head] ?? 0)
                    for unit in 0..<hidden { sum += Double(w2[head * hidden + unit]) * units[unit] }
                    values.append(Float(coordinates.bias(sum)))
                }
            }
        }
        if hasClassToken { values += [Float](repeating: 0, count: 3 * heads) }
    }
}

extension RelativePositions.Coordinates {
    /// Returns the coordinate of a distance between patches of a window of so many rows or columns.
    fileprivate func value(_ distance: Int, window: Int) -> Double {
        let sign: Double = distance < 0 ? -1 : 1
        switch self {
        case .scaled(let trained):
            let scaled = 8 * Double(abs(distance)) / Double(max((trained ?? window) - 1, 1))
            return sign * log2(scaled + 1) / 3
        case .plain: return sign * log(1 + Double(abs(distance)))
        }
    }

    /// Returns the constant that is made of the network's output.
    fileprivate func bias(_ output: Double) -> Double {
        switch self {
        case .scaled: 16 / (1 + exp(-output))
        case .plain: output
        }
    }
}
