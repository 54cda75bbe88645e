import Compute
import Images
import Platform

/// The execution of a stage: all pictures of the sheet, in as many groups as the memory requires, and their optimizers.
///
/// All memory is allocated on creation; a step allocates only its values.
package final class StageRun {
    let stage: RenderStage
    private let team: ThreadTeam
    private let step: RenderStep
    private let groups: [Group]
    /// Whether objectives compare pictures of several groups, all of which are then surveyed before any is evaluated.
    private let comparesGroups: Bool
    /// How much each pixel of every picture has mattered so far in this stage.
    let gradientSums: GradientSums

    /// Creates the state of a stage before its first step.
    ///
    /// If the memory does not suffice for all pictures at once, each step computes them in several batches, so that they still
    /// progress together.
    ///
    /// - Parameter pictures: what each picture starts from, `[3, height, width]` in the stage's size; nil for the
    ///   parameterization's own start.
    package init(
        _ stage: RenderStage, of recipe: Recipe, subject: any RenderSubject, objectives: SheetObjectives,
        from pictures: [[Float]]?
    ) throws(EngineError) {
        let (step, batch) = try Self.makeStep(stage, of: recipe, subject: subject, objectives: objectives)
        let count = recipe.objectives.count
        let team = subject.host.team
        self.stage = stage
        self.team = team
        self.step = step
        gradientSums = GradientSums(pictures: count, size: stage.size)
        step.gradientSums = gradientSums
        groups = stride(from: 0, to: count, by: batch).map { start in
            let places = start..<min(start + batch, count)
            return Group(
                places, stage: stage, seeds: Array(recipe.seeds[places]), from: pictures.map { Array($0[places]) },
                team)
        }
        comparesGroups = objectives.comparesPictures && groups.count > 1
    }

    /// Creates a step for as many pictures at once as the memory allows, in batches of about the same size.
    private static func makeStep(
        _ stage: RenderStage, of recipe: Recipe, subject: any RenderSubject, objectives: SheetObjectives
    ) throws(EngineError) -> (step: RenderStep, batch: Int) {
        let count = recipe.objectives.count
        var batches = 1
        while true {
            let batch = (count + batches - 1) / batches
            do {
                return (try RenderStep(stage, subject: subject, objectives: objectives, batch: batch), batch)
            } catch .tooLarge where batch > 1 {
                batches *= 2
            }
        }
    }

    /// Computes every group's gradient at a step and returns the objectives' values; nil if interrupted.
    ///
    /// If a value or a gradient is not finite, the only value is NaN.
    ///
    /// - Parameters:
    ///   - step: the step of the stage, from 1.
    ///   - number: the step of the whole render, for the random numbers.
    func values(step: Int, number: Int, cancellation: Cancellation) throws(EngineError) -> [Float]? {
        let progress = stage.progress(step)
        var values: [Float] = []
        do {
            for group in groups where comparesGroups {
                try takingTurn(unless: cancellation) { () throws(EngineError) in
                    try self.step.survey(group.pictures, step: number, progress: progress, cancellation: cancellation)
                }
            }
            for group in groups {
                if cancellation.isRequested { return nil }
                let part = try takingTurn(unless: cancellation) { () throws(EngineError) in
                    let part = try self.step.computeGradient(
                        of: group.pictures, step: number, progress: progress, cancellation: cancellation)
                    if let part { group.note(part) }
                    return part
                }
                guard let part else { return [.nan] }
                values += part
            }
        } catch .cancelled {
            return nil
        }
        return values
    }

    /// Calls `body` in this render's turn to use the team.
    ///
    /// A turn takes one group, so that a concurrent render waits no longer than that.
    ///
    /// - Throws: ``EngineError/cancelled`` if cancellation is requested while it waits.
    private func takingTurn<Result>(
        unless cancellation: Cancellation, _ body: () throws(EngineError) -> Result
    ) throws(EngineError) -> Result {
        guard let result = try team.takingTurn(unless: cancellation, body) else { throw .cancelled }
        return result
    }

    /// Moves all pictures along their gradients.
    package func step(_ number: Int) {
        for group in groups {
            team.takingTurn { group.step(progress: stage.progress(number)) }
        }
    }

    /// Undoes the last step.
    ///
    /// The optimizers must not be used afterwards.
    func stepBack() {
        for group in groups { group.stepBack() }
    }

    /// Restores the pictures of the best step, if they are kept.
    func restoreBest() {
        for group in groups { group.restoreBest() }
    }

    /// The pictures at the current step.
    var images: [Image] {
        groups.flatMap { group in
            step.draw(group.pictures).map { Image(planes: $0, width: stage.width, height: stage.height) }
        }
    }

    /// Returns the pictures' values resampled to another stage's size: `[3, height, width]` each.
    package func pictures(in size: PixelSize) -> [[Float]] {
        let fit = Fit(from: stage.size, to: size)
        return groups.flatMap { group in
            step.draw(group.pictures).map { picture in
                [Float](unsafeUninitializedCapacity: 3 * size.area) { buffer, count in
                    guard let from = picture.baseAddress, let to = buffer.baseAddress else { return }
                    fit.forward(input: from, output: to)
                    count = 3 * size.area
                }
            }
        }
    }

    /// Returns the objectives' values on `images`, without transforms.
    func activations(of images: [Image]) throws(EngineError) -> [Float] {
        let parts = groups.map { (images: Array(images[$0.pictures.places]), places: $0.pictures.places) }
        for part in parts where comparesGroups { try step.survey(part.images, at: part.places) }
        var values: [Float] = []
        for part in parts { values += try step.activations(of: part.images, at: part.places) }
        return values
    }
}

