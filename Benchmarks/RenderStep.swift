import Engine
import Foundation

/// Where the time of a step went, in seconds.
struct StepTimes {
    /// A whole step.
    struct Whole {
        /// From its start to its end.
        let elapsed: Double
        /// On all cores together.
        let processor: Double
    }

    let whole: Whole
    /// From parameters to picture, and the gradient back.
    let parameterization: Double
    /// Fitting, transforms, normalisation and objective, and their gradients.
    let transforms: Double
    let forward: Double
    let gradient: Double
    let optimizer: Double
}

/// Steps of the default procedure towards one neuron, as a renderer takes them.
final class RenderStep {
    private let executor: TimedExecutor
    private let path: PicturePath
    private let group: PictureGroup
    private let picture: FloatBuffer
    private let pictureGradient: FloatBuffer
    private var count = 0

    /// The steps of a render of `layer`'s neuron 101.
    init(_ model: Model, layer: String) throws {
        let recipe = Self.recipe(model, layer: layer)
        executor = TimedExecutor(try model.makeExecutor(layers: [layer], batch: 1, gradient: true))
        path = PicturePath(recipe.stages[0], subject: model, executor: executor, batch: 1)
        let evaluation = try ObjectiveEvaluation(recipe.objectives[0], model: model.name) {
            (address) throws(EngineError) in try model.layerShape(address)
        }
        group = PictureGroup(
            0..<1, stage: recipe.stages[0], seeds: recipe.seeds, objectives: try SheetObjectives([evaluation]))
        picture = FloatBuffer(count: 3 * model.inputSize.width * model.inputSize.height)
        pictureGradient = FloatBuffer(count: picture.count)
    }

    /// The default procedure towards `layer`'s neuron 101.
    static func recipe(_ model: Model, layer: String) -> Recipe {
        let target = Target(model: model.name, layer: layer, features: .indices([101]))
        return Recipe(
            model: model.name, weightsHash: "", objectives: [.mean(target)], seed: 1,
            width: model.inputSize.width, height: model.inputSize.height, steps: 1000,
            procedure: .vitrine(inputSize: model.inputSize.width))
    }

    /// Takes one step and says how long it took.
    func run() throws -> StepTimes {
        count += 1
        let start = Clock()
        _ = try group.computeGradient(step: count, progress: 0.5, path: path, cancellation: nil)
        let computed = start.elapsed
        group.step(progress: 0.5)
        let whole = StepTimes.Whole(elapsed: start.elapsed, processor: start.processor)

        // Once more by itself: inside the step nothing stands between it and the transforms.
        let again = Clock()
        drawAndPullBack()
        let parameterization = again.elapsed
        return StepTimes(
            whole: whole, parameterization: parameterization,
            transforms: computed - executor.forwardSeconds - executor.gradientSeconds - parameterization,
            forward: executor.forwardSeconds, gradient: executor.gradientSeconds,
            optimizer: whole.elapsed - computed)
    }

    private func drawAndPullBack() {
        nonisolated(unsafe) let (state, picture, gradient) = (
            group.parameterization, picture, pictureGradient
        )
        ThreadTeam.shared.run { member in
            state.draw(0, into: picture.pointer, lane: 0, member)
            member.meet()
            state.pullBack(
                0, picture: picture.pointer, pictureGradient: gradient.pointer, lane: 0, member)
        }
    }
}

/// The time since it was made.
struct Clock {
    private let start = ContinuousClock.now
    private let startOfProcessor = Clock.processorSeconds

    /// Seconds that have gone by.
    var elapsed: Double { start.duration(to: .now) / .seconds(1) }
    /// Seconds of work on all cores together.
    var processor: Double { Self.processorSeconds - startOfProcessor }

    private static var processorSeconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
}
