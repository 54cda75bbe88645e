import Compute
import Models
import Platform
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct PlanTests {
    private let model: Model
    init() throws { model = try Model.load(Reference.path("tiny_vit")) }

    @Test func laterBlocksAreLeftOut() throws {
        // patches, tokens; norm1, qkv, weights, values, proj, add, norm2, fc1, GELU, fc2.
        #expect(try model.plan(layers: ["blocks.0.mlp"], gradient: true).operations.count == 12)
        #expect(try model.plan(layers: ["blocks.0.norm1"], gradient: true).operations.count == 3)
        #expect(try model.plan(layers: ["patch_embed"], gradient: true).operations.count == 1)
        // Two blocks of eleven, then norm, selection and head.
        #expect(try model.plan(layers: ["logits"], gradient: true).operations.count == 2 + 2 * 11 + 3)
        let (early, late) = (
            try model.operationCount(layers: ["blocks.0"], gradient: true),
            try model.operationCount(layers: ["blocks.1"], gradient: true)
        )
        #expect(late > early * 3 / 2)
    }

    @Test func sideBranchesCostNothingUnlessWanted() throws {
        let mixer = try Model.load(Reference.path("tiny_ffmixer"))
        let without = try mixer.plan(layers: ["blocks.0"], gradient: false).operations.count
        let with = try mixer.plan(layers: ["blocks.0", "blocks.0.norm2"], gradient: false).operations.count
        #expect(with == without + 1)
    }

    @Test func operationsAreCounted() throws {
        // 16 patches of 48 numbers times 16 features, a multiplication and an addition each.
        let plan = try model.plan(layers: ["patch_embed"], batch: 3, gradient: true)
        #expect(plan.forwardOperationCount == 3 * 2 * 16 * 48 * 16)
        #expect(plan.gradientOperationCount == plan.forwardOperationCount)
        #expect(try model.plan(layers: ["patch_embed"], gradient: false).gradientOperationCount == 0)
    }

    @Test func memoryIsReusedWithoutGradient() throws {
        let shallow = try model.requiredBytes(layers: ["blocks.0"], gradient: false)
        let deep = try model.requiredBytes(layers: ["blocks.1"], gradient: false)
        #expect(shallow == deep)
        let gradient = try model.requiredBytes(layers: ["blocks.1"], gradient: true)
        #expect(gradient > deep)
    }

    /// Few rows and small matrices use weights that were packed once, where there is room; others pack as they go.
    @Test func packedWeightsArePlanned() throws {
        let isPacked = MatrixProduct.usesPanels
        let few = try CPUPlan(model.plan(layers: ["blocks.0"], gradient: true))
        #expect((few.packedBytes > 0) == isPacked)
        let deeper = try CPUPlan(model.plan(layers: ["blocks.1"], gradient: true))
        #expect(deeper.packedBytes == 2 * few.packedBytes)
        let many = try CPUPlan(model.plan(layers: ["blocks.0"], batch: 8, gradient: true))
        #expect(many.packedBytes == few.packedBytes)
        let large = Linear(weight: Parameter(shape: [1024, 1024]) { $0.update(repeating: 0) }, bias: nil)
        #expect((large.packedCount([[127, 1024]], batch: 1) > 0) == isPacked)
        #expect(large.packedCount([[128, 1024]], batch: 1) == 0)
        let tight = try CPUPlan(few.plan, availableBytes: few.workspaceBytes + few.packedBytes - 1)
        #expect(tight.packedBytes == 0)
    }

    @Test func whatDoesNotFitIsRefused() throws {
        #expect(throws: EngineError.tooLarge(what: "This picture", neededBytes: 7168, availableBytes: 1000)) {
            try CPUPlan(model.plan(layers: ["patch_embed"], gradient: false), availableBytes: 1000)
        }
        #expect(throws: EngineError.self) {
            try model.plan(layers: ["logits"], batch: .max / 2, gradient: true)
        }
        #expect(throws: EngineError.self) {
            try model.plan(layers: ["logits"], batch: 100_000_000, gradient: true)
        }
        #expect(
            throws: EngineError.invalidValue(
                what: "The number of pictures", found: "0", expected: "1 or more")
        ) { try model.plan(layers: ["logits"], batch: 0, gradient: true) }
    }

    @Test func unknownLayersListTheNearOnes() throws {
        do {
            _ = try model.layer("blocks.1.mpl")
            Issue.record("found")
        } catch {
            #expect(
                error.message
                    == "tiny_vit has no layer “blocks.1.mpl”. Did you mean “blocks.1.mlp”, “blocks.0.mlp” or “blocks.1”? "
                    + "Its `.layers` lists every address.")
        }
        #expect(throws: EngineError.self) { try model.plan(layers: ["blocks.7"], gradient: true) }
    }

    @Test func buffersThatLiveTogetherDoNotOverlap() {
        var random = RandomSource(seed: 1)
        var assignment = BufferAssignment()
        var wanted: [(count: Int, lifetime: ClosedRange<Int>)] = []
        for _ in 0..<200 {
            let start = Int.random(in: 0..<100, using: &random)
            let lifetime = start...(start + Int.random(in: 0..<30, using: &random))
            let count = Int.random(in: 0..<5000, using: &random)
            wanted.append((count, lifetime))
            _ = assignment.request(count, lifetime)
        }
        let (offsets, total) = assignment.assign()
        for a in wanted.indices {
            #expect(offsets[a] % 16 == 0 && offsets[a] + wanted[a].count <= total)
            for b in wanted.indices where b > a && wanted[a].lifetime.overlaps(wanted[b].lifetime) {
                #expect(
                    offsets[a] + wanted[a].count <= offsets[b] || offsets[b] + wanted[b].count <= offsets[a])
            }
        }
        #expect(total < wanted.reduce(0) { $0 + $1.count })
    }
}
