import Compute
import Models
import Platform
import TestSupport
import Testing
import Visualization

@Suite(.timeLimit(.minutes(10))) struct GradientReachTests {
    private let model: Model
    private let input: Tensor

    init() throws {
        model = try Model.load(Reference.path("tiny_vit"))
        input = Tensor(normals(3 * 16 * 16, seed: 2), shape: [3, 16, 16])
    }

    /// A patch's embedding depends on its own pixels and nothing else.
    @Test func anEmbeddingLooksAtItsPatch() throws {
        let reach = try model.gradientReach(of: "patch_embed", at: input)
        #expect(reach.patch.index == 10 && reach.patch.row == 2 && reach.patch.column == 2)
        #expect(reach.outside == 0)
        #expect(reach.shares.shape == [4, 4] && reach.shares.values[10] == 1)
        let corner = try model.gradientReach(of: "patch_embed", patch: 3, at: input)
        #expect(corner.shares.values[3] == 1 && corner.outside == 0)
    }

    /// Many random signs give what the gradients of all features give, each computed by itself.
    @Test func randomSignsGiveTheEnergyOfAllFeatures() throws {
        var energy = [Double](repeating: 0, count: 16)
        for feature in 0..<16 {
            let neuron = Target(
                model: model.name, layer: "blocks.1.attn", features: .indices([feature]), tokens: .indices([6]))
            let gradient = try model.gradient(of: .sum(neuron), at: input).gradient.values
            for (place, value) in gradient.enumerated() {
                let (channel, y, x) = (place / 256, place / 16 % 16, place % 16)
                let own = Double(value / model.preprocessing.std[channel])
                energy[y / 4 * 4 + x / 4] += own * own
            }
        }
        let sum = energy.reduce(0, +)
        let reach = try model.gradientReach(of: "blocks.1.attn", patch: 6, at: input, projections: 3000)
        for patch in 0..<16 { #expect(abs(Double(reach.shares.values[patch]) - energy[patch] / sum) < 0.02) }
        #expect(abs((reach.outside ?? 0) - (1 - energy[6] / sum)) < 0.02)
        #expect(abs(reach.shares.values.reduce(0, +) - 1) < 1e-5)
    }

    @Test func theSameSeedGivesTheSame() throws {
        let one = try model.gradientReach(of: "blocks.0", at: input, projections: 9)
        #expect(try model.gradientReach(of: "blocks.0", at: input, projections: 9) == one)
        #expect(try model.gradientReach(of: "blocks.0", at: input, projections: 9, seed: 2) != one)
    }

    @Test func sublayersAreFoundInAllFamilies() throws {
        #expect(model.address(of: .mixing, inBlock: 1) == "blocks.1.attn")
        #expect(model.address(of: .embedding, inBlock: 1) == "blocks.1.mlp")
        #expect(model.usesAttention)
        for name in ["tiny_ffmixer", "tiny_mixer"] {
            let mixer = try Model.load(Reference.path(name))
            #expect(mixer.address(of: .mixing, inBlock: 0) == "blocks.0.mlp2")
            #expect(mixer.address(of: .embedding, inBlock: 0) == "blocks.0.mlp1")
            #expect(mixer.address(of: .block, inBlock: 0) == "blocks.0")
            #expect(mixer.address(of: .block, inBlock: 99) == nil)
            #expect(!mixer.usesAttention)
        }
    }

    @Test func refusesWhatHasNoPatches() throws {
        func error(_ layer: String = "blocks.0", patch: Int? = nil, projections: Int = 1) -> EngineError? {
            #expect(throws: EngineError.self) {
                try model.gradientReach(of: layer, patch: patch, at: input, projections: projections)
            }
        }
        guard case .noPatches? = error("logits")?.other(as: ComputeError.self) else {
            Issue.record("logits have no patches")
            return
        }
        #expect(
            error(patch: 16) == .outOfRange(what: "patch", index: 16, count: 16, place: "blocks.0 of tiny_vit"))
        #expect(error(projections: 0)?.message.contains("number of projections") == true)
        #expect(error("nowhere") != nil)
    }
}
