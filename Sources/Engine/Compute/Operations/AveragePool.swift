import Platform

/// The mean of each window of a grid, channel by channel.
///
///     y = Σ over the window of x / n          ∂x = Σ ∂y / n of the windows with x
///
/// Input `[rows · columns, channels]`, output `[windows, channels]`, both row by row. n is the number of tokens in the window;
/// those in the padding are counted only if `countsPadding`.
/// Saves nothing.
///
/// - Source: `torch.nn.AvgPool2d` with `count_include_pad`.
package struct AveragePool: CPUKernel {
    let window: SlidingWindow
    let countsPadding: Bool

    package init(_ window: SlidingWindow, countsPadding: Bool) {
        self.window = window
        self.countsPadding = countsPadding
    }

    package var descriptor: OperationDescriptor { .averagePool(window, countsPadding: countsPadding) }

    package func outputShape(_ shapes: [Shape]) throws(EngineError) -> Shape {
        try window.check(shapes[0], place: "The input of a pool")
        return [window.outputCount, shapes[0][1]]
    }

    package func operationCount(_ shapes: [Shape]) -> Int { window.outputCount * window.tapCount * shapes[0][1] }

    /// Returns 1 / n for a window.
    @inline(__always)
    private func share(_ row: Int, _ column: Int) -> Float {
        guard countsPadding else { return 1 / Float(window.heightRange(row).count * window.widthRange(column).count) }
        // A window that a rounded-up grid adds ends with the padding.
        let height = min(window.height, window.rows + window.paddingRows - window.firstRow(row))
        let width = min(window.width, window.columns + window.paddingColumns - window.firstColumn(column))
        return 1 / Float(height * width)
    }

    package func forward(_ frame: ForwardFrame) -> [TeamWork] {
        let channels = frame.shapes[0][1]
        let (rows, columns) = (window.outputRows, window.outputColumns)
        return [
            TeamWork(ofRows: frame.batch * rows, elements: columns * channels * window.tapCount) { [self] part in
                for row in part {
                    let x = frame.inputs[0] + row / rows * window.inputCount * channels
                    for column in 0..<columns {
                        let y = frame.output + (row * columns + column) * channels
                        zero(y, 0..<channels)
                        for line in window.heightRange(row % rows) {
                            let token =
                                (window.firstRow(row % rows) + line) * window.columns + window.firstColumn(column)
                            for tap in window.widthRange(column) {
                                add(x + (token + tap) * channels, to: y, count: channels)
                            }
                        }
                        let share = share(row % rows, column)
                        for channel in 0..<channels { y[channel] *= share }
                    }
                }
            }
        ]
    }

    package func inputGradient(_ frame: GradientFrame) -> [TeamWork] {
        let channels = frame.shapes[0][1]
        let (dy, gradient) = (frame.outputGradient, frame.inputGradients[0])
        return [
            TeamWork(ofRows: frame.batch * window.rows, elements: window.columns * channels) { [self] part in
                for row in part {
                    let dx = gradient.values + row * window.columns * channels
                    let firstWindow = row / window.rows * window.outputCount
                    if !gradient.accumulates { zero(dx, 0..<window.columns * channels) }
                    window.forEachOutputRow(on: row % window.rows) { outputRow, _ in
                        for column in 0..<window.outputColumns {
                            let source = dy + (firstWindow + outputRow * window.outputColumns + column) * channels
                            let share = share(outputRow, column)
                            for tap in window.widthRange(column) {
                                let target = dx + (window.firstColumn(column) + tap) * channels
                                for channel in 0..<channels { target[channel] += source[channel] * share }
                            }
                        }
                    }
                }
            }
        ]
    }
}
