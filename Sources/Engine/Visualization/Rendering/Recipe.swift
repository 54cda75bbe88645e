import Images
import Models

/// Everything that makes a sheet of pictures again, as a value that is written beside them.
///
/// The same recipe on the same machine gives the same bytes, whatever the number of threads.
public struct Recipe: Hashable, Sendable {
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
    /// The stages in order.
    ///
    /// - Precondition: there is at least one.
    public var stages: [RenderStage] {
        didSet { precondition(!stages.isEmpty, "a recipe has at least one stage") }
    }
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

    /// A recipe of one stage, for one picture for each objective.
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

    /// A recipe of one stage, for one picture for each objective, each with its own seed.
    public init(
        model: String, weightsHash: String, objectives: [Objective], seeds: [UInt64], width: Int, height: Int,
        steps: Int, procedure: Procedure
    ) {
        self.init(
            model: model, weightsHash: weightsHash, objectives: objectives, seeds: seeds,
            stages: [RenderStage(width: width, height: height, steps: steps, procedure: procedure)])
    }

    /// A recipe of these stages, for one picture for each objective, each with its own seed.
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

    /// How many steps all stages have together.
    public var totalSteps: Int { stages.reduce(0) { $0 + $1.steps } }

    /// Leaves one stage with the steps of all: the last, under the first's disturbances, which shapes are sought with.
    package mutating func joinStages() {
        var stage = lastStage
        stage.steps = totalSteps
        stage.procedure.transforms = stages[0].procedure.transforms
        stages = [stage]
    }

    /// The photographs that pictures start from or are compared with, each once.
    public var photographs: [PhotographReference] {
        var seen = Set<PhotographReference>()
        let starts = stages.compactMap { stage -> PhotographReference? in
            if case .photograph(let photograph) = stage.procedure.parameterization.start { photograph } else { nil }
        }
        return (starts + objectives.flatMap { $0.references.map(\.photograph) }).filter { seen.insert($0).inserted }
    }
}
