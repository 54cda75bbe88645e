import Compute
import Images
import Platform

/// A render of the pictures of a recipe.
///
/// It belongs to one thread.
///
///     let rendering = try Renderer(subject: vit, recipe: recipe).run { progress in … }
///
/// parameterization → color → transforms → normalization → model → objective, and the gradient back to the
/// optimizer, stage by stage.
public final class Renderer {
    private let recipe: Recipe
    private let stages: [RenderStage]
    private let subject: any RenderSubject
    private let objectives: SheetObjectives
    private let photographs: GivenPhotographs
    private let restarts: Restarts
    /// The current stage; nil only while the memory of one is freed for the next.
    private var stageRun: StageRun?
    /// Whether the current stage is the first one, before its first step.
    private var isFresh = true
    /// The pictures of the last stage that fitted into the memory, if the next one did not.
    private var lastFittingImages: [Image]?
    /// How much each pixel mattered in the stages before the current one, `[3, height, width]` of the last stage for each
    /// picture; empty in the first stage.
    private var earlierSums: [[Float]] = []
    /// The objectives in words, which label the pictures.
    public let labels: [String]

    /// Checks the recipe against the model and allocates what the first stage needs.
    ///
    /// - Parameters:
    ///   - subject: the model.
    ///   - recipe: what to render.
    ///   - photographs: those that pictures start from, in any order, identified by their pixels; others are ignored.
    ///   - references: the activations of photographs that objectives compare with; see
    ///     ``Model/references(for:photographs:cancellation:)``.
    /// - Throws: ``EngineError`` `.invalidValue`, `.invalidObjective`, `.outOfRange`, `.unknownLayer`, `.shapeMismatch`,
    ///   `.tooLarge`.
    public init(
        subject: any RenderSubject, recipe: Recipe, photographs: [Image] = [],
        references: ReferenceActivations = ReferenceActivations()
    ) throws(EngineError) {
        try recipe.validate()
        try recipe.validate(for: subject)
        var layers = WantedLayers()
        var evaluations: [ObjectiveEvaluation] = []
        for objective in recipe.objectives {
            evaluations.append(
                try ObjectiveEvaluation(
                    objective, model: subject.name, pictures: recipe.objectives.count, references: references,
                    preactivation: subject.layerBeforeActivation, climbsPreactivation: recipe.starts != nil,
                    layers: &layers, shape: { address throws(EngineError) in try subject.layerShape(address) }))
        }
        objectives = try SheetObjectives(evaluations, layers: layers)
        try Self.checkCopies(recipe, objectives)
        stages = recipe.stages
        restarts = Restarts(recipe: recipe, subject: subject, photographs: photographs, references: references)
        // Hashing pixels takes a while, and most pictures start from nothing.
        let needsPhotographs = stages.contains { $0.procedure.parameterization.startsFromPhotograph }
        self.photographs = GivenPhotographs(needsPhotographs ? photographs : [])
        self.recipe = recipe
        self.subject = subject
        labels = recipe.objectives.map(subject.words)
        stageRun = try makeFirstStage()
    }

    private func makeFirstStage() throws(EngineError) -> StageRun {
        let start = try stages[0].start(from: photographs)
        return try StageRun(
            stages[0], of: recipe, subject: subject, objectives: objectives,
            from: start.map { Array(repeating: $0, count: recipe.objectives.count) })
    }

    /// Runs the recipe's steps, stage by stage, from the beginning at each call.
    ///
    /// If a later stage does not fit into the memory, the pictures of the stages before it are returned.
    ///
    /// - Parameters:
    ///   - cancellation: ends the render; the pictures so far are returned.
    ///   - onStep: called after each step.
    /// - Throws: ``EngineError`` `.notANumber` if the first step already gives values that are not finite, `.notFinite` if
    ///   the weights are the cause; errors of the executor.
    public func run(
        cancellation: Cancellation = Cancellation(), onStep: (RenderProgress) -> Void = { _ in }
    ) throws(EngineError) -> Rendering {
        let clock = ContinuousClock()
        let start = clock.now
        let seconds = { (clock.now - start).inSeconds }
        if !isFresh {
            stageRun = nil
            stageRun = try makeFirstStage()
        }
        isFresh = false
        lastFittingImages = nil
        earlierSums = []
        let begun = current.images
        var history: [[Float]] = []
        var stop = Rendering.Stop.finished
        let last = min(recipe.stopAfter ?? .max, recipe.totalSteps)
        stages: for (place, stage) in stages.enumerated() {
            if place > 0, let reason = try begin(stage) {
                stop = .tooLarge(step: history.count, reason: reason)
                break
            }
            for step in 1...stage.steps where history.count < last {
                let number = history.count + 1
                guard let values = try current.values(step: step, number: number, cancellation: cancellation) else {
                    stop = .interrupted
                    break stages
                }
                guard values.allSatisfy(\.isFinite) else {
                    guard number > 1 else {
                        let tensors = subject.nonFiniteTensors
                        guard tensors.isEmpty else { throw .notFinite(model: subject.name, tensors: tensors) }
                        throw .notANumber(step: number)
                    }
                    current.stepBack()
                    history.removeLast()
                    stop = .notANumber(step: number)
                    break stages
                }
                current.step(step)
                history.append(values)
                onStep(report(step: number, of: last, values: values, seconds: seconds()))
            }
            if history.count >= last { break }
        }
        let rendering = try finish(from: begun, history: history, stop: stop, seconds: seconds())
        guard stop == .finished, history.count == recipe.totalSteps, (recipe.starts ?? 1) > 1 else { return rendering }
        return try restarts.restartSilent(rendering, cancellation: cancellation, onStep: onStep)
    }

