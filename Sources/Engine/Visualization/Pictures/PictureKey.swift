import Compute
import Models
import Platform

/// What a picture is kept under: the SHA-256 of everything that makes it again.
///
/// That is the recipe of this picture alone, the facts of the model that the recipe's hash of the weights does not
/// cover, and ``revision``. Two keys are equal where the pictures are, to the rounding of the machine's arithmetic.
public struct PictureKey: Hashable, Sendable {
    /// Goes up when the same recipe no longer makes the same picture: what was kept before is then no longer found.
    public static let revision = 1

    /// The recipe as text, which the picture's file carries.
    public let recipe: String
    /// What the model is besides its weights: ``RenderSubject/pictureFacts``.
    public let facts: String
    /// The hash in hexadecimal: 64 digits.
    public let name: String

    /// The key of a recipe's only picture.
    ///
    /// - Parameter facts: ``RenderSubject/pictureFacts`` of the model.
    /// - Throws: ``EngineError`` `.invalidValue` where a number in the recipe is infinite or none.
    /// - Precondition: the recipe has one objective.
    public init(_ recipe: Recipe, facts: String) throws(EngineError) {
        precondition(recipe.objectives.count == 1, "a key is of one picture")
        self.init(recipe: try recipe.json(), facts: facts, revision: Self.revision)
    }

    /// The key that a file's own texts make.
    init(recipe: String, facts: String, revision: Int) {
        self.recipe = recipe
        self.facts = facts
        name = ContentHash.sha256(of: "\(revision)\n\(facts)\n\(recipe)")
    }
}

extension Recipe {
    /// The recipe of one picture of the sheet, as if it were rendered alone.
    public func alone(_ index: Int) -> Recipe {
        var recipe = self
        recipe.objectives = [objectives[index]]
        recipe.seeds = [seeds[index]]
        return recipe
    }

    /// Whether each picture of the sheet is the one that would be made alone: none is compared with another.
    public var makesPicturesAlone: Bool { !objectives.contains(where: \.comparesPictures) }
}

extension Objective {
    /// Whether the objective reads other pictures of its sheet.
    var comparesPictures: Bool {
        switch self {
        case .diversity, .alignment: true
        case .weighted(_, let objective), .named(_, let objective): objective.comparesPictures
        case .plus(let objectives): objectives.contains(where: \.comparesPictures)
        default: false
        }
    }
}

extension Model {
    /// The family, the input, its normalization and all that it computes: what a configuration beside the weights, a size
    /// that was asked for or any other argument of `load` has changed is in it. So is what computes it, where that is other
    /// than the reference: ``Backend/arithmetic``.
    public var pictureFacts: String {
        "\(family), \(inputSize.width) × \(inputSize.height), \(normalization.words), graph \(digest.sha256.prefix(32))"
            + arithmetic
    }

    /// What computes it and its pictures, where that is other than the reference.
    private var arithmetic: String {
        let parts = [backend.arithmetic, backend is CPUBackend ? nil : host.arithmetic].compactMap(\.self)
        return parts.isEmpty ? "" : ", computed by \(parts.joined(separator: " beside "))"
    }
}

extension RenderSubject {
    /// The input and its normalization.
    public var pictureFacts: String { "\(inputSize.width) × \(inputSize.height), \(normalization.words)" }
}

extension Normalization {
    fileprivate var words: String { "mean \(mean), deviation \(deviation)" }
}
