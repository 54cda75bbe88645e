import Compute
import Foundation
import Images
import Models
import Platform
import Studies
import TestModels
import TestSupport
import Testing
import Visualization

/// Studies of a model without a class token, whose attention is in windows and whose grid changes by stage.
@Suite(.timeLimit(.minutes(10))) struct WindowedStudyTests {
    private let model: Model
    private let photograph = Image.speckled(width: 16, height: 16, seed: 4)

    init() throws {
        model = try FamilyReference(FamilyReference.parent.appendingPathComponent("timm_swin_s3")).model()
    }

    /// Block 1 has 2 × 2 windows of 4 × 4 patches on a grid of 8 × 8, rolled by two.
    @Test func attentionStaysInTheWindow() throws {
        let found = try model.attention(of: photograph, inBlock: 1, from: .patch(27))
        let pattern = try model.activations(
            at: "blocks.1.attn.pattern", of: model.preprocessing.tensor(of: photograph))
        // Patch (3, 3) is at (1, 1) in the rolled grid: place 5 of window 0, which has the rows and columns 2 to 5.
        let row = pattern.values[5 * 16..<6 * 16]
        var expected = [Float](repeating: 0, count: 64)
        for (place, share) in row.enumerated() { expected[(2 + place / 4) * 8 + 2 + place % 4] = share }
        #expect(found.heads.maps.count == 2)
        #expect(found.heads.maps[0].values.shape == [8, 8])
        #expect(Reference.distance(found.heads.maps[0].values.values, expected) < 1e-6)
        #expect(abs(found.rollout.values.values.reduce(0, +) - 1) < 1e-5)
        // Half of the share stays, half goes to the window; the block below spreads it over the unshifted windows.
        #expect(found.rollout.values.values.count { $0 > 0 } > 16)
        #expect(found.source == .patch(27))
    }

    @Test func attentionOfAllBlocksFollowsTheGrid() throws {
        let found = try model.attentionThroughBlocks(of: photograph)
        #expect(found.source == .patches)
        #expect(found.blocks.maps.map(\.values.shape) == [[8, 8], [8, 8], [4, 4], [4, 4]])
        #expect(found.rollout.values.shape == [8, 8])
        // The second stage's windows of 3 × 3 reach beyond its 4 × 4 patches, and some attention goes there.
        #expect((0.5..<1).contains(found.rollout.values.values.reduce(0, +)))
        #expect(
            throws: EngineError.invalidValue(
                what: "The source of the attention", found: "CLS",
                expected: "a patch, since model has no special tokens")
        ) { try model.attention(of: photograph, inBlock: 3, from: .special("CLS")) }
    }

    @Test func gradientsAreCountedInTheLayersPatches() throws {
        let input = model.preprocessing.tensor(of: photograph)
        let early = try model.gradientReach(of: "patch_embed", at: input, projections: 4)
        #expect(early.shares.shape == [8, 8] && early.outside == 0)
        // A merged patch is 4 × 4 pixels; the windows below have brought others in.
        let merged = try model.gradientReach(of: "stages.1.merging", patch: 0, at: input, projections: 4)
        #expect(merged.shares.shape == [4, 4])
        #expect((merged.outside ?? 0) > 0)
        let last = try model.gradientReach(of: "blocks.3", patch: 15, at: input, projections: 4)
        #expect(last.patch.words == "patch 15 (row 3, column 3)")
    }

    /// A row of the last stage's four is two of the first stage's eight.
    @Test func mixingGivesTheSamePartOfThePhotograph() throws {
        let study = try MixingStudy(
            of: [model], on: photograph,
            .init(patch: 15, projections: 2, blocks: [0, 3], rows: 1, reconstruction: .init(steps: 2)))
        #expect(study.rows.count == 12 && study.rows.allSatisfy { $0.usesAttention })
        #expect(study.reaches.first?.patch.index == 63 && study.reaches.last?.patch.index == 15)
        let given = study.reconstructions.map { $0.reconstruction.parts[0].source.target.tokens }
        #expect(given == [.indices(Array(0..<16)), .indices(Array(0..<4))])
        #expect(
            throws: EngineError.invalidValue(
                what: "The number of given rows of patches", found: "4",
                expected: "1 to 3, since model sees 4 rows")
        ) { try MixingStudy(of: [model], on: photograph, .init(rows: 4)) }
    }

    @Test func neuronsAreFoundInTheGridOfTheirLayer() throws {
        let found = try model.strongest(for: photograph, in: "blocks.2.mlp", count: 5)
        #expect(found.findings.count == 5)
        #expect(found.findings.allSatisfy { ($0.patch?.index ?? 99) < 16 })
        #expect(found.maps[0].values.shape == [4, 4])
        let maps = try model.activationMaps(
            of: photograph, at: Target(model: model.name, layer: "blocks.0.mlp", features: .indices([3])))
        #expect(maps.maps[0].values.shape == [8, 8])
    }
}
