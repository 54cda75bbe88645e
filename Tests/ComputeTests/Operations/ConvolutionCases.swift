import Compute
import TestSupport

/// Convolutions, pools and what belongs to them, with windows that fit and windows that do not.
enum ConvolutionCases {
    typealias Case = OperationGradientTests.Case

    static let all: [Case] =
        table.map { name, operation, channels, window in
            Case(name: name, operation: operation, shapes: [[window.inputCount, channels]])
        } + [
            Case(name: "pixels", operation: PixelTokens(), shapes: [[3, 4, 5]]),
            Case(
                name: "global response norm",
                operation: GlobalResponseNorm(scale: parameter([11], seed: 3), shift: parameter([11], seed: 4)),
                shapes: [[5, 11]]),
            Case(name: "concatenate maps", operation: Concatenate(), shapes: [[6, 3], [6, 11], [6, 2]]),
        ]

    /// The cases that `Fixtures/make_convolution_fixtures.py` computes with PyTorch, by the same names.
    static let table: [(name: String, operation: any CPUKernel, channels: Int, window: SlidingWindow)] = [
        convolution("convolution", 3, 5, SlidingWindow(rows: 4, columns: 6, height: 3, width: 2)),
        convolution(
            "convolution with strides", 3, 5,
            SlidingWindow(rows: 5, columns: 6, height: 3, width: 3, stride: 2, paddingRows: 1, paddingColumns: 1)),
        convolution(
            "convolution of rows", 4, 3,
            SlidingWindow(rows: 5, columns: 7, height: 1, width: 5, paddingRows: 0, paddingColumns: 2)),
        convolution("pointwise convolution", 11, 5, SlidingWindow(rows: 2, columns: 3, height: 1, width: 1)),
        convolution(
            "pointwise convolution with strides", 11, 5,
            SlidingWindow(rows: 4, columns: 5, height: 1, width: 1, stride: 2)),
        convolution(
            "grouped convolution", 6, 9,
            SlidingWindow(rows: 4, columns: 5, height: 3, width: 3, stride: 2, paddingRows: 1, paddingColumns: 1),
            groups: 3),
        convolution(
            "grouped pointwise convolution", 6, 4, SlidingWindow(rows: 3, columns: 3, height: 1, width: 1), groups: 2),
        depthwise(
            "depthwise convolution", 11,
            SlidingWindow(rows: 5, columns: 9, height: 3, width: 5, paddingRows: 1, paddingColumns: 2)),
        depthwise("depthwise convolution without padding", 19, SlidingWindow(rows: 4, columns: 8, height: 2, width: 3)),
        depthwise(
            "depthwise convolution with strides", 11,
            SlidingWindow(rows: 5, columns: 6, height: 3, width: 3, stride: 2, paddingRows: 1, paddingColumns: 1)),
        // The grids are such that no two numbers of a window are so close that a difference quotient exchanges them.
        pool(
            "maximum pool",
            SlidingWindow(rows: 5, columns: 6, height: 3, width: 3, stride: 2, paddingRows: 1, paddingColumns: 1), 2),
        pool(
            "maximum pool rounded up",
            SlidingWindow(rows: 5, columns: 5, height: 3, width: 3, stride: 2, roundsUp: true), 3),
        pool(
            "maximum pool of each",
            SlidingWindow(rows: 5, columns: 3, height: 3, width: 3, paddingRows: 1, paddingColumns: 1), 2),
        average(
            "average pool",
            SlidingWindow(rows: 4, columns: 5, height: 3, width: 3, stride: 2, paddingRows: 1, paddingColumns: 1), true),
        average(
            "average pool rounded up",
            SlidingWindow(rows: 5, columns: 7, height: 2, width: 2, stride: 2, roundsUp: true), false),
        average(
            "average pool with counted padding, rounded up",
            SlidingWindow(
                rows: 5, columns: 6, height: 3, width: 3, stride: 2, paddingRows: 1, paddingColumns: 1, roundsUp: true),
            true),
    ]

    private static func convolution(
        _ name: String, _ inputs: Int, _ outputs: Int, _ window: SlidingWindow, groups: Int = 1
    ) -> (String, any CPUKernel, Int, SlidingWindow) {
        let weight = parameter([outputs, inputs / groups, window.height, window.width], seed: 4)
        let operation = Convolution(
            weight: weight, factor: parameter([outputs], seed: 2), bias: parameter([outputs], seed: 3), groups: groups,
            window: window)
        return (name, operation, inputs, window)
    }

    private static func depthwise(
        _ name: String, _ channels: Int, _ window: SlidingWindow
    ) -> (String, any CPUKernel, Int, SlidingWindow) {
        let operation = DepthwiseConvolution(
            weight: parameter([channels, 1, window.height, window.width], seed: 4),
            factor: parameter([channels], seed: 2),
            bias: parameter([channels], seed: 3), window: window)
        return (name, operation, channels, window)
    }

    private static func pool(
        _ name: String, _ window: SlidingWindow, _ channels: Int
    ) -> (String, any CPUKernel, Int, SlidingWindow) {
        (name, MaximumPool(window), channels, window)
    }

    private static func average(
        _ name: String, _ window: SlidingWindow, _ countsPadding: Bool
    ) -> (String, any CPUKernel, Int, SlidingWindow) {
        (name, AveragePool(window, countsPadding: countsPadding), 11, window)
    }

    private static func parameter(_ shape: Shape, seed: Int) -> Parameter {
        Parameter(Tensor(Reference.pattern(shape.count, seed: seed), shape: shape))
    }
}
