import Compute
import Foundation
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
    private static let others = [
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
        // 9 pairs: eight lanes and one more. Two heads, 3 patches after 2 other tokens.
        Case(
            name: "rotary halves", operation: rotary(.halves, tables: [1, 3, 9]), shapes: [[5, 3 * 2 * 18]]),
        Case(
            name: "rotary neighbors for each head", operation: rotary(.neighbors, tables: [2, 3, 9]),
            shapes: [[5, 3 * 2 * 18]]),
        Case(
            name: "rotary with an angle for each feature", operation: rotary(.unequalNeighbors, tables: [1, 3, 18]),
            shapes: [[5, 3 * 2 * 18]]),
        Case(
            name: "pooling weights", operation: PoolingWeights(query: parameter([2 * 3]), heads: 2, from: 1),
            shapes: [[9, 2 * 2 * 3]]),
        Case(
            name: "pooling weights of wide heads", operation: PoolingWeights(query: parameter([2 * 11]), heads: 2),
            shapes: [[19, 2 * 2 * 11]]),
        Case(
            name: "pooling values", operation: PoolingValues(heads: 2), shapes: [[2, 9], [9, 2 * 2 * 11]]),
        Case(
            name: "RMS norm", operation: RMSNorm(scale: parameter([11]), epsilon: 1e-5), shapes: [[3, 11]]),
        Case(name: "flatten patches", operation: FlattenPatches(height: 2, width: 2), shapes: [[3, 4, 6]]),
        Case(
            name: "flatten patches with a margin", operation: FlattenPatches(height: 3, width: 2),
            shapes: [[3, 4, 7]]),
        Case(
            name: "attention weights in windows with bias and mask",
            operation: AttentionWeights(
                heads: 2, windows: 3, bias: parameter([2, 5, 5]), mask: parameter([3, 5, 5])),
            shapes: [[15, 3 * 2 * 3]]),
        Case(
            name: "attention values in windows", operation: AttentionValues(heads: 2, windows: 3),
            shapes: [[2, 15, 5], [15, 3 * 2 * 3]]),
        Case(
            name: "heads of unit length", operation: NormalizeHeads(factors: parameter([2])), shapes: [[4, 3 * 2 * 11]]),
        Case(name: "gather rows", operation: GatherRows([2, 0, -1, 2, 1, 2]), shapes: [[4, 11]]),
        Case(name: "gather rows and join them", operation: GatherRows([3, 0, -1, 1], joined: 2), shapes: [[4, 11]]),
        Case(
            name: "grouped scores", operation: GroupedScores(heads: 2, groups: 3, factor: 0.7),
            shapes: [[3 * 2, 2 * 5], [3 * 4, 2 * 5]]),
        Case(
            name: "grouped scores of one query", operation: GroupedScores(heads: 1, factor: 0.7),
            shapes: [[1, 5], [37, 5]]),
        Case(
            name: "mix values", operation: MixValues(heads: 2, groups: 3), shapes: [[6, 2, 4], [3 * 4, 2 * 5]]),
        Case(
            name: "mix heads", operation: MixHeads(weight: parameter([2, 4]), bias: parameter([2])),
            shapes: [[4, 3, 11]]),
        Case(
            name: "relative terms",
            operation: RelativeTerms(
                down: parameter([2, 2, 5]), across: parameter([3, 3, 5]), heads: 2, groups: 2),
            shapes: [[2 * 6, 2 * 5]]),
        Case(
            name: "add relative terms", operation: AddRelativeTerms(rows: 2, columns: 3),
            shapes: [[2, 6, 6], [2, 6, 5]]),
        Case(name: "softmax", operation: RowSoftmax(), shapes: [[2, 3, 11]]),
        Case(name: "unit rows", operation: UnitRows(factor: parameter([3])), shapes: [[3, 11]]),
        Case(name: "unit rows alone", operation: UnitRows(), shapes: [[3, 11]]),
        Case(name: "reshape", operation: Reshape([11, 6]), shapes: [[3, 22]]),
        Case(name: "join tokens", operation: JoinTokens(), shapes: [[11], [3, 11]]),
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

    static let cases = others + ConvolutionCases.all

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

    private static func rotary(_ pairing: RotaryPairing, tables shape: Shape) -> Rotary {
        let angles = Reference.pattern(shape.count, seed: 3).map { 3 * $0 }
        return Rotary(
            heads: 2, pairing: pairing, cosines: Parameter(Tensor(angles.map { cos($0) }, shape: shape)),
            sines: Parameter(Tensor(angles.map { sin($0) }, shape: shape)))
    }

    private static func parameter(_ shape: Shape) -> Parameter {
        Parameter(Tensor(Reference.pattern(shape.count, seed: shape.rank), shape: shape))
    }
}
