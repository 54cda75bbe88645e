import Images
import TestSubjects
import Testing
import Visualization

/// How long recipes take, before anybody has waited for them.
@Suite(.timeLimit(.minutes(10))) struct RecipeCostTests {
    private static let input = PixelSize(width: 224, height: 224)

    private func recipe(_ stages: [RenderStage]) -> Recipe {
        var recipe = Recipe(
            model: "vit", weightsHash: "", objectives: [], seed: 0, width: 1, height: 1, steps: 1, procedure: .lucid)
        recipe.stages = stages
        return recipe
    }

    private func stage(_ side: Int, steps: Int, copies: Int = 1) -> RenderStage {
        var procedure = Procedure.lucid
        procedure.copies = copies
        return RenderStage(width: side, height: side, steps: steps, procedure: procedure)
    }

    @Test func aStepAtTheModelsSizeIsTheUnit() {
        #expect(abs(recipe([stage(224, steps: 1)]).cost(for: Self.input) - 1) < 1e-12)
        #expect(abs(recipe([stage(224, steps: 80)]).cost(for: Self.input) - 80) < 1e-9)
    }

    /// The model sees its own size whatever the picture's, so a smaller picture saves only what is spent on the picture.
    @Test func copiesAreOfTheModelAndPixelsOfThePicture() {
        #expect(abs(recipe([stage(112, steps: 10)]).cost(for: Self.input) - 10 * (0.96 + 0.04 / 4)) < 1e-9)
        #expect(abs(recipe([stage(224, steps: 10, copies: 8)]).cost(for: Self.input) - 10 * (8 * 0.96 + 0.04)) < 1e-9)
        #expect(
            abs(
                recipe([stage(112, steps: 3), stage(448, steps: 2, copies: 6)]).cost(for: Self.input)
                    - (3 * 0.97 + 2 * (6 * 0.96 + 0.16))) < 1e-9)
    }

    /// A recipe's cost is that of the stages that it has, whatever they are today.
    @Test(arguments: RecipeName.allCases) func aNamesCostIsThatOfItsStages(_ name: RecipeName) throws {
        let subject = LinearSubject()
        let recipe = try Recipe(
            name, for: [.mean(Target(model: "fake", layer: "linear"))], in: subject, seeds: [0])
        #expect(abs(recipe.cost(for: subject.inputSize) - name.cost(for: subject.inputSize)) < 1e-9)
        #expect(recipe.totalSteps == name.steps())
        #expect(name.cost(for: Self.input) > 0.9 * Double(name.steps()) && !name.purpose.isEmpty)
    }
}
