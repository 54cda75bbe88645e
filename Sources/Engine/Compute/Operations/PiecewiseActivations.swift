// Activations that are defined piecewise. At a corner the derivative is the one that PyTorch takes.

/// The rectified linear unit.
///
///     y = max(x, 0)          y′ = 1 for x > 0, else 0
///
/// - Source: Nair and Hinton 2010; `torch.nn.ReLU`.
package enum ReLU: ElementFunction {
    package static let name = ElementFunctionName.relu
    package static let operationCount = 2

    @inline(__always)
    package static func valueAndDerivative(_ x: Lanes) -> (value: Lanes, derivative: Lanes) {
        let isPositive = x .> Lanes.zero
        return (chosen(x, where: isPositive), chosen(Lanes(repeating: 1), where: isPositive).keepingNaN(of: x))
    }
}

/// The rectified linear unit with an upper limit of 6.
///
///     y = min(max(x, 0), 6)          y′ = 1 for 0 < x < 6, else 0
///
/// - Source: Krizhevsky 2010; `torch.nn.ReLU6`.
package enum ReLU6: ElementFunction {
    package static let name = ElementFunctionName.relu6
    package static let operationCount = 4

    @inline(__always)
    package static func valueAndDerivative(_ x: Lanes) -> (value: Lanes, derivative: Lanes) {
        let isInside = (x .> Lanes.zero) .& (x .< Lanes(repeating: 6))
        let value = Lanes.lesser(chosen(x, where: x .> Lanes.zero), Lanes(repeating: 6))
        return (value, chosen(Lanes(repeating: 1), where: isInside).keepingNaN(of: x))
    }
}

/// The square of the rectified linear unit.
///
///     y = max(x, 0)²          y′ = 2 · max(x, 0)
///
/// - Source: So et al. 2021, arXiv:2109.08668; transformers `ReLUSquaredActivation`.
package enum SquaredReLU: ElementFunction {
    package static let name = ElementFunctionName.squaredReLU
    package static let operationCount = 4

    @inline(__always)
    package static func valueAndDerivative(_ x: Lanes) -> (value: Lanes, derivative: Lanes) {
        let positive = chosen(x, where: x .> Lanes.zero)
        return (positive * positive, positive + positive)
    }
}

/// The rectified linear unit with a slope of 0.01 below 0.
///
///     y = x for x > 0, else 0.01 x          y′ = 1 for x > 0, else 0.01
///
/// - Source: Maas et al. 2013; `torch.nn.LeakyReLU` with its default slope.
package enum LeakyReLU: ElementFunction {
    package static let name = ElementFunctionName.leakyReLU
    package static let operationCount = 3

    @inline(__always)
    package static func valueAndDerivative(_ x: Lanes) -> (value: Lanes, derivative: Lanes) {
        let slope = Lanes(repeating: 0.01).replacing(with: 1, where: x .> Lanes.zero)
        return (x * slope, slope.keepingNaN(of: x))
    }
}

/// The exponential linear unit.
///
///     y = x for x > 0, else eˣ − 1          y′ = 1 for x > 0, else eˣ
///
/// - Source: Clevert et al. 2015, arXiv:1511.07289; `torch.nn.ELU` with α = 1, which is `torch.nn.CELU` with α = 1.
package enum ELU: ElementFunction {
    package static let name = ElementFunctionName.elu
    package static let operationCount = 24

    @inline(__always)
    package static func valueAndDerivative(_ x: Lanes) -> (value: Lanes, derivative: Lanes) {
        let below = Lanes.lesser(x, Lanes.zero)
        let power = Lanes.exponential(below)
        // Near 0 a series is used, since eˣ − 1 would lose digits.
        var series = below * Float(1.0 / 120) + Float(1.0 / 24)
        series = series * below + Float(1.0 / 6)
        series = series * below + Float(0.5)
        series = (series * below + Float(1)) * below
        let small = (power - Float(1)).replacing(with: series, where: below .> Lanes(repeating: -0.125))
        let isAbove = x .> Lanes.zero
        return (
            small.replacing(with: x, where: isAbove).keepingNaN(of: x),
            power.replacing(with: 1, where: isAbove).keepingNaN(of: x)
        )
    }
}

