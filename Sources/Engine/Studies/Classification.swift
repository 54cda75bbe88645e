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
        /// The softmax of the logits, 0…1; of independent classes, how likely each is by itself.
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
        let names = logits.values.indices.map { model.classes.isEmpty ? "class \($0)" : model.classes[$0] }
        try self.init(logits: logits, names: names, model: model.name)
    }

    /// Creates the classification that follows from logits.
    ///
    /// - Parameter areIndependent: whether each class is likely or not by itself, 1 / (1 + e^−logit), instead of one of
    ///   them being true.
    init(
        logits: Tensor, names: [String], model: String, areIndependent: Bool = false
    ) throws(EngineError) {
        // −∞ is a class that is ruled out. With NaN or ∞, or when all classes are ruled out, nothing can be compared.
        let bad = logits.values.count { $0.isNaN || $0 == .infinity }
        let largest = logits.values.max() ?? 0
        guard bad == 0, largest.isFinite else {
            throw .nonFiniteLogits(
                model: model, nonFinite: logits.values.count { !$0.isFinite }, count: logits.values.count)
        }
        let exponentials = logits.values.map { exp($0 - largest) }
        let sum = exponentials.reduce(0, +)
        self.model = model
        candidates = logits.values.indices
            .map { index in
                Candidate(
                    index: index, name: names[index], logit: logits.values[index],
                    probability: areIndependent ? 1 / (1 + exp(-logits.values[index])) : exponentials[index] / sum)
            }
            .sorted { ($1.logit, $0.index) < ($0.logit, $1.index) }
    }
}
