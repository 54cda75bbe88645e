/// The hyperbolic tangent, used by representation layers before a head.
///
///     y = tanh x          y′ = 1 − y²
package enum Tanh: ElementFunction {
    package static let name = ElementFunctionName.tanh
    package static let operationCount = 24

    @inline(__always)
    package static func valueAndDerivative(_ x: Lanes) -> (value: Lanes, derivative: Lanes) {
        // tanh |x| = (1 − e^−2|x|) / (1 + e^−2|x|); for small x a series, since the difference would lose digits.
        let magnitude = x.magnitudes
        let small = Lanes.exponential(magnitude * Float(-2))
        let far = (Lanes(repeating: 1) - small) / (small + Float(1))
        let square = x * x
        var series = square * Float(-17.0 / 315) + Float(2.0 / 15)
        series = series * square - Float(1.0 / 3)
        let near = magnitude + magnitude * square * series
        let result = far.replacing(with: near, where: magnitude .< Lanes(repeating: 0.125))
        let value = result.replacing(with: Lanes.zero - result, where: x .< Lanes.zero)
        return (value, Lanes(repeating: 1) - value * value)
    }
}
