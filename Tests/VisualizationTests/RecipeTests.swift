import Platform
import TestSubjects
import TestSupport
import Testing
import Visualization

@Suite(.timeLimit(.minutes(10))) struct RecipeTests {
    static func recipe(
        steps: Int = 4, width: Int = 6, height: Int = 4, objectives: [Objective] = [ObjectiveTests.a],
        procedure: Procedure = Procedure(
            parameterization: .lucid, transforms: [.shift(pixels: 2)], optimizer: .adam(rate: .constant(0.05))
        )
    ) -> Recipe {
        Recipe(
            model: "fake", weightsHash: "abc", objectives: objectives, seed: 1, width: width, height: height,
            steps: steps, procedure: procedure)
    }

    @Test func isStableText() throws {
        #expect(
            try Self.recipe().json() == """
                {"model":"fake","objectives":[{"mean":{"features":[1],"layer":"linear","model":"fake","tokens":\
                "patches"}}],"seeds":[1],"stages":[{"height":4,"procedure":{"optimizer":{"adam":{"beta1":0.9,\
                "beta2":0.999,"epsilon":1e-08,"rate":{"end":0.05,"shape":"linear","start":0.05}}},\
                "parameterization":{"fourier":{"color":{"bound":"sigmoid","space":"decorrelated"},"decay":1,\
                "deviation":0.01}},"transforms":[{"shift":{"pixels":2}}]},"steps":4,"width":6}],"version":2,\
                "weightsHash":"abc"}
                """)
    }

    @Test func survivesJSON() throws {
        let target = Target(model: "fake", layer: "logits", features: .all, tokens: .special("CLS"))
        for procedure in [Procedure.vitrine(inputSize: 128), .lucid] {
            var recipe = Self.recipe(
                objectives: [ObjectiveTests.a - 0.3 * ObjectiveTests.b, .sum(target)], procedure: procedure)
            recipe.seeds = [.max, 0]
            recipe.stopAfter = 3
            #expect(try Recipe(json: recipe.json()) == recipe)
        }
    }

    @Test func everyTransformSurvivesJSON() throws {
        let recipe = Self.recipe(
            procedure: Procedure(
                parameterization: .pixels(
                    start: .photograph(PhotographReference(name: "chelsea.png", sha256: "ab")),
                    color: Color(space: .rgb)),
                transforms: TransformTests.lists.flatMap { $0 },
                optimizer: .ascent(rate: Schedule(from: 1, to: 0, shape: .cosine), normalization: .deviation))
        )
        #expect(try Recipe(json: recipe.json()) == recipe)
    }

    @Test func saysWhereTextIsWrong() throws {
        let text = try Self.recipe().json()
        func message(_ json: String) -> String? {
            #expect(throws: EngineError.self) { _ = try Recipe(json: json) }?.message
        }
        let expected = "; it must be a recipe that Vitrine wrote."
        #expect(message("{") == "The recipe is not readable: it is not JSON" + expected)
        #expect(message("{}") == "The recipe is not readable: there is no “version”" + expected)
        #expect(
            message(text.replacing("\"steps\":4", with: "\"steps\":\"four\""))
                == "The recipe is not readable: a value of another kind is expected at stages.Index 0.steps" + expected)
        #expect(
            message(text.replacing("\"mean\"", with: "\"median\""))
                == "The recipe is not readable: an objective has one of the keys mean, sum, plus, weight, name, "
                + "l1, meanSquare, direction, likeness, distribution, diversity, alignment, text, totalVariation, "
                + "pictureNorm at objectives.Index 0" + expected)
    }

    @Test func refusesSteps() {
        for steps in [0, -5, 1_000_000_000] {
            expect(
                Self.recipe(steps: steps),
                "The number of steps is \(steps); it must be a whole number from 1 to 100000.")
        }
    }

    @Test func refusesSizes() {
        expect(
            Self.recipe(width: 0, height: 0), "The picture's size is 0 × 0 px; it must be at least 2 × 2 px.")
        expect(
            Self.recipe(width: -3, height: 9), "The picture's size is -3 × 9 px; it must be at least 2 × 2 px.")
        let huge = #expect(throws: EngineError.self) {
            try Self.recipe(width: 100_000, height: 100_000).validate()
        }
        guard case .tooLarge(let what, let needed, let available) = huge else {
            Issue.record("\(String(describing: huge)) is not .tooLarge")
            return
        }
        #expect(what == "A picture of 100000 × 100000 pixels")
        #expect(needed > 1_000_000_000_000 && available < needed)
        // Products that no integer holds are too large as well, and no crash.
        let absurd = #expect(throws: EngineError.self) {
            try Self.recipe(width: .max, height: .max, objectives: [ObjectiveTests.a, ObjectiveTests.b])
                .validate()
        }
        guard case .tooLarge("2 pictures of \(Int.max) × \(Int.max) pixels", Int.max, _) = absurd else {
            Issue.record("\(String(describing: absurd)) is not .tooLarge")
            return
        }
    }

    @Test func refusesNothingToRender() {
        expect(Self.recipe(objectives: []), "There is nothing to render: give at least one objective.")
        var recipe = Self.recipe()
        recipe.seeds = []
        expect(recipe, "The number of seeds is 0; it must be 1, one for each picture.")
    }

    @Test func refusesProcedures() {
        func transform(_ transform: Transform, _ message: String) {
            var recipe = Self.recipe()
            recipe.lastStage.procedure.transforms = [transform]
            expect(recipe, message)
        }
        transform(.pad(pixels: -1, value: 0), "pad is -1; it must be zero or more.")
        transform(
            .scale(factor: .uniform(lower: 0, upper: 1)),
            "scale is from 0.0 to 1.0; it must be one or more numbers between 0.01 and 100.0.")
        transform(
            .view(part: .oneOf(values: [])),
            "view is no number; it must be one or more numbers between 0.01 and 100.0.")
        transform(
            .rotate(degrees: .uniform(lower: 5, upper: .infinity)),
            "rotate is from 5.0 to inf; it must be one or more numbers between -36000.0 and 36000.0.")
        transform(
            .blur(deviation: .constant(1), size: 4),
            "the blur's size is 4; it must be an odd number from 1 to 255.")
        transform(
            .blur(deviation: .constant(1), size: 17),
            "the blur's size is 17; it must be 7 or less for a model that sees 6 × 4 pixels.")
        transform(.noise(deviation: .constant(-1)), "noise is -1.0; it must be zero or more.")
        transform(
            .colorShift(gain: 11, offset: 0),
            "the color shift's gain is 11.0; it must be between 0 and 10.")
        transform(.shift(pixels: .nan), "shift is nan; it must be between 0 and 100000.")
        transform(
            .clamp(lower: 1, upper: 0), "the clamp's lower limit is 1.0; it must be 0.0 or less.")
        var recipe = Self.recipe()
        recipe.lastStage.procedure.optimizer = .adam(rate: .constant(.nan))
        expect(recipe, "rate is nan; it must be a finite number.")
        recipe.lastStage.procedure.optimizer = .adam(rate: .constant(1), beta1: 1, beta2: 0.9, epsilon: 1)
        expect(recipe, "beta1 is 1.0; it must be at least 0 and below 1.")
    }

    private func expect(_ recipe: Recipe, _ message: String) {
        let error = #expect(throws: EngineError.self) {
            _ = try Renderer(subject: LinearSubject(), recipe: recipe)
        }
        #expect(error?.message == message)
    }
}
