/// Makes the pictures of a recipe.
///
/// Belongs to one thread.
///
///     let rendering = try Renderer(subject: vit, recipe: recipe).run { progress in … }
///
/// parameterization → colour → transforms → normalisation → model → objective, and the gradient back to the
/// optimizer. Everything is allocated when the renderer is made; a step allocates nothing but its values.
public final class Renderer {
    private let recipe: Recipe
    private let stage: Stage
    private let groups: [PictureGroup]
    /// Whether objectives compare pictures of several groups, which then are surveyed before any is evaluated.
    private let comparesGroups: Bool
    /// The objectives in words, which label the pictures.
    public let labels: [String]

    /// Checks the recipe against the model and allocates what the render needs.
    ///
    /// Where the memory does not suffice for all pictures at once, they are computed in several batches,
    /// turn by turn, so that they sharpen together all the same.
    ///
    /// - Parameters:
    ///   - subject: the model.
    ///   - recipe: what to render.
    ///   - photograph: the pixels for a parameterization that starts from a photograph.
    ///   - references: the activations of photographs that objectives compare with; see
    ///     ``Model/references(for:photographs:cancellation:)``.
    /// - Throws: ``EngineError`` `.invalidValue`, `.invalidObjective`, `.outOfRange`, `.unknownLayer`, `.shapeMismatch`,
    ///   `.tooLarge`.
    public init(
        subject: any RenderSubject, recipe: Recipe, photograph: Image? = nil,
        references: ReferenceActivations = ReferenceActivations()
    ) throws(EngineError) {
        try recipe.validate()
        try Self.check(recipe, against: subject, photograph: photograph)
        var evaluations: [ObjectiveEvaluation] = []
        for objective in recipe.objectives {
            evaluations.append(
                try ObjectiveEvaluation(
                    objective, model: subject.name, pictures: recipe.objectives.count, references: references,
                    shape: { address throws(EngineError) in try subject.layerShape(address) }))
        }
        let objectives = try SheetObjectives(evaluations)
        let (executor, batch) = try Self.makeExecutor(recipe, subject: subject)
        stage = Stage(recipe: recipe, subject: subject, executor: executor, batch: batch)
        let count = recipe.objectives.count
        groups = stride(from: 0, to: count, by: batch).map { start in
            PictureGroup(
                start..<min(start + batch, count), recipe: recipe, objectives: objectives,
                photograph: photograph)
        }
        comparesGroups = objectives.comparesPictures && groups.count > 1
        self.recipe = recipe
        labels = Self.labels(recipe, subject: subject)
    }

    /// Takes the recipe's steps.
    ///
    /// - Parameters:
    ///   - cancellation: ends the render; the pictures so far are returned.
    ///   - onStep: is called after each step.
    /// - Throws: ``EngineError`` `.notANumber` where the very first step gives no number; what an executor throws.
    public func run(
        cancellation: Cancellation = Cancellation(), onStep: (RenderProgress) -> Void = { _ in }
    ) throws(EngineError) -> Rendering {
        let clock = ContinuousClock()
        let start = clock.now
        var history: [[Float]] = []
        var stop = Rendering.Stop.finished
        let last = recipe.stopAfter ?? recipe.steps
        while history.count < last {
            let step = history.count + 1
            guard let values = try self.values(step: step, cancellation: cancellation) else {
                stop = .interrupted
                break
            }
            guard values.allSatisfy(\.isFinite) else {
                guard step > 1 else { throw .notANumber(step: step) }
                for group in groups { group.stepBack() }
                history.removeLast()
                stop = .notANumber(step: step)
                break
            }
            for group in groups { group.step(progress: progress(step)) }
            history.append(values)
            onStep(
                report(step: step, of: last, values: values, seconds: (clock.now - start).inSeconds))
        }
        return try finish(history: history, stop: stop, seconds: { (clock.now - start).inSeconds })
    }

    /// The objectives' values at a step, with every group's gradient computed; nil when interrupted.
    ///
    /// Where something is no number, so is the first value.
    private func values(step: Int, cancellation: Cancellation) throws(EngineError) -> [Float]? {
        var values: [Float] = []
        do {
            for group in groups where comparesGroups {
                try group.survey(
                    step: step, progress: progress(step), stage: stage, cancellation: cancellation)
            }
        } catch .cancelled {
            return nil
        }
        for group in groups {
            if cancellation.isRequested { return nil }
            do {
                guard
                    let part = try group.computeGradient(
                        step: step, progress: progress(step), stage: stage, cancellation: cancellation)
                else { return [.nan] }
                values += part
            } catch .cancelled {
                return nil
            }
        }
        return values
    }

    /// 0 at the first of the recipe's steps, 1 at the last.
    private func progress(_ step: Int) -> Float {
        recipe.steps > 1 ? Float(step - 1) / Float(recipe.steps - 1) : 0
    }

