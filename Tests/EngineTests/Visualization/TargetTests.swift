import Engine
import Testing

@Suite struct TargetTests {
    static let layout = TokenLayout(special: ["CLS"], rows: 8, columns: 8)
    static let tokens = LayerShape.tokens(layout, features: 128)
    static let logits = LayerShape.vector(features: 20)

    static func target(
        _ features: FeatureSelection = .all, _ tokens: TokenSelection = .patches,
        layer: String = "blocks.5.mlp"
    ) -> Target {
        Target(model: "vit", layer: layer, features: features, tokens: tokens)
    }

    @Test func takesTokensAndFeatures() throws {
        let patch = Self.target(.indices([3, 7]), .indices([27]))
        #expect(try patch.tokenIndices(in: Self.tokens) == [28])
        #expect(try patch.featureIndices(in: Self.tokens) == [3, 7])
        #expect(try Self.target().tokenIndices(in: Self.tokens) == Array(1..<65))
        #expect(try Self.target(.all, .all).tokenIndices(in: Self.tokens) == Array(0..<65))
        #expect(try Self.target(.all, .special("CLS")).tokenIndices(in: Self.tokens) == [0])
        #expect(try Self.target().tokenIndices(in: Self.logits) == [0])
        #expect(try Self.target(.all, .all).featureIndices(in: Self.logits).count == 20)
    }

    @Test func saysItselfInWords() {
        let patch = Self.target(.indices([42]), .indices([27]))
        #expect(patch.words(in: Self.tokens) == "blocks.5.mlp neuron 42, patch 27 (row 3, column 3)")
        #expect(patch.description == "blocks.5.mlp neuron 42, patch 27")
        #expect(Self.target(.indices([42])).description == "blocks.5.mlp neuron 42")
        #expect(Self.target(.indices([3, 7, 9])).description == "blocks.5.mlp neurons 3, 7, 9")
        #expect(Self.target(.indices(Array(0..<16))).description == "blocks.5.mlp neurons 0 to 15")
        #expect(Self.target(.all, .indices([27])).description == "blocks.5.mlp patch 27")
        #expect(Self.target(.all, .indices([0, 1])).description == "blocks.5.mlp patches 0, 1")
        #expect(Self.target(.indices([1]), .special("CLS")).description == "blocks.5.mlp neuron 1, CLS")
        #expect(Self.target(.indices([1]), .all).description == "blocks.5.mlp neuron 1, all tokens")
        #expect(Self.target().description == "blocks.5.mlp")
        let logit = Self.target(.indices([1]), layer: "logits")
        #expect(logit.words(classes: ["tench", "golf ball"]) == "logit “golf ball”")
        #expect(logit.description == "logit of class 1")
    }

    @Test func refusesWhatIsNotThere() {
        expect(
            Self.target(.indices([900])), Self.tokens,
            "There is no neuron 900 in blocks.5.mlp of vit: neurons go from 0 to 127.")
        expect(
            Self.target(.indices([-1])), Self.tokens,
            "There is no neuron -1 in blocks.5.mlp of vit: neurons go from 0 to 127.")
        expect(
            Self.target(.all, .indices([64])), Self.tokens,
            "There is no patch 64 in blocks.5.mlp of vit: patches go from 0 to 63.")
        expect(
            Self.target(.indices([20]), layer: "logits"), Self.logits,
            "There is no class 20 in logits of vit: classes go from 0 to 19.")
        expect(
            Self.target(.indices([]), .patches), Self.tokens,
            "No neuron is chosen in blocks.5.mlp of vit. Choose at least one from 0 to 127.")
        expect(
            Self.target(.all, .indices([])), Self.tokens,
            "No patch is chosen in blocks.5.mlp of vit. Choose at least one from 0 to 63.")
        expect(
            Self.target(.indices([5, 5])), Self.tokens, "The neuron 5 in blocks.5.mlp of vit is chosen twice."
        )
        expect(
            Self.target(.all, .special("CLS")), .tokens(.init(special: [], rows: 8, columns: 8), features: 4),
            "blocks.5.mlp of vit has no CLS token. Special tokens there: none; its patches go from 0 to 63.")
        expect(
            Self.target(.all, .indices([3]), layer: "logits"), Self.logits,
            "logits of vit has no tokens, so no patch or special token can be chosen in it. Leave the patch out."
        )
    }

    private func expect(_ target: Target, _ shape: LayerShape, _ message: String) {
        let error = #expect(throws: EngineError.self) { try target.validate(in: shape) }
        #expect(error?.message == message)
    }
}
