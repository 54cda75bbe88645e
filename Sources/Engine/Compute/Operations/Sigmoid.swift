/// The logistic function, which other activations use too.
///
///     y = 1 / (1 + e^−x)          y′ = y · (1 − y)
package enum Sigmoid: ElementFunction {
    package static let name = ElementFunctionName.sigmoid
    package static let operationCount = 22

    @inline(__always)
    package static func valueAndDerivative(_ x: Lanes) -> (value: Lanes, derivative: Lanes) {
        let value = value(x)
        return (value, value * (Lanes(repeating: 1) - value))
    }

    /// Returns 1 / (1 + e^−x) in each lane.
    ///
    /// Computed from e^−|x|, which cannot overflow, in the form that loses no digits.
    @inline(__always)
    static func value(_ x: Lanes) -> Lanes {
        let small = Lanes.exponential(Lanes.zero - x.magnitudes)
        let reciprocal = Lanes(repeating: 1) / (small + Float(1))
        return reciprocal.replacing(with: small * reciprocal, where: x .< Lanes.zero)
    }
}
