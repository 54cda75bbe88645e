import Foundation
import Images
import Models
import Platform
import Studies
import TestSupport
import Testing
import Visualization

@Suite(.timeLimit(.minutes(10))) struct ActivationMapTests {
    private let photograph = Image.speckled(width: 20, height: 16)

    @Test func aNeuronsMapIsItsActivationsPatchByPatch() throws {
        let model = try Model.load(Reference.path("tiny_vit"))
        let target = Target(model: model.name, layer: "blocks.1.mlp", features: .indices([3, 7]))
        let found = try model.activationMaps(of: photograph, at: target)
        let all = try model.activations(at: target.layer, of: model.preprocessing.tensor(of: photograph))
        #expect(all.shape == [17, 16])
        #expect(found.maps.map(\.label) == ["neuron 3", "neuron 7"])
        #expect(found.values.shape == [2, 4, 4])
        #expect(found.photograph == model.preprocessing.seen(of: photograph))
        for (map, neuron) in zip(found.maps, [3, 7]) {
            // CLS comes first among the tokens and stands beside the map.
            #expect(map.special == [.init(token: "CLS", value: all.values[neuron])])
            for patch in 0..<16 { #expect(map.values.values[patch] == all.values[(1 + patch) * 16 + neuron]) }
        }
    }

    @Test func allFeaturesBecomeOneNumber() throws {
        #expect(try summaries([3, -4, 0]).norm == 5)
        #expect(try summaries([3, -4, 4]).mean == 1)
        let model = try Model.load(Reference.path("tiny_mixer"))
        let target = Target(model: model.name, layer: "blocks.0")
        let all = try model.activations(at: target.layer, of: model.preprocessing.tensor(of: photograph))
        let features = all.shape[1]
        let norm = try model.activationMaps(of: photograph, at: target)
        let mean = try model.activationMaps(of: photograph, at: target, by: .mean)
        #expect(norm.maps.count == 1 && norm.maps[0].special.isEmpty)
        #expect(norm.maps[0].label == "norm over \(features) features")
        for patch in 0..<16 {
            let row = all.values[patch * features..<(patch + 1) * features].map(Double.init)
            #expect(abs(Double(norm.values.values[patch]) - row.map { $0 * $0 }.reduce(0, +).squareRoot()) < 1e-5)
            #expect(abs(Double(mean.values.values[patch]) - row.reduce(0, +) / Double(features)) < 1e-5)
        }
    }

    /// Norm and mean of a layer whose outputs are known: both by the summaries themselves.
    private func summaries(_ row: [Float]) throws -> (norm: Float, mean: Float) {
        (FeatureSummary.norm.value(row), FeatureSummary.mean.value(row))
    }

    @Test func patchesThatAreNotChosenHaveNoNumber() throws {
        let model = try Model.load(Reference.path("tiny_vit"))
        let target = Target(model: model.name, layer: "blocks.0", features: .indices([0]), tokens: .indices([5]))
        let values = try model.activationMaps(of: photograph, at: target).values.values
        #expect(values.indices.filter { !values[$0].isNaN } == [5])
    }

    @Test func saysWhatHasNoPlaceInAPhotograph() throws {
        let vit = try Model.load(Reference.path("tiny_vit"))
        let mixer = try Model.load(Reference.path("tiny_mixer"))
        func message(_ model: Model, _ layer: String, _ tokens: TokenSelection = .patches, name: String? = nil)
            -> String?
        {
            #expect(throws: EngineError.self) {
                try model.activationMaps(
                    of: photograph, at: Target(model: name ?? model.name, layer: layer, tokens: tokens))
            }?.message
        }
        #expect(
            message(vit, "logits")
                == "logits of tiny_vit has no patches to lay over a photograph: it is one row of 5 features for the whole "
                + "photograph. `gradient(of: …, at: photo)` shows which pixels one of them depends on.")
        #expect(
            message(vit, "blocks.0.attn.pattern")
                == "blocks.0.attn.pattern of tiny_vit is an attention pattern, from every token to every other. "
                + "`attention(photo, in: …)` lays it over a photograph.")
        #expect(message(mixer, "blocks.0.mlp2.hidden")?.hasSuffix("MLP, “blocks.0.mlp2”.") == true)
        #expect(
            message(vit, "blocks.0", .special("CLS"))
                == "The token of a map is CLS; it must be a patch or all of them; the special tokens' numbers are "
                + "listed beside the map.")
        #expect(message(vit, "blocks.0", name: "other") == "The target belongs to other, not to tiny_vit.")
        #expect(message(vit, "blocks.0", .indices([16]))?.contains("no patch 16") == true)
    }

    // The weights and photographs lie beside the repository; where they do not, this is skipped.
    @Test(.enabled(if: Reference.hasDeiT, "../shared/models/deit_tiny_patch16_224.safetensors is not there"))
    func deitSheets() throws {
        let model = try Model.load(Reference.deit)
        let photograph = try Image(contentsOf: Reference.photograph("chelsea.png"))
        let norm = try model.activationMaps(of: photograph, at: Target(model: model.name, layer: "blocks.8.mlp"))
        let neurons = try model.activationMaps(
            of: photograph,
            at: Target(model: model.name, layer: "blocks.6.mlp", features: .indices([101, 17, 3, 55, 90])))
        #expect(norm.maps[0].values.shape == [14, 14] && neurons.maps.count == 5)
        try Reference.show(norm.sheet.image, "activations-norm")
        try Reference.show(neurons.sheet.image, "activations-neurons")
        try Reference.show(neurons.withSharedScale.sheet.image, "activations-one-scale")
    }
}
