/// The sigmoid linear unit, the gate of a SwiGLU.
///
///     y = x · σ(x)          y′ = s + x · s · (1 − s)      with s = σ(x)
///
/// - Source: Elfwing et al. 2017, arXiv:1702.03118; as a gate, Shazeer 2020, arXiv:2002.05202, eq. 5.
package enum SiLU: ElementFunction {
    package static let name = ElementFunctionName.silu
    package static let operationCount = 24

    @inline(__always)
    package static func valueAndDerivative(_ x: Lanes) -> (value: Lanes, derivative: Lanes) {
        let s = Sigmoid.value(x)
        let value = x * s
        return (value, s + value * (Lanes(repeating: 1) - s))
    }
}
