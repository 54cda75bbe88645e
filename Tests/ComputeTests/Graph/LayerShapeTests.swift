import Compute
import Platform
import Testing

@Suite(.timeLimit(.minutes(10))) struct LayerShapeTests {
    @Test func saysTokensInWords() {
        let patches = (rows: 16, columns: 16)
        func words(_ special: [String]) -> String {
            LayerShape.tokens(
                TokenLayout(special: special, rows: patches.rows, columns: patches.columns), features: 384
            ).words
        }
        #expect(words([]) == "256 tokens (16 × 16 patches) × 384 features")
        #expect(words(["CLS"]) == "257 tokens (CLS and 16 × 16 patches) × 384 features")
        #expect(
            words(["CLS", "distillation"]) == "258 tokens (CLS, distillation and 16 × 16 patches) × 384 features")
        let registers = (0..<4).map(TokenLayout.register)
        #expect(words(["CLS"] + registers) == "261 tokens (CLS, 4 registers and 16 × 16 patches) × 384 features")
        #expect(words(["register 0"]) == "257 tokens (1 register and 16 × 16 patches) × 384 features")
    }

    @Test func saysPatternsAndTokenMixingInWords() {
        let layout = TokenLayout(special: ["CLS"], rows: 14, columns: 14)
        let pattern = LayerShape.heads(layout, count: 3)
        #expect(
            pattern.words == "3 heads × 197 attending tokens (CLS and 14 × 14 patches) × 197 attended tokens")
        #expect(pattern.extents == [3, 197, 197])
        let pooling = LayerShape.pooling(layout, count: 3)
        #expect(pooling.words == "3 heads × 197 attended tokens (CLS and 14 × 14 patches)")
        #expect(pooling.extents == [3, 197] && pooling.isPattern && pattern.isPattern)
        let mixing = LayerShape.tokenMixing(hidden: 384, features: 768)
        #expect(mixing.words == "384 hidden token-mixing units × 768 features")
        #expect((mixing.features, mixing.rowCount) == (768, 384))
        #expect(LayerShape.vector(features: 20).extents == [20])
    }
}
