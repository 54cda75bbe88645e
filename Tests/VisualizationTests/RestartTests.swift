import Models
import Platform
import TestSubjects
import Testing
import Visualization

/// A neuron behind an activation function that lets nothing through where pictures start.
@Suite(.timeLimit(.minutes(2))) struct RestartTests {
    static let target = Objective.mean(
        Target(model: "fake", layer: "rectified", features: .indices([1]), tokens: .all))

    static func recipe(starts: Int?, objectives: [Objective] = [target], steps: Int = 30) -> Recipe {
        var recipe = RendererTests.recipe(steps: steps, objectives: objectives)
        recipe.starts = starts
        return recipe
    }

    static func subject(threshold: Float) -> LinearSubject {
        var subject = LinearSubject()
        subject.threshold = threshold
        return subject
    }

    static func isSilent(_ picture: Picture, starts: Int) -> Bool {
        picture.notes.contains(.noResponse(starts: starts))
    }

    @Test func whatComesBeforeIsClimbedUntilTheTargetResponds() throws {
        let subject = Self.subject(threshold: 1)
        let asItComes = try Renderer(subject: subject, recipe: Self.recipe(starts: nil)).run()
        #expect(asItComes.pictures[0].activation == 0, "flat where it starts, so it stays there")
        #expect(Self.isSilent(asItComes.pictures[0], starts: 1))
        let awake = try Renderer(subject: subject, recipe: Self.recipe(starts: 1)).run()
        #expect(awake.pictures[0].activation > 0.1)
        #expect(!awake.pictures[0].notes.contains { if case .noResponse = $0 { true } else { false } })
    }

    /// A target that responds from the start is climbed as it is: the same bytes, whether it could be woken or not.
    @Test func whatRespondsIsClimbedAsItIs() throws {
        let subject = Self.subject(threshold: -50)
        let asItComes = try Renderer(subject: subject, recipe: Self.recipe(starts: nil)).run()
        let watched = try Renderer(subject: subject, recipe: Self.recipe(starts: 4)).run()
        #expect(asItComes.pictures[0].activation > 40)
        #expect(watched.pictures[0].image == asItComes.pictures[0].image)
        #expect(watched.history == asItComes.history)
    }

    @Test func whatNeverRespondsIsBegunAsOftenAsAskedForAndSaysSo() throws {
        let subject = Self.subject(threshold: 1e6)
        let rendering = try Renderer(subject: subject, recipe: Self.recipe(starts: 3, steps: 5)).run()
        #expect(Self.isSilent(rendering.pictures[0], starts: 3))
        #expect(rendering.stop == .finished && rendering.recipe.starts == 3 && rendering.steps == 5)
        // Five steps and one look at the finished picture, three times.
        #expect(subject.forwards.value == 18)
    }

    /// A picture of a sheet is the one that is rendered alone, in whatever company it is begun again.
    @Test func aPictureDoesNotDependOnItsSheet() throws {
        let subject = Self.subject(threshold: 1.2)
        let objectives: [Objective] = (0..<5).map { neuron in
            .mean(Target(model: "fake", layer: "rectified", features: .indices([neuron]), tokens: .all))
        }
        let recipe = Self.recipe(starts: 4, objectives: objectives, steps: 6)
        let sheet = try Renderer(subject: subject, recipe: recipe).run()
        for (index, picture) in sheet.pictures.enumerated() {
            let alone = try Renderer(subject: subject, recipe: recipe.alone(index)).run()
            #expect(alone.pictures[0].image == picture.image)
            #expect(alone.pictures[0].activation == picture.activation && alone.pictures[0].notes == picture.notes)
            #expect(alone.history.map { $0[0] } == sheet.history.map { $0[index] })
        }
    }

    @Test func anInterruptedStartLeavesARecipeThatMakesWhatIsThere() throws {
        var subject = Self.subject(threshold: 1e6)
        subject.cancelsAt = 9
        let rendering = try Renderer(subject: subject, recipe: Self.recipe(starts: 3, steps: 5)).run()
        #expect(rendering.stop == .interrupted && rendering.recipe.starts == 1)
        let again = try Renderer(subject: Self.subject(threshold: 1e6), recipe: rendering.recipe).run()
        #expect(again.pictures[0].image == rendering.pictures[0].image)
    }

    @Test func progressGoesOnOverAllStarts() throws {
        var steps: [Int] = []
        _ = try Renderer(subject: Self.subject(threshold: 1e6), recipe: Self.recipe(starts: 2, steps: 3)).run {
            steps.append($0.step)
            #expect($0.snapshot().count == 1 && $0.step <= $0.steps)
        }
        #expect(steps == [1, 2, 3, 4, 5, 6])
    }

    @Test func startsAreNumbersThatMakeSense() {
        for starts in [0, -1, 65] {
            #expect(throws: EngineError.self) { try Self.recipe(starts: starts).validate() }
        }
    }

    /// Hidden neurons of the built-in models: their layer before the GELU is found, also where an MLP mixes tokens.
    @Test(arguments: [
        ("vit", "blocks.8.mlp.hidden", "blocks.8.mlp.fc1"),
        ("mixer", "blocks.3.mlp2.hidden", "blocks.3.mlp_tokens.fc1"),
    ]) func theLayerBeforeAnActivationIsKnown(_ name: String, _ hidden: String, _ before: String) throws {
        let model = try Model.load(name)
        let (hiddenLayer, beforeLayer) = (try model.layer(hidden), try model.layer(before))
        #expect(model.layerBeforeActivation(hiddenLayer.address) == beforeLayer.address)
        #expect(model.layerBeforeActivation("blocks.3") == nil)
        #expect(beforeLayer.shape == hiddenLayer.shape)
    }
}
