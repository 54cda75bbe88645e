/// The logistic function, by itself or inside of others.
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

    /// 1 / (1 + e^−x) in each lane.
    ///
    /// From e^−|x|, which cannot overflow, and from whichever side loses no digits.
    @inline(__always)
    static func value(_ x: Lanes) -> Lanes {
        let small = Lanes.exponential(Lanes.zero - x.magnitudes)
        let reciprocal = Lanes(repeating: 1) / (small + Float(1))
        return reciprocal.replacing(with: small * reciprocal, where: x .< Lanes.zero)
    }
}
