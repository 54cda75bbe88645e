import Compute
import Platform

/// A batch norm, which a trained model applies with the mean and the variance that its training measured: a factor and a shift
/// of each channel.
///
///     y = (x − mean) / √(variance + ε) · γ + β = x · factor + shift
///
/// - Source: Ioffe and Szegedy 2015, arXiv:1502.03167, alg. 2.
struct BatchNorm {
    let weights: WeightReader
    /// The number that is added to the variance. PyTorch's default is 1e-5.
    let epsilon: Float

    init(_ weights: WeightReader, epsilon: Float) {
        self.weights = weights
        self.epsilon = epsilon
    }

    /// Returns the factor and the shift, `[channels]` each, computed in double precision.
    ///
    /// - Parameter bias: what is added to x before; nil for nothing.
    /// - Throws: ``EngineError/shapeMismatch(place:expected:found:)`` with a tensor's name.
    func folded(channels: Int, bias: Parameter? = nil) throws(EngineError) -> (factor: Parameter, shift: Parameter) {
        let shape: Shape = [channels]
        let (scale, shift) = (try weights.parameter("weight", shape), try weights.parameter("bias", shape))
        let mean = try weights.parameter("running_mean", shape)
        let variance = try weights.parameter("running_var", shape)
        guard [scale, shift, mean, variance].allSatisfy({ $0.count == channels }), bias.map({ $0.count > 0 }) ?? true
        else {
            // One of them is missing. The reader has recorded it, and the graph will not be used.
            return (Parameter(missing: shape), Parameter(missing: shape))
        }
        let factors = (0..<channels).map { channel in
            Double(scale.values[channel]) / (Double(variance.values[channel]) + Double(epsilon)).squareRoot()
        }
        let factor = Parameter(shape: shape) { values in
            for channel in 0..<channels { values[channel] = Float(factors[channel]) }
        }
        let sum = Parameter(shape: shape) { values in
            for channel in 0..<channels {
                let before = Double(bias?.values[channel] ?? 0) - Double(mean.values[channel])
                values[channel] = Float(before * factors[channel] + Double(shift.values[channel]))
            }
        }
        return (factor, sum)
    }

    /// Returns whether a tensor is the mean or the variance of a batch norm.
    static func isStatistic(_ tensor: String) -> Bool {
        tensor.hasSuffix(".running_mean") || tensor.hasSuffix(".running_var")
    }

    /// Returns the norm as an operation of its own, for one that does not follow a convolution.
    func operation(channels: Int) throws(EngineError) -> Scale {
        let (factor, shift) = try folded(channels: channels)
        return Scale(factor: factor, shift: shift)
    }
}
