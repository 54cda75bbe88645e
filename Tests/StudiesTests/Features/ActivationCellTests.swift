import Compute
import Images
import Models
import Platform
import Studies
import TestSupport
import Testing
import Visualization

@Suite(.timeLimit(.minutes(10))) struct ActivationCellTests {
    @Test func patchesAreAveragedCellByCell() throws {
        // Two heaps of three patches, left and right of the middle; and one patch alone above it.
        let rows: [Float] = [-4, 0, -4.1, 0, -3.9, 0, 4, 0, 4.1, 0, 3.9, 0, 0, 3]
        let found = try ActivationCells(of: rows, features: 2, photographCount: 7, side: 3, least: 2)
        #expect(found.cells.map(\.patchCount) == [3, 3], "the lonely patch has no cell")
        #expect(found.cells.map(\.column).sorted() == [0, 2])
        let left = try #require(found.cells.first { $0.mean[0] < 0 })
        #expect(abs(left.mean[0] + 4) < 1e-6 && left.mean[1] == 0)
        #expect(found.patchCount == 7)
        let target = Target(model: "made", layer: "up")
        let index = try #require(found.cells.firstIndex(of: left))
        #expect(found.objective(index, at: target) == .direction(target, [-1, 0], cosinePower: 1))
        #expect(throws: EngineError.self) {
            try ActivationCells(of: rows, features: 2, photographCount: 7, side: 3, least: 4)
        }
        #expect(throws: EngineError.self) {
            try ActivationCells(of: rows, features: 2, photographCount: 7, side: 0, least: 1)
        }
    }

    @Test func aSampleIsThatOfTheFolderAndNotOfItsOrder() throws {
        let model = try Model.load(Reference.path("tiny_vit"))
        let (one, other) = try (TemporaryFolder(), TemporaryFolder())
        // The second folder's files are written in the opposite order.
        for index in 0..<5 {
            try Image.speckled(width: 20, height: 16, seed: UInt64(index)).write(to: one.path("\(index).png"))
            try Image.speckled(width: 20, height: 16, seed: UInt64(4 - index)).write(to: other.path("\(4 - index).png"))
        }
        let first = try model.activationCells(in: one.url.path, at: "blocks.1", patches: 30, side: 2, least: 1)
        let second = try model.activationCells(in: other.url.path, at: "blocks.1", patches: 30, side: 2, least: 1)
        #expect(first == second)
        #expect(first.patchCount == 30 && first.photographCount == 5)
        #expect(throws: EngineError.self) { try model.activationCells(in: one.url.path, at: "logits") }
    }
}
