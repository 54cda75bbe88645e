import Compute
import Models
import Platform

extension Model {
    /// Returns the direction that a neuron reads: its row in the linear layer that computes it, before any activation function.
    ///
    /// For a logit it is the class's row of the head, for a latent its row of the dictionary's encoder.
    ///
    /// - Parameter target: one neuron, in whatever tokens.
    /// - Returns: `[features]` of what the linear layer reads.
    /// - Throws: ``EngineError/invalidObjective(reason:)`` if the target is not one neuron, or if no linear layer computes it;
    ///   ``EngineError/unknownLayer(address:model:near:)``, ``EngineError/outOfRange(what:index:count:place:)``.
    public func direction(of target: Target) throws(EngineError) -> Tensor {
        let shape = try layer(target.layer).shape
        let features = try target.featureIndices(in: shape)
        guard features.count == 1, var node = graph.node(target.layer) else {
            throw .invalidObjective(
                reason: "\(target.words()) is \(features.count) neurons, and a direction is that of one. Choose one: "
                    + "`.neuron(0)`.")
        }
        while let operation = graph.nodes[node].operation, let input = graph.nodes[node].inputs.first {
            switch operation.descriptor {
            case .linear(let weight, _):
                return weight.rows(features[0]..<features[0] + 1).reshaped([weight.shape.count / weight.shape[0]])
                    .tensor
            case .alterElements: node = input
            case let descriptor where descriptor.isActivation: node = input
            case let descriptor:
                throw .invalidObjective(
                    reason:
                        "\(target.words()) is not computed by a linear layer, but by “\(descriptor.name)”, so it reads "
                        + "no one direction. The neurons of `.mlp`, `.mlp.hidden` and `.attn` and the logits do.")
            }
        }
        throw .invalidObjective(reason: "\(target.words()) is the picture itself, which reads nothing.")
    }
}
