import Foundation

/// What a model takes a picture for.
public struct Classification: Sendable {
    /// One class and how likely it is.
    public struct Candidate: Hashable, Sendable {
        /// The class's place among the logits.
        public let index: Int
        /// The class's name; "class 7" where the model has no names.
        public let name: String
        /// The logit.
        public let logit: Float
        /// The softmax of the logits, 0…1.
        public let probability: Float
    }

    /// The model's name.
    public let model: String
    /// Every class, most likely first; equal ones in the order of the logits.
    public let candidates: [Candidate]

    /// Classifies `image` after the model's own preprocessing.
    ///
    /// - Throws: ``EngineError/unknownLayer(address:model:near:)`` for a model without logits;
    ///   ``EngineError/tooLarge(what:neededBytes:availableBytes:)``.
    public init(of image: Image, by model: Model) throws(EngineError) {
        self.init(logits: try model.logits(of: model.preprocessing.tensor(of: image)), model: model)
    }

    init(logits: Tensor, model: Model) {
        let largest = logits.values.max() ?? 0
        let exponentials = logits.values.map { exp($0 - largest) }
        let sum = exponentials.reduce(0, +)
        self.model = model.name
        candidates = logits.values.indices
            .map { index in
                Candidate(
                    index: index,
                    name: model.classes.isEmpty ? "class \(index)" : model.classes[index],
                    logit: logits.values[index], probability: exponentials[index] / sum)
            }
            .sorted { ($1.logit, $0.index) < ($0.logit, $1.index) }
    }
}

extension Model {
    /// The logits of one normalised input.
    ///
    /// - Parameter input: `[3, height, width]`, as ``Preprocessing/tensor(of:)`` makes it.
    /// - Returns: `[classes]`.
    /// - Throws: ``EngineError/unknownLayer(address:model:near:)`` for a model without logits;
    ///   ``EngineError/shapeMismatch(place:expected:found:)`` for an input of another size.
    public func logits(of input: Tensor) throws(EngineError) -> Tensor {
        let expected: Shape = [3, imageSize.height, imageSize.width]
        guard input.shape == expected else {
            throw .shapeMismatch(place: "The input of \(name)", expected: expected, found: input.shape)
        }
        let executor = try makeExecutor(layers: ["logits"], batch: 1, gradient: false)
        _ = executor.input.update(fromContentsOf: input.values)
        try executor.forward(cancellation: nil)
        let logits = Array(executor.output("logits"))
        return Tensor(logits, shape: [logits.count])
    }
}
