import Foundation
import Images
import Models
import Platform

/// The coding of recipes: version 2 is written; version 1 is read too, see ``RecipeOfVersionOne``.
extension Recipe: Codable {
    /// The version of the format that this code writes.
    public static let currentVersion = 2

    private enum CodingKeys: String, CodingKey {
        case version, model, weightsHash, inputSize, modelSettings, interventions, objectives, seeds, stages, starts,
            stopAfter
    }

    /// Reads a recipe of any version.
    ///
    /// - Throws: ``EngineError`` `.invalidValue` for an unknown version; `DecodingError`.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let version = try container.decode(Int.self, forKey: .version)
        if version == RecipeOfVersionOne.version {
            self = try RecipeOfVersionOne(from: decoder).recipe
            return
        }
        guard version == Self.currentVersion else {
            throw EngineError.invalidValue(
                what: "The recipe's version", found: "\(version)",
                expected: "\(RecipeOfVersionOne.version) or \(Self.currentVersion)")
        }
        let stages = try container.decode([RenderStage].self, forKey: .stages)
        guard !stages.isEmpty else {
            throw DecodingError.dataCorruptedError(
                forKey: .stages, in: container, debugDescription: "a recipe has at least one stage")
        }
        self.init(
            model: try container.decode(String.self, forKey: .model),
            weightsHash: try container.decode(String.self, forKey: .weightsHash),
            objectives: try container.decode([Objective].self, forKey: .objectives),
            seeds: try container.decode([UInt64].self, forKey: .seeds), stages: stages)
        inputSize = try container.decodeIfPresent(PixelSize.self, forKey: .inputSize)
        modelSettings = try container.decodeIfPresent(ModelSettings.self, forKey: .modelSettings)
        interventions = try container.decodeIfPresent([Intervention].self, forKey: .interventions) ?? []
        starts = try container.decodeIfPresent(Int.self, forKey: .starts)
        stopAfter = try container.decodeIfPresent(Int.self, forKey: .stopAfter)
    }

    /// Writes the recipe in the format of version 2.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(Self.currentVersion, forKey: .version)
        try container.encode(model, forKey: .model)
        try container.encode(weightsHash, forKey: .weightsHash)
        try container.encodeIfPresent(inputSize, forKey: .inputSize)
        try container.encodeIfPresent(modelSettings, forKey: .modelSettings)
        if !interventions.isEmpty { try container.encode(interventions, forKey: .interventions) }
        try container.encode(objectives, forKey: .objectives)
        try container.encode(seeds, forKey: .seeds)
        try container.encode(stages, forKey: .stages)
        try container.encodeIfPresent(starts, forKey: .starts)
        try container.encodeIfPresent(stopAfter, forKey: .stopAfter)
    }

    /// Returns the recipe as text with its keys in order, so that equal recipes are equal texts.
    ///
    /// - Throws: ``EngineError`` `.invalidValue` if a number in it is NaN or infinite.
    public func json() throws(EngineError) -> String { try Self.text(of: self) }

    /// Returns the text of a recipe in any format.
    ///
    /// - Throws: as ``json()`` does.
    static func text(of spelling: some Encodable) throws(EngineError) -> String {
        do {
            return String(decoding: try JSONEncoder.sorted.encode(spelling), as: UTF8.self)
        } catch {
            throw .invalidValue(
                what: "A number in the recipe", found: "infinite or not a number", expected: "a finite number"
            )
        }
    }

    /// Reads what ``json()`` wrote, in this version or an earlier one.
    ///
    /// - Throws: ``EngineError`` `.invalidValue` that describes the problem and its place.
    public init(json: String) throws(EngineError) {
        do {
            self = try JSONDecoder().decode(Recipe.self, from: Data(json.utf8))
        } catch let error as EngineError {
            throw error
        } catch {
            throw .invalidValue(
                what: "The recipe", found: "not readable: \(Self.reason(error))",
                expected: "a recipe that Vitrine wrote")
        }
    }

    private static func reason(_ error: any Error) -> String {
        func path(_ path: [any CodingKey]) -> String {
            path.isEmpty ? "" : " at \(path.map(\.stringValue).joined(separator: "."))"
        }
        return switch error {
        case DecodingError.keyNotFound(let key, let context):
            "there is no “\(key.stringValue)”\(path(context.codingPath))"
        case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
            "a value of another kind is expected\(path(context.codingPath))"
        case DecodingError.dataCorrupted(let context):
            context.codingPath.isEmpty
                ? "it is not JSON" : "\(context.debugDescription)\(path(context.codingPath))"
        default: "it is not JSON"
        }
    }
}
