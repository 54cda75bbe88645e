/// The Gaussian error linear unit in its exact form, element by element.
///
///     y = x · Φ(x)          ∂x = ∂y · (Φ(x) + x · φ(x))
///
/// Φ and φ are the standard normal distribution and density. Both need e^(−x²/2), so the derivative
/// is worked out with the value, and the input gradient is one multiplication.
///
/// - Saves: the derivative, one float for each element.
/// - Source: Hendrycks and Gimpel 2016, arXiv:1606.08415; Φ by Abramowitz and Stegun 7.1.26, whose
///   error in erf is at most 1.5e-7.
package struct GELU: TensorOperation {
    package init() {}

    package func outputShape(_ shapes: [Shape]) throws(EngineError) -> Shape { shapes[0] }
    package func operationCount(_ shapes: [Shape]) -> Int { 30 * shapes[0].count }
    package func gradientOperationCount(_ shapes: [Shape]) -> Int { shapes[0].count }
    package func savedCount(_ shapes: [Shape]) -> Int { shapes[0].count }

    package func forward(_ frame: ForwardFrame, _ member: TeamMember) {
        let part = member.part(of: frame.batch * frame.shapes[0].count, unit: 8)
        let x = frame.inputs[0]
        var index = part.lowerBound
        while index + 8 <= part.upperBound {
            let (value, derivative) = Self.valueAndDerivative(x.lanes(index))
            frame.output.store(value, index)
            frame.saved?.store(derivative, index)
            index += 8
        }
        let rest = part.upperBound - index
        guard rest > 0 else { return }
        let (value, derivative) = Self.valueAndDerivative(x.lanes(index, first: rest))
        frame.output.store(value, index, first: rest)
        frame.saved?.store(derivative, index, first: rest)
    }

    package func inputGradient(_ frame: GradientFrame, _ member: TeamMember) {
        let part = member.part(of: frame.batch * frame.shapes[0].count, unit: 8)
        let target = frame.inputGradients[0]
        var index = part.lowerBound
        while index + 8 <= part.upperBound {
            let value = frame.outputGradient.lanes(index) * frame.saved.lanes(index)
            target.values.store(value, index, adding: target.accumulates)
            index += 8
        }
        while index < part.upperBound {
            let value = frame.outputGradient[index] * frame.saved[index]
            target.values[index] = target.accumulates ? target.values[index] + value : value
            index += 1
        }
    }

    /// x · Φ(x) and its derivative in each lane.
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
        // The area beyond |x|: never a difference of near numbers, so it stays precise far out.
        let tail = sum * t * gaussian * Float(0.5)
        let distribution = (Lanes(repeating: 1) - tail).replacing(with: tail, where: x .< Lanes.zero)
        let density = gaussian * Float(0.398_942_280_401_432_7)
        return (x * distribution, distribution + x * density)
    }
}
