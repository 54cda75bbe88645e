import Compute
import Images
import Platform

/// A stage at work: all pictures of the sheet, in as many groups as the memory asks for.
///
/// Everything is allocated when it is made; a step allocates nothing but its values.
final class StageRun {
    let stage: RenderStage
    private let path: PicturePath
    private let groups: [PictureGroup]
    /// Whether objectives compare pictures of several groups, which then are surveyed before any is evaluated.
    private let comparesGroups: Bool

    /// The stage at its first step.
    ///
    /// Where the memory does not suffice for all pictures at once, they are computed in several batches, turn by turn,
    /// so that they sharpen together all the same.
    ///
    /// - Parameter pictures: what each picture starts from, see ``PictureGroup``.
    init(
        _ stage: RenderStage, of recipe: Recipe, subject: any RenderSubject, objectives: SheetObjectives,
        from pictures: [[Float]]?
    ) throws(EngineError) {
        let (executor, batch) = try Self.makeExecutor(stage, of: recipe, layers: objectives.layers, subject: subject)
        let count = recipe.objectives.count
        self.stage = stage
        path = PicturePath(stage, subject: subject, executor: executor, batch: batch)
        groups = stride(from: 0, to: count, by: batch).map { start in
            let places = start..<min(start + batch, count)
            return PictureGroup(
                places, stage: stage, seeds: recipe.seeds, objectives: objectives,
                from: pictures.map { Array($0[places]) })
        }
        comparesGroups = objectives.comparesPictures && groups.count > 1
    }

    /// The objectives' values at a step, with every group's gradient computed; nil when interrupted.
    ///
    /// Where something is no number, so is the first value.
    ///
    /// - Parameters:
    ///   - step: of the stage, from 1.
    ///   - number: of the whole render, for the random numbers.
    func values(step: Int, number: Int, cancellation: Cancellation) throws(EngineError) -> [Float]? {
        let progress = stage.progress(step)
        var values: [Float] = []
        do {
            for group in groups where comparesGroups {
                try takingTurn(unless: cancellation) { () throws(EngineError) in
                    try group.survey(step: number, progress: progress, path: path, cancellation: cancellation)
                }
            }
            for group in groups {
                if cancellation.isRequested { return nil }
                let part = try takingTurn(unless: cancellation) { () throws(EngineError) in
                    try group.computeGradient(
                        step: number, progress: progress, path: path, cancellation: cancellation)
                }
                guard let part else { return [.nan] }
                values += part
            }
        } catch .cancelled {
            return nil
        }
        return values
    }

    /// Moves all pictures up their gradients.
    func step(_ step: Int) {
        for group in groups {
            ThreadTeam.shared.takingTurn { group.step(progress: stage.progress(step)) }
        }
    }

    /// One group at a time, so that a render that runs at once waits for no more than that.
    ///
    /// - Throws: ``EngineError/cancelled`` where the waiting is interrupted.
    private func takingTurn<Result>(
        unless cancellation: Cancellation, _ body: () throws(EngineError) -> Result
    ) throws(EngineError) -> Result {
        guard let result = try ThreadTeam.shared.takingTurn(unless: cancellation, body) else { throw .cancelled }
        return result
    }

    /// Undoes the last step.
    func stepBack() {
        for group in groups { group.stepBack() }
    }

    /// Goes back to the best step's pictures, where they are kept.
    func restoreBest() {
        for group in groups { group.restoreBest() }
    }

    /// The pictures as they are.
    var images: [Image] { groups.flatMap { $0.images(path) } }

    /// The pictures' values resampled to another stage's size: `[3, height, width]` each.
    func pictures(in size: PixelSize) -> [[Float]] {
        let fit = Fit(from: path.size, to: size)
        return groups.flatMap {
            $0.pictures(path).map { picture in
                [Float](unsafeUninitializedCapacity: 3 * size.area) { buffer, count in
                    guard let from = picture.baseAddress, let to = buffer.baseAddress else { return }
                    fit.forward(input: from, output: to)
                    count = 3 * size.area
                }
            }
        }
    }

    /// The objectives' values on `images`, undisturbed.
    func activations(of images: [Image]) throws(EngineError) -> [Float] {
        for group in groups where comparesGroups { try group.survey(Array(images[group.places]), path: path) }
        var values: [Float] = []
        for group in groups { values += try group.activations(of: Array(images[group.places]), path: path) }
        return values
    }

    /// An executor for as many pictures at once as the memory allows, in batches of about the same size.
    private static func makeExecutor(
        _ stage: RenderStage, of recipe: Recipe, layers: [String], subject: any RenderSubject
    ) throws(EngineError) -> (executor: any Executor, batch: Int) {
        let count = recipe.objectives.count
        let copies = stage.procedure.copies
        var batches = 1
        while true {
            let batch = (count + batches - 1) / batches
            do {
                return (try subject.makeExecutor(layers: layers, batch: batch * copies, gradient: true), batch)
            } catch .tooLarge where batch > 1 {
                batches *= 2
            }
        }
    }
}
