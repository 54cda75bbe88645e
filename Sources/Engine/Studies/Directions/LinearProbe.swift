import Foundation

/// A linear classifier of rows of features into two groups.
///
///     score(x) = w · x + b, above 0 for the first group
package struct LinearProbe {
    /// w, `[features]`.
    package let weights: [Float]
    private let bias: Double

    /// Returns w · x + b.
    package func score(_ x: [Float]) -> Double {
        zip(x, weights).reduce(bias) { $0 + Double($1.0) * Double($1.1) }
    }

    /// Creates the classifier whose weights are the difference of the groups' means, with the boundary halfway between.
    package init(betweenMeansOf first: [[Float]], and second: [[Float]]) {
        let (one, other) = (Self.mean(first), Self.mean(second))
        weights = zip(one, other).map { Float($0 - $1) }
        bias = -zip(one, other).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 + $1.1) / 2 }
    }

    /// Creates a logistic regression on standardized features, in which either group counts as much.
    ///
    ///     minimize Σ cᵢ log(1 + exp(−yᵢ (w · zᵢ + b))) + ½ ‖w‖², z = (x − μ) / σ
    ///
    /// Gradient descent with Nesterov's momentum and a step of 1 / L, where L bounds the curvature. The weights are returned for
    /// x, not for z.
    package init(separating first: [[Float]], from second: [[Float]]) {
        let rows = first + second
        let width = rows[0].count
        let means = Self.mean(rows)
        var deviations = [Double](repeating: 0, count: width)
        for row in rows {
            for feature in 0..<width {
                let difference = Double(row[feature]) - means[feature]
                deviations[feature] += difference * difference / Double(rows.count)
            }
        }
        // A feature that never changes tells nothing apart.
        let scales = deviations.map { $0 > 0 ? 1 / $0.squareRoot() : 0 }
        let standardized = rows.map { row in
            row.indices.map { (Double(row[$0]) - means[$0]) * scales[$0] }
        }
        let labels = rows.indices.map { $0 < first.count ? 1.0 : -1.0 }
        let counts = rows.indices.map { Double(rows.count) / 2 / Double($0 < first.count ? first.count : second.count) }
        let lengths = standardized.map { row in row.reduce(1) { $0 + $1 * $1 } }
        let step = 1 / (zip(lengths, counts).reduce(1) { $0 + $1.0 * $1.1 / 4 })
        // The last one is the bias.
        var current = [Double](repeating: 0, count: width + 1)
        var ahead = current
        var momentum = 1.0
        for _ in 0..<Self.steps {
            var gradient = ahead
            gradient[width] = 0
            for (index, row) in standardized.enumerated() {
                let score = zip(row, ahead).reduce(ahead[width]) { $0 + $1.0 * $1.1 }
                let slope = -labels[index] * counts[index] / (1 + exp(labels[index] * score))
                for feature in 0..<width { gradient[feature] += slope * row[feature] }
                gradient[width] += slope
            }
            let next = zip(ahead, gradient).map { $0 - step * $1 }
            let following = (1 + (1 + 4 * momentum * momentum).squareRoot()) / 2
            let factor = (momentum - 1) / following
            ahead = zip(next, current).map { $0 + factor * ($0 - $1) }
            (current, momentum) = (next, following)
        }
        let weights = (0..<width).map { current[$0] * scales[$0] }
        self.weights = weights.map { Float($0) }
        bias = zip(weights, means).reduce(current[width]) { $0 - $1.0 * $1.1 }
    }

    private static let steps = 400

    private static func mean(_ rows: [[Float]]) -> [Double] {
        var means = [Double](repeating: 0, count: rows[0].count)
        for row in rows {
            for (feature, value) in row.enumerated() { means[feature] += Double(value) / Double(rows.count) }
        }
        return means
    }
}
