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

    /// A dictionary that normalizes its input writes with the size of the row: x + s · (5 − f) · d, where s is the deviation
    /// of a sample, or ‖x‖ / √width.
    @Test(arguments: ["prisma-relu", "prisma-topk", "prisma-plain"])
    func aHeldLatentWritesWithTheSizeOfTheRow(_ name: String) throws {
        let dictionary = try LatentDictionary(
            path: Reference.root.appendingPathComponent("Tests/Fixtures/dictionaries/\(name)/weights.pt").path)
        let coded = try vit.changed(
            by: [Intervention(Target(model: vit.name, layer: "blocks.1"), .coded(by: dictionary.reference))],
            dictionaries: [dictionary])
        let latent = Target(model: coded.name, layer: "blocks.1.sae", features: .indices([7]))
        let held = try coded.changed(by: [Intervention(latent, .set(to: 5))])
        let x = try vit.activations(at: "blocks.1", of: input).values
        let codes = try coded.activations(at: "blocks.1.sae", of: input).values
        let direction = dictionary.decoderRow(7).values
        let sizes = stride(from: 0, to: x.count, by: 16).map { start -> Float in
            let row = Array(x[start..<start + 16])
            let mean = row.reduce(0, +) / 16
            switch dictionary.normalization {
            case .none: return 1
            case .standardized: return (row.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 15).squareRoot()
            case .rescaled: return (row.reduce(0) { $0 + $1 * $1 } / 16).squareRoot()
            }
        }
        let expected = x.enumerated().map { place, value in
            value + sizes[place / 16] * (5 - codes[place / 16 * 40 + 7]) * direction[place % 16]
        }
        let found = try held.activations(at: "blocks.1", of: input).values
        #expect(Reference.distance(found, expected) < 1e-5, "\(dictionary.words)")
        #expect(Reference.distance(found, x) > 1e-3)
        // Held at another value afterwards, the last counts.
        let again = try held.changed(by: [Intervention(latent, .set(to: 1))])
        let once = try coded.changed(by: [Intervention(latent, .set(to: 1))])
        #expect(
            try Reference.distance(
                again.activations(at: "blocks.1", of: input).values, once.activations(at: "blocks.1", of: input).values)
                < 1e-5)
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
