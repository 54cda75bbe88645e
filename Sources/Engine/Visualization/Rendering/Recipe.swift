import Images
import Models

/// Everything that determines a sheet of pictures, as a value that is stored with them.
///
/// The same recipe on the same machine gives the same bytes, with any number of threads.
public struct Recipe: Hashable, Sendable {
    /// The model's name.
    public var model: String
    /// The SHA-256 of the model's weights in hexadecimal; empty if any weights are accepted.
    public var weightsHash: String
    /// The size to which the model's input was stretched, in pixels; nil for the model's own.
    public var inputSize: PixelSize?
    /// The settings given when the model was loaded that are not in its files; nil for none.
    public var modelSettings: ModelSettings?
    /// The changes of the model's layers, in their order; none for the model as it was loaded.
    public var interventions: [Intervention] = []
    /// The objectives to maximize, one for each picture.
    public var objectives: [Objective]
    /// The seed of each picture's random numbers.
    public var seeds: [UInt64]
    /// The stages in order.
    ///
    /// - Precondition: there is at least one.
    public var stages: [RenderStage] {
        didSet { precondition(!stages.isEmpty, "a recipe has at least one stage") }
    }
    /// The maximum number of starts of a picture whose target does not respond; nil for a single start without this
    /// check.
    ///
    /// A target behind an activation function responds if its value is above 0. Until it does, the layer before the
    /// function is maximized; if that does not help, the picture is started anew from another seed. The first that
    /// responds is kept, or else the best.
    public var starts: Int?
    /// The number of steps of all stages after which to stop: where an interrupted render was.
    ///
    /// Schedules still refer to each stage's steps.
    public var stopAfter: Int?

    /// Creates a recipe of one stage, with a picture for each objective.
    ///
    /// - Parameter seed: the seed of the first picture; the next one has the next number, and so on.
    public init(
        model: String, weightsHash: String, objectives: [Objective], seed: UInt64, width: Int, height: Int,
        steps: Int, procedure: Procedure
    ) {
        self.init(
            model: model, weightsHash: weightsHash, objectives: objectives,
            seeds: objectives.indices.map { seed &+ UInt64($0) }, width: width, height: height, steps: steps,
            procedure: procedure)
    }

    /// Creates a recipe of one stage, with a picture for each objective, each with its own seed.
    public init(
        model: String, weightsHash: String, objectives: [Objective], seeds: [UInt64], width: Int, height: Int,
        steps: Int, procedure: Procedure
    ) {
        self.init(
            model: model, weightsHash: weightsHash, objectives: objectives, seeds: seeds,
            stages: [RenderStage(width: width, height: height, steps: steps, procedure: procedure)])
    }

    /// Creates a recipe of these stages, with a picture for each objective, each with its own seed.
    ///
    /// - Precondition: there is at least one stage.
    public init(
        model: String, weightsHash: String, objectives: [Objective], seeds: [UInt64], stages: [RenderStage]
    ) {
        precondition(!stages.isEmpty, "a recipe has at least one stage")
        self.model = model
        self.weightsHash = weightsHash
        self.objectives = objectives
        self.seeds = seeds
        self.stages = stages
    }

    /// The last stage, whose size the finished pictures have.
    public var lastStage: RenderStage {
        get { stages[stages.count - 1] }
        set { stages[stages.count - 1] = newValue }
    }

    /// The number of steps of all stages together.
    public var totalSteps: Int { stages.reduce(0) { $0 + $1.steps } }

    /// Replaces all stages by one with the steps of all: the last, but with the first's transforms, under which shapes
    /// form.
    package mutating func joinStages() {
        var stage = lastStage
        stage.steps = totalSteps
        stage.procedure.transforms = stages[0].procedure.transforms
        stages = [stage]
    }

    /// The photographs that pictures start from or are compared with, or that interventions take values from, without
    /// duplicates.
    public var photographs: [PhotographReference] {
        var seen = Set<PhotographReference>()
        let starts = stages.compactMap { stage -> PhotographReference? in
            if case .photograph(let photograph, _) = stage.procedure.parameterization.start { photograph } else { nil }
        }
        return
            (starts + objectives.flatMap { $0.references.map(\.photograph) } + interventions.compactMap(\.photograph))
            .filter { seen.insert($0).inserted }
    }

    /// The name of the model without what its interventions add to it.
    package var baseModel: String {
        let suffix = Model.name("", changedBy: interventions)
        return model.hasSuffix(suffix) ? String(model.dropLast(suffix.count)) : model
    }

    /// Returns the same recipe for the same weights with the model under another name.
    package func renamed(_ name: String) -> Recipe {
        guard name != model else { return self }
        var recipe = self
        recipe.model = name
        recipe.objectives = objectives.map { objective in
            objective.mapTargets { target in
                var target = target
                if target.model == model { target.model = name }
                return target
            }
        }
        return recipe
    }
}