/// Pictures that go through the model together, with their optimizer.
private final class Group {
    let pictures: DrawnPictures
    private let optimizer: any OptimizerState
    /// The parameters before the last step, to return to if its values turn out not to be finite.
    private let previous: FloatBuffer
    private let corrections: PixelCorrections?
    private let best: BestSoFar?

    /// Creates the state of the pictures at `places` before their first step of a stage.
    ///
    /// - Parameters:
    ///   - start: what each picture starts from; nil for the parameterization's own start.
    ///   - team: the threads that share the work.
    init(_ places: Range<Int>, stage: RenderStage, seeds: [UInt64], from start: [[Float]]?, _ team: ThreadTeam) {
        let procedure = stage.procedure
        let parameterization = procedure.parameterization.makeState(
            seeds: seeds, width: stage.width, height: stage.height, from: start, lanes: PictureLanes(team))
        pictures = DrawnPictures(places, seeds: seeds, parameterization: parameterization)
        let count = parameterization.parameters.count
        optimizer = procedure.optimizer.makeState(pictures: places.count, count: count / places.count, team)
        best = procedure.keepsBest ? BestSoFar(pictures: places.count, count: count / places.count) : nil
        corrections =
            procedure.corrections.isEmpty ? nil : PixelCorrections(procedure.corrections, size: stage.size)
        previous = FloatBuffer(count: count)
        previous.copy(parameterization.parameters)
    }

    private var parameters: FloatBuffer { pictures.parameterization.parameters }

    /// Records the objectives' values at the current parameters.
    func note(_ values: [Float]) { best?.note(values, parameters) }

    /// Moves the parameters along the gradient.
    func step(progress: Float) {
        previous.copy(parameters)
        optimizer.step(parameters: parameters, gradient: pictures.parameterization.gradient, progress: progress)
        corrections?.apply(to: parameters, progress: progress)
    }

    /// Undoes the last ``step(progress:)``.
    func stepBack() { parameters.copy(previous) }

    /// Restores the best parameters so far, if they are kept.
    func restoreBest() { best?.restore(into: parameters) }
}
