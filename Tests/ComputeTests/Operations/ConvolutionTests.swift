import Compute
import Platform
import TestSupport
import Testing

/// Convolutions and pools against values worked out by hand, and against PyTorch.
@Suite(.timeLimit(.minutes(10))) struct ConvolutionTests {
    private func parameter(_ values: [Float], _ shape: Shape) -> Parameter {
        Parameter(Tensor(values, shape: shape))
    }

    @Test func convolution() throws {
        // 1 2 3 / 4 5 6 under 1 10 / 100 1000, twice, plus 1.
        let operation = Convolution(
            weight: parameter([1, 10, 100, 1000], [1, 1, 2, 2]), factor: parameter([2], [1]), bias: parameter([1], [1]),
            window: SlidingWindow(rows: 2, columns: 3, height: 2, width: 2))
        let harness = OperationHarness(operation: operation, shapes: [[6, 1]])
        let (output, gradients) = try harness.run([[1, 2, 3, 4, 5, 6]], outputGradient: [1, -1])
        #expect(output == [10843, 13065])
        #expect(gradients == [[2, 18, -20, 200, 1800, -2000]])
    }

    @Test func depthwiseConvolution() throws {
        // Two channels under windows of three columns with an empty column on each side.
        let operation = DepthwiseConvolution(
            weight: parameter([1, 10, 100, 2, 0, 1], [2, 1, 1, 3]), bias: parameter([0, 5], [2]),
            window: SlidingWindow(rows: 1, columns: 3, height: 1, width: 3, paddingColumns: 1))
        let harness = OperationHarness(operation: operation, shapes: [[3, 2]])
        let (output, gradients) = try harness.run([[1, 1, 2, 2, 3, 3]], outputGradient: [1, 0, 0, 0, 0, 1])
        #expect(output == [210, 7, 321, 10, 32, 9])
        #expect(gradients == [[10, 0, 100, 2, 0, 0]])
    }

    @Test func groupsSeeOnlyTheirInputs() throws {
        let operation = Convolution(
            weight: parameter([1, 2, 3, 4], [2, 2, 1, 1]), bias: nil, groups: 2,
            window: SlidingWindow(rows: 1, columns: 1, height: 1, width: 1))
        let harness = OperationHarness(operation: operation, shapes: [[1, 4]])
        let (output, gradients) = try harness.run([[1, 10, 100, 1000]], outputGradient: [1, 10])
        #expect(output == [21, 4300])
        #expect(gradients == [[1, 2, 30, 40]])
    }

    @Test func maximumPool() throws {
        // 1 5 5 / 2 0 1 in windows of 2 × 2, a step of 2, rounded up: the last one has a single column.
        let window = SlidingWindow(rows: 2, columns: 3, height: 2, width: 2, stride: 2, roundsUp: true)
        #expect((window.outputRows, window.outputColumns) == (1, 2))
        let harness = OperationHarness(operation: MaximumPool(window), shapes: [[6, 1]])
        let (output, gradients) = try harness.run([[1, 5, 5, 2, 0, 1]], outputGradient: [3, 4])
        #expect(output == [5, 5])
        #expect(gradients == [[0, 3, 4, 0, 0, 0]])
        // A window that is larger than the grid is kept if it is rounded up to one, as in PyTorch.
        #expect(SlidingWindow(rows: 1, columns: 2, height: 2, width: 3, stride: 2, roundsUp: true).outputCount == 1)
        #expect(SlidingWindow(rows: 1, columns: 1, height: 3, width: 3, stride: 2, roundsUp: true).outputCount == 0)
        // The first of equal maxima takes all of the gradient.
        let one = SlidingWindow(rows: 1, columns: 3, height: 1, width: 3)
        let equal = try OperationHarness(operation: MaximumPool(one), shapes: [[3, 1]])
            .run([[7, 7, 7]], outputGradient: [2])
        #expect(equal.gradients == [[2, 0, 0]])
    }

    @Test func averagePool() throws {
        let window = SlidingWindow(rows: 1, columns: 3, height: 1, width: 2, stride: 2, roundsUp: true)
        let harness = OperationHarness(operation: AveragePool(window, countsPadding: false), shapes: [[3, 1]])
        let (output, gradients) = try harness.run([[1, 3, 10]], outputGradient: [1, 1])
        #expect(output == [2, 10])
        #expect(gradients == [[0.5, 0.5, 1]])
        let padded = SlidingWindow(rows: 1, columns: 2, height: 1, width: 2, paddingColumns: 1)
        let counted = try OperationHarness(operation: AveragePool(padded, countsPadding: true), shapes: [[2, 1]])
            .run([[2, 4]], outputGradient: [1, 1, 1])
        #expect(counted.output == [1, 3, 2])
        #expect(counted.gradients == [[1, 1]])
    }

    @Test func globalResponseNorm() throws {
        // Sizes 5 and 0 over two tokens, mean 2.5: the first channel is multiplied by 2, then by γ, and added.
        let operation = GlobalResponseNorm(
            scale: parameter([10, 10], [2]), shift: parameter([1, 2], [2]), epsilon: 0)
        let harness = OperationHarness(operation: operation, shapes: [[2, 2]])
        let (output, gradients) = try harness.run([[3, 0, 4, 0]], outputGradient: [1, 1, 0, 0])
        #expect(output == [64, 2, 85, 2])
        // With one channel that is not 0, its share of the mean is constant: only the factor 21 remains.
        #expect(gradients == [[21, 1, 0, 0]])
    }

    @Test func pixels() throws {
        let harness = OperationHarness(operation: PixelTokens(), shapes: [[3, 1, 2]])
        let (output, gradients) = try harness.run([[1, 2, 3, 4, 5, 6]], outputGradient: [1, 2, 3, 4, 5, 6])
        #expect(output == [1, 3, 5, 2, 4, 6])
        #expect(gradients == [[1, 4, 2, 5, 3, 6]])
    }

    /// `Fixtures/make_convolution_fixtures.py` computes them in double precision; sums of at most a hundred products in
    /// float32 are off by less than 1e-6.
    @Test(arguments: ConvolutionCases.table.map(\.name))
    func agreesWithPyTorch(_ name: String) throws {
        let reference = try Reference.open("convolutions")
        let (_, operation, channels, window) = try #require(ConvolutionCases.table.first { $0.name == name })
        let harness = OperationHarness(operation: operation, shapes: [[window.inputCount, channels]], batch: 2)
        let expected = try reference.parameter("\(name).output").tensor
        let input = Reference.pattern(2 * window.inputCount * channels, seed: 10)
        let seed = Reference.pattern(expected.values.count, seed: 5)
        let (output, gradients) = try harness.run([input], outputGradient: seed)
        #expect(output.count == expected.values.count)
        #expect(Reference.distance(output, expected.values) < 1e-6)
        let gradient = try reference.parameter("\(name).gradient").tensor
        #expect(Reference.distance(gradients[0], gradient.values) < 1e-6)
    }

    @Test func wrongShapesAreNamed() {
        let window = SlidingWindow(rows: 2, columns: 2, height: 3, width: 3)
        #expect(window.outputCount == 0)
        #expect(throws: EngineError.self) { try MaximumPool(window).outputShape([[4, 1]]) }
        let convolution = Convolution(
            weight: parameter([1, 2], [1, 2, 1, 1]), bias: nil,
            window: SlidingWindow(rows: 1, columns: 2, height: 1, width: 1))
        #expect(
            throws: EngineError.shapeMismatch(
                place: "The input of a convolution", expected: [2, 2], found: [2, 3])
        ) { try convolution.outputShape([[2, 3]]) }
        #expect(throws: EngineError.self) { try Concatenate().outputShape([[2, 3], [3, 2]]) }
    }
}
