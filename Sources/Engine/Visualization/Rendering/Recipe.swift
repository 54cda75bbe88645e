import Foundation
import Images
import Models
import Platform

/// Everything that makes a sheet of pictures again, as a value that is written beside them.
///
/// The same recipe on the same machine gives the same bytes, whatever the number of threads.
public struct Recipe: Codable, Hashable, Sendable {
    /// The version of this format that this code writes.
    public static let currentVersion = 1

    /// The version of the format.
    public var version: Int
    /// The model's name.
    public var model: String
    /// The SHA-256 of the model's weights in hexadecimal; empty where any weights will do.
    public var weightsHash: String
    /// What the model's input was stretched to, in pixels; nil for the model's own.
    public var inputSize: PixelSize?
    /// What was said of the model when it was loaded, as no file tells it; nil for nothing.
    public var modelSettings: ModelSettings?
    /// What is maximized, one for each picture.
    public var objectives: [Objective]
    /// Where each picture's randomness starts.
    public var seeds: [UInt64]
    /// The stages before the last one, where there are several; nil for none.
    public var earlierStages: [RenderStage]?
    /// The width of a picture in pixels, at the end.
    public var width: Int
    /// The height of a picture in pixels, at the end.
    public var height: Int
    /// How many steps the last stage has.
    public var steps: Int
    /// How the picture is sought in the last stage.
    public var procedure: Procedure
    /// How often a picture is begun at most where its target does not respond; nil for once, as it comes.
    ///
    /// A target that lies behind an activation function responds when its value is above 0. Until it does, what comes before
    /// the function is climbed; where that leads nowhere, the picture is begun anew from another seed. The one that
    /// responds first is kept, or the best.
    public var starts: Int?
    /// After how many steps of all stages to stop: where an interrupted render stood.
    ///
    /// Schedules go by each stage's steps.
    public var stopAfter: Int?

    /// A recipe for one picture for each objective.
    ///
    /// - Parameter seed: of the first picture; the next one has the next number, and so on.
    public init(
        model: String, weightsHash: String, objectives: [Objective], seed: UInt64, width: Int, height: Int,
        steps: Int, procedure: Procedure
    ) {
        self.init(
            model: model, weightsHash: weightsHash, objectives: objectives,
            seeds: objectives.indices.map { seed &+ UInt64($0) }, width: width, height: height, steps: steps,
            procedure: procedure)
    }

    /// A recipe for one picture for each objective, each with its own seed.
    public init(
        model: String, weightsHash: String, objectives: [Objective], seeds: [UInt64], width: Int, height: Int,
        steps: Int, procedure: Procedure
    ) {
        version = Self.currentVersion
        self.model = model
        self.weightsHash = weightsHash
        self.objectives = objectives
        self.seeds = seeds
        self.width = width
        self.height = height
        self.steps = steps
        self.procedure = procedure
    }

    /// All stages in order; at least one.
    public var stages: [RenderStage] {
        get { (earlierStages ?? []) + [RenderStage(width: width, height: height, steps: steps, procedure: procedure)] }
        set {
            precondition(!newValue.isEmpty, "a recipe has at least one stage")
            let last = newValue[newValue.count - 1]
            (width, height, steps, procedure) = (last.width, last.height, last.steps, last.procedure)
            earlierStages = newValue.count > 1 ? Array(newValue.dropLast()) : nil
        }
    }

    /// How many steps all stages have together.
    public var totalSteps: Int { stages.reduce(0) { $0 + $1.steps } }

    /// Leaves one stage with the steps of all: the last, under the first's disturbances, which shapes are sought with.
    package mutating func joinStages() {
        procedure.transforms = stages[0].procedure.transforms
        steps = totalSteps
        earlierStages = nil
    }

    /// The photographs that pictures start from or are compared with, each once.
    public var photographs: [PhotographReference] {
        var seen = Set<PhotographReference>()
        let starts = stages.compactMap { stage -> PhotographReference? in
            if case .photograph(let photograph) = stage.procedure.parameterization.start { photograph } else { nil }
        }
        return (starts + objectives.flatMap { $0.references.map(\.photograph) }).filter { seen.insert($0).inserted }
    }

    /// The recipe as text: keys in order, so that equal recipes are equal texts.
    ///
    /// - Throws: ``EngineError`` `.invalidValue` where a number in it is infinite or none.
    public func json() throws(EngineError) -> String {
        do {
            return String(decoding: try JSONEncoder.sorted.encode(self), as: UTF8.self)
        } catch {
            throw .invalidValue(
                what: "A number in the recipe", found: "infinite or not a number", expected: "a finite number"
            )
        }
    }

    /// Reads what ``json()`` wrote.
    ///
    /// - Throws: ``EngineError`` `.invalidValue` that says where the text is wrong.
    public init(json: String) throws(EngineError) {
        do {
            self = try JSONDecoder().decode(Recipe.self, from: Data(json.utf8))
        } catch {
            throw .invalidValue(
                what: "The recipe", found: "not readable: \(Self.reason(error))",
                expected: "a recipe that Vitrine wrote")
        }
        guard version == Self.currentVersion else {
            throw .invalidValue(
                what: "The recipe's version", found: "\(version)", expected: "\(Self.currentVersion)")
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
