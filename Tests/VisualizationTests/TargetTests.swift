import Compute
import Foundation
import Platform
import Testing
import Visualization

@Suite(.timeLimit(.minutes(10))) struct TargetTests {
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
            Self.target(.indices([5, 5])), Self.tokens, "The neuron 5 of blocks.5.mlp of vit is chosen twice."
        )
        expect(
            Self.target(.all, .special("CLS")), .tokens(.init(special: [], rows: 8, columns: 8), features: 4),
            "blocks.5.mlp of vit has no CLS token. Special tokens there: none; its patches go from 0 to 63.")
        expect(
            Self.target(.all, .indices([3]), layer: "logits"), Self.logits,
            "logits of vit has no tokens, so no patch or special token can be chosen in it. Leave the patch out."
        )
    }

    @Test func aHiddenUnitOfTokenMixingIsARow() throws {
        let mixing = LayerShape.tokenMixing(hidden: 24, features: 16)
        let unit = Self.target(.indices([3]), .hiddenUnits([5]), layer: "blocks.0.mlp2.hidden")
        #expect(try unit.tokenIndices(in: mixing) == [5])
        #expect(try unit.featureIndices(in: mixing) == [3])
        #expect(unit.words(in: mixing) == "blocks.0.mlp2.hidden neuron 3, hidden unit 5")
        #expect(try Self.target().tokenIndices(in: mixing) == Array(0..<24))
        let stored = try JSONEncoder().encode(unit)
        #expect(String(decoding: stored, as: UTF8.self).contains("{\"hiddenUnits\":[5]}"))
        #expect(try JSONDecoder().decode(Target.self, from: stored) == unit)
        expect(
            Self.target(.all, .hiddenUnits([24])), mixing,
            "There is no hidden unit 24 in blocks.5.mlp of vit: hidden units go from 0 to 23.")
        expect(
            Self.target(.all, .indices([3])), mixing,
            "blocks.5.mlp of vit has no tokens: its 24 hidden units have mixed them. Choose a hidden unit instead "
                + "of a patch or special token: `.hiddenUnit(0)` to `.hiddenUnit(23)`.")
        expect(
            Self.target(.all, .hiddenUnits([3])), Self.tokens,
            "blocks.5.mlp of vit has no hidden token-mixing units: its rows are tokens. Its patches go from 0 to "
                + "63, its neurons are its features.")
    }

    @Test func anAttentionPatternHasNoNeurons() {
        let pattern = LayerShape.heads(Self.layout, count: 3)
        for target in [
            Self.target(layer: "blocks.5.attn.pattern"), Self.target(.indices([0]), layer: "blocks.5.attn.pattern"),
        ] {
            expect(
                target, pattern,
                "blocks.5.attn.pattern of vit is an attention pattern, heads × attending tokens × attended tokens: it "
                    + "has no neurons or patches to choose or render. Neurons are in `blocks.5.attn`; the pattern's "
                    + "numbers are given by `activations(photo, at: …)`.")
        }
    }

    @Test func registersAreSpecialTokens() throws {
        let layout = TokenLayout(special: ["CLS", "register 0", "register 1"], rows: 2, columns: 2)
        let shape = LayerShape.tokens(layout, features: 4)
        #expect(try Self.target(.all, .special(TokenLayout.register(1))).tokenIndices(in: shape) == [2])
        #expect(try Self.target().tokenIndices(in: shape) == [3, 4, 5, 6])
        expect(
            Self.target(.all, .special("distillation")), shape,
            "blocks.5.mlp of vit has no distillation token. Special tokens there: CLS, register 0 and register 1; "
                + "its patches go from 0 to 3.")
    }

    private func expect(_ target: Target, _ shape: LayerShape, _ message: String) {
        let error = #expect(throws: EngineError.self) { try target.validate(in: shape) }
        #expect(error?.message == message)
    }
}
