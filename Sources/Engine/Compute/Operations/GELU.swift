/// The Gaussian error linear unit in its exact form.
///
///     y = x · Φ(x)          y′ = Φ(x) + x · φ(x)
///
/// Φ and φ are the standard normal distribution and density; both need e^(−x²/2).
///
/// - Source: Hendrycks and Gimpel 2016, arXiv:1606.08415; Φ by Abramowitz and Stegun 7.1.26, whose
///   error in erf is at most 1.5e-7.
package enum GELU: ElementFunction {
    package static let name = ElementFunctionName.gelu
    package static let operationCount = 30

    /// Returns x · Φ(x) and its derivative in each lane.
    @inline(__always)
    package static func valueAndDerivative(_ x: Lanes) -> (value: Lanes, derivative: Lanes) {
        let magnitude = x.magnitudes
        let gaussian = Lanes.exponential(x * x * Float(-0.5))
        // t = 1 / (1 + p·|x|/√2)
        let t = Lanes(repeating: 1) / (magnitude * Float(0.327_591_1 * 0.707_106_781_186_547_5) + Float(1))
        var sum = t * Float(1.061_405_429) - Float(1.453_152_027)
        sum = sum * t + Float(1.421_413_741)
        sum = sum * t - Float(0.284_496_736)
        sum = sum * t + Float(0.254_829_592)
        // The area beyond |x|: no difference of nearly equal numbers, so it stays precise in the tails.
        let tail = sum * t * gaussian * Float(0.5)
        let distribution = (Lanes(repeating: 1) - tail).replacing(with: tail, where: x .< Lanes.zero)
        let density = gaussian * Float(0.398_942_280_401_432_7)
        return (x * distribution, distribution + x * density)
    }
}