/// The scaled exponential linear unit, whose outputs keep mean and variance.
///
///     y = λ · x for x > 0, else λ · α · (eˣ − 1)          α = 1.67326…, λ = 1.05070…
///
/// - Source: Klambauer et al. 2017, arXiv:1706.02515; `torch.nn.SELU`.
package enum SELU: ElementFunction {
    package static let name = ElementFunctionName.selu
    package static let operationCount = 26

    @inline(__always)
    package static func valueAndDerivative(_ x: Lanes) -> (value: Lanes, derivative: Lanes) {
        let (scale, alpha): (Float, Float) = (1.050_700_987_355_480_5, 1.673_263_242_354_377_2)
        let (value, derivative) = ELU.valueAndDerivative(x)
        let factor = Lanes(repeating: scale * alpha).replacing(with: scale, where: x .> Lanes.zero)
        return (value * factor, derivative * factor)
    }
}

/// The logistic function approximated by three linear pieces.
///
///     y = min(max(x + 3, 0), 6) / 6          y′ = 1/6 for −3 < x < 3, else 0
///
/// - Source: `torch.nn.Hardsigmoid`.
package enum HardSigmoid: ElementFunction {
    package static let name = ElementFunctionName.hardSigmoid
    package static let operationCount = 5

    @inline(__always)
    package static func valueAndDerivative(_ x: Lanes) -> (value: Lanes, derivative: Lanes) {
        let isInside = (x .> Lanes(repeating: -3)) .& (x .< Lanes(repeating: 3))
        let value = Lanes.lesser(Lanes.greater(x + Float(3), Lanes.zero), Lanes(repeating: 6)) / Float(6)
        return (value.keepingNaN(of: x), chosen(Lanes(repeating: 1.0 / 6), where: isInside).keepingNaN(of: x))
    }
}

/// The SiLU with a hard sigmoid.
///
///     y = x · min(max(x + 3, 0), 6) / 6          y′ = 0 below −3, x / 3 + 1/2 between, 1 above 3
///
/// - Source: Howard et al. 2019, arXiv:1905.02244; `torch.nn.Hardswish`.
package enum HardSwish: ElementFunction {
    package static let name = ElementFunctionName.hardSwish
    package static let operationCount = 8

    @inline(__always)
    package static func valueAndDerivative(_ x: Lanes) -> (value: Lanes, derivative: Lanes) {
        let gate = Lanes.lesser(Lanes.greater(x + Float(3), Lanes.zero), Lanes(repeating: 6)) / Float(6)
        let slope = (x / Float(3) + Float(0.5)).replacing(with: 0, where: x .< Lanes(repeating: -3))
            .replacing(with: 1, where: x .>= Lanes(repeating: 3))
        return (x * gate, slope)
    }
}

/// An approximation of Mish by polynomial pieces.
///
///     y = x / 2 · min(max(x + 2, 0), 2)          y′ = 0 below −2, x + 1 between, 1 above 0
///
/// - Source: timm `activations_me.py`, `hard_mish`.
package enum HardMish: ElementFunction {
    package static let name = ElementFunctionName.hardMish
    package static let operationCount = 7

    @inline(__always)
    package static func valueAndDerivative(_ x: Lanes) -> (value: Lanes, derivative: Lanes) {
        let gate = Lanes.lesser(Lanes.greater(x + Float(2), Lanes.zero), Lanes(repeating: 2)) * Float(0.5)
        let slope = (x + Float(1)).replacing(with: 0, where: x .< Lanes(repeating: -2))
            .replacing(with: 1, where: x .>= Lanes.zero)
        return (x * gate, slope)
    }
}

/// The identity function.
///
///     y = x          y′ = 1
package enum Identity: ElementFunction {
    package static let name = ElementFunctionName.identity
    package static let operationCount = 0

    @inline(__always)
    package static func valueAndDerivative(_ x: Lanes) -> (value: Lanes, derivative: Lanes) {
        (x, Lanes(repeating: 1))
    }
}

/// Returns the lanes where a condition holds, and 0 elsewhere; NaN stays NaN.
@inline(__always)
private func chosen(_ x: Lanes, where condition: SIMDMask<SIMD8<Int32>>) -> Lanes {
    Lanes.zero.replacing(with: x, where: condition).keepingNaN(of: x)
}

extension SIMD8 where Scalar == Float {
    /// Returns the lanes, with those that are NaN in `other` replaced by NaN.
    @inline(__always)
    fileprivate func keepingNaN(of other: Lanes) -> Lanes { replacing(with: other, where: other .!= other) }
}
