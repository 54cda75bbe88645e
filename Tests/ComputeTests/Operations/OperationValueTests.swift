import Compute
import Foundation
import Platform
import TestSupport
import Testing

/// Operations against values worked out by hand.
@Suite(.timeLimit(.minutes(10))) struct OperationValueTests {
    private func parameter(_ values: [Float], _ shape: Shape) -> Parameter {
        Parameter(Tensor(values, shape: shape))
    }

    @Test func linear() throws {
        // [1 2] · [[3 4], [5 6], [7 8]]ᵀ + [10 20 30]
        let weight = parameter([3, 4, 5, 6, 7, 8], [3, 2])
        let harness = OperationHarness(
            operation: Linear(weight: weight, bias: parameter([10, 20, 30], [3])), shapes: [[1, 2]])
        let (output, gradients) = try harness.run([[1, 2]], outputGradient: [1, 0, -1])
        #expect(output == [21, 37, 53])
        // The first row of the weight minus the last.
        #expect(gradients == [[-4, -4]])
    }

    @Test func layerNorm() throws {
        // Mean 3, variance 4; 1/√(4 + 0) = 0.5.
        let operation = LayerNorm(scale: parameter([1, 2], [2]), shift: parameter([0, 10], [2]), epsilon: 0)
        let harness = OperationHarness(operation: operation, shapes: [[1, 2]])
        let (output, gradients) = try harness.run([[1, 5]], outputGradient: [1, 1])
        #expect(output == [-1, 12])
        // Two numbers normalize to ∓1 whatever they are, so nothing reaches them.
        #expect(gradients == [[0, 0]])
    }

    @Test func gelu() throws {
        // x · Φ(x) and Φ(x) + x · φ(x) in double precision.
        let inputs: [Float] = [-6, -3, -1, -0.25, -1e-4, 0, 1e-4, 0.25, 1, 3, 6, 30, -30]
        let harness = OperationHarness(operation: Elementwise<GELU>(), shapes: [[inputs.count]])
        let (output, gradients) = try harness.run(
            [inputs], outputGradient: [Float](repeating: 1, count: inputs.count))
        for (index, x) in inputs.map(Double.init).enumerated() {
            let distribution = 0.5 * erfc(-x / 2.0.squareRoot())
            let density = exp(-x * x / 2) / (2 * Double.pi).squareRoot()
            #expect(abs(Double(output[index]) - x * distribution) < 3e-7 * max(1, abs(x)))
            #expect(abs(Double(gradients[0][index]) - distribution - x * density) < 5e-7)
        }
    }

    @Test func exponential() {
        for step in stride(from: Float(-87), through: 88, by: 0.37) {
            let found = Double(Lanes.exponential(Lanes(repeating: step))[3])
            #expect(abs(found / exp(Double(step)) - 1) < 3e-7)
        }
        #expect(Lanes.exponential(Lanes(repeating: -1000))[0] == 0)
        #expect(Lanes.exponential(Lanes(repeating: 0))[0] == 1)
    }

    @Test func attention() throws {
        // One head of width 1, two tokens: q = (1, 0), k = (ln 3, 0), v = (4, 8).
        let ln3 = Float(log(3.0))
        let qkv: [Float] = [1, ln3, 4, 0, 0, 8]
        let weights = OperationHarness(operation: AttentionWeights(heads: 1), shapes: [[2, 3]])
        let mixing = try weights.run([qkv]).output
        // The first token's scores are ln 3 and 0: three to one. The second's are both 0.
        for (found, expected) in zip(mixing, [0.75, 0.25, 0.5, 0.5]) {
            #expect(abs(found - Float(expected)) < 1e-6)
        }
        let values = OperationHarness(operation: AttentionValues(heads: 1), shapes: [[1, 2, 2], [2, 3]])
        let (output, gradients) = try values.run([mixing, qkv], outputGradient: [1, 0])
        for (found, expected) in zip(output, [5, 6] as [Float]) { #expect(abs(found - expected) < 1e-5) }
        #expect(gradients[0] == [4, 8, 0, 0])
        for (found, expected) in zip(gradients[1], [0, 0, 0.75, 0, 0, 0.25] as [Float]) {
            #expect(abs(found - expected) < 1e-6)
        }
    }

    @Test(arguments: [RotaryPairing.halves, .neighbors])
    func rotary(_ pairing: RotaryPairing) throws {
        // One head of 4 features after a class token; a patch turned by 90° and 180°.
        let operation = Rotary(
            heads: 1, pairing: pairing, cosines: parameter([0, -1], [1, 1, 2]), sines: parameter([1, 0], [1, 1, 2]))
        let harness = OperationHarness(operation: operation, shapes: [[2, 12]])
        let classToken = (1...12).map { Float($0) }
        let patch: [Float] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]
        let (output, gradients) = try harness.run([classToken + patch], outputGradient: classToken + patch)
        // (a, b) becomes (−b, a), then (−a, −b). Its gradient (c, d) comes back as (d, −c).
        let expected: (turned: [Float], back: [Float]) =
            switch pairing {
            // Pairs of features 0 and 2, 1 and 3.
            case .halves: ([-3, -2, 1, -4, -7, -6, 5, -8], [3, -2, -1, -4, 7, -6, -5, -8])
            // Pairs of features 0 and 1, 2 and 3.
            default: ([-2, 1, -3, -4, -6, 5, -7, -8], [2, -1, -3, -4, 6, -5, -7, -8])
            }
        #expect(output == classToken + expected.turned + [9, 10, 11, 12])
        #expect(gradients == [classToken + expected.back + [9, 10, 11, 12]])
    }

    @Test func rotaryWithAnAngleForEachFeature() throws {
        // Angles of 90°, 180°, 0°, 90°: (a, b) becomes (−b, −b), (c, d) becomes (c, c).
        let operation = Rotary(
            heads: 1, pairing: .unequalNeighbors, cosines: parameter([0, -1, 1, 0], [1, 1, 4]),
            sines: parameter([1, 0, 0, 1], [1, 1, 4]))
        let harness = OperationHarness(operation: operation, shapes: [[1, 12]])
        let patch: [Float] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]
        let (output, gradients) = try harness.run([patch], outputGradient: patch)
        #expect(output == [-2, -2, 3, 3, -6, -6, 7, 7, 9, 10, 11, 12])
        // Only b was used, twice, and only c: its gradient is the sum of both features'.
        #expect(gradients == [[0, -3, 7, 0, 0, -11, 15, 0, 9, 10, 11, 12]])
    }

    @Test func softmaxStandsLargeScores() throws {
        let weights = OperationHarness(operation: AttentionWeights(heads: 1), shapes: [[2, 3]])
        let mixing = try weights.run([[1000, 1000, 0, -1000, -1000, 0]]).output
        #expect(mixing == [1, 0, 0, 1])
    }

    @Test func patches() throws {
        // 2 × 4 pixels, patches of 2: each feature picks one pixel of one channel.
        let picture = (0..<24).map(Float.init)
        var weight = [Float](repeating: 0, count: 24)
        weight[3] = 1  // feature 0: red, lower right
        weight[12 + 8] = 1  // feature 1: blue, upper left
        let operation = PatchEmbedding(
            weight: parameter(weight, [2, 3, 2, 2]), bias: parameter([0, 100], [2]))
        let harness = OperationHarness(operation: operation, shapes: [[3, 2, 4]])
        let (output, gradients) = try harness.run([picture], outputGradient: [1, 2, 3, 4])
        #expect(output == [5, 116, 7, 118])
        var expected = [Float](repeating: 0, count: 24)
        (expected[5], expected[16], expected[7], expected[18]) = (1, 2, 3, 4)
        #expect(gradients == [expected])
    }

    @Test func tokensAndTheirSelection() throws {
        let assemble = AssembleTokens(
            special: parameter([9, 9], [1, 2]), positions: parameter([10, 20], [1, 2]))
        let (tokens, gradients) = try OperationHarness(operation: assemble, shapes: [[1, 2]])
            .run([[1, 2]], outputGradient: [5, 6, 7, 8])
        #expect(tokens == [9, 9, 11, 22])
        #expect(gradients == [[7, 8]])
        let selected = try OperationHarness(operation: SelectToken(1), shapes: [[2, 2]])
            .run([[1, 2, 3, 4]], outputGradient: [5, 6])
        #expect(selected.output == [3, 4])
        #expect(selected.gradients == [[0, 0, 5, 6]])
        let mean = try OperationHarness(operation: MeanOfTokens(), shapes: [[2, 2]])
            .run([[1, 2, 3, 4]], outputGradient: [1, 2])
        #expect(mean.output == [2, 3])
        #expect(mean.gradients == [[0.5, 1, 0.5, 1]])
        let turned = try OperationHarness(operation: Transpose(), shapes: [[2, 3]]).run([[1, 2, 3, 4, 5, 6]])
        #expect(turned.output == [1, 4, 2, 5, 3, 6])
    }

    @Test func wrongShapesAreNamed() {
        let linear = Linear(weight: parameter([1, 2], [1, 2]), bias: nil)
        #expect(
            throws: EngineError.shapeMismatch(
                place: "The input of a linear layer", expected: [3, 2], found: [3, 4])
        ) { try linear.outputShape([[3, 4]]) }
        #expect(throws: EngineError.self) { try Add().outputShape([[1, 2], [2, 1]]) }
        #expect(throws: EngineError.self) { try AttentionWeights(heads: 2).outputShape([[3, 9]]) }
        #expect(throws: EngineError.self) { try SelectToken(3).outputShape([[3, 9]]) }
    }
}
