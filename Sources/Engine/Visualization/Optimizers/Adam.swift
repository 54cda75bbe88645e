import Foundation

/// Steps whose size hardly depends on the gradient's.
///
///     m = β1 m + (1 − β1) g        v = β2 v + (1 − β2) g²
///     p = p + rate · m / (1 − β1^t) / (√(v / (1 − β2^t)) + ε)
///
/// Source: Kingma and Ba 2014, arXiv:1412.6980, algorithm 1, with the sign of ascent.
package final class Adam: OptimizerState {
    private let rate: Schedule
    private let beta1: Float
    private let beta2: Float
    private let epsilon: Float
    private let mean: FloatBuffer
    private let square: FloatBuffer
    private var steps = 0

    /// Moments at zero.
    init(rate: Schedule, beta1: Float, beta2: Float, epsilon: Float, count: Int) {
        self.rate = rate
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
        mean = FloatBuffer(count: count)
        square = FloatBuffer(count: count)
    }

    package func step(parameters: FloatBuffer, gradient: FloatBuffer, progress: Float) {
        steps += 1
        let size = Float(Double(rate.value(at: progress)) / (1 - pow(Double(beta1), Double(steps))))
        let squareScale = Float(1 / (1 - pow(Double(beta2), Double(steps))))
        let (p, g, m, v) = (parameters.pointer, gradient.pointer, mean.pointer, square.pointer)
        let (b1, b2, c1, c2, e) = (beta1, beta2, 1 - beta1, 1 - beta2, epsilon)
        for i in 0..<parameters.count {
            m[i] = b1 * m[i] + c1 * g[i]
            v[i] = b2 * v[i] + c2 * g[i] * g[i]
            p[i] += size * m[i] / ((v[i] * squareScale).squareRoot() + e)
        }
    }
}