    private func report(step: Int, of steps: Int, values: [Float], seconds: Double) -> RenderProgress {
        RenderProgress(
            step: step, steps: steps, secondsElapsed: seconds,
            secondsLeft: seconds / Double(step) * Double(steps - step), activations: values,
            draw: { self.groups.flatMap { $0.images(self.stage) } })
    }

    private func finish(
        history: [[Float]], stop: Rendering.Stop, seconds: () -> Double
    ) throws(EngineError) -> Rendering {
        var recipe = recipe
        if history.count < recipe.steps { recipe.stopAfter = history.count }
        var pictures: [Picture] = []
        for group in groups where comparesGroups { try group.survey(group.images(stage), stage: stage) }
        for group in groups {
            group.restoreBest()
            let images = group.images(stage)
            let activations = try group.activations(of: images, stage: stage)
            for (index, image) in images.enumerated() {
                let place = group.places.lowerBound + index
                pictures.append(
                    Picture(
                        image: image, recipe: recipe, index: place, activation: activations[index],
                        label: labels[place]))
            }
        }
        return Rendering(
            pictures: pictures, recipe: recipe, steps: history.count, seconds: seconds(), stop: stop,
            history: history)
    }
}

extension Renderer {
    private static func check(
        _ recipe: Recipe, against subject: any RenderSubject, photograph: Image?
    ) throws(EngineError) {
        guard recipe.model == subject.name else {
            throw .invalidValue(what: "The recipe's model", found: recipe.model, expected: subject.name)
        }
        guard recipe.weightsHash.isEmpty || recipe.weightsHash == subject.weightsHash else {
            throw .invalidValue(
                what: "The hash of \(subject.name)'s weights", found: subject.weightsHash,
                expected: "\(recipe.weightsHash), with which the recipe was made")
        }
        try checkBlur(recipe, input: subject.inputSize)
        try checkWindow(recipe, input: subject.inputSize)
        try checkPhotograph(recipe, photograph)
    }

    /// A blur mirrors the picture at its edges once, so it may not reach further than the picture.
    private static func checkBlur(_ recipe: Recipe, input: PixelSize) throws(EngineError) {
        let most = 2 * min(input.width, input.height) - 1
        for case .blur(_, let size) in recipe.procedure.transforms where size > most {
            throw .invalidValue(
                what: "the blur's size", found: "\(size)",
                expected: "\(most) or less for a model that sees \(input.width) × \(input.height) pixels")
        }
    }

    /// A window is a part of the picture, so the picture may not be smaller.
    private static func checkWindow(_ recipe: Recipe, input: PixelSize) throws(EngineError) {
        guard recipe.procedure.sight == .window else { return }
        guard recipe.width >= input.width, recipe.height >= input.height else {
            throw .invalidValue(
                what: "The picture's size", found: "\(recipe.width) × \(recipe.height) pixels",
                expected: "\(input.width) × \(input.height) or more, for the model sees a window of that size")
        }
    }

    private static func checkPhotograph(_ recipe: Recipe, _ photograph: Image?) throws(EngineError) {
        guard case .photograph(let name) = recipe.procedure.parameterization.start else { return }
        guard let photograph else {
            throw .invalidValue(
                what: "The photograph “\(name)”", found: "not there", expected: "given to the render")
        }
        guard photograph.width == recipe.width, photograph.height == recipe.height else {
            throw .invalidValue(
                what: "The photograph “\(name)”", found: "\(photograph.width) × \(photograph.height) pixels",
                expected: "\(recipe.width) × \(recipe.height) pixels, like the picture")
        }
    }

    /// An executor for as many pictures at once as the memory allows, in batches of about the same size.
    private static func makeExecutor(
        _ recipe: Recipe, subject: any RenderSubject
    ) throws(EngineError) -> (executor: any Executor, batch: Int) {
        var seen = Set<String>()
        let layers = recipe.objectives.flatMap(\.layers).filter { seen.insert($0).inserted }
        let count = recipe.objectives.count
        var batches = 1
        while true {
            let batch = (count + batches - 1) / batches
            do {
                return (try subject.makeExecutor(layers: layers, batch: batch, gradient: true), batch)
            } catch .tooLarge where batch > 1 {
                batches *= 2
            }
        }
    }

    private static func labels(_ recipe: Recipe, subject: any RenderSubject) -> [String] {
        recipe.objectives.map { objective in
            objective.words { target in
                target.words(in: try? subject.layerShape(target.layer), classes: subject.classes)
            }
        }
    }
}

extension Duration {
    /// The duration in seconds.
    fileprivate var inSeconds: Double {
        Double(components.seconds) + Double(components.attoseconds) * 1e-18
    }
}