    private var current: StageRun {
        guard let stageRun else { preconditionFailure("there is no current stage") }
        return stageRun
    }

    /// Begins the next stage with the pictures of the current one.
    ///
    /// The memory of the current stage is freed first, so that a render needs that of one stage only. If the next one still does
    /// not fit into the memory, the current one is created again with its pictures.
    ///
    /// - Returns: nil, or the reason why the next stage cannot be created.
    private func begin(_ stage: RenderStage) throws(EngineError) -> String? {
        current.restoreBest()
        let last = current.stage
        let (images, own) = (current.images, current.pictures(in: last.size))
        earlierSums = gradientSums
        var pictures = current.pictures(in: stage.size)
        if let detail = try stage.detail(from: photographs, beyond: current.stage) {
            pictures = pictures.map { picture in zip(picture, detail).map { $0 + $1 } }
        }
        stageRun = nil
        do throws(EngineError) {
            stageRun = try StageRun(stage, of: recipe, subject: subject, objectives: objectives, from: pictures)
            return nil
        } catch {
            guard case .tooLarge = error else { throw error }
            stageRun = try StageRun(last, of: recipe, subject: subject, objectives: objectives, from: own)
            lastFittingImages = images
            return error.message
        }
    }

    private func report(step: Int, of steps: Int, values: [Float], seconds: Double) -> RenderProgress {
        RenderProgress(
            step: step, steps: steps, secondsElapsed: seconds,
            secondsLeft: seconds / Double(step) * Double(steps - step), activations: values,
            width: recipe.lastStage.width, height: recipe.lastStage.height, draw: { self.current.images })
    }

    /// Evaluates the finished pictures and annotates them.
    ///
    /// - Parameter begun: the pictures before the first step.
    private func finish(
        from begun: [Image], history: [[Float]], stop: Rendering.Stop, seconds: Double
    ) throws(EngineError) -> Rendering {
        var recipe = recipe
        if history.count < recipe.totalSteps { recipe.stopAfter = history.count }
        current.restoreBest()
        let images = lastFittingImages ?? current.images
        let activations = try current.activations(of: images)
        let pictures = images.indices.map { index in
            var notes = PictureNote.notes(on: images[index], start: begun[index])
            if objectives.isSilent(index, at: activations[index]) { notes.append(.noResponse(starts: 1)) }
            return Picture(
                image: images[index], recipe: recipe, index: index, activation: activations[index],
                label: labels[index], notes: notes)
        }
        var rendering = Rendering(
            pictures: pictures, recipe: recipe, steps: history.count, seconds: seconds, stop: stop, history: history)
        rendering.masks = zip(gradientSums, images).map { sums, image in
            let mask = PictureMask(sums: sums, size: stages[stages.count - 1].size)
            return mask.resized(width: image.width, height: image.height)
        }
        return rendering
    }

    /// How much each pixel of the finished pictures has mattered so far.
    private var gradientSums: [[Float]] {
        let own = current.gradientSums.resampled(to: stages[stages.count - 1].size)
        guard !earlierSums.isEmpty else { return own }
        return zip(earlierSums, own).map { zip($0, $1).map { $0 + $1 } }
    }

    /// Throws if objectives compare pictures but a picture has several copies, since copies are not pictures of the sheet.
    private static func checkCopies(_ recipe: Recipe, _ objectives: SheetObjectives) throws(EngineError) {
        guard objectives.comparesPictures, recipe.stages.contains(where: { $0.procedure.copies > 1 })
        else { return }
        throw .invalidObjective(
            reason:
                "Diversity and alignment compare the pictures of a sheet. A recipe that shows the model several copies of "
                + "each picture in a step does not support this. Choose one copy, or a recipe that has one.")
    }
}
