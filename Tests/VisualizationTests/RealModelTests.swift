import Compute
import Foundation
import Models
import Platform
import TestConditions
import TestSupport
import Testing
import Visualization

/// The whole way on trained models, in a few steps.
@Suite(.timeLimit(.minutes(10)), .needs(.trainedModel)) struct RealModelTests {
    static func recipe(_ model: Model, _ objectives: [Objective], steps: Int) -> Recipe {
        Recipe(
            model: model.name, weightsHash: model.weightsHash, objectives: objectives, seed: 1,
            width: model.inputSize.width, height: model.inputSize.height, steps: steps,
            procedure: .vitrine(inputSize: model.inputSize.width))
    }

    @Test(arguments: ["vit", "mixer", "ffmixer"]) func builtInModelsClimb(_ name: String) throws {
        let model = try Model.load(name)
        let objectives: [Objective] = [
            .mean(Target(model: name, layer: "blocks.2.mlp", features: .indices([3]))),
            .mean(
                Target(model: name, layer: "blocks.2.mlp", features: .indices([3]), tokens: .indices([27]))),
            .mean(Target(model: name, layer: "logits", features: .indices([0]))),
        ]
        var recipe = Self.recipe(model, objectives, steps: 40)
        // Mild disturbances, so that few steps show where they lead.
        recipe.lastStage.procedure.transforms = [.shift(pixels: 4), .noise(deviation: .constant(0.02))]
        let rendering = try Renderer(subject: model, recipe: recipe).run()
        for (picture, first) in zip(rendering.pictures, try #require(rendering.history.first)) {
            #expect(picture.activation > first + 0.3, "\(picture.label)")
        }
        #expect(rendering.pictures[1].label == "blocks.2.mlp neuron 3, patch 27 (row 3, column 3)")
        #expect(rendering.pictures[2].label == "logit “tench”")
        let pixels = rendering.pictures[0].image.pixels
        #expect(pixels.count == 3 * 128 * 128 && Set(pixels).count > 100)
        // The recipe as text makes the same bytes.
        let again = try Renderer(subject: model, recipe: Recipe(json: recipe.json())).run()
        #expect(again.pictures == rendering.pictures)
    }

    /// A picture of a batch is the one computed alone. A library's products are grouped by their size, and round so.
    @Test func batchEqualsAlone() throws {
        let model = try Model.load("vit")
        let objectives = (0..<3).map { neuron in
            Objective.mean(Target(model: "vit", layer: "blocks.3.mlp", features: .indices([neuron])))
        }
        let batch = try Renderer(subject: model, recipe: Self.recipe(model, objectives, steps: 6)).run()
        var recipe = Self.recipe(model, [objectives[2]], steps: 6)
        recipe.seeds = [3]
        let alone = try Renderer(subject: model, recipe: recipe).run()
        guard !MatrixProduct.usesPanels else {
            #expect(batch.pictures[2].image == alone.pictures[0].image)
            #expect(batch.pictures[2].activation == alone.pictures[0].activation)
            return
        }
        let pairs = zip(batch.pictures[2].image.pixels, alone.pictures[0].image.pixels)
        #expect(pairs.count { abs(Int($0) - Int($1)) > 2 } < 50)
        #expect(abs(batch.pictures[2].activation - alone.pictures[0].activation) < 1e-2)
    }

    @Test func unknownLayerListsNearOnes() throws {
        let model = try Model.load("vit")
        let objective = Objective.mean(Target(model: "vit", layer: "blocks.5.mpl"))
        let error = #expect(throws: EngineError.self) {
            _ = try Renderer(subject: model, recipe: Self.recipe(model, [objective], steps: 1))
        }
        guard case .unknownLayer("blocks.5.mpl", "vit", let near)? = error?.other(as: ComputeError.self) else {
            Issue.record("\(String(describing: error)) is not .unknownLayer")
            return
        }
        #expect(near.contains("blocks.5.mlp"))
    }

    /// DeiT-Tiny lies beside the checkout and is no part of it; without it this test is skipped.
    @Test(.enabled(if: FileManager.default.fileExists(atPath: deit), "needs \(deit)"))
    func deiTNeuron() throws {
        let model = try Model.load(Self.deit)
        let objective = Objective.mean(
            Target(model: model.name, layer: "blocks.6.mlp", features: .indices([101])))
        let rendering = try Renderer(subject: model, recipe: Self.recipe(model, [objective], steps: 128))
            .run()
        // The strongest of 334 photographs: .30.
        #expect(rendering.pictures[0].activation > 0.9)
    }

    static let deit = Reference.deit
}
