import Platform

/// A non-negative matrix as a product of two thin ones, V ≈ W · H: each row is a sum of a few parts.
///
///     W ← W ⊙ (V Hᵀ) / (W H Hᵀ);  H ← H ⊙ (Wᵀ V) / (Wᵀ W H)
///
/// Source: Lee and Seung 2001, "Algorithms for non-negative matrix factorization"; scikit-learn
/// `NMF(solver="mu", beta_loss="frobenius")`.
package struct NonNegativeFactors: Sendable {
    /// W, `[rows, count]`: how much of each part a row has.
    package private(set) var weights: [Float]
    /// H, `[count, columns]`: the parts.
    package private(set) var parts: [Float]
    /// How many parts there are.
    package let count: Int
    /// ‖V − W H‖ / ‖V‖, the share of the matrix that is missing.
    package private(set) var error: Double = 1
    private let rows: Int
    private let columns: Int

    /// What a denominator is at least: `np.finfo(np.float32).eps`, as in scikit-learn.
    private static let smallest = Float.ulpOfOne
    /// How many rounds go by between two looks at the error, as in scikit-learn.
    private static let roundsBetween = 10

    /// Starts from given factors.
    ///
    /// - Parameters:
    ///   - weights: `[rows, count]`, not negative.
    ///   - parts: `[count, columns]`, not negative.
    package init(weights: [Float], parts: [Float], count: Int) {
        precondition(count > 0 && weights.count % count == 0 && parts.count % count == 0, "factors of two counts")
        self.weights = weights
        self.parts = parts
        self.count = count
        rows = weights.count / count
        columns = parts.count / count
    }

    /// Factors a matrix, from the start that ``start(of:rows:columns:count:team:)`` chooses.
    ///
    /// - Parameters:
    ///   - matrix: V, `[rows, columns]`, not negative.
    ///   - count: how many parts.
    ///   - rounds: how often both factors are improved, at most.
    ///   - tolerance: ends when ten rounds lower the error by less than this share of the first error.
    /// - Throws: ``EngineError/cancelled``, ``EngineError/libraryMissing(name:package:)``.
    package init(
        of matrix: [Float], rows: Int, columns: Int, count: Int, rounds: Int = 200, tolerance: Double = 1e-4,
        team: ThreadTeam, cancellation: Cancellation? = nil
    ) throws(EngineError) {
        try MatrixProduct.prepare()
        self = Self.start(of: matrix, rows: rows, columns: columns, count: count, team: team)
        try improve(matrix, rounds: rounds, tolerance: tolerance, cancellation: cancellation)
    }

    /// Improves the factors.
    ///
    /// - Throws: ``EngineError/cancelled``.
    package mutating func improve(
        _ matrix: [Float], rounds: Int, tolerance: Double = 0, cancellation: Cancellation? = nil
    ) throws(EngineError) {
        let norm = matrix.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
        let first = distance(to: matrix)
        var last = first
        for round in 1...max(rounds, 1) {
            try cancellation?.check()
            improveWeights(matrix)
            improveParts(matrix)
            guard tolerance > 0, round % Self.roundsBetween == 0 else { continue }
            let now = distance(to: matrix)
            if (last - now) / max(first, .leastNormalMagnitude) < tolerance { break }
            last = now
        }
        error = norm > 0 ? distance(to: matrix) / norm : 0
    }

    private mutating func improveWeights(_ matrix: [Float]) {
        let wanted = product(matrix, rows, columns, parts, count, transposed: true)
        let gram = product(parts, count, columns, parts, count, transposed: true)
        let found = product(weights, rows, count, gram, count, transposed: false)
        for index in weights.indices { weights[index] *= wanted[index] / max(found[index], Self.smallest) }
    }

    private mutating func improveParts(_ matrix: [Float]) {
        let flipped = Self.flipped(weights, rows: rows, columns: count)
        let wanted = product(flipped, count, rows, matrix, columns, transposed: false)
        let gram = product(flipped, count, rows, flipped, count, transposed: true)
        let found = product(gram, count, count, parts, columns, transposed: false)
        for index in parts.indices { parts[index] *= wanted[index] / max(found[index], Self.smallest) }
    }

    /// Returns ‖V − W H‖.
    private func distance(to matrix: [Float]) -> Double {
        let found = product(weights, rows, count, parts, columns, transposed: false)
        var sum = 0.0
        for index in matrix.indices {
            let difference = Double(matrix[index]) - Double(found[index])
            sum += difference * difference
        }
        return sum.squareRoot()
    }

    /// Returns a · b, or a · bᵀ if `transposed`, where `columns` is the width of the result.
    private func product(
        _ a: [Float], _ rows: Int, _ inner: Int, _ b: [Float], _ columns: Int, transposed: Bool
    ) -> [Float] {
        [Float](unsafeUninitializedCapacity: rows * columns) { result, written in
            a.withUnsafeBufferPointer { a in
                b.withUnsafeBufferPointer { b in
                    guard let a = a.baseAddress, let b = b.baseAddress, let result = result.baseAddress else { return }
                    MatrixProduct.multiply(
                        rows: rows, columns: columns, inner: inner, a, stride: inner, b,
                        stride: transposed ? inner : columns, transposeB: transposed, into: result, stride: columns)
                }
            }
            written = rows * columns
        }
    }

    private static func flipped(_ matrix: [Float], rows: Int, columns: Int) -> [Float] {
        var result = [Float](repeating: 0, count: matrix.count)
        for row in 0..<rows {
            for column in 0..<columns { result[column * rows + row] = matrix[row * columns + column] }
        }
        return result
    }

    /// Chooses a start by singular vectors: of each the positive or the negative side, whichever is larger, and the mean
    /// of the matrix in place of zeros.
    ///
    /// Source: Boutsidis and Gallopoulos 2008, "SVD based initialization" (NNDSVDa).
    private static func start(
        of matrix: [Float], rows: Int, columns: Int, count: Int, team: ThreadTeam
    ) -> NonNegativeFactors {
        let ofColumns = columns <= rows
        let products = matrix.withUnsafeBufferPointer { values in
            values.baseAddress.map {
                GramMatrix.product($0, rows: rows, columns: columns, ofColumns: ofColumns, team: team)
            } ?? []
        }
        let found = LeadingEigenvectors(of: products, size: min(rows, columns), count: count, team: team)
        let fill = max(matrix.reduce(0.0) { $0 + Double($1) } / Double(max(matrix.count, 1)), 1e-12)
        var weights = [Float](repeating: Float(fill), count: rows * count)
        var parts = [Float](repeating: Float(fill), count: count * columns)
        for (place, own) in found.vectors.enumerated() {
            let value = max(found.values[place], 0).squareRoot()
            guard value > 1e-12 else { continue }
            let other = opposite(of: own, matrix, rows: rows, columns: columns, ofColumns: ofColumns, value)
            let (left, right) = ofColumns ? (other, own) : (own, other)
            let sides = [1.0, -1.0].map { sign in
                let (u, v) = (left.map { max(sign * $0, 0) }, right.map { max(sign * $0, 0) })
                return (u: u, v: v, size: length(u) * length(v))
            }
            guard let side = sides.max(by: { $0.size < $1.size }), side.size > 0 else { continue }
            let factor = (value * side.size).squareRoot()
            for (row, number) in side.u.enumerated() where number > 0 {
                weights[row * count + place] = Float(number / length(side.u) * factor)
            }
            for (column, number) in side.v.enumerated() where number > 0 {
                parts[place * columns + column] = Float(number / length(side.v) * factor)
            }
        }
        return NonNegativeFactors(weights: weights, parts: parts, count: count)
    }

    /// Returns the singular vector of the other side: V v / σ, or Vᵀ u / σ.
    private static func opposite(
        of vector: [Double], _ matrix: [Float], rows: Int, columns: Int, ofColumns: Bool, _ value: Double
    ) -> [Double] {
        var result = [Double](repeating: 0, count: ofColumns ? rows : columns)
        for row in 0..<rows {
            for column in 0..<columns {
                let number = Double(matrix[row * columns + column]) / value
                if ofColumns { result[row] += number * vector[column] } else { result[column] += number * vector[row] }
            }
        }
        return result
    }

    private static func length(_ vector: [Double]) -> Double { vector.reduce(0) { $0 + $1 * $1 }.squareRoot() }
}
