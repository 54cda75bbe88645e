import Platform

/// The directions in which some rows of features differ most, and how much.
///
/// The components are eigenvectors of the rows' covariance. Their signs are fixed: in each, the feature with the largest
/// weight has a positive one, as in scikit-learn's `svd_flip`.
///
/// Source: scikit-learn `PCA(svd_solver="full")`; variances are divided by the number of rows minus one.
package struct PrincipalComponents: Hashable, Sendable {
    /// How many features a row has.
    package let features: Int
    /// How many rows were given.
    package let rowCount: Int
    /// The mean of each feature.
    package let mean: [Double]
    /// A unit vector for each component, the one with the largest variance first. Rows that differ in fewer directions
    /// have fewer.
    package let directions: [[Double]]
    /// The variance along each component.
    package let variances: [Double]
    /// The variance of all features together.
    package let totalVariance: Double

    /// The smallest share of all variance that a component may have: below it there is only rounding.
    private static let smallestShare = 1e-12

    /// Finds the first components of some rows.
    ///
    /// - Parameters:
    ///   - rows: `[rows, features]`; at least one row.
    ///   - count: how many components to find.
    ///   - team: the threads that compute.
    /// - Throws: ``EngineError/libraryMissing(name:package:)``.
    package init(
        of rows: [Float], features: Int, count: Int, team: ThreadTeam
    ) throws(EngineError) {
        precondition(features > 0 && rows.count % features == 0 && !rows.isEmpty, "no rows of \(features) features")
        try MatrixProduct.prepare()
        let rowCount = rows.count / features
        let mean = Self.mean(of: rows, features: features)
        var centered = rows
        Self.subtract(mean, from: &centered, team)
        self.features = features
        self.rowCount = rowCount
        self.mean = mean
        let ofColumns = features <= rowCount
        let size = min(features, rowCount)
        let products = centered.withUnsafeBufferPointer { values in
            values.baseAddress.map {
                GramMatrix.product($0, rows: rowCount, columns: features, ofColumns: ofColumns, team: team)
            } ?? []
        }
        let freedom = Double(max(rowCount - 1, 1))
        let total = (0..<size).reduce(0.0) { $0 + products[$1 * size + $1] } / freedom
        totalVariance = total
        let found = LeadingEigenvectors(of: products, size: size, count: count, team: team)
        var (directions, variances): ([[Double]], [Double]) = ([], [])
        for (value, vector) in zip(found.values, found.vectors) {
            let variance = value / freedom
            guard variance > Self.smallestShare * total, variance > 0 else { break }
            let direction = ofColumns ? vector : Self.combined(centered, features: features, by: vector)
            directions.append(Self.withFixedSign(direction))
            variances.append(variance)
        }
        self.directions = directions
        self.variances = variances
    }

    /// Returns the rows' positions along the components: (x − mean) · direction, divided by the component's deviation if
    /// `whitened`.
    ///
    /// - Parameters:
    ///   - rows: `[rows, features]`.
    ///   - count: how many components; those that do not exist are 0.
    /// - Returns: `[rows, count]`.
    package func scores(of rows: [Float], count: Int, whitened: Bool) -> [Float] {
        let rowCount = rows.count / features
        var scores = [Float](repeating: 0, count: rowCount * count)
        let factors = zip(directions, variances).prefix(count).map { direction, variance in
            (direction: direction, scale: whitened ? 1 / variance.squareRoot() : 1)
        }
        rows.withUnsafeBufferPointer { rows in
            for (place, factor) in factors.enumerated() {
                let offset = zip(mean, factor.direction).reduce(0.0) { $0 + $1.0 * $1.1 }
                factor.direction.withUnsafeBufferPointer { direction in
                    for row in 0..<rowCount {
                        var sums = SIMD8<Double>.zero
                        let start = row * features
                        var index = 0
                        while index + 8 <= features {
                            let values = UnsafeRawPointer(rows.baseAddress.unsafelyUnwrapped + start + index)
                            let weights = UnsafeRawPointer(direction.baseAddress.unsafelyUnwrapped + index)
                            sums +=
                                SIMD8<Double>(values.loadUnaligned(as: SIMD8<Float>.self))
                                * weights.loadUnaligned(as: SIMD8<Double>.self)
                            index += 8
                        }
                        var sum = sums.sum()
                        while index < features {
                            sum += Double(rows[start + index]) * direction[index]
                            index += 1
                        }
                        scores[row * count + place] = Float((sum - offset) * factor.scale)
                    }
                }
            }
        }
        return scores
    }

    private static func mean(of rows: [Float], features: Int) -> [Double] {
        var sums = [Double](repeating: 0, count: features)
        rows.withUnsafeBufferPointer { rows in
            sums.withUnsafeMutableBufferPointer { sums in
                for start in stride(from: 0, to: rows.count, by: features) {
                    for feature in 0..<features { sums[feature] += Double(rows[start + feature]) }
                }
            }
        }
        let count = Double(rows.count / features)
        return sums.map { $0 / count }
    }

    private static func subtract(_ mean: [Double], from rows: inout [Float], _ team: ThreadTeam) {
        let features = mean.count
        let count = rows.count / features
        rows.withUnsafeMutableBufferPointer { rows in
            guard let start = rows.baseAddress else { return }
            nonisolated(unsafe) let values = start
            mean.withUnsafeBufferPointer { mean in
                nonisolated(unsafe) let mean = mean
                team.forEach(of: count, atLeast: 64) { part in
                    for row in part {
                        for feature in 0..<features {
                            values[row * features + feature] =
                                Float(Double(values[row * features + feature]) - mean[feature])
                        }
                    }
                }
            }
        }
    }

    /// Returns the sum of rows, each times its weight, scaled to length 1.
    private static func combined(_ rows: [Float], features: Int, by weights: [Double]) -> [Double] {
        var sum = [Double](repeating: 0, count: features)
        rows.withUnsafeBufferPointer { rows in
            sum.withUnsafeMutableBufferPointer { sum in
                for (row, weight) in weights.enumerated() {
                    for feature in 0..<features { sum[feature] += weight * Double(rows[row * features + feature]) }
                }
            }
        }
        let length = sum.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return length > 0 ? sum.map { $0 / length } : sum
    }

    private static func withFixedSign(_ direction: [Double]) -> [Double] {
        let largest = direction.max { $0.magnitude < $1.magnitude } ?? 0
        return largest < 0 ? direction.map { -$0 } : direction
    }
}
