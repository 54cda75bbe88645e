/// The sigmoid approximation of the GELU that OpenAI's CLIP was trained with.
///
///     y = x · σ(1.702 x)          y′ = s + 1.702 · x · s · (1 − s)      with s = σ(1.702 x)
///
/// - Source: Hendrycks and Gimpel 2016, arXiv:1606.08415, section 2; <https://github.com/openai/CLIP> `clip/model.py`.
package enum QuickGELU: ElementFunction {
    package static let name = ElementFunctionName.quickGELU
    package static let operationCount = 25

    @inline(__always)
    package static func valueAndDerivative(_ x: Lanes) -> (value: Lanes, derivative: Lanes) {
        let steepness: Float = 1.702
        let s = Sigmoid.value(x * steepness)
        let value = x * s
        return (value, s + value * steepness * (Lanes(repeating: 1) - s))
    }
}
