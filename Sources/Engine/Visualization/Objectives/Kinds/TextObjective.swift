import Compute
import Models
import Platform

/// The cosine of a picture's features with those of a text, in a model that compares both: CLIP, SigLIP.
///
/// A recipe holds the text, and its features too, so that the picture can be made again without the text tower's
/// vocabulary. See ``CosineTerm``.
struct TextObjective: LayerObjective {
    /// The features of the whole picture.
    var target: Target
    /// The text, for people.
    var text: String
    /// A number for each feature: the text's direction.
    var vector: [Float]

    private enum CodingKeys: String, CodingKey { case target = "text", text = "words", vector }

    static var key: String { CodingKeys.target.rawValue }
    var photographs: [PhotographReference] { [] }
    var isActivation: Bool { false }
    var isActivationPart: Bool { true }

    func words(target words: (Target) -> String) -> String { "“\(text)”" }

    func term(
        of elements: SelectedElements, in shape: LayerShape, references: ReferenceActivations
    ) throws(EngineError) -> any LayerTerm {
        guard vector.count == elements.features.count else {
            throw .invalidObjective(
                reason: "The features of “\(text)” are \(vector.count) numbers, and \(target.words()) of "
                    + "\(target.model) has \(elements.features.count): they are another model's.")
        }
        guard vector.allSatisfy(\.isFinite), vector.contains(where: { $0 != 0 }) else {
            throw .invalidValue(
                what: "The features of “\(text)”", found: "infinite, not numbers, or 0 everywhere",
                expected: "finite numbers")
        }
        let rows = elements.rows.flatMap { _ in vector }
        return CosineTerm(elements, reference: rows, isDistance: false)
    }
}

extension Objective {
    /// Returns the cosine of the picture's features with those of a text.
    ///
    /// - Parameters:
    ///   - target: the model's features of the whole picture, `embedding`.
    ///   - vector: the text's features, a number for each of the target's; their length does not matter.
    public static func text(_ text: String, _ target: Target, vector: [Float]) -> Objective {
        Objective(TextObjective(target: target, text: text, vector: vector))
    }
}

extension Model {
    /// Returns the objective that a picture shows what a text says.
    ///
    /// - Throws: ``TextError/noTextTower(model:family:)``.
    public func objective(of text: TextTower.Embedding) throws(EngineError) -> Objective {
        _ = try textTower()
        return .text(text.text, Target(model: name, layer: "embedding"), vector: text.direction)
    }
}
