import Compute
import Platform

/// The dot product of each token's features with a vector, averaged over a target's tokens; times
/// max(.1, cosine)^`cosinePower`. See ``DirectionTerm``.
struct DirectionObjective: LayerObjective {
    var target: Target
    /// A number for each of the target's features.
    var vector: [Float]
    var cosinePower: Float

    private enum CodingKeys: String, CodingKey { case target = "direction", vector, cosinePower }

    static var key: String { CodingKeys.target.rawValue }
    var photographs: [PhotographReference] { [] }
    var isActivation: Bool { false }
    var isActivationPart: Bool { true }

    func words(target words: (Target) -> String) -> String {
        "\(vectorWords) · \(words(target))" + DirectionTerm.words(ofPower: cosinePower)
    }

    /// "(0.5, −1)", or "(0.5, −1, 0, … 128 numbers)".
    private var vectorWords: String {
        let shown = vector.prefix(vector.count > 4 ? 3 : 4).map(Objective.number).joined(separator: ", ")
        return vector.count > 4 ? "(\(shown), … \(vector.count) numbers)" : "(\(shown))"
    }

    func term(
        of elements: SelectedElements, in shape: LayerShape, references: ReferenceActivations
    ) throws(EngineError) -> any LayerTerm {
        let width = elements.features.count
        guard vector.count == width else {
            throw .invalidObjective(
                reason: "The direction has \(vector.count) \(vector.count == 1 ? "number" : "numbers"), and "
                    + "\(target.words()) of \(target.model) has \(width) \(width == 1 ? "feature" : "features"): "
                    + "give it one for each.")
        }
        guard vector.allSatisfy(\.isFinite) else {
            throw .invalidValue(
                what: "A number in the direction", found: "infinite or not a number", expected: "finite")
        }
        guard vector.contains(where: { $0 != 0 }) else {
            throw .invalidObjective(reason: "The direction is 0 everywhere, so it points nowhere.")
        }
        try DirectionTerm.validate(power: cosinePower)
        return DirectionTerm(elements, vectors: vector, power: cosinePower)
    }
}

extension Objective {
    /// Returns the dot product of each token's features with a vector, averaged over the target's tokens; times max(.1,
    /// cosine)^`cosinePower`. See ``DirectionTerm``.
    ///
    /// The vector has a number for each of the target's features.
    public static func direction(_ target: Target, _ vector: [Float], cosinePower: Float = 0) -> Objective {
        Objective(DirectionObjective(target: target, vector: vector, cosinePower: cosinePower))
    }
}
