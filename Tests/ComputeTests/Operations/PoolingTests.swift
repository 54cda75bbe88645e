import Compute
import Foundation
import Platform
import TestSupport
import Testing

/// Attention pooling, RMS norm and flattened patches against values worked out by hand. Their gradients against
/// differences are in ``OperationGradientTests``.
@Suite(.timeLimit(.minutes(10))) struct PoolingTests {
    private func parameter(_ values: [Float], _ shape: Shape) -> Parameter { Parameter(Tensor(values, shape: shape)) }

    private func expect(_ found: [Float], _ expected: [Float]) {
        #expect(found.count == expected.count)
        for (found, expected) in zip(found, expected) { #expect(abs(found - expected) < 1e-5, "\(found)") }
    }

    @Test func aQueryAttends() throws {
        // One head of width 1, two tokens: q = 1, k = (ln 3, 0), v = (4, 8); scores of ln 3 and 0 are three to one.
        let both: [Float] = [Float(log(3.0)), 4, 0, 8]
        let weights = PoolingWeights(query: parameter([1], [1]), heads: 1)
        #expect(try weights.outputShape([[2, 2]]) == [1, 2])
        let harness = OperationHarness(operation: weights, shapes: [[2, 2]])
        let pattern = try harness.run([both]).output
        expect(pattern, [0.75, 0.25])
        // o = 0.75 · 4 + 0.25 · 8; ∂P = V and ∂V = P for ∂o = 1.
        let values = OperationHarness(operation: PoolingValues(heads: 1), shapes: [[1, 2], [2, 2]])
        let (output, gradients) = try values.run([pattern, both], outputGradient: [1])
        expect(output, [5])
        expect(gradients[0], [4, 8])
        expect(gradients[1], [0, 0.75, 0, 0.25])
        // ∂S = (0.75 · (4 − 5), 0.25 · (8 − 5)), and ∂K = ∂S · q.
        expect(try harness.run([both], outputGradient: gradients[0]).gradients[0], [-0.75, 0, 0.75, 0])
    }

    @Test func headsAndTheirScale() throws {
        // Two heads of width 4, whose scores are q · k / 2: head 0 finds its key in the second token, head 1 nowhere.
        let query = parameter([2, 0, 0, 0, 0, 0, 0, 2], [8])
        var tokens = [Float](repeating: 0, count: 2 * 16)
        tokens[16] = Float(log(4.0))  // the second token's first key
        tokens[16 + 8] = 10  // and the first value of each of its heads
        tokens[16 + 12] = 6
        let pattern = try OperationHarness(operation: PoolingWeights(query: query, heads: 2), shapes: [[2, 16]])
            .run([tokens]).output
        expect(pattern, [0.2, 0.8, 0.5, 0.5])
        let output = try OperationHarness(operation: PoolingValues(heads: 2), shapes: [[2, 2], [2, 16]])
            .run([pattern, tokens]).output
        expect(output, [8, 0, 0, 0, 3, 0, 0, 0])
    }

    @Test func tokensBeforeTheFirstAreLeftOut() throws {
        let weights = PoolingWeights(query: parameter([1], [1]), heads: 1, from: 1)
        let (output, gradients) = try OperationHarness(operation: weights, shapes: [[3, 2]])
            .run([[100, 0, 0, 0, 0, 0]], outputGradient: [7, 1, 0])
        expect(output, [0, 0.5, 0.5])
        expect(gradients[0], [0, 0, 0.25, 0, -0.25, 0])
        #expect(throws: EngineError.self) { try weights.outputShape([[1, 2]]) }
        #expect(throws: EngineError.self) { try weights.outputShape([[3, 3]]) }
        #expect(throws: EngineError.self) { try PoolingValues(heads: 1).outputShape([[1, 2], [3, 2]]) }
    }

    @Test func rmsNorm() throws {
        // The mean square of (1, 7) is 25: x̂ = (0.2, 1.4). mean(g · x̂) = 0.1 for g = (1, 0).
        let operation = RMSNorm(scale: parameter([1, 2], [2]), epsilon: 0)
        let (output, gradients) = try OperationHarness(operation: operation, shapes: [[1, 2]])
            .run([[1, 7]], outputGradient: [1, 0])
        expect(output, [0.2, 2.8])
        expect(gradients[0], [0.98 / 5, -0.14 / 5])
        // ε is added to the mean square: √(25 + 11).
        let other = RMSNorm(scale: parameter([1, 1], [2]), epsilon: 11)
        expect(try OperationHarness(operation: other, shapes: [[1, 2]]).run([[1, 7]]).output, [1 / 6, 7 / 6])
        #expect(throws: EngineError.self) { try operation.outputShape([[1, 3]]) }
    }

    @Test func patchesAreFlattened() throws {
        // 2 × 5 pixels, patches of 2 × 2: the last column is left out. Red counts from 0, green from 10, blue from 20.
        let picture = (0..<30).map(Float.init)
        let operation = FlattenPatches(height: 2, width: 2)
        #expect(try operation.outputShape([[3, 2, 5]]) == [2, 12])
        let (output, gradients) = try OperationHarness(operation: operation, shapes: [[3, 2, 5]])
            .run([picture], outputGradient: (0..<24).map { Float($0 + 1) })
        #expect(output[..<12] == [0, 10, 20, 1, 11, 21, 5, 15, 25, 6, 16, 26])
        #expect(output[12...] == [2, 12, 22, 3, 13, 23, 7, 17, 27, 8, 18, 28])
        // The gradient of each pixel is that of its place; pixels that were left out have none.
        for (place, pixel) in output.enumerated() { #expect(gradients[0][Int(pixel)] == Float(place + 1)) }
        for pixel in [4, 9, 14, 19, 24, 29] { #expect(gradients[0][pixel] == 0) }
    }
}
