import Compute
import Foundation
import Images
import Models
import Platform
import TestSubjects
import TestSupport
import Testing
import Visualization

/// Changed models against PyTorch with hooks: logits and the gradient of a logit with respect to the input.
///
/// Both sides start from the same float32 weights; PyTorch computes in float64, so the differences are the rounding of
/// float32 through three blocks, about 1e-6.
@Suite(.timeLimit(.minutes(10))) struct InterventionTests {
    private let reference: CauseReference
    private let vit: Model

    init() throws {
        reference = try CauseReference()
        vit = reference.vit
    }

    private func target(
        _ layer: String, _ features: FeatureSelection = .all, _ tokens: TokenSelection = .patches
    ) -> Target {
        Target(model: vit.name, layer: layer, features: features, tokens: tokens)
    }

    private func expect(_ model: Model, _ name: String) throws {
        let input = model.preprocessing.tensor(of: reference.photograph)
        let logits = try model.logits(of: input)
        #expect(Reference.distance(logits.values, try reference.expected("\(name).logits").values) < 1e-5, "\(name)")
        let gradient = try model.gradient(of: reference.logit(model), at: input).gradient
        #expect(
            Reference.distance(gradient.values, try reference.expected("\(name).gradient").values) < 1e-5, "\(name)")
    }

    private var head: Intervention { Intervention(target("blocks.1.attn.heads", .head(1, of: 2)), .set(to: 0)) }
    private var steer: Intervention {
        Intervention(target("blocks.1"), .added(vector: Reference.pattern(16, seed: 5), times: 2))
    }

    @Test func theModelsThemselvesAgree() throws {
        try expect(vit, "plain")
        try expect(reference.mixer, "mixer.plain")
    }

    @Test func aHeadIsTakenOut() throws { try expect(vit.changed(by: [head]), "head") }

    @Test func neuronsAreHeld() throws {
        try expect(
            vit.changed(by: [Intervention(target("blocks.1.mlp.hidden", .indices([3, 7])), .set(to: 0.5))]), "neurons")
    }

    @Test func patchesComeFromAnotherPhotograph() throws {
        let photograph = PhotographReference(name: "other.png", of: reference.other)
        let intervention = Intervention(
            target("blocks.0", .all, .indices([0, 1, 2, 3])), .patched(from: photograph))
        try expect(vit.changed(by: [intervention], photographs: [reference.other]), "patches")
        #expect(throws: EngineError.self) { try vit.changed(by: [intervention]) }
    }

    @Test func aDirectionIsAdded() throws { try expect(vit.changed(by: [steer]), "direction") }

    /// Queries are a part of one result: what follows reads the whole.
    @Test func queriesAreScaledWhereTheyAreRead() throws {
        let changed = try vit.changed(
            by: [Intervention(target("blocks.0.attn.queries", .head(0, of: 2)), .scaled(by: 0.5))])
        try expect(changed, "queries")
        let input = vit.preprocessing.tensor(of: reference.photograph)
        let (before, after) = try (
            vit.activations(at: "blocks.0.attn.queries", of: input),
            changed.activations(at: "blocks.0.attn.queries", of: input)
        )
        #expect(after.values[0] == before.values[0] / 2 && after.values[8] == before.values[8])
    }

    @Test func aBlockIsSkipped() throws {
        try expect(vit.changed(by: [Intervention(target("blocks.1"), .skipped)]), "block")
    }

    @Test func oneTokenIsTakenOut() throws {
        try expect(vit.changed(by: [Intervention(target("blocks.2.mlp", .all, .special("CLS")), .set(to: 0))]), "cls")
    }

    @Test func interventionsCompose() throws {
        try expect(vit.changed(by: [head, steer]), "both")
        try expect(vit.changed(by: [head]).changed(by: [steer]), "both")
    }

    @Test func aMixersHiddenTokensAreATransposedCopy() throws {
        let mixer = reference.mixer
        let unit = Target(model: mixer.name, layer: "blocks.0.mlp2.hidden", tokens: .hiddenUnits([3]))
        try expect(mixer.changed(by: [Intervention(unit, .set(to: 0.2))]), "mixer.unit")
        let mlp = Target(model: mixer.name, layer: "blocks.1.mlp1")
        try expect(mixer.changed(by: [Intervention(mlp, .set(to: 0))]), "mixer.mlp")
    }

    @Test func aMeanHasARowForEachSpecialTokenAndOneForPatches() throws {
        let width = 16
        let (cls, patches) = ([Float](repeating: 2, count: width), [Float](repeating: 3, count: width))
        let changed = try vit.changed(
            by: [Intervention(target("blocks.1"), .mean(values: cls + patches, of: "photographs"))])
        let output = try changed.activations(at: "blocks.1", of: vit.preprocessing.tensor(of: reference.photograph))
        #expect(output.values == cls + (0..<16).flatMap { _ in patches })
        #expect(throws: EngineError.self) {
            try vit.changed(by: [Intervention(target("blocks.1"), .mean(values: cls, of: "photographs"))])
        }
    }

    @Test func aChangedModelSaysWhatItIsAndSharesTheWeights() throws {
        let changed = try vit.changed(by: [head, steer])
        #expect(
            changed.name
                == "vit without blocks.1.attn.heads head 1, with 2 × a direction added to blocks.1")
        #expect(changed.baseName == "vit" && changed.weightsHash == vit.weightsHash)
        #expect(changed.interventions == [head, steer] && vit.interventions.isEmpty)
        #expect(changed.pictureFacts != vit.pictureFacts, "its pictures are kept apart")
        #expect(try vit.changed(by: [head]).pictureFacts != changed.pictureFacts)
        #expect(changed.packedBytes - vit.packedBytes < 17 * 16 * 4 + 1, "the direction alone is new")
    }

    @Test func whatALayerLacksIsRefusedInWords() throws {
        func message(_ intervention: Intervention) -> String {
            do {
                _ = try vit.changed(by: [intervention])
                return ""
            } catch { return error.message }
        }
        #expect(
            message(Intervention(target("blocks.1.attn.heads", .head(2, of: 2)), .set(to: 0))).contains(
                "There is no head 2"))
        #expect(message(Intervention(target("blocks.1"), .added(vector: [1, 2], times: 1))).contains("of 2 numbers"))
        #expect(message(Intervention(target("blocks.1"), .set(to: .nan))).contains("finite"))
        #expect(message(Intervention(target("blocks.1.mlp"), .skipped)).contains("The block to skip"))
        #expect(message(Intervention(target("blocks.7"), .set(to: 0))).contains("no layer “blocks.7”"))
    }

    @Test func aRecipeHoldsItsInterventions() throws {
        let photograph = PhotographReference(name: "a/other.png", of: reference.other)
        let patch = Intervention(target("blocks.0", .all, .indices([0])), .patched(from: photograph))
        let changed = try vit.changed(by: [head, patch], photographs: [reference.other])
        let objective = Objective.mean(Target(model: changed.name, layer: "blocks.2.mlp", features: .indices([1])))
        let recipe = try Recipe(.vitrine, for: [objective], in: changed, seeds: [1], steps: 4)
        #expect(recipe.interventions == [head, patch] && recipe.baseModel == "vit")
        #expect(recipe.photographs == [photograph])
        let again = try Recipe(json: recipe.json())
        #expect(again == recipe)
        let first = try Renderer(subject: changed, recipe: recipe).run().pictures[0].image
        let same = try vit.changed(by: again.interventions, photographs: [reference.other])
        #expect(try Renderer(subject: same, recipe: again).run().pictures[0].image == first)
        #expect(throws: EngineError.self, "another model must not make it") {
            _ = try Renderer(subject: vit, recipe: again.renamed("vit")).run()
        }
        var plain = recipe
        plain.interventions = []
        #expect(try !plain.json().contains("interventions"), "recipes without any stay as they were")
    }
}
