/// The hyperbolic-tangent approximation of the GELU.
///
///     y = x · σ(2u)          u = √(2/π) · (x + 0.044715 x³)
///     y′ = s + x · s · (1 − s) · 2u′          with s = σ(2u) = (1 + tanh u) / 2
///
/// - Source: Hendrycks and Gimpel 2016, arXiv:1606.08415, section 2; `gelu_pytorch_tanh`, `gelu_new`.
package enum TanhGELU: ElementFunction {
    package static let name = ElementFunctionName.tanhGELU
    package static let operationCount = 32

    @inline(__always)
    package static func valueAndDerivative(_ x: Lanes) -> (value: Lanes, derivative: Lanes) {
        let factor: Float = 0.797_884_560_802_865_4
        let square = x * x
        let twiceU = x * (square * Float(0.044_715) + Float(1)) * (2 * factor)
        let slope = (square * Float(3 * 0.044_715) + Float(1)) * (2 * factor)
        let s = Sigmoid.value(twiceU)
        let value = x * s
        return (value, s + value * (Lanes(repeating: 1) - s) * slope)
    }
}
