import Compute
import Foundation
import Images
import Models
import Platform
import Studies
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct AttentionTests {
    private let photograph = Image.speckled(width: 16, height: 16, seed: 4)

    @Test func rolloutByHand() throws {
        // Two tokens, two heads, two blocks; each row sums to 1.
        //   lower block: heads [1 0; 0 1] and [0 1; 1 0], mean [½ ½; ½ ½], with the residual A₀ = [¾ ¼; ¼ ¾]
        //   upper block: heads [0 1; 0 1] and [0 1; 0 1], mean the same,   with the residual A₁ = [½ ½; 0 1]
        //   from token 0: [1 0] · A₁ = [½ ½];  · A₀ = [½ ½]
        //   from token 1: [0 1] · A₁ = [0 1];  · A₀ = [¼ ¾]
        let lower: [Float] = [1, 0, 0, 1, 0, 1, 1, 0]
        let upper: [Float] = [0, 1, 0, 1, 0, 1, 0, 1]
        let tokens = TokenLayout(special: [], rows: 1, columns: 2)
        let layout = try #require(PatternLayout(.heads(tokens, count: 2)))
        func roll(_ source: [Float]) -> [Float] {
            var rollout = AttentionRollout(source: source)
            upper.withUnsafeBufferPointer { rollout.descend(through: $0, layout, from: tokens) }
            lower.withUnsafeBufferPointer { rollout.descend(through: $0, layout, from: tokens) }
            return rollout.shares
        }
        #expect(roll([1, 0]) == [0.5, 0.5])
        #expect(roll([0, 1]) == [0.25, 0.75])
        #expect(roll([0.5, 0.5]) == [0.375, 0.625])
    }

    /// Three patches in a row, in windows of two that are rolled by one: (1, 2) and (–, 0), with an empty place.
    @Test func rolloutInWindowsByHand() throws {
        let grid = TokenLayout(special: [], rows: 1, columns: 3)
        let windows = WindowLayout(grid: grid, rows: 1, columns: 2, columnShift: 1, rollsPadding: true)
        #expect(windows.patches == [1, 2, -1, 0])
        let layout = try #require(PatternLayout(.windows(windows, heads: 1)))
        // Patch 1 attends to itself and to 2 alike, patch 2 to 1 alone, patch 0 to itself with ¾ and to nothing with ¼.
        let pattern: [Float] = [0.5, 0.5, 1, 0, 0.5, 0.5, 0.25, 0.75]
        func attended(_ source: [Float]) -> [Float] {
            pattern.withUnsafeBufferPointer { layout.attended($0, heads: 1, from: source) }
        }
        #expect(attended([1, 0, 0]) == [0.75, 0, 0])
        #expect(attended([0, 1, 0]) == [0, 0.5, 0.5])
        #expect(attended([0, 0, 1]) == [0, 1, 0])
        // Above, patches 0 and 1 were merged, and 2 alone: [1 0] is [½ ½ 0] here, and with the residual path
        // ½ [½ ½ 0] + ½ [⅜ ¼ ¼].
        let merged = TokenLayout(special: [], rows: 1, columns: 2)
        #expect(layout.spread([1, 0], from: merged) == [0.5, 0.5, 0])
        #expect(layout.spread([0, 1], from: merged) == [0, 0, 1])
        var rollout = AttentionRollout(source: [1, 0])
        pattern.withUnsafeBufferPointer { rollout.descend(through: $0, layout, from: merged) }
        #expect(rollout.shares == [0.4375, 0.375, 0.125])
    }

    @Test func headsAreThePatternsRow() throws {
        let model = try Model.load(Reference.path("tiny_vit"))
        let pattern = try pattern(of: model, block: 1)
        let (heads, tokens) = (pattern.shape[0], pattern.shape[1])
        let found = try model.attention(of: photograph, inBlock: 1)
        #expect(found.source == .special("CLS"))
        #expect(found.heads.maps.count == heads)
        #expect(found.heads.title == "tiny_vit block 1 attention from CLS")
        for (head, map) in found.heads.maps.enumerated() {
            let row = pattern.values[head * tokens * tokens..<head * tokens * tokens + tokens]
            #expect(Reference.distance(map.values.values, row.dropFirst()) < 1e-6)
            #expect(map.special == [.init(token: "CLS", value: row.first ?? 0)])
            #expect(abs(map.values.values.reduce(0, +) + map.special[0].value - 1) < 1e-5)
        }
        let fromPatch = try model.attention(of: photograph, inBlock: 1, from: .patch(5))
        let row = pattern.values[6 * tokens..<7 * tokens]
        #expect(Reference.distance(fromPatch.heads.maps[0].values.values, row.dropFirst()) < 1e-6)
        #expect(fromPatch.heads.maps[0].marked == PatchPosition(5, in: TokenLayout(special: [], rows: 4, columns: 4)))
        #expect(fromPatch.heads.title.hasSuffix("from patch 5 (row 1, column 1)"))
        let fromAll = try model.attention(of: photograph, inBlock: 1, from: .patches)
        let mean = (0..<tokens).map { column in
            (1..<tokens).reduce(Float(0)) { $0 + pattern.values[$1 * tokens + column] } / Float(tokens - 1)
        }
        #expect(Reference.distance(fromAll.heads.maps[0].values.values, mean.dropFirst()) < 1e-5)
    }

    @Test func rolloutIsTheProductOfTheBlocks() throws {
        let model = try Model.load(Reference.path("tiny_vit"))
        let tokens = 17
        let blocks = try (0..<2).map { block in
            let pattern = try pattern(of: model, block: block)
            let heads = pattern.shape[0]
            return (0..<tokens * tokens).map { place in
                let mean = (0..<heads).reduce(0.0) { $0 + Double(pattern.values[$1 * tokens * tokens + place]) }
                return mean / Double(heads) / 2 + (place / tokens == place % tokens ? 0.5 : 0)
            }
        }
        // Row 0 of A₁ · A₀.
        let expected = (0..<tokens).map { column in
            Float((0..<tokens).reduce(0.0) { $0 + blocks[1][$1] * blocks[0][$1 * tokens + column] })
        }
        let found = try model.attention(of: photograph, inBlock: 1).rollout
        #expect(Reference.distance(found.values.values, expected.dropFirst()) < 1e-6)
        #expect(abs(found.special[0].value - expected[0]) < 1e-6)
        #expect(found.label == "rollout, blocks 1 to 0")
    }

    @Test func allBlocksAreThoseOneByOne() throws {
        let model = try Model.load(Reference.path("tiny_vit"))
        var reports: [Int] = []
        let found = try model.attentionThroughBlocks(of: photograph, from: .patch(3)) { done, total in
            #expect(total == 2)
            reports.append(done)
        }
        #expect(reports == [1, 2])
        #expect(found.blocks.maps.count == 2 && found.maps.maps.count == 3)
        for block in 0..<2 {
            let alone = try model.attention(of: photograph, inBlock: block, from: .patch(3))
            let map = found.blocks.maps[block]
            #expect(Reference.distance(map.values.values, alone.mean.values.values) < 1e-6)
            #expect(map.label == "block \(block), mean of its heads" && map.marked == alone.mean.marked)
            if block == 1 { #expect(found.rollout.values == alone.rollout.values) }
        }
        #expect(found.blocks.title == "tiny_vit attention from patch 3 (row 0, column 3)")
        let mixer = try Model.load(Reference.path("tiny_mixer"))
        #expect(throws: EngineError.noAttention(model: mixer.name, family: mixer.family)) {
            try mixer.attentionThroughBlocks(of: photograph)
        }
    }

    @Test func whereThereIsNoClassTokenAllPatchesAttend() throws {
        let model = try Model.load(Reference.path("families/timm_mean_pooled/model"))
        let found = try model.attention(of: Image.speckled(width: 32, height: 32), inBlock: 0)
        #expect(found.source == (found.mean.special.isEmpty ? .patches : .special("CLS")))
        let sum = found.mean.values.values.reduce(0, +) + found.mean.special.reduce(0) { $0 + $1.value }
        #expect(abs(sum - 1) < 1e-5)
    }

    @Test(arguments: ["tiny_mixer", "tiny_ffmixer", "families/timm_gmlp/model", "families/timm_resmlp/model"])
    func mixersHaveNone(_ name: String) throws {
        let model = try Model.load(Reference.path(name))
        let error = #expect(throws: EngineError.self) { try model.attention(of: photograph, inBlock: 0) }
        #expect(error == .noAttention(model: model.name, family: model.family))
        #expect(error?.message.contains("none of its blocks has attention") == true)
    }

    @Test func refusesWhatIsNotThere() throws {
        let model = try Model.load(Reference.path("tiny_vit"))
        func error(_ block: Int, _ source: AttentionSource? = nil) -> EngineError? {
            #expect(throws: EngineError.self) { try model.attention(of: photograph, inBlock: block, from: source) }
        }
        #expect(error(2)?.message == "There is no block 2 in tiny_vit: blocks go from 0 to 1.")
        #expect(error(-1) != nil)
        #expect(error(0, .patch(16))?.message == "There is no patch 16 in tiny_vit: patches go from 0 to 15.")
        #expect(
            error(0, .special("register 0"))?.message
                == "The source of the attention is register 0; it must be a patch or CLS.")
    }

    // The weights and photographs lie beside the repository; where they do not, this is skipped.
    @Test(.enabled(if: Reference.hasDeiT, "../shared/models/deit_tiny_patch16_224.safetensors is not there"))
    func deitAttends() throws {
        let model = try Model.load(Reference.deit)
        let photograph = try Image(contentsOf: Reference.photograph("chelsea.png"))
        let found = try model.attention(of: photograph, inBlock: 10)
        let sum = found.rollout.values.values.reduce(0, +) + found.rollout.special[0].value
        #expect(abs(sum - 1) < 1e-4)
        try Reference.show(found.sheet.image, "attention")
        try Reference.show(
            model.attention(of: photograph, inBlock: 10, from: .patch(60)).sheet.image, "attention-from-patch")
    }

    private func pattern(of model: Model, block: Int) throws -> Tensor {
        try model.activations(
            at: "blocks.\(block).attn.pattern", of: model.preprocessing.tensor(of: photograph))
    }
}
