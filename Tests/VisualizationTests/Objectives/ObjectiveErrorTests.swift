import Compute
import Platform
import TestSubjects
import Testing
import Visualization

@Suite(.timeLimit(.minutes(10))) struct ObjectiveErrorTests {
    static let linear = Target(model: "fake", layer: "linear")
    static let a = ObjectiveTests.a

    @Test func numbersThatAreNone() {
        expect(
            .l1(Self.linear, to: .nan), "The constant C of the L1 distance is nan; it must be a finite number.")
        expect(
            Self.a - .pictureNorm(from: .infinity),
            "The gray from which the picture's norm is taken is inf; it must be a finite number.")
        expect(
            .direction(Self.linear, [1, 2, 3, 4, 5], cosinePower: .nan),
            "The power of the cosine is nan; it must be 0 or more.")
        expect(
            .direction(Self.linear, [1, 2, 3, 4, 5], cosinePower: -1),
            "The power of the cosine is -1.0; it must be 0 or more.")
        expect(
            .likeness(Self.linear, to: LayerTermTests.photograph, by: .dotCosine(power: -2)),
            "The power of the cosine is -2.0; it must be 0 or more.")
        expect(
            .direction(Self.linear, [1, 2, .nan, 4, 5]),
            "A number in the direction is infinite or not a number; it must be finite.")
        expect(.nan * Self.a, "The objective has a weight that is NaN or infinite: nan.")
    }

    @Test func directions() {
        expect(
            .direction(Self.linear, [1, 2, 3]),
            "The direction has 3 numbers, and linear of fake has 5 features: give it one for each.")
        expect(
            .direction(Target(model: "fake", layer: "linear", features: .indices([1])), []),
            "The direction has 0 numbers, and linear neuron 1 of fake has 1 feature: give it one for each.")
        expect(
            .direction(Self.linear, [0, 0, 0, 0, 0]),
            "The direction is 0 everywhere, so it points nowhere.")
    }

    @Test func sheetsOfOnePicture() {
        expect(
            Self.a + .diversity(Self.linear),
            "Diversity compares the pictures of a sheet with one another, but here there is only one: render at least "
                + "two together.")
        expect(
            .alignment(Self.linear),
            "Alignment compares the pictures of a sheet with one another, but here there is only one: render at least "
                + "two together.")
        expect(
            .alignment(Self.linear, decay: 0), "The alignment's decay is 0.0; it must be 1 or more.", pictures: 2)
    }

    @Test func picturesAlone() {
        expect(
            -1 * .totalVariation() - 2 * .pictureNorm(),
            "“−total variation − 2 × ‖picture‖” concerns the picture itself, not fake: add at least one "
                + "target.")
    }

    /// In every kind, and before anything is computed.
    @Test func targetsOfEveryKind() {
        let photograph = LayerTermTests.photograph
        func kinds(_ target: Target) -> [Objective] {
            [
                .mean(target), .sum(target), .l1(target, to: 1), .meanSquare(target), .direction(target, [1]),
                .likeness(target, to: photograph, by: .cosine), .diversity(target), .alignment(target),
            ]
        }
        for objective in kinds(Target(model: "mixer", layer: "linear")) {
            expect(objective, "An objective can use one model: this one uses fake and mixer.", pictures: 2)
        }
        for objective in kinds(Target(model: "fake", layer: "linear", features: .indices([]))) {
            expect(
                objective, "No neuron is chosen in linear of fake. Choose at least one from 0 to 4.", pictures: 2)
        }
        for objective in kinds(Target(model: "fake", layer: "linear", tokens: .indices([6]))) {
            expect(
                objective, "There is no patch 6 in linear of fake: patches go from 0 to 5.", pictures: 2)
        }
    }

    @Test func references() {
        let objective = Objective.likeness(Self.linear, to: LayerTermTests.photograph, by: .l2)
        expect(objective, "The photograph “chelsea.png” is missing; it must be given to the render.")
        var references = ReferenceActivations()
        references[LayerTermTests.photograph, "linear"] = Tensor(repeating: 0, shape: [7, 4])
        expect(
            objective, "The output of linear of fake on “chelsea.png” must be 7 × 5, not 7 × 4.",
            references: references)
        references[LayerTermTests.photograph, "linear"] = Tensor(repeating: .nan, shape: [7, 5])
        expect(
            objective,
            "The output of linear of fake on “chelsea.png” is infinite or not a number in places; it must be finite "
                + "numbers.", references: references)
    }

    private func expect(
        _ objective: Objective, _ message: String, pictures: Int = 1,
        references: ReferenceActivations = ReferenceActivations()
    ) {
        let recipe = RendererTests.recipe(objectives: Array(repeating: objective, count: pictures))
        let error = #expect(throws: EngineError.self) {
            _ = try Renderer(subject: LinearSubject(), recipe: recipe, references: references)
        }
        #expect(error?.message == message)
    }
}
