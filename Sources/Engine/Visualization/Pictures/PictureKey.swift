import Compute
import Foundation
import Models
import Platform

/// The key under which a picture is kept: the SHA-256 of everything that determines it.
///
/// That is the recipe of this picture alone, the facts about the model that the recipe's hash of the weights does not
/// cover, and ``revision``. Two keys are equal if the pictures are, up to the rounding of the machine's arithmetic.
///
/// The recipe is hashed in the spelling of version 1 (``RecipeOfVersionOne``), regardless of the version in the
/// picture's file, so that pictures kept before version 2 are found.
public struct PictureKey: Hashable, Sendable {
    /// The revision of rendering: it is increased when the same recipe no longer makes the same picture, so that older
    /// pictures are no longer found.
    public static let revision = 1

    private let value: Recipe
    /// The facts about the model besides its weights: ``RenderSubject/pictureFacts``.
    public let facts: String
    /// The hash in hexadecimal: 64 digits.
    public let name: String

    /// Creates the key of a recipe for one picture.
    ///
    /// - Parameter facts: ``RenderSubject/pictureFacts`` of the model.
    /// - Throws: ``EngineError`` `.invalidValue` if a number in the recipe is NaN or infinite.
    /// - Precondition: the recipe has exactly one objective.
    public init(_ recipe: Recipe, facts: String) throws(EngineError) {
        precondition(recipe.objectives.count == 1, "a key is of one picture")
        value = recipe
        self.facts = facts
        name = Self.name(of: try Recipe.text(of: RecipeOfVersionOne(recipe)), facts: facts, revision: Self.revision)
    }

    /// The recipe as text, which is written into the picture's file.
    public var recipe: String {
        guard let text = try? value.json() else { preconditionFailure("the name was made of the same numbers") }
        return text
    }

    /// Returns the name that follows from the texts in a file.
    ///
    /// - Parameter recipe: the text of a recipe of any version, or any other text, which gives a name that no recipe has.
    static func name(ofFile recipe: String, facts: String, revision: Int) -> String {
        // Text from version 1 is hashed unchanged: it may contain defaults that the spelling would omit.
        let isOfVersionOne =
            (try? JSONDecoder().decode(Version.self, from: Data(recipe.utf8)))?.version
            == RecipeOfVersionOne.version
        let spelled = isOfVersionOne ? nil : try? Recipe.text(of: RecipeOfVersionOne(Recipe(json: recipe)))
        return name(of: spelled ?? recipe, facts: facts, revision: revision)
    }

    private struct Version: Decodable {
        let version: Int
    }

    /// The other names under which the same picture may be kept, if its recipe spelled out defaults, as version 1
    /// could: "copies": 1.
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
    /// Returns the recipe of one picture of the sheet, as if it were rendered alone.
    public func alone(_ index: Int) -> Recipe {
        var recipe = self
        recipe.objectives = [objectives[index]]
        recipe.seeds = [seeds[index]]
        return recipe
    }

    /// Whether each picture of the sheet is the same as if it were rendered alone, because none is compared with
    /// another.
    public var makesPicturesAlone: Bool { !objectives.contains(where: \.comparesPictures) }
}

extension Model {
    /// The family, the input, its normalization and the digest of the graph, which depends on the configuration and on
    /// the arguments of `load`. If the pictures are not computed by the reference backend, its arithmetic too:
    /// ``Backend/arithmetic``.
    public var pictureFacts: String {
        "\(family), \(inputSize.width) × \(inputSize.height), \(normalization.words), graph \(digest.sha256.prefix(32))"
            + arithmetic
    }

    /// The arithmetic of the backend and of the processor beside it, as far as it differs from the reference; otherwise empty.
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
