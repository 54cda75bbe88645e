import Compute
import Platform

/// Directions into which rows of features are factored, as a dictionary that reads and writes them.
///
/// **Principal components**: codes are the positions along the components, with their sign.
///
/// **Non-negative factors**: features can be negative, so their positive and their negative parts stand side by side, as in
/// ``ActivationGroups``, and a direction is the difference of a factor's two halves. A row's codes are those of least
/// squares, cut off at 0: one product, where CRAFT solves a non-negative least squares problem for each row.
///
///     [max(A, 0), max(−A, 0)] ≈ U · [P, N],  U, P, N ≥ 0;  D = P − N in unit rows;  codes = max(A · Dᵀ(DDᵀ)⁻¹, 0)
///
/// - Source: Fel et al. 2023, “CRAFT: Concept Recursive Activation FacTorization”, arXiv:2211.10154, section 3.1.
package struct ConceptDirections {
    /// The dictionary.
    package let parts: SparseAutoencoder
    /// Whether codes are kept with their sign.
    package let isSigned: Bool
    /// The share of the variance that the dictionary misses.
    package let unexplained: Double

    /// Factors rows.
    ///
    /// - Parameters:
    ///   - rows: `[rows, width]`.
    ///   - count: how many directions, the one with most of the rows first.
    /// - Throws: ``EngineError/invalidValue(what:found:expected:)`` if there are not as many; ``EngineError/cancelled``.
    package init(
        principal rows: [Float], width: Int, count: Int, on host: CPUBackend = .shared
    ) throws(EngineError) {
        let components = try PrincipalComponents(of: rows, features: width, count: count, team: host.team)
        try Self.require(count, found: components.directions.count)
        let directions = components.directions.flatMap { $0.map { Float($0) } }
        parts = SparseAutoencoder(
            encoder: directions, bias: [Float](repeating: 0, count: count), decoder: directions,
            offset: components.mean.map { Float($0) })
        isSigned = true
        unexplained = Self.unexplained(of: rows, by: parts, isSigned: true)
    }

    /// Factors rows into non-negative parts; see ``init(principal:width:count:on:)``.
    package init(
        nonNegative rows: [Float], width: Int, count: Int, on host: CPUBackend = .shared,
        cancellation: Cancellation? = nil
    ) throws(EngineError) {
        let rowCount = rows.count / width
        try Self.require(count, found: min(rowCount, 2 * width))
        var both = [Float](repeating: 0, count: 2 * rows.count)
        for row in 0..<rowCount {
            for feature in 0..<width {
                let value = rows[row * width + feature]
                both[2 * row * width + feature] = max(value, 0)
                both[(2 * row + 1) * width + feature] = max(-value, 0)
            }
        }
        let factors = try NonNegativeFactors(
            of: both, rows: rowCount, columns: 2 * width, count: count, team: host.team, cancellation: cancellation)
        var found: [(direction: [Double], size: Double)] = []
        for part in 0..<count {
            let start = part * 2 * width
            let direction = (0..<width).map {
                Double(factors.parts[start + $0]) - Double(factors.parts[start + width + $0])
            }
            let length = direction.reduce(0) { $0 + $1 * $1 }.squareRoot()
            guard length > 0 else { continue }
            let used = (0..<rowCount).reduce(0.0) { $0 + Double(factors.weights[$1 * count + part]) }
            found.append((direction.map { $0 / length }, used * length))
        }
        try Self.require(count, found: found.count)
        let directions = found.sorted { $0.size > $1.size }.map(\.direction)
        let dual = try Self.dual(of: directions)
        parts = SparseAutoencoder(
            encoder: dual.flatMap { $0.map { Float($0) } }, bias: [Float](repeating: 0, count: count),
            decoder: directions.flatMap { $0.map { Float($0) } }, offset: [Float](repeating: 0, count: width))
        isSigned = false
        unexplained = Self.unexplained(of: rows, by: parts, isSigned: false)
    }

    private static func require(_ count: Int, found: Int) throws(EngineError) {
        guard count > found else { return }
        throw .invalidValue(
            what: "The number of concepts", found: "\(count)",
            expected: found > 0
                ? "1 to \(found), for the patches that there are" : "fewer: the patches differ in no direction")
    }

    /// Returns (DDᵀ)⁻¹ D: the rows whose products with features are the codes of least squares.
    ///
    /// By Gauss–Jordan elimination with the largest pivot, in double precision.
    private static func dual(of directions: [[Double]]) throws(EngineError) -> [[Double]] {
        let count = directions.count
        var gram = directions.map { row in directions.map { other in zip(row, other).reduce(0) { $0 + $1.0 * $1.1 } } }
        var result = directions
        for column in 0..<count {
            let pivot = (column..<count).max { gram[$0][column].magnitude < gram[$1][column].magnitude } ?? column
            guard gram[pivot][column].magnitude > 1e-9 else {
                throw .invalidValue(
                    what: "The number of concepts", found: "\(count)",
                    expected: "fewer: some of them are sums of others")
            }
            gram.swapAt(column, pivot)
            result.swapAt(column, pivot)
            let inverse = 1 / gram[column][column]
            gram[column] = gram[column].map { $0 * inverse }
            result[column] = result[column].map { $0 * inverse }
            for row in 0..<count where row != column && gram[row][column] != 0 {
                let factor = gram[row][column]
                gram[row] = zip(gram[row], gram[column]).map { $0 - factor * $1 }
                result[row] = zip(result[row], result[column]).map { $0 - factor * $1 }
            }
        }
        return result
    }

    /// Returns Σ‖x − x̂‖² / Σ‖x − mean(x)‖².
    private static func unexplained(of rows: [Float], by parts: SparseAutoencoder, isSigned: Bool) -> Double {
        let (width, count) = (parts.width, rows.count / parts.width)
        var means = [Double](repeating: 0, count: width)
        for (index, value) in rows.enumerated() { means[index % width] += Double(value) / Double(count) }
        var (missed, variance) = (0.0, 0.0)
        rows.withUnsafeBufferPointer { rows in
            parts.encoder.withUnsafeBufferPointer { encoder in
                parts.decoder.withUnsafeBufferPointer { decoder in
                    for row in 0..<count {
                        var rest = (0..<width).map { rows[row * width + $0] - parts.offset[$0] }
                        let centered = rest
                        for part in 0..<parts.count {
                            var code: Float = 0
                            for feature in 0..<width { code += centered[feature] * encoder[part * width + feature] }
                            if !isSigned, code <= 0 { continue }
                            for feature in 0..<width { rest[feature] -= code * decoder[part * width + feature] }
                        }
                        for feature in 0..<width {
                            let spread = Double(rows[row * width + feature]) - means[feature]
                            missed += Double(rest[feature]) * Double(rest[feature])
                            variance += spread * spread
                        }
                    }
                }
            }
        }
        return variance > 0 ? missed / variance : 0
    }
}
