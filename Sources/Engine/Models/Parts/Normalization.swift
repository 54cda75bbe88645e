import Compute
import Platform

/// How a model normalizes its rows of features.
enum Normalization: Sendable {
    /// Zero mean and unit variance, then a scale and a shift.
    case layer
    /// A root mean square of 1, then a scale.
    case rootMeanSquare
}

extension GraphBuilder {
    /// Adds a norm of each row.
    ///
    /// - Parameter weights: the scope of the norm's own tensors: `weight` and, for a layer norm, `bias`.
    mutating func norm(
        _ x: Result, _ weights: WeightReader, by normalization: Normalization, epsilon: Float
    ) throws(EngineError) -> Result {
        switch normalization {
        case .layer: try layerNorm(x, weights, epsilon: epsilon)
        case .rootMeanSquare:
            try apply(RMSNorm(scale: weights.parameter("weight", [x.shape[-1]]), epsilon: epsilon), x)
        }
    }
}
