import Foundation
import Platform
import Testing
import Visualization

@Suite(.timeLimit(.minutes(10))) struct TargetPartTests {
    static let tokens = TargetTests.tokens

    @Test func patchesByRowAndColumn() throws {
        let neuron = TargetTests.target(.indices([42]))
        let patch = try neuron.patch(row: 3, column: 5, in: Self.tokens)
        #expect(patch.words(in: Self.tokens) == "blocks.5.mlp neuron 42, patch 29 (row 3, column 5)")
        let rows = try neuron.patches(rows: 0..<2, in: Self.tokens)
        #expect(rows.tokens == .indices(Array(0..<16)))
        expect("There is no row 8 in blocks.5.mlp of vit: rows go from 0 to 7.") {
            _ = try neuron.patch(row: 8, column: 0, in: Self.tokens)
        }
        expect("There is no column -1 in blocks.5.mlp of vit: columns go from 0 to 7.") {
            _ = try neuron.patch(row: 0, column: -1, in: Self.tokens)
        }
        expect("There is no row 8 in blocks.5.mlp of vit: rows go from 0 to 7.") {
            _ = try neuron.patches(rows: 6..<9, in: Self.tokens)
        }
        expect("No row of patches is chosen in blocks.5.mlp of vit. Choose at least one from 0 to 7.") {
            _ = try neuron.patches(rows: 0..<0, in: Self.tokens)
        }
        expect(
            "logits of vit has no tokens, so no patch or special token can be chosen in it. Leave the patch out."
        ) {
            _ = try TargetTests.target(layer: "logits").patches(rows: 0..<1, in: TargetTests.logits)
        }
    }

    @Test func neuronsOneByOneOrTogether() throws {
        let together = TargetTests.target(.indices([3, 7, 9]), .indices([2]))
        #expect(together.description == "blocks.5.mlp neurons 3, 7, 9, patch 2")
        #expect(
            try together.oneByOne(in: Self.tokens).map(\.description) == [
                "blocks.5.mlp neuron 3, patch 2", "blocks.5.mlp neuron 7, patch 2", "blocks.5.mlp neuron 9, patch 2",
            ])
        #expect(try TargetTests.target().oneByOne(in: Self.tokens).count == 128)
    }

    @Test func heads() throws {
        let head = TargetTests.target(.head(3, of: 4), .indices([2]), layer: "blocks.5.attn.queries")
        #expect(try head.featureIndices(in: Self.tokens) == Array(96..<128))
        #expect(head.description == "blocks.5.attn.queries head 3, patch 2")
        let stored = try JSONEncoder().encode(head)
        #expect(String(decoding: stored, as: UTF8.self).contains("\"head\":3"))
        #expect(try JSONDecoder().decode(Target.self, from: stored) == head)
        func expectRefused(_ features: FeatureSelection, _ message: String, layer: String = "blocks.5.attn.queries") {
            expect(message) { try TargetTests.target(features, layer: layer).validate(in: Self.tokens) }
        }
        expectRefused(.head(4, of: 4), "There is no head 4 in blocks.5.attn.queries of vit: heads go from 0 to 3.")
        expectRefused(
            .head(0, of: 5),
            "The 128 features of blocks.5.attn.queries of vit cannot be shared evenly by 5 heads.")
        expectRefused(
            .head(0, of: 0),
            "The 128 features of blocks.5.attn.queries of vit cannot be shared evenly by 0 heads.")
        expectRefused(
            .head(0, of: 4),
            "blocks.5.mlp of vit has no heads to choose. Heads are in a block's `.attn.queries`, `.attn.keys`, "
                + "`.attn.values` and `.attn.heads`.", layer: "blocks.5.mlp")
    }

    private func expect(_ message: String, _ body: () throws -> Void) {
        let error = #expect(throws: EngineError.self) { try body() }
        #expect(error?.message == message)
    }
}
