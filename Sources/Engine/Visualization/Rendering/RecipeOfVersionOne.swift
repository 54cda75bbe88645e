import Images
import Models

/// A recipe in the format of version 1: the last stage's properties in the recipe itself, the stages before it as a
/// list, defaults omitted or spelled out, and British keys.
///
/// Recipes of that version are in pictures, in atlases and in notebooks, and are decoded by this type. Pictures are
/// kept under a hash of this format (``PictureKey``), including new ones, so that those kept before version 2 are
/// found. Anything that version 1 could not express must be spelled in a way that no recipe of version 1 uses: as an
/// optional here, nil for the default.
struct RecipeOfVersionOne: Codable {
    static let version = 1

    private let version: Int
    private let model: String
    private let weightsHash: String
    private let inputSize: PixelSize?
    private let modelSettings: ModelSettings?
    private let interventions: [Intervention]?
    private let objectives: [Objective]
    private let seeds: [UInt64]
    private let earlierStages: [Stage]?
    private let width: Int
    private let height: Int
    private let steps: Int
    private let procedure: OldProcedure
    private let starts: Int?
    private let stopAfter: Int?

    private struct Stage: Codable {
        let width: Int
        let height: Int
        let steps: Int
        let procedure: OldProcedure
    }

    /// The properties whose default version 1 could omit or spell out, with the same meaning.
    struct Defaults: OptionSet {
        let rawValue: Int

        static let sight = Defaults(rawValue: 1)
        static let copies = Defaults(rawValue: 2)
        static let corrections = Defaults(rawValue: 4)
        static let normalization = Defaults(rawValue: 8)
        static let best = Defaults(rawValue: 16)

        /// Every combination of them, beginning with none.
        static let choices = (0..<32).map(Defaults.init(rawValue:))
    }

    /// Creates the version 1 form of a recipe.
    ///
    /// - Parameter defaults: the defaults that are spelled out in every stage.
    init(_ recipe: Recipe, saying defaults: Defaults = []) {
        let seesWindow = recipe.stages.contains { $0.procedure.sight == .window }
        let stages = recipe.stages.map { stage in
            // Only the article's recipe spelled out that its first stage shows the whole picture.
            let isArticle = seesWindow && stage.procedure.corrections.contains(where: \.isBlur)
            return Stage(
                width: stage.width, height: stage.height, steps: stage.steps,
                procedure: OldProcedure(stage.procedure, saying: isArticle ? defaults.union(.sight) : defaults))
        }
        let last = stages[stages.count - 1]
        version = Self.version
        model = recipe.model
        weightsHash = recipe.weightsHash
        inputSize = recipe.inputSize
        modelSettings = recipe.modelSettings
        interventions = recipe.interventions.isEmpty ? nil : recipe.interventions
        objectives = recipe.objectives
        seeds = recipe.seeds
        earlierStages = stages.count > 1 ? Array(stages.dropLast()) : nil
        (width, height, steps, procedure) = (last.width, last.height, last.steps, last.procedure)
        starts = recipe.starts
        stopAfter = recipe.stopAfter
    }

    /// The recipe that this is the version 1 form of.
    var recipe: Recipe {
        let last = Stage(width: width, height: height, steps: steps, procedure: procedure)
        var recipe = Recipe(
            model: model, weightsHash: weightsHash, objectives: objectives, seeds: seeds,
            stages: ((earlierStages ?? []) + [last]).map { stage in
                RenderStage(
                    width: stage.width, height: stage.height, steps: stage.steps, procedure: stage.procedure.value)
            })
        recipe.inputSize = inputSize
        recipe.modelSettings = modelSettings
        recipe.interventions = interventions ?? []
        recipe.starts = starts
        recipe.stopAfter = stopAfter
        return recipe
    }
}

extension Correction {
    fileprivate var isBlur: Bool { if case .blur = self { true } else { false } }
}

/// A procedure in version 1: `skipsNormalisation` instead of `skipsNormalization`, and nil for defaults.
private struct OldProcedure: Codable {
    private let parameterization: OldParameterization
    private let sight: Sight?
    private let transforms: [OldTransform]
    private let optimizer: OldOptimizer
    private let copies: Int?
    private let corrections: [Correction]?
    private let skipsNormalisation: Bool?
    private let keepsBest: Bool?
    /// Newer than version 1. Keys of kept pictures need it: without it two recipes would share one.
    private let branchGradient: Float?

    /// Creates the version 1 form of a procedure.
    ///
    /// - Parameter defaults: the defaults that are spelled out.
    init(_ procedure: Procedure, saying defaults: RecipeOfVersionOne.Defaults) {
        func spelled<Part: Equatable>(
            _ part: Part, default defaultPart: Part, _ key: RecipeOfVersionOne.Defaults
        ) -> Part? { part == defaultPart && !defaults.contains(key) ? nil : part }
        parameterization = OldParameterization(value: procedure.parameterization)
        sight = spelled(procedure.sight, default: .whole, .sight)
        transforms = procedure.transforms.map(OldTransform.init(value:))
        optimizer = OldOptimizer(value: procedure.optimizer)
        copies = spelled(procedure.copies, default: 1, .copies)
        corrections = spelled(procedure.corrections, default: [], .corrections)
        skipsNormalisation = spelled(procedure.skipsNormalization, default: false, .normalization)
        keepsBest = spelled(procedure.keepsBest, default: false, .best)
        branchGradient = procedure.branchGradient == 1 ? nil : procedure.branchGradient
    }

