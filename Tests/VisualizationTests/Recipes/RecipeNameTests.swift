import Images
import Models
import Platform
import TestModels
import TestSubjects
import Testing
import Visualization

@Suite(.timeLimit(.minutes(10))) struct RecipeNameTests {
    /// Large enough for the smallest stage and the widest blur.
    private static let subject: LinearSubject = {
        var subject = LinearSubject()
        subject.inputSize = PixelSize(width: 16, height: 16)
        return subject
    }()

    private func recipe(
        _ name: RecipeName, _ objective: Objective = RendererTests.bent, width: Int? = nil, height: Int? = nil,
        steps: Int? = nil
    ) throws -> Recipe {
        try Recipe(
            name, for: [objective], in: Self.subject, seeds: [3], width: width, height: height, steps: steps)
    }

    /// Each makes a picture of a small model, and its JSON makes the same picture again.
    @Test(arguments: RecipeName.allCases) func everyNameMakesAPictureAndMakesItAgain(_ name: RecipeName) throws {
        let recipe = try recipe(name, steps: 8)
        #expect(recipe.totalSteps == 8)
        let rendering = try Renderer(subject: Self.subject, recipe: recipe).run()
        #expect(rendering.stop == .finished && rendering.history.count == 8)
        #expect(rendering.pictures[0].image.width == recipe.lastStage.width)
        let again = try Renderer(subject: Self.subject, recipe: Recipe(json: recipe.json())).run()
        #expect(again.pictures[0].image == rendering.pictures[0].image)
    }

    /// In the default recipe gradients through branches count less, but for mixers, also those whose tokens an MLP mixes in a
    /// gate. XCiT transposes too, and has attention.
    @Test(
        arguments: [
            ("timm_vit", 0.7), ("timm_mixer", 1), ("timm_xcit", 0.7), ("timm_gmlp", 1), ("timm_resmlp", 1),
            ("timm_swin", 0.7),
        ] as [(String, Float)])
    func gradientsThroughTheBranchesOfAMixerAreWhole(_ family: String, _ factor: Float) throws {
        let model = try FamilyReference(FamilyReference.parent.appendingPathComponent(family)).model()
        let neuron = Objective.mean(
            Target(model: model.name, layer: model.layers[model.layers.count / 2].address, features: .indices([1])))
        let recipe = try Recipe(.vitrine, for: [neuron], in: model, seeds: [1])
        #expect(recipe.stages.map(\.procedure.branchGradient) == [factor, factor, factor])
        let named = try Recipe(.lucid, for: [neuron], in: model, seeds: [1])
        #expect(named.stages.allSatisfy { $0.procedure.branchGradient == 1 })
    }

    /// Of a model whose record says that it was trained on noisy pictures, fine waves are damped less, and a class has more of
    /// the gradient through the branches; mixers keep all of it.
    @Test(.needs(.trainedModel), arguments: [("vit", 0.7), ("mixer", 1)] as [(String, Float)])
    func modelsThatBearNoise(_ name: String, _ factor: Float) throws {
        let model = try Model.load(name)
        #expect(model.bearsNoise)
        for layer in ["logits", "blocks.5"] {
            let target = Objective.mean(Target(model: model.name, layer: layer, features: .indices([3])))
            let recipe = try Recipe(.vitrine, for: [target], in: model, seeds: [1])
            #expect(recipe.stages.map(\.procedure.branchGradient) == [factor, factor, factor])
            let waves = Parameterization.fourier(deviation: 0.01, decay: 0.7, color: Color())
            #expect(recipe.stages.allSatisfy { $0.procedure.parameterization == waves })
        }
        #expect(try !FamilyReference(FamilyReference.parent.appendingPathComponent("timm_vit")).model().bearsNoise)
    }

    /// The numbers of the article's code: 224, 560 and 600 pixels for a model of 224, each 100 steps, and the constant
    /// rates and blurs between the stages' ends.
    @Test func theArticlesStages() throws {
        let recipe = try recipe(.faithfulArticle)
        let input = Self.subject.inputSize
        #expect(recipe.stages.map(\.width) == [input.width, input.width * 560 / 224, input.width * 600 / 224])
        #expect(recipe.stages.map(\.steps) == [100, 100, 100])
        #expect(recipe.stages.map(\.procedure.sight) == [.whole, .window, .window])
        #expect(recipe.objectives == [20 * .sum(RendererTests.bent.targets[0])])
        #expect(recipe.stages.allSatisfy { $0.procedure.skipsNormalization && $0.procedure.transforms == [] })
        #expect(recipe.lastStage.procedure.corrections == [.blur(deviation: Schedule(from: 1.1, to: 0.3), size: 3)])
        #expect(try self.recipe(.article).objectives == [.l1(RendererTests.bent.targets[0], to: 200)])
    }

    @Test func stepsAreSharedOutAmongTheStages() throws {
        #expect(try recipe(.article, steps: 7).stages.map(\.steps) == [2, 2, 3])
        #expect(try recipe(.article, steps: 3).stages.map(\.steps) == [1, 1, 1])
        #expect(try recipe(.plugIn, steps: 8).stages.map(\.steps) == [1, 1, 1, 1, 1, 1, 2])
        let two = try recipe(.article, steps: 2)
        #expect(two.stages.map(\.steps) == [1, 1], "the first stage is left out")
        #expect(two.stages.map(\.width) == (try recipe(.article)).stages.suffix(2).map(\.width))
        for steps in [0, -5] {
            let error = #expect(throws: EngineError.self) { try recipe(.article, steps: steps).validate() }
            #expect(error?.message.contains("\(steps)") == true)
        }
    }

    @Test func sizesOfAllStagesGrowAlike() throws {
        let input = Self.subject.inputSize
        let recipe = try recipe(.plugIn, width: 8 * input.width, height: 8 * input.height)
        #expect(recipe.stages.map(\.width) == (2...8).map { input.width * $0 / 8 * 8 })
        #expect(try self.recipe(.article, width: 2, height: 2).lastStage.width == input.width, "a window fits in")
        for width in [-4, .max] {
            #expect(throws: EngineError.self) { try self.recipe(.article, width: width).validate() }
        }
    }

    /// What a recipe adds stands in the objective, so that a person can read it.
    @Test func whatARecipeAddsIsInTheFormula() throws {
        let target = RendererTests.bent.targets[0]
        let other = 0.5 * Objective.mean(target) - .meanSquare(target)
        #expect(
            try recipe(.firstAttempt, other).objectives == [other - 1e-4 * .totalVariation(.absolute)])
        #expect(
            try recipe(.faithfulArticle, other.named("x")).objectives
                == [((0.5 * (20 * Objective.sum(target))) - .meanSquare(target)).named("x")])
    }
}
