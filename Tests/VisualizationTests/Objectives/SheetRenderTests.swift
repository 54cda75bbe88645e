import Images
import Platform
import TestSubjects
import Testing
import Visualization

/// Objectives that need more than one picture's layers, on the whole way of a render.
@Suite(.timeLimit(.minutes(10))) struct SheetRenderTests {
    static let linear = Target(model: "fake", layer: "linear")
    static let objective =
        RendererTests.bent + 0.5 * .diversity(linear) + 0.3 * .alignment(linear) - 0.01 * .totalVariation()
        - 0.1 * .totalVariation(.norms) - 0.2 * .pictureNorm(from: 0.5)

    /// ∂objective/∂parameters of each picture against differences, the others standing still.
    @Test func gradientAgreesWithDifferences() throws {
        let recipe = RendererTests.recipe(objectives: [Self.objective, 2 * Self.objective, RendererTests.bent])
        try StepAtWork(recipe).expectGradientAgreesWithDifferences(length: 5e-3)
    }

    /// Pictures that do not fit together are compared all the same.
    @Test(arguments: [1, 2, 3]) func batchesDoNotMatter(_ largestBatch: Int) throws {
        let recipe = RendererTests.recipe(objectives: (0..<5).map { Float($0 + 1) * Self.objective })
        let together = try Renderer(subject: LinearSubject(), recipe: recipe).run()
        var narrow = LinearSubject()
        narrow.largestBatch = largestBatch
        let split = try Renderer(subject: narrow, recipe: recipe).run()
        #expect(split.pictures == together.pictures)
        #expect(split.history == together.history)
    }

    @Test func interruptedWhileLooking() throws {
        var subject = LinearSubject()
        subject.largestBatch = 1
        // A step is two looks and two gradients: this is the second look of the third step.
        subject.cancelsAt = 10
        let recipe = RendererTests.recipe(steps: 50, objectives: [Self.objective, Self.objective])
        let rendering = try Renderer(subject: subject, recipe: recipe).run(cancellation: Cancellation())
        #expect(rendering.wasInterrupted && rendering.steps == 2)
        let again = try Renderer(subject: LinearSubject(), recipe: rendering.recipe).run()
        #expect(again.pictures.map(\.image) == rendering.pictures.map(\.image))
    }

    /// The activation that a picture says is that of all its terms, on the picture as it is handed over.
    @Test func activationHasAllTerms() throws {
        let recipe = RendererTests.recipe(objectives: [Self.objective, Self.objective])
        var without = recipe
        without.objectives = recipe.objectives.map { $0 + 0.01 * .totalVariation() }
        without.stopAfter = 0
        // Before the first step both are the same pictures.
        var start = recipe
        start.stopAfter = 0
        let full = try Renderer(subject: LinearSubject(), recipe: start).run().pictures
        let rest = try Renderer(subject: LinearSubject(), recipe: without).run().pictures
        #expect(full.map(\.image) == rest.map(\.image))
        for (one, other) in zip(full, rest) {
            let variation = Self.variation(one.image)
            #expect(abs(other.activation - one.activation - 0.01 * variation) < 1e-4)
        }
    }

    /// Diversity drives pictures of one objective apart; variation that is subtracted makes them smooth.
    @Test func termsDoWhatTheySay() throws {
        let bent = RendererTests.bent
        func pictures(_ objective: Objective) throws -> [Image] {
            var recipe = RendererTests.recipe(steps: 80, objectives: Array(repeating: objective, count: 3))
            recipe.lastStage.procedure.transforms = []
            return try Renderer(subject: LinearSubject(), recipe: recipe).run().pictures.map(\.image)
        }
        let plain = try pictures(bent)
        let smooth = try pictures(bent - 5 * .totalVariation())
        #expect(Self.variation(smooth[0]) < 0.5 * Self.variation(plain[0]))
        let diverse = try pictures(bent + 20 * .diversity(Self.linear))
        #expect(try Self.likeness(diverse) < Self.likeness(plain) - 0.05)
    }

    /// The mean cosine of the pictures' styles.
    private static func likeness(_ images: [Image]) throws -> Float {
        var recipe = RendererTests.recipe(objectives: Array(repeating: .diversity(linear), count: images.count))
        recipe.lastStage.procedure.transforms = []
        let values = try StepAtWork(recipe).activations(of: images)
        return -values.reduce(0, +) / Float(values.count)
    }

    /// Σ (|∂x| + |∂y|).
    private static func variation(_ image: Image) -> Float {
        let picture = image.planes.values
        var variation: Float = 0
        for channel in 0..<3 {
            for row in 0..<image.height {
                for column in 0..<image.width {
                    let place = (channel * image.height + row) * image.width + column
                    if column + 1 < image.width { variation += abs(picture[place + 1] - picture[place]) }
                    if row + 1 < image.height { variation += abs(picture[place + image.width] - picture[place]) }
                }
            }
        }
        return variation
    }
}
