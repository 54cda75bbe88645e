import Compute
import Foundation
import Platform
import TestSupport
import Testing

/// Attention with constants before the softmax, in windows, and of unit length, against values worked out by hand.
@Suite(.timeLimit(.minutes(10))) struct WindowAttentionTests {
    private static func parameter(_ values: [Float], _ shape: Shape) -> Parameter {
        Parameter(Tensor(values, shape: shape))
    }

    /// q = (1, 0), k = (ln 3, 0), so the scores are (ln 3, 0) and (0, 0).
    private static let two: [Float] = [1, Float(log(3.0)), 4, 0, 0, 8]

    @Test func biasIsAddedToTheScores() throws {
        // (ln 3 + ln 2, 0) and (0, ln 4): six to one, and one to four.
        let bias = Self.parameter([Float(log(2.0)), 0, 0, Float(log(4.0))], [1, 2, 2])
        let weights = OperationHarness(operation: AttentionWeights(heads: 1, bias: bias), shapes: [[2, 3]])
        let (pattern, gradients) = try weights.run([Self.two], outputGradient: [1, 0, 0, 0])
        for (found, expected) in zip(pattern, [6.0 / 7, 1.0 / 7, 0.2, 0.8]) {
            #expect(abs(found - Float(expected)) < 1e-6)
        }
        // ∂S = p₀ (1 − p₀) · (1, −1) = 6/49 · (1, −1) in the first row: ∂q₀ = 6/49 · ln 3, ∂k = 6/49 · (1, −1).
        let slope = Float(6.0 / 49)
        let expected: [Float] = [slope * Self.two[1], slope, 0, 0, -slope, 0]
        for (found, expected) in zip(gradients[0], expected) { #expect(abs(found - expected) < 1e-6) }
    }

    @Test func eachHeadHasItsBias() throws {
        // Two heads of the same queries and keys; the second prefers the other token by ln 9.
        let qkv: [Float] = [1, 1, Float(log(3.0)), Float(log(3.0)), 4, 4, 0, 0, 0, 0, 8, 8]
        let bias = Self.parameter([0, 0, 0, 0, 0, Float(log(9.0)), 0, 0], [2, 2, 2])
        let pattern = try OperationHarness(
            operation: AttentionWeights(heads: 2, bias: bias), shapes: [[2, 6]]
        ).run([qkv]).output
        for (found, expected) in zip(pattern, [0.75, 0.25, 0.5, 0.5, 0.25, 0.75, 0.5, 0.5]) {
            #expect(abs(found - Float(expected)) < 1e-6)
        }
    }

    /// A text tower's tokens attend to themselves and those before them.
    @Test func infiniteBiasMasksWhatComesLater() throws {
        let infinity = Float.infinity
        let causal = Self.parameter([0, -infinity, -infinity, 0, 0, -infinity, 0, 0, 0], [1, 3, 3])
        let harness = OperationHarness(operation: AttentionWeights(heads: 1, bias: causal), shapes: [[3, 3]])
        let qkv: [Float] = [1, Float(log(3.0)), 1, 1, 0, 2, 0, 7, 3]
        let (pattern, gradients) = try harness.run([qkv], outputGradient: [Float](repeating: 1, count: 9))
        let third: Float = 1.0 / 3
        for (found, expected) in zip(pattern, [1, 0, 0, 0.75, 0.25, 0, third, third, third]) {
            #expect(abs(found - expected) < 1e-6)
        }
        // The rows sum to 1 whatever the scores are.
        #expect(gradients[0].allSatisfy { abs($0) < 1e-6 })
    }

    /// Two windows of two tokens are two models of two tokens.
    @Test func windowsAttendToThemselves() throws {
        let other: [Float] = [0, 1, 2, 1, Float(log(2.0)), 6]
        let operation = AttentionWeights(heads: 1, windows: 2)
        let both = OperationHarness(operation: operation, shapes: [[4, 3]])
        let pattern = try both.run([Self.two + other]).output
        // The second window's scores: 0 and 0, 1 and ln 2.
        let last = Float(exp(1.0) / (exp(1.0) + 2))
        let expected: [Float] = [0.75, 0.25, 0.5, 0.5, 0.5, 0.5, last, 1 - last]
        for (found, expected) in zip(pattern, expected) { #expect(abs(found - expected) < 1e-6) }
        let values = OperationHarness(
            operation: AttentionValues(heads: 1, windows: 2), shapes: [[1, 4, 2], [4, 3]])
        let mixed = try values.run([pattern, Self.two + other]).output
        for (found, expected) in zip(mixed, [5, 6, 4, 2 * last + 6 * (1 - last)]) {
            #expect(abs(found - expected) < 1e-5)
        }
    }

    @Test func maskBelongsToAWindow() throws {
        let mask = Self.parameter([0, 0, 0, 0, 0, -100, -100, 0], [2, 2, 2])
        let operation = AttentionWeights(heads: 1, windows: 2, mask: mask)
        let pattern = try OperationHarness(operation: operation, shapes: [[4, 3]]).run([Self.two + Self.two]).output
        for (found, expected) in zip(pattern, [0.75, 0.25, 0.5, 0.5, 1, 0, 0, 1] as [Float]) {
            #expect(abs(found - expected) < 1e-6)
        }
    }

    /// One head of two features: q = (3, 4) has length 5, k = (0, 2) has length 2.
    @Test func queriesAndKeysGetUnitLength() throws {
        let operation = NormalizeHeads(factors: Self.parameter([10], [1]))
        let harness = OperationHarness(operation: operation, shapes: [[1, 6]])
        let (output, gradients) = try harness.run([[3, 4, 0, 2, 7, 8]], outputGradient: [1, 0, 1, 1, 5, 6])
        let root = Float(2).squareRoot()
        for (found, expected) in zip(output, [6 * root, 8 * root, 0, 1, 7, 8]) { #expect(abs(found - expected) < 1e-5) }
        // 10 √2 / 5 · ((1, 0) − 3/25 · (3, 4)) and 1/2 · ((1, 1) − (0, 1)).
        let expected: [Float] = [2 * root * 0.64, -2 * root * 0.48, 0.5, 0, 5, 6]
        for (found, expected) in zip(gradients[0], expected) { #expect(abs(found - expected) < 1e-5) }
        // The product of the two, divided by √2, is ten times the cosine, 0.8.
        #expect(abs((output[0] * output[2] + output[1] * output[3]) / root - 8) < 1e-5)
    }

    @Test func rowsAreGathered() throws {
        let harness = OperationHarness(operation: GatherRows([2, 0, -1, 2]), shapes: [[3, 2]])
        let (output, gradients) = try harness.run(
            [[1, 2, 3, 4, 5, 6]], outputGradient: [1, 2, 3, 4, 5, 6, 10, 20])
        #expect(output == [5, 6, 1, 2, 0, 0, 5, 6])
        #expect(gradients == [[3, 4, 0, 0, 11, 22]])
        let joined = GatherRows([2, 0, -1, 2], joined: 2)
        #expect(try joined.outputShape([[3, 2]]) == [2, 4])
        #expect(try OperationHarness(operation: joined, shapes: [[3, 2]]).run([[1, 2, 3, 4, 5, 6]]).output == output)
    }

    @Test func wrongShapesAreNamed() {
        let bias = Self.parameter([0, 0, 0, 0], [1, 2, 2])
        #expect(
            throws: EngineError.shapeMismatch(
                place: "The bias of attention", expected: [2, 3, 3], found: [1, 2, 2])
        ) { try AttentionWeights(heads: 2, bias: bias).outputShape([[3, 12]]) }
        #expect(throws: EngineError.self) { try AttentionWeights(heads: 2, windows: 2).outputShape([[3, 12]]) }
        #expect(throws: EngineError.self) {
            try AttentionWeights(heads: 2, windows: 3, mask: bias).outputShape([[6, 12]])
        }
        #expect(throws: EngineError.self) { try GatherRows([0, 3]).outputShape([[3, 2]]) }
        #expect(throws: EngineError.self) { try NormalizeHeads(factors: bias.reshaped([4])).outputShape([[3, 18]]) }
    }
}