    var value: Procedure {
        Procedure(
            parameterization: parameterization.value, sight: sight ?? .whole, transforms: transforms.map(\.value),
            optimizer: optimizer.value, copies: copies ?? 1, corrections: corrections ?? [],
            branchGradient: branchGradient ?? 1,
            skipsNormalization: skipsNormalisation ?? false, keepsBest: keepsBest ?? false)
    }
}

/// A parameterization in version 1: `colour` instead of `color`.
private struct OldParameterization: Codable {
    let value: Parameterization

    private enum Spelling: Codable {
        case pixels(start: OldStart, colour: Color)
        /// The last two are newer than version 1. Keys of kept pictures need them: without them two recipes would share one.
        case fourier(
            deviation: Float, decay: Float, colour: Color, start: OldStart?, keepsMean: Bool? = nil,
            longestWave: Float? = nil)
        case phase(magnitude: FrequencyMagnitude, contrast: Float, colour: Color)
    }

    init(value: Parameterization) { self.value = value }

    init(from decoder: any Decoder) throws {
        value =
            switch try Spelling(from: decoder) {
            case .pixels(let start, let color): .pixels(start: start.value, color: color)
            case .fourier(let deviation, let decay, let color, let start, let keepsMean, let longestWave):
                .fourier(
                    deviation: deviation, decay: decay, color: color, start: start?.value, keepsMean: keepsMean,
                    longestWave: longestWave)
            case .phase(let magnitude, let contrast, let color):
                .phase(magnitude: magnitude, contrast: contrast, color: color)
            }
    }

    func encode(to encoder: any Encoder) throws {
        let spelling: Spelling =
            switch value {
            case .pixels(let start, let color): .pixels(start: OldStart(value: start), colour: color)
            case .fourier(let deviation, let decay, let color, let start, let keepsMean, let longestWave):
                .fourier(
                    deviation: deviation, decay: decay, colour: color, start: start.map(OldStart.init(value:)),
                    keepsMean: keepsMean, longestWave: longestWave)
            case .phase(let magnitude, let contrast, let color):
                .phase(magnitude: magnitude, contrast: contrast, colour: color)
            }
        try spelling.encode(to: encoder)
    }
}

/// A start in version 1: `grey` instead of `gray`.
private struct OldStart: Codable {
    let value: PictureStart

    private enum Key: String, CodingKey { case grey }
    private enum Spelling: Codable { case grey(level: Float) }

    init(value: PictureStart) { self.value = value }

    init(from decoder: any Decoder) throws {
        if try decoder.container(keyedBy: Key.self).contains(.grey) {
            switch try Spelling(from: decoder) {
            case .grey(let level): value = .gray(level: level)
            }
        } else {
            value = try PictureStart(from: decoder)
        }
    }

    func encode(to encoder: any Encoder) throws {
        if case .gray(let level) = value { return try Spelling.grey(level: level).encode(to: encoder) }
        try value.encode(to: encoder)
    }
}

/// A transform in version 1: `colourShift` instead of `colorShift`.
private struct OldTransform: Codable {
    let value: Transform

    private enum Key: String, CodingKey { case colourShift }
    private enum Spelling: Codable { case colourShift(gain: Float, offset: Float) }

    init(value: Transform) { self.value = value }

    init(from decoder: any Decoder) throws {
        if try decoder.container(keyedBy: Key.self).contains(.colourShift) {
            switch try Spelling(from: decoder) {
            case .colourShift(let gain, let offset): value = .colorShift(gain: gain, offset: offset)
            }
        } else {
            value = try Transform(from: decoder)
        }
    }

    func encode(to encoder: any Encoder) throws {
        if case .colorShift(let gain, let offset) = value {
            return try Spelling.colourShift(gain: gain, offset: offset).encode(to: encoder)
        }
        try value.encode(to: encoder)
    }
}

/// An optimizer in version 1: `normalisation` instead of `normalization`.
private struct OldOptimizer: Codable {
    let value: Optimizer

    private enum Key: String, CodingKey { case ascent, momentum }
    private enum Spelling: Codable {
        case ascent(rate: Schedule, normalisation: GradientNormalization)
        case momentum(rate: Schedule, decay: Float, normalisation: GradientNormalization)
    }

    init(value: Optimizer) { self.value = value }

    init(from decoder: any Decoder) throws {
        if try decoder.container(keyedBy: Key.self).allKeys.isEmpty {
            value = try Optimizer(from: decoder)
        } else {
            value =
                switch try Spelling(from: decoder) {
                case .ascent(let rate, let normalization): .ascent(rate: rate, normalization: normalization)
                case .momentum(let rate, let decay, let normalization):
                    .momentum(rate: rate, decay: decay, normalization: normalization)
                }
        }
    }

    func encode(to encoder: any Encoder) throws {
        switch value {
        case .adam, .nadam: try value.encode(to: encoder)
        case .ascent(let rate, let normalization):
            try Spelling.ascent(rate: rate, normalisation: normalization).encode(to: encoder)
        case .momentum(let rate, let decay, let normalization):
            try Spelling.momentum(rate: rate, decay: decay, normalisation: normalization).encode(to: encoder)
        }
    }
}
