import Compute
import Models
import Platform

/// An objective's values and its gradient with respect to the input.
public struct ObjectiveGradient: Sendable {
    /// The objective's value on each picture.
    public let values: [Float]
    /// ∂objective/∂input, of the input's shape.
    public let gradient: Tensor
}

extension Model {
    /// Returns the gradient of an objective with respect to the normalized input.
    ///
    /// - Parameters:
    ///   - objective: whose targets lie in this model.
    ///   - input: `[3, height, width]`, or `[pictures, 3, height, width]`; each picture has an objective of its own.
    ///   - references: the activations of photographs that the objective compares with; see
    ///     ``references(for:photographs:cancellation:)``.
    ///   - progress: called with the number of pictures done and their total number.
    /// - Throws: ``EngineError/invalidObjective(reason:)``, ``EngineError/outOfRange(what:index:count:place:)``,
    ///   ``EngineError/unknownLayer(address:model:near:)``, ``EngineError/shapeMismatch(place:expected:found:)``,
    ///   ``EngineError/tooLarge(what:neededBytes:availableBytes:)``, ``EngineError/cancelled``.
    public func gradient(
        of objective: Objective, at input: Tensor, references: ReferenceActivations = ReferenceActivations(),
        cancellation: Cancellation? = nil, progress: PictureProgress? = nil
    ) throws(EngineError) -> ObjectiveGradient {
        var layers = WantedLayers()
        let evaluation = try ObjectiveEvaluation(objective, model: name, references: references, layers: &layers) {
            address throws(EngineError) in try layer(address).shape
        }
        guard evaluation.pictureParts.isEmpty else {
            throw .invalidObjective(
                reason: "A part of “\(objective)” concerns the picture itself, not what \(name) computes from it: "
                    + "leave it out here.")
        }
        let batch = try InputBatch(input, of: self)
        var gradient = try FloatList(capacity: input.shape.count, what: "The gradient")
        var values: [Float] = []
        try batch.forEachPiece(of: self, layers: layers.addresses, gradient: true, progress: progress) {
            executor throws(EngineError) in
            try executor.forward(cancellation: cancellation)
            for picture in 0..<executor.plan.batch {
                values.append(evaluation.evaluate(on: executor, picture: picture, seedsGradient: true))
            }
            try executor.backward(cancellation: cancellation)
            executor.readInputGradient { gradient.append($0) }
        }
        return ObjectiveGradient(values: values, gradient: Tensor(gradient.floats, shape: input.shape))
    }
}
