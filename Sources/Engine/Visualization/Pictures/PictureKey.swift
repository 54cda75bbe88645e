import Compute
import Foundation
import Models
import Platform

/// What a picture is kept under: the SHA-256 of everything that makes it again.
///
/// That is the recipe of this picture alone, the facts of the model that the recipe's hash of the weights does not
/// cover, and ``revision``. Two keys are equal where the pictures are, to the rounding of the machine's arithmetic.
///
/// The recipe is hashed as version 1 spelled it (``RecipeOfVersionOne``), whatever version the picture's file carries,
/// so that pictures are found which were kept before there was another.
public struct PictureKey: Hashable, Sendable {
    /// Goes up when the same recipe no longer makes the same picture: what was kept before is then no longer found.
    public static let revision = 1

    private let value: Recipe
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
        value = recipe
        self.facts = facts
        name = Self.name(of: try Recipe.text(of: RecipeOfVersionOne(recipe)), facts: facts, revision: Self.revision)
    }

    /// The recipe as text, which the picture's file carries.
    public var recipe: String {
        guard let text = try? value.json() else { preconditionFailure("the name was made of the same numbers") }
        return text
    }

    /// The name that a file's own texts ask for.
    ///
    /// - Parameter recipe: the text of a recipe of any version, or any other text, whose name no recipe has.
    static func name(ofFile recipe: String, facts: String, revision: Int) -> String {
        // What version 1 wrote is hashed as it stands: it may say outright what the spelling would leave out.
        let isOfVersionOne =
            (try? JSONDecoder().decode(Version.self, from: Data(recipe.utf8)))?.version
            == RecipeOfVersionOne.version
        let spelled = isOfVersionOne ? nil : try? Recipe.text(of: RecipeOfVersionOne(Recipe(json: recipe)))
        return name(of: spelled ?? recipe, facts: facts, revision: revision)
    }

    private struct Version: Decodable {
        let version: Int
    }

    /// The names that the same picture may have been kept under where its recipe said outright what is as usual, as
    /// version 1 could: "copies": 1.
    var namesWithDefaults: [String] {
        RecipeOfVersionOne.Defaults.choices.dropFirst().compactMap { defaults in
            guard let text = try? Recipe.text(of: RecipeOfVersionOne(value, saying: defaults)) else { return nil }
            return Self.name(of: text, facts: facts, revision: Self.revision)
        }
    }

    private static func name(of recipe: String, facts: String, revision: Int) -> String {
        ContentHash.sha256(of: "\(revision)\n\(facts)\n\(recipe)")
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
