/// A smooth activation that is slightly negative below 0.
///
///     y = x · tanh(ln(1 + eˣ))          y′ = t + x · (1 − t²) · σ(x)          with t = tanh(ln(1 + eˣ))
///
/// With w = eˣ, t = w (w + 2) / (w (w + 2) + 2), which needs no logarithm.
///
/// - Source: Misra 2019, arXiv:1908.08681; `torch.nn.Mish`.
package enum Mish: ElementFunction {
    package static let name = ElementFunctionName.mish
    package static let operationCount = 40

    @inline(__always)
    package static func valueAndDerivative(_ x: Lanes) -> (value: Lanes, derivative: Lanes) {
        // Beyond 20, t is 1 to the last digit, and w² would overflow.
        let power = Lanes.exponential(Lanes.lesser(x, Lanes(repeating: 20)))
        let product = power * (power + Float(2))
        let t = product / (product + Float(2))
        let value = x * t
        return (value, t + x * (Lanes(repeating: 1) - t * t) * Sigmoid.value(x))
    }
}
