import Compute
import TestSupport
import Testing

/// Every operation's input gradient against central differences, and independent of threads and of accumulation.
@Suite(.timeLimit(.minutes(10))) struct OperationGradientTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let name: String
        let operation: any CPUKernel
        let shapes: [Shape]
        var testDescription: String { name }
    }

    // Odd sizes, so that no row is a whole number of SIMD registers.
    static let cases = [
        Case(
            name: "linear", operation: Linear(weight: parameter([5, 11]), bias: parameter([5])),
            shapes: [[3, 11]]),
        Case(
            name: "linear on a vector", operation: Linear(weight: parameter([5, 11]), bias: nil),
            shapes: [[11]]),
        Case(
            name: "layer norm",
            operation: LayerNorm(scale: parameter([11]), shift: parameter([11]), epsilon: 1e-6),
            shapes: [[3, 11]]),
        Case(name: "GELU", operation: Elementwise<GELU>(), shapes: [[3, 11]]),
        Case(name: "QuickGELU", operation: Elementwise<QuickGELU>(), shapes: [[3, 11]]),
        Case(name: "tanh GELU", operation: Elementwise<TanhGELU>(), shapes: [[3, 11]]),
        Case(name: "SiLU", operation: Elementwise<SiLU>(), shapes: [[3, 11]]),
        Case(name: "tanh", operation: Elementwise<Tanh>(), shapes: [[3, 11]]),
        Case(name: "add", operation: Add(), shapes: [[3, 11], [3, 11]]),
        Case(name: "multiply", operation: Multiply(), shapes: [[3, 11], [3, 11]]),
        Case(
            name: "scale", operation: Scale(factor: parameter([11]), shift: parameter([11])),
            shapes: [[3, 11]]),
        Case(name: "scale alone", operation: Scale(factor: parameter([11])), shapes: [[11]]),
        Case(name: "select features", operation: SelectFeatures(2..<9), shapes: [[3, 11]]),
        Case(name: "concatenate", operation: Concatenate(), shapes: [[11], [5]]),
        Case(
            name: "alter elements",
            operation: AlterElements(rows: [0, 2], features: [1, 4, 10], factor: 0.5, shift: parameter([2, 3])),
            shapes: [[3, 11]]),
        Case(
            name: "replace elements",
            operation: AlterElements(rows: [2], features: [0, 7], factor: 0, shift: parameter([1, 2])),
            shapes: [[3, 11]]),
        Case(name: "transpose", operation: Transpose(), shapes: [[19, 11]]),
        Case(name: "attention weights", operation: AttentionWeights(heads: 2), shapes: [[9, 3 * 2 * 3]]),
        Case(
            name: "attention values", operation: AttentionValues(heads: 2),
            shapes: [[2, 9, 9], [9, 3 * 2 * 3]]),
        Case(
            name: "patch embedding",
            operation: PatchEmbedding(weight: parameter([5, 3, 2, 2]), bias: parameter([5])),
            shapes: [[3, 4, 6]]),
        Case(
            name: "patch embedding with a margin",
            operation: PatchEmbedding(weight: parameter([5, 3, 3, 3]), bias: nil), shapes: [[3, 4, 7]]),
        Case(
            name: "tokens",
            operation: AssembleTokens(special: parameter([1, 11]), positions: parameter([3, 11])),
            shapes: [[3, 11]]),
        Case(name: "select", operation: SelectToken(1), shapes: [[3, 11]]),
        Case(name: "mean", operation: MeanOfTokens(from: 1), shapes: [[4, 11]]),
    ]

    @Test(arguments: cases)
    func agreesWithDifferences(_ test: Case) throws {
        let harness = OperationHarness(operation: test.operation, shapes: test.shapes, batch: 2)
        #expect(try harness.disagreement(inputs(test)) < 2e-3)
    }

    @Test(arguments: cases)
    func addsToWhatIsThere(_ test: Case) throws {
        let harness = OperationHarness(operation: test.operation, shapes: test.shapes, batch: 2)
        let seed = Reference.pattern(try test.operation.outputShape(test.shapes).count * 2, seed: 5)
        let set = try harness.run(inputs(test), outputGradient: seed).gradients
        let added = try harness.run(inputs(test), outputGradient: seed, addingTo: 3).gradients
        for (set, added) in zip(set.joined(), added.joined()) {
            #expect(abs(added - set - 3) < 1e-4)
        }
    }

    @Test(arguments: cases, [2, 3])
    func threadsAgree(_ test: Case, _ threads: Int) throws {
        let alone = OperationHarness(operation: test.operation, shapes: test.shapes, batch: 2)
        let team = OperationHarness(
            operation: test.operation, shapes: test.shapes, batch: 2, threads: threads)
        let seed = Reference.pattern(try test.operation.outputShape(test.shapes).count * 2, seed: 5)
        let (output, gradients) = try alone.run(inputs(test), outputGradient: seed)
        let (teamOutput, teamGradients) = try team.run(inputs(test), outputGradient: seed)
        #expect(Reference.distance(teamOutput, output) < 1e-6)
        #expect(Reference.distance(teamGradients.joined(), gradients.joined()) < 1e-6)
        let (again, gradientsAgain) = try team.run(inputs(test), outputGradient: seed)
        #expect(again == teamOutput && gradientsAgain == teamGradients)
    }

    private func inputs(_ test: Case) -> [[Float]] {
        test.shapes.enumerated().map { Reference.pattern($1.count * 2, seed: 10 + $0) }
    }

    private static func parameter(_ shape: Shape) -> Parameter {
        Parameter(Tensor(Reference.pattern(shape.count, seed: shape.rank), shape: shape))
    }
}
