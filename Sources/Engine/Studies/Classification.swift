import Compute
import Foundation
import Images
import Models
import Platform

/// A model's classification of a picture.
public struct Classification: Sendable {
    /// One class and how likely it is.
    public struct Candidate: Hashable, Sendable {
        /// The class's index among the logits.
        public let index: Int
        /// The class's name; "class 7" if the model has no names.
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
    /// - Throws: ``EngineError/noLogits(model:)``; ``EngineError/nonFiniteLogits(model:nonFinite:count:)``;
    ///   ``EngineError/tooLarge(what:neededBytes:availableBytes:)``.
    public init(of image: Image, by model: Model) throws(EngineError) {
        try self.init(logits: try model.logits(of: model.preprocessing.tensor(of: image)), model: model)
    }

    init(logits: Tensor, model: Model) throws(EngineError) {
        // −∞ is a class that is ruled out. With NaN or ∞, or when all classes are ruled out, nothing can be compared.
        let bad = logits.values.count { $0.isNaN || $0 == .infinity }
        let largest = logits.values.max() ?? 0
        guard bad == 0, largest.isFinite else {
            throw .nonFiniteLogits(
                model: model.name, nonFinite: logits.values.count { !$0.isFinite }, count: logits.values.count)
        }
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
