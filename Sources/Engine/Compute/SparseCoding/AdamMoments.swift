import Foundation

/// The Adam optimizer of parameters that are trained.
///
///     m = β1 m + (1 − β1) g        v = β2 v + (1 − β2) g²
///     p = p − rate · m / (1 − β1^t) / (√(v / (1 − β2^t)) + ε)
///
/// - Source: Kingma and Ba 2014, arXiv:1412.6980, algorithm 1; ε as in Gao et al. 2024, arXiv:2406.04093, appendix A.
final class AdamMoments {
    private let mean: NumberBuffer
    private let square: NumberBuffer
    private var steps = 0

    private static let beta1: Float = 0.9
    private static let beta2: Float = 0.999
    private static let epsilon: Float = 6.25e-10

    /// Creates moments of zero.
    init(count: Int) {
        mean = NumberBuffer(count: count)
        square = NumberBuffer(count: count)
    }

    /// Moves parameters against their gradient.
    func step(_ parameters: NumberBuffer, _ gradient: NumberBuffer, rate: Float, team: ThreadTeam) {
        steps += 1
        let meanFactor = Float(Double(rate) / (1 - pow(Double(Self.beta1), Double(steps))))
        let squareFactor = Float(1 / (1 - pow(Double(Self.beta2), Double(steps))))
        let (p, g, m, v) = (parameters.start, gradient.start, mean.start, square.start)
        team.forEach(ofElements: parameters.count) { part in
            var index = part.lowerBound
            while index + 8 <= part.upperBound {
                let slope = g.lanes(index)
                let first = Self.beta1 * m.lanes(index) + (1 - Self.beta1) * slope
                let second = Self.beta2 * v.lanes(index) + (1 - Self.beta2) * slope * slope
                let move = meanFactor * first / ((squareFactor * second).squareRoot() + Self.epsilon)
                m.store(first, index)
                v.store(second, index)
                p.store(p.lanes(index) - move, index)
                index += 8
            }
            while index < part.upperBound {
                m[index] = Self.beta1 * m[index] + (1 - Self.beta1) * g[index]
                v[index] = Self.beta2 * v[index] + (1 - Self.beta2) * g[index] * g[index]
                p[index] -= meanFactor * m[index] / ((squareFactor * v[index]).squareRoot() + Self.epsilon)
                index += 1
            }
        }
    }
}
