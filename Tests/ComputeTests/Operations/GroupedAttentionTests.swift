import Compute
import Foundation
import Platform
import TestSupport
import Testing

/// The steps of attention by themselves, against values worked out by hand.
@Suite(.timeLimit(.minutes(10))) struct GroupedAttentionTests {
    private func parameter(_ values: [Float], _ shape: Shape) -> Parameter {
        Parameter(Tensor(values, shape: shape))
    }

    @Test func scoresOfTwoGroups() throws {
        // One head of width 2, groups of one query and two keys, half of every product.
        let harness = OperationHarness(
            operation: GroupedScores(heads: 1, groups: 2, factor: 0.5), shapes: [[2, 2], [4, 2]])
        let (output, gradients) = try harness.run(
            [[1, 2, 3, 4], [2, 0, 0, 2, 4, 0, 0, 4]], outputGradient: [1, 0, 0, 2])
        // The second group's query (3, 4) never meets the first group's keys.
        #expect(output == [1, 2, 6, 8])
        #expect(gradients[0] == [1, 0, 0, 4])
        #expect(gradients[1] == [0.5, 1, 0, 0, 0, 0, 3, 4])
    }

    @Test func headsLieSideBySide() throws {
        // Two heads of width 1: the first sees the first feature only.
        let scores = OperationHarness(operation: GroupedScores(heads: 2, factor: 1), shapes: [[1, 2], [2, 2]])
        #expect(try scores.run([[2, 3], [5, 7, 11, 13]]).output == [10, 22, 21, 39])
        let values = OperationHarness(operation: MixValues(heads: 2), shapes: [[2, 1, 2], [2, 2]])
        let (output, gradients) = try values.run([[1, 2, 3, 4], [5, 7, 11, 13]], outputGradient: [1, 10])
        // 1 · 5 + 2 · 11 and 3 · 7 + 4 · 13.
        #expect(output == [27, 73])
        #expect(gradients == [[5, 11, 70, 130], [1, 30, 2, 40]])
    }

    @Test func talkingHeads() throws {
        // The first output head is the sum of both, the second twice the first head plus 100.
        let mix = MixHeads(weight: parameter([1, 1, 2, 0], [2, 2]), bias: parameter([0, 100], [2]))
        let (output, gradients) = try OperationHarness(operation: mix, shapes: [[2, 1, 2]])
            .run([[1, 2, 3, 4]], outputGradient: [1, 0, 10, 0])
        #expect(output == [4, 6, 102, 104])
        #expect(gradients == [[21, 0, 1, 0]])
    }

    @Test func softmaxOfRows() throws {
        let ln3 = Float(log(3.0))
        let (output, gradients) = try OperationHarness(operation: RowSoftmax(), shapes: [[2, 2]])
            .run([[ln3, 0, 5, 5]], outputGradient: [1, 0, 0, 2])
        for (found, expected) in zip(output, [0.75, 0.25, 0.5, 0.5] as [Float]) {
            #expect(abs(found - expected) < 1e-6)
        }
        // p · (∂p − Σ ∂p · p): the sums are 0.75 and 1.
        for (found, expected) in zip(gradients[0], [0.1875, -0.1875, -0.5, 0.5] as [Float]) {
            #expect(abs(found - expected) < 1e-6)
        }
    }

    @Test func rowsOfLengthOne() throws {
        let operation = UnitRows(factor: parameter([2, 1], [2]))
        let (output, gradients) = try OperationHarness(operation: operation, shapes: [[2, 2]])
            .run([[3, 4, 0, 0]], outputGradient: [1, 0, 0, 0])
        // 2/5 · (3, 4); a row of zeros stays.
        for (found, expected) in zip(output, [1.2, 1.6, 0, 0] as [Float]) { #expect(abs(found - expected) < 1e-6) }
        // 2/5 · ((1, 0) − (3, 4) · 3/25)
        for (found, expected) in zip(gradients[0], [0.256, -0.192, 0, 0] as [Float]) {
            #expect(abs(found - expected) < 1e-6)
        }
    }

    @Test func relativeTermsDependOnTheQuery() throws {
        // One head of width 1, one row of two columns: the same row is worth 10, the same column 1, the other column 2.
        let operation = RelativeTerms(
            down: parameter([10], [1, 1, 1]), across: parameter([1, 2, 2, 1], [2, 2, 1]), heads: 1)
        let (terms, gradients) = try OperationHarness(operation: operation, shapes: [[2, 1]])
            .run([[3, 5]], outputGradient: [1, 0, 0, 0, 1, 0])
        #expect(terms == [30, 3, 6, 50, 10, 5])
        // 10 of the first query's row; 2 of the second's other column.
        #expect(gradients == [[10, 2]])
        let sum = try OperationHarness(
            operation: AddRelativeTerms(rows: 1, columns: 2), shapes: [[1, 2, 2], [1, 2, 3]]
        ).run([[100, 200, 300, 400], terms], outputGradient: [1, 2, 3, 4])
        #expect(sum.output == [133, 236, 360, 455])
        #expect(sum.gradients == [[1, 2, 3, 4], [3, 1, 2, 7, 3, 4]])
    }

    @Test func tokensAreJoined() throws {
        let joined = try OperationHarness(operation: JoinTokens(), shapes: [[2], [2, 2]])
            .run([[1, 2], [3, 4, 5, 6]], outputGradient: [1, 2, 3, 4, 5, 6])
        #expect(joined.output == [1, 2, 3, 4, 5, 6])
        #expect(joined.gradients == [[1, 2], [3, 4, 5, 6]])
        #expect(try JoinTokens().outputShape([[2], [2, 2]]) == [3, 2])
    }

    @Test func wrongShapesAreNamed() {
        #expect(throws: EngineError.self) { try GroupedScores(heads: 2, factor: 1).outputShape([[3, 4], [3, 6]]) }
        #expect(throws: EngineError.self) {
            try GroupedScores(heads: 2, groups: 2, factor: 1).outputShape([[3, 4], [4, 4]])
        }
        #expect(throws: EngineError.self) { try MixValues(heads: 2).outputShape([[2, 1, 3], [2, 4]]) }
        #expect(throws: EngineError.self) { try Reshape([2, 2]).outputShape([[3]]) }
        #expect(throws: EngineError.self) { try JoinTokens().outputShape([[3], [2, 2]]) }
    }
}
