import Compute
import Foundation
import Models
import Platform
import TestSubjects
import TestSupport
import Testing
import Visualization

/// A dictionary of latents behind a layer of a model.
@Suite(.timeLimit(.minutes(10))) struct DictionaryInterventionTests {
    private let vit: Model
    private let input: Tensor
    private let dictionary: LatentDictionary
    private let coded: Model

    init() throws {
        let reference = try CauseReference()
        vit = reference.vit
        input = vit.preprocessing.tensor(of: reference.photograph)
        dictionary = try LatentDictionary(
            path: Reference.root.appendingPathComponent("Tests/Fixtures/dictionaries/saev-relu.pt").path)
        let target = Target(model: vit.name, layer: "blocks.1")
        coded = try vit.changed(
            by: [Intervention(target, .coded(by: dictionary.reference))], dictionaries: [dictionary])
    }

    private func latent(_ index: Int) -> Target {
        Target(model: coded.name, layer: "blocks.1.sae", features: .indices([index]))
    }

    @Test func readingChangesNothing() throws {
        #expect(try coded.logits(of: input) == vit.logits(of: input))
        #expect(coded.name == "\(vit.name) with “saev-relu.pt” on blocks.1")
        #expect(try coded.layer("blocks.1.sae").shape.features == 40)
        #expect(coded.graph.layerBeforeActivation("blocks.1.sae") == "blocks.1.sae.before")
    }

    /// What follows is x + (5 − f) · d in every token, with the logits that this gives when it is patched in.
    @Test func aHeldLatentWritesItsDirection() throws {
        let held = try coded.changed(by: [Intervention(latent(7), .set(to: 5))])
        let x = try vit.activations(at: "blocks.1", of: input)
        let codes = try coded.activations(at: "blocks.1.sae", of: input)
        let direction = dictionary.decoderRow(7).values
        let found = try held.activations(at: "blocks.1", of: input)
        let expected = x.values.enumerated().map { place, value in
            value + (5 - codes.values[place / 16 * 40 + 7]) * direction[place % 16]
        }
        #expect(Reference.distance(found.values, expected) < 1e-6)
        #expect(try held.logits(of: input) != vit.logits(of: input))
        let changed = try held.activations(at: "blocks.1.sae", of: input)
        #expect(changed.values.enumerated().allSatisfy { $0 % 40 == 7 ? $1 == 5 : $1 == codes.values[$0] })
        // Held where it is, the model is as it was; held twice, the last counts.
        let again = try held.changed(by: [Intervention(latent(7), .set(to: 5))])
        #expect(try Reference.distance(again.logits(of: input).values, held.logits(of: input).values) < 1e-6)
    }

    @Test func aRecipeKeepsTheDictionary() throws {
        var recipe = try Recipe(.vitrine, for: [.mean(latent(3))], in: coded, seeds: [1], steps: 2)
        #expect(recipe.interventions.compactMap(\.dictionary) == [dictionary.reference])
        recipe = try Recipe(json: recipe.json())
        #expect(recipe.baseModel == vit.name)
        let again = try vit.changed(by: recipe.interventions, dictionaries: [dictionary])
        #expect(again.name == coded.name)
        #expect(throws: EngineError.self) { try vit.changed(by: recipe.interventions) }
    }
}
