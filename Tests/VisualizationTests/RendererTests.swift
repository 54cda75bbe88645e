import Images
import Platform
import TestSubjects
import TestSupport
import Testing
import Visualization

@Suite(.timeLimit(.minutes(10))) struct RendererTests {
    static let bent = LinearSubject.bent
    static let procedure = Procedure(
        parameterization: .lucid,
        transforms: [
            .shift(pixels: 1), .rotate(degrees: .uniform(lower: -9, upper: 9)),
            .noise(deviation: .constant(0.05)),
        ],
        optimizer: .adam(rate: .constant(0.05)))

    static func recipe(steps: Int = 5, objectives: [Objective] = [bent], width: Int = 6, height: Int = 4)
        -> Recipe
    {
        RecipeTests.recipe(
            steps: steps, width: width, height: height, objectives: objectives, procedure: procedure)
    }

    /// The whole way: ∂objective/∂parameters against differences, with a picture that has to be fitted.
    @Test(arguments: [(6, 4), (9, 7), (4, 5)]) func gradientAgreesWithDifferences(width: Int, height: Int)
        throws
    {
        var recipe = Self.recipe(objectives: [0.7 * Self.bent - 0.3 * ObjectiveTests.a, Self.bent])
        recipe.lastStage.width = width
        recipe.lastStage.height = height
        recipe.lastStage.procedure.transforms += [
            .colorShift(gain: 0.5, offset: 0.5), .blur(deviation: .constant(0.8), size: 3),
        ]
        try StepAtWork(recipe).expectGradientAgreesWithDifferences(floor: 0.1)
    }

    /// The same with a window of a larger picture: what the window does not show has no gradient.
    @Test func aWindowsGradientAgreesWithDifferences() throws {
        var recipe = Self.recipe()
        recipe.lastStage.width = 11
        recipe.lastStage.height = 9
        recipe.lastStage.procedure = Procedure(
            parameterization: .pixels(start: .noise(mean: 0, deviation: 0.3), color: Color()), sight: .window,
            transforms: [.noise(deviation: .constant(0.05))],
            optimizer: .ascent(rate: .constant(1), normalization: .none))
        let work = try StepAtWork(recipe)
        let parameters = work.parameters
        func value(_ step: Int) throws -> Float { try work.values(step: step)[0] }
        var corners: Set<Int> = []
        for step in 1...6 {
            _ = try value(step)
            let gradient = work.gradient
            let seen = gradient.indices.filter { gradient[$0] != 0 }
            #expect((60...72).contains(seen.count))
            corners.insert(try #require(seen.first))
            let largest = gradient.reduce(Float(0)) { max($0, abs($1)) }
            for place in stride(from: 0, to: parameters.count, by: 7) {
                let before = parameters.pointer[place]
                parameters.pointer[place] = before + 1e-2
                let up = try value(step)
                parameters.pointer[place] = before - 1e-2
                let down = try value(step)
                parameters.pointer[place] = before
                #expect(abs((up - down) / 2e-2 - gradient[place]) < 0.01 * max(largest, 0.1))
            }
        }
        #expect(corners.count > 2, "the window moves")
    }

    /// Towards the top of a hill with so much momentum that it is overshot: the best picture is an early one.
    @Test func theBestPictureIsKeptWhereAsked() throws {
        var recipe = Self.recipe(steps: 12, objectives: [-1 * Self.bent])
        recipe.lastStage.procedure = Procedure(
            parameterization: .pixels(start: .noise(mean: 0.5, deviation: 0.1), color: Color()), transforms: [],
            optimizer: .momentum(rate: .constant(1), decay: 0.99, normalization: .length))
        let last = try Renderer(subject: LinearSubject(), recipe: recipe).run()
        recipe.lastStage.procedure.keepsBest = true
        let best = try Renderer(subject: LinearSubject(), recipe: recipe).run()
        #expect(best.history == last.history)
        let values = best.history.map { $0[0] }
        let largest = try #require(values.max())
        #expect(values.last ?? 0 < 2 * largest, "it overshoots")
        // Without disturbances the best step's value is that of the picture, up to the picture's eight bits.
        #expect(abs(best.pictures[0].activation - largest) < 0.1 * abs(largest))
        #expect(last.pictures[0].activation < 1.5 * largest)
    }

    @Test func aWindowLargerThanThePictureIsRefused() {
        var recipe = Self.recipe(width: 5, height: 4)
        recipe.lastStage.procedure.sight = .window
        #expect(throws: EngineError.self) { try Renderer(subject: LinearSubject(), recipe: recipe) }
    }

    @Test func climbs() throws {
        let rendering = try Renderer(subject: LinearSubject(), recipe: Self.recipe(steps: 60)).run()
        let first = try #require(rendering.history.first?.first)
        #expect(rendering.history.count == 60)
        #expect(rendering.pictures[0].activation > 1.5 * first)
        #expect(rendering.stop == .finished)
        #expect(!rendering.wasInterrupted)
        #expect(rendering.recipe == Self.recipe(steps: 60))
        #expect(rendering.pictures[0].label == "bent neurons 1, 2, all tokens")
    }

    /// The activation is that of the picture as it is handed over, in 8 bits and undisturbed.
    @Test func activationIsThePictures() throws {
        let subject = LinearSubject()
        let picture = try Renderer(subject: subject, recipe: Self.recipe()).run().pictures[0]
        let executor = try subject.makeExecutor(layers: ["bent"], batch: 1, gradient: false)
        let (mean, deviation) = (subject.normalization.mean, subject.normalization.deviation)
        executor.setInput(
            picture.image.planes.values.enumerated().map { place, value in
                (value - mean[place / 24]) / deviation[place / 24]
            })
        try executor.forward(cancellation: nil)
        let value = try ObjectiveTests.evaluation(Self.bent, subject)
            .evaluate(on: executor, picture: 0, seedsGradient: false)
        #expect(abs(value - picture.activation) < 1e-5 * abs(value))
    }

    @Test func sameRecipeSameBytes() throws {
        let recipe = Self.recipe(objectives: [Self.bent, ObjectiveTests.a, 2 * Self.bent])
        let first = try Renderer(subject: LinearSubject(), recipe: recipe).run()
        let again = try Renderer(subject: LinearSubject(), recipe: Recipe(json: recipe.json())).run()
        #expect(first.pictures == again.pictures)
        #expect(first.history == again.history)
        var other = recipe
        other.seeds[1] = 77
        let changed = try Renderer(subject: LinearSubject(), recipe: other).run()
        #expect(changed.pictures[1].image != first.pictures[1].image)
        #expect(changed.pictures[0].image == first.pictures[0].image)
    }

    /// A picture of a batch equals the one computed alone, and so do those of several batches.
    @Test func batchesDoNotMatter() throws {
        let objectives = (0..<5).map { Float($0 + 1) * Self.bent }
        let together = try Renderer(subject: LinearSubject(), recipe: Self.recipe(objectives: objectives))
            .run()
        var narrow = LinearSubject()
        narrow.largestBatch = 2
        let split = try Renderer(subject: narrow, recipe: Self.recipe(objectives: objectives)).run()
        #expect(split.pictures == together.pictures)
        var alone = Self.recipe(objectives: [objectives[3]])
        alone.seeds = [4]
        let single = try Renderer(subject: LinearSubject(), recipe: alone).run()
        #expect(single.pictures[0].image == together.pictures[3].image)
    }

    @Test func tooLittleMemoryForOne() {
        var subject = LinearSubject()
        subject.largestBatch = 0
        let error = #expect(throws: EngineError.self) {
            _ = try Renderer(subject: subject, recipe: Self.recipe())
        }
        #expect(error == .tooLarge(what: "1 pictures", neededBytes: 1, availableBytes: 0))
    }

    @Test func reportsProgress() throws {
        var steps: [Int] = []
        var snapshots: [[Image]] = []
        let rendering = try Renderer(
            subject: LinearSubject(), recipe: Self.recipe(objectives: [Self.bent, Self.bent])
        )
        .run { progress in
            steps.append(progress.step)
            #expect(progress.steps == 5 && progress.activations.count == 2)
            #expect(progress.secondsElapsed > 0 && progress.secondsLeft >= 0)
            if progress.step == 5 { #expect(progress.secondsLeft == 0) }
            if progress.step != 3 { snapshots.append(progress.snapshot()) }
        }
        #expect(steps == [1, 2, 3, 4, 5])
        #expect(snapshots.last == rendering.pictures.map(\.image))
        #expect(snapshots[0] != snapshots[1])
        // Looking changes nothing.
        let unseen = try Renderer(subject: LinearSubject(), recipe: rendering.recipe).run()
        #expect(unseen.pictures == rendering.pictures)
    }

    @Test func interruptedKeepsThePicture() throws {
        let cancellation = Cancellation()
        let rendering = try Renderer(subject: LinearSubject(), recipe: Self.recipe(steps: 50))
            .run(cancellation: cancellation) { if $0.step == 3 { cancellation.request() } }
        #expect(rendering.wasInterrupted)
        #expect(rendering.steps == 3 && rendering.recipe.stopAfter == 3)
        // Its recipe makes the interrupted picture again.
        let again = try Renderer(subject: LinearSubject(), recipe: rendering.recipe).run()
        #expect(again.pictures == rendering.pictures)
        #expect(again.stop == .finished)
    }

    /// Interrupted between two batches of a step, all pictures have the same number of steps behind them.
    @Test func interruptedInsideAStep() throws {
        var subject = LinearSubject()
        subject.largestBatch = 1
        subject.cancelsAt = 6
        let cancellation = Cancellation()
        let recipe = Self.recipe(steps: 50, objectives: [Self.bent, Self.bent])
        let rendering = try Renderer(subject: subject, recipe: recipe).run(cancellation: cancellation)
        #expect(rendering.wasInterrupted)
        #expect(rendering.steps == 2)
        let again = try Renderer(subject: LinearSubject(), recipe: rendering.recipe).run()
        #expect(again.pictures.map(\.image) == rendering.pictures.map(\.image))
    }

    @Test func interruptedBeforeTheFirstStep() throws {
        let cancellation = Cancellation()
        cancellation.request()
        let rendering = try Renderer(subject: LinearSubject(), recipe: Self.recipe()).run(
            cancellation: cancellation)
        #expect(rendering.wasInterrupted && rendering.steps == 0)
        #expect(rendering.pictures.count == 1 && rendering.pictures[0].activation.isFinite)
    }

    @Test func keepsTheLastGoodPicture() throws {
        var subject = LinearSubject()
        subject.failsAt = 4
        let rendering = try Renderer(subject: subject, recipe: Self.recipe(steps: 50)).run()
        #expect(rendering.stop == .notANumber(step: 4))
        #expect(rendering.steps == 2 && rendering.recipe.stopAfter == 2)
        let again = try Renderer(subject: LinearSubject(), recipe: rendering.recipe).run()
        #expect(again.pictures == rendering.pictures)
    }

    @Test func noNumberAtOnceIsAnError() {
        var subject = LinearSubject()
        subject.failsAt = 1
        let error = #expect(throws: EngineError.self) {
            _ = try Renderer(subject: subject, recipe: Self.recipe()).run()
        }
        #expect(
            error?.message
                == "The activation became NaN or infinite at step 1. The learning rate may be too high.")
    }

    @Test func refusesWhatDoesNotFit() {
        func message(_ change: (inout Recipe) -> Void, photographs: [Image] = []) -> String? {
            var recipe = Self.recipe()
            change(&recipe)
            return #expect(throws: EngineError.self) {
                _ = try Renderer(subject: LinearSubject(), recipe: recipe, photographs: photographs)
            }?.message
        }
        #expect(message { $0.model = "vit" } == "The recipe's model is vit; it must be fake.")
        #expect(
            message { $0.weightsHash = "def" }
                == "The hash of fake's weights is abc; it must be def, with which the recipe was made.")
        #expect(message { $0.stopAfter = 6 } == "stopAfter is 6; it must be a whole number from 0 to 5.")
        let me = Image(width: 1, height: 2, pixels: [1, 2, 3, 4, 5, 6])
        let reference = PhotographReference(name: "me.png", of: me)
        let photograph = Parameterization.pixels(start: .photograph(reference), color: Color())
        #expect(
            message { $0.lastStage.procedure.parameterization = photograph }
                == "The photograph “me.png” is missing; it must be the one whose pixels have the SHA-256 "
                + "\(me.sha256).")
        #expect(
            message {
                $0.lastStage.procedure.parameterization = .pixels(
                    start: .photograph(reference, headroom: 0.5), color: Color())
            } == "headroom is 0.5; it must be zero or more and below 0.5.")
        let other = Image(width: 1, height: 1, pixels: [1, 2, 3])
        #expect(
            message({ $0.lastStage.procedure.parameterization = photograph }, photographs: [other])
                == "The photograph “me.png” is not among those that were given; it must be the one whose pixels have "
                + "the SHA-256 \(me.sha256).")
        #expect(
            message { $0.lastStage.procedure.corrections = [.clamp(lower: 0, upper: 1)] }
                == "A correction after each step is applied to waves; it must be applied to pixels, which alone can be "
                + "blurred or limited.")
        #expect(
            message { $0.lastStage.procedure.copies = 0 } == "The copies in a step is 0; it must be between 1 and 1024."
        )
        let maco = Procedure(parameterization: .maco, transforms: [], optimizer: .adam(rate: .constant(1)))
        #expect(
            message {
                $0.stages.insert(RenderStage(width: 4, height: 4, steps: 1, procedure: Self.procedure), at: 0)
                $0.lastStage.procedure = maco
            }
                == "The recipe's stage 2 is phases (MACO); it must be pixels or waves, which can continue from an "
                + "earlier stage's picture; phases can only be the first stage.")
    }

    /// Two stages: the second starts from the first's picture at its own size, and its numbers go on counting.
    @Test func stagesHandTheirPicturesOn() throws {
        var recipe = Self.recipe(steps: 3, width: 12, height: 8)
        recipe.lastStage.procedure.transforms = []
        recipe.lastStage.procedure.optimizer = .adam(rate: .constant(0))
        recipe.lastStage.procedure.parameterization = .pixels(
            start: .gray(level: 0), color: Color(space: .rgb, bound: .none))
        let first = RenderStage(width: 6, height: 4, steps: 2, procedure: Self.procedure)
        recipe.stages.insert(first, at: 0)
        var seen: [String] = []
        let rendering = try Renderer(subject: LinearSubject(), recipe: recipe).run { progress in
            let picture = progress.snapshot()[0]
            seen.append("\(progress.step)/\(progress.steps) \(picture.width)×\(picture.height)")
        }
        #expect(seen == (1...5).map { "\($0)/5 12×8" }, "pictures so far have the finished size, so nothing jumps")
        #expect(rendering.recipe == recipe)
        var alone = Self.recipe(steps: 2)
        alone.lastStage.procedure = Self.procedure
        let small = try Renderer(subject: LinearSubject(), recipe: alone).run().pictures[0].image
        // The second stage changes nothing, so its picture is the first's, resampled without rounding in between.
        let large = rendering.pictures[0].image
        let fit = Fit(from: PixelSize(width: 6, height: 4), to: PixelSize(width: 12, height: 8))
        let values = small.planes.values
        let expected = [Float](unsafeUninitializedCapacity: 3 * 96) { buffer, count in
            values.withUnsafeBufferPointer { fit.forward(input: $0.baseAddress!, output: buffer.baseAddress!) }
            count = 3 * 96
        }
        #expect(largestDifference(large.planes.values, expected) < 1.01 / 255)
        let again = try Renderer(subject: LinearSubject(), recipe: Recipe(json: recipe.json())).run()
        #expect(again.pictures[0].image == large)
        recipe.stopAfter = 2
        #expect(try Renderer(subject: LinearSubject(), recipe: recipe).run().pictures[0].image == small)
    }

    /// Copies without disturbances are the picture itself; with them, the gradient is that of their mean.
    @Test(arguments: [1, 2]) func theGradientOfSeveralCopiesIsThatOfTheirMean(pictures: Int) throws {
        var recipe = Self.recipe(objectives: Array(repeating: Self.bent, count: pictures), width: 9, height: 7)
        recipe.lastStage.procedure.copies = 3
        recipe.lastStage.procedure.transforms = [.shift(pixels: 2), .noise(deviation: .constant(0.05))]
        try StepAtWork(recipe).expectGradientAgreesWithDifferences(stride: 5, floor: 0.1)
    }

    @Test func copiesCannotBeComparedAsPicturesOfASheet() throws {
        var recipe = Self.recipe(objectives: [Self.bent, .diversity(Self.bent.targets[0])])
        recipe.lastStage.procedure.copies = 2
        let error = #expect(throws: EngineError.self) { _ = try Renderer(subject: LinearSubject(), recipe: recipe) }
        #expect(error?.message.contains("Choose one copy") == true)
    }

    /// Pixels are blurred and limited after each step, and what lies outside 0…1 is handed on unless it is limited.
    @Test func correctionsAreDoneAfterEachStep() throws {
        var recipe = Self.recipe(steps: 1)
        recipe.seeds = [7]
        let start = Parameterization.pixels(
            start: .evenNoise(lower: 0, upper: 3), color: Color(space: .rgb, bound: .none))
        recipe.lastStage.procedure = Procedure(
            parameterization: start, transforms: [], optimizer: .ascent(rate: .constant(0), normalization: .none))
        func picture() throws -> [Float] {
            let subject = LinearSubject()
            let run = try StageRun(
                recipe.stages[0], of: recipe, subject: subject,
                objectives: ObjectiveTests.sheet(recipe.objectives, subject), from: nil)
            run.step(1)
            return run.pictures(in: subject.inputSize)[0]
        }
        let noise = try picture()
        #expect(noise.allSatisfy { (0...3).contains($0) } && noise.contains { $0 > 2 })
        recipe.lastStage.procedure.corrections = [.clamp(lower: 0.5, upper: 1)]
        #expect(try picture() == noise.map { min(max($0, 0.5), 1) })
        recipe.lastStage.procedure.corrections = [.blur(deviation: .constant(1), size: 3)]
        let blurred = try picture()
        let (mean, spread) = (noise.reduce(0, +) / 72, blurred.map { abs($0 - 1.5) }.reduce(0, +))
        #expect(abs(blurred.reduce(0, +) / 72 - mean) < 0.3)
        #expect(spread < 0.8 * noise.map { abs($0 - 1.5) }.reduce(0, +))
    }
}
