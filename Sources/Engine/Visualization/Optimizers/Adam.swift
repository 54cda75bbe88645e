import Compute
import Foundation

/// The Adam optimizer, whose steps hardly depend on the gradient's size.
///
///     m = β1 m + (1 − β1) g        v = β2 v + (1 − β2) g²
///     p = p + rate · m / (1 − β1^t) / (√(v / (1 − β2^t)) + ε)
///
/// With Nesterov momentum (NAdam), the mean is taken as it would be after the next step, with weights that grow:
///
///     μ_t = β1 (1 − ½ · .96^(.004 t))
///     p = p + rate · (μ_{t+1} m / (1 − μ_1 … μ_{t+1}) + (1 − μ_t) g / (1 − μ_1 … μ_t)) / (√(v / (1 − β2^t)) + ε)
///
/// Source: Kingma and Ba 2014, arXiv:1412.6980, algorithm 1; Dozat 2016, algorithm 2, with PyTorch's momentum decay;
/// both with the sign for ascent.
package final class Adam: OptimizerState {
    private let rate: Schedule
    private let beta1: Float
    private let beta2: Float
    private let epsilon: Float
    private let usesNesterov: Bool
    private let team: ThreadTeam
    private let mean: FloatBuffer
    private let square: FloatBuffer
    private var steps = 0
    /// μ_1 … μ_t.
    private var weights = 1.0

    /// Creates the optimizer with moments of zero.
    init(
        rate: Schedule, beta1: Float, beta2: Float, epsilon: Float, usesNesterov: Bool, count: Int, _ team: ThreadTeam
    ) {
        self.team = team
        self.rate = rate
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
        self.usesNesterov = usesNesterov
        mean = FloatBuffer(count: count)
        square = FloatBuffer(count: count)
    }

    package func step(parameters: FloatBuffer, gradient: FloatBuffer, progress: Float) {
        steps += 1
        let (meanFactor, gradientFactor) = factors(rate: Double(rate.value(at: progress)))
        let squareScale = Float(1 / (1 - pow(Double(beta2), Double(steps))))
        team.forEach(ofElements: parameters.count) { part in
            move(
                parameters, gradient, meanFactor: meanFactor, gradientFactor: gradientFactor, squareScale: squareScale,
                part)
        }
    }

    /// Returns the factors of the mean and of the gradient at this step.
    private func factors(rate: Double) -> (mean: Float, gradient: Float) {
        guard usesNesterov else { return (Float(rate / (1 - pow(Double(beta1), Double(steps)))), 0) }
        func weight(_ step: Int) -> Double { Double(beta1) * (1 - 0.5 * pow(0.96, 0.004 * Double(step))) }
        let (now, next) = (weight(steps), weight(steps + 1))
        weights *= now
        return (Float(rate * next / (1 - weights * next)), Float(rate * (1 - now) / (1 - weights)))
    }

    private func move(
        _ parameters: FloatBuffer, _ gradient: FloatBuffer, meanFactor: Float, gradientFactor: Float,
        squareScale: Float, _ part: Range<Int>
    ) {
        // Eight at once, at three times the speed: the compiler does not vectorize this loop.
        for start in stride(from: part.lowerBound, to: part.upperBound, by: 8) {
            let lanes = min(8, part.upperBound - start)
            let g = load(gradient.pointer + start, lanes)
            let m = beta1 * load(mean.pointer + start, lanes) + (1 - beta1) * g
            let v = beta2 * load(square.pointer + start, lanes) + (1 - beta2) * g * g
            let move = (meanFactor * m + gradientFactor * g) / ((v * squareScale).squareRoot() + epsilon)
            store(m, mean.pointer + start, lanes)
            store(v, square.pointer + start, lanes)
            store(load(parameters.pointer + start, lanes) + move, parameters.pointer + start, lanes)
        }
    }

    @inline(__always)
    private func load(_ pointer: UnsafePointer<Float>, _ lanes: Int) -> SIMD8<Float> {
        if lanes == 8 { return UnsafeRawPointer(pointer).loadUnaligned(as: SIMD8<Float>.self) }
        var value = SIMD8<Float>()
        for lane in 0..<lanes { value[lane] = pointer[lane] }
        return value
    }

    @inline(__always)
    private func store(_ value: SIMD8<Float>, _ pointer: UnsafeMutablePointer<Float>, _ lanes: Int) {
        if lanes == 8 { return UnsafeMutableRawPointer(pointer).storeBytes(of: value, as: SIMD8<Float>.self) }
        for lane in 0..<lanes { pointer[lane] = value[lane] }
    }
}
