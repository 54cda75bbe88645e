import Platform

/// Multiplies each channel of each window of a grid by weights of its own, and adds them up: a depthwise convolution.
///
///     y = Σ over the window of x · W · α, + b          ∂x = Σ over the windows with x of ∂y · W · α
///
/// Input `[rows · columns, channels]`, output `[windows, channels]`, both row by row. The weight is
/// `[channels, 1, height, width]`, as PyTorch stores it; the factor α is `[channels]`. There is one product for each number
/// that is read, so this is computed directly, eight channels and four neighboring windows at a time.
/// Saves nothing.
///
/// - Source: `torch.nn.Conv2d` with as many groups as channels; Chollet 2017, arXiv:1610.02357, section 2.
package struct DepthwiseConvolution: CPUKernel {
    let weight: Parameter
    let factor: Parameter?
    let bias: Parameter?
    let window: SlidingWindow
    private let arranged = ArrangedWeight()
    private let mirrored = ArrangedWeight()

    /// Creates a depthwise convolution with frozen weights.
    ///
    /// - Precondition: the weight's windows are those of `window`, and have one input.
    package init(weight: Parameter, factor: Parameter? = nil, bias: Parameter?, window: SlidingWindow) {
        precondition(
            weight.shape.rank == 4 && weight.shape[1] == 1 && weight.shape[2] == window.height
                && weight.shape[3] == window.width, "a weight of \(weight.shape) does not fit its windows")
        self.weight = weight
        self.factor = factor
        self.bias = bias
        self.window = window
    }

    private var channels: Int { weight.shape[0] }

    package var descriptor: OperationDescriptor {
        .convolution(weight: weight, factor: factor, bias: bias, groups: channels, window: window)
    }

    package func outputShape(_ shapes: [Shape]) throws(EngineError) -> Shape {
        try window.check(shapes[0], place: "The input of a depthwise convolution")
        guard shapes[0][1] == channels else {
            throw .shapeMismatch(
                place: "The input of a depthwise convolution", expected: [window.inputCount, channels],
                found: shapes[0])
        }
        return [window.outputCount, channels]
    }

    package func operationCount(_ shapes: [Shape]) -> Int { 2 * window.outputCount * window.tapCount * channels }

    /// Returns the weight as `[height · width, channels]`, multiplied by the factor, with the taps in reverse order if
    /// `reversed`.
    private func taps(reversed: Bool) -> UnsafePointer<Float> {
        (reversed ? mirrored : arranged).values {
            Parameter(shape: [window.tapCount, channels]) { taps in
                for channel in 0..<channels {
                    let scale = factor?.values[channel] ?? 1
                    for tap in 0..<window.tapCount {
                        let place = reversed ? window.tapCount - 1 - tap : tap
                        taps[place * channels + channel] = weight.values[channel * window.tapCount + tap] * scale
                    }
                }
            }
        }
    }

    package func forward(_ frame: ForwardFrame) -> [TeamWork] {
        let pass = DepthwisePass(window: window, channels: channels, taps: taps(reversed: false), bias: bias)
        return [pass.work(frame.inputs[0], InputGradient(values: frame.output, accumulates: false), batch: frame.batch)]
    }

    package func inputGradient(_ frame: GradientFrame) -> [TeamWork] {
        let target = frame.inputGradients[0]
        // With a stride of 1, the gradient is the same sum over a mirrored window.
        if window.stride == 1, window.paddingRows < window.height, window.paddingColumns < window.width {
            let mirrored = SlidingWindow(
                rows: window.outputRows, columns: window.outputColumns, height: window.height, width: window.width,
                paddingRows: window.height - 1 - window.paddingRows,
                paddingColumns: window.width - 1 - window.paddingColumns)
            let pass = DepthwisePass(window: mirrored, channels: channels, taps: taps(reversed: true), bias: nil)
            return [pass.work(frame.outputGradient, target, batch: frame.batch)]
        }
        let (dy, taps) = (frame.outputGradient, taps(reversed: false))
        return [
            TeamWork(ofRows: frame.batch * window.rows, elements: window.columns * channels) { [self] part in
                for row in part { spread(row, of: dy, taps, into: target) }
            }
        ]
    }

    /// Adds up the gradients of the windows that have a row of the grid in them. `row` counts through all pictures.
    private func spread(
        _ row: Int, of dy: UnsafePointer<Float>, _ taps: UnsafePointer<Float>, into gradient: InputGradient
    ) {
        let dx = gradient.values + row * window.columns * channels
        let firstWindow = row / window.rows * window.outputCount
        if !gradient.accumulates { zero(dx, 0..<window.columns * channels) }
        window.forEachOutputRow(on: row % window.rows) { outputRow, line in
            for outputColumn in 0..<window.outputColumns {
                let source = dy + (firstWindow + outputRow * window.outputColumns + outputColumn) * channels
                for column in window.widthRange(outputColumn) {
                    let target = dx + (window.firstColumn(outputColumn) + column) * channels
                    let tap = taps + (line * window.width + column) * channels
                    for channel in 0..<channels { target[channel] += source[channel] * tap[channel] }
                }
            }
        }
    }
}

/// The sum over each window of a grid, channel by channel.
private struct DepthwisePass {
    let window: SlidingWindow
    let channels: Int
    /// `[height · width, channels]`.
    let taps: UnsafePointer<Float>
    let bias: Parameter?

    /// The number of neighboring windows that are computed together, so that each tap is loaded once for all of them.
    private static let together = 4

    /// Returns the work that writes the sums, or adds them to what is there.
    func work(_ source: UnsafePointer<Float>, _ target: InputGradient, batch: Int) -> TeamWork {
        let (rows, columns) = (window.outputRows, window.outputColumns)
        return TeamWork(ofRows: batch * rows, elements: columns * channels * window.tapCount) { part in
            for row in part {
                let x = source + row / rows * window.inputCount * channels
                let y = target.values + row * columns * channels
                var column = 0
                while column < columns {
                    if fits(column) {
                        sum(x, row % rows, column, into: y + column * channels, adding: target.accumulates)
                        column += Self.together
                    } else {
                        sumOne(x, row % rows, column, into: y + column * channels, adding: target.accumulates)
                        column += 1
                    }
                }
            }
        }
    }

    /// Returns whether several windows from `column` on lie side by side within the columns of the grid.
    @inline(__always)
    private func fits(_ column: Int) -> Bool {
        let first = window.firstColumn(column)
        return window.stride == 1 && first >= 0 && first + Self.together - 1 + window.width <= window.columns
            && channels >= 8
    }

    /// Computes four neighboring windows.
    @inline(__always)
    private func sum(
        _ x: UnsafePointer<Float>, _ row: Int, _ column: Int, into y: UnsafeMutablePointer<Float>, adding: Bool
    ) {
        let lines = window.heightRange(row)
        let start = x + (window.firstRow(row) * window.columns + window.firstColumn(column)) * channels
        let stride = channels
        var channel = 0
        while channel + 8 <= channels {
            let initial = bias.map { $0.values.lanes(channel) } ?? .zero
            var (a, b, c, d) = (initial, initial, initial, initial)
            for line in lines {
                var input = start + line * window.columns * stride + channel
                var tap = taps + line * window.width * stride + channel
                var (first, second, third) = (input.lanes(0), input.lanes(stride), input.lanes(2 * stride))
                for _ in 0..<window.width {
                    let fourth = input.lanes(3 * stride)
                    let weight = tap.lanes(0)
                    a += first * weight
                    b += second * weight
                    c += third * weight
                    d += fourth * weight
                    (first, second, third) = (second, third, fourth)
                    input += stride
                    tap += stride
                }
            }
            y.store(a, channel, adding: adding)
            y.store(b, channel + stride, adding: adding)
            y.store(c, channel + 2 * stride, adding: adding)
            y.store(d, channel + 3 * stride, adding: adding)
            channel += 8
        }
        for neighbor in 0..<Self.together {
            for channel in channel..<channels {
                sumScalar(x, row, column + neighbor, channel, into: y + neighbor * stride, adding: adding)
            }
        }
    }

    /// Computes one window, of which a part may lie beyond the edge.
    @inline(__always)
    private func sumOne(
        _ x: UnsafePointer<Float>, _ row: Int, _ column: Int, into y: UnsafeMutablePointer<Float>, adding: Bool
    ) {
        let (lines, width) = (window.heightRange(row), window.widthRange(column))
        var channel = 0
        while channel + 8 <= channels {
            var sum = bias.map { $0.values.lanes(channel) } ?? .zero
            for line in lines {
                let token = (window.firstRow(row) + line) * window.columns + window.firstColumn(column)
                for tap in width {
                    sum +=
                        x.lanes((token + tap) * channels + channel)
                        * taps.lanes((line * window.width + tap) * channels + channel)
                }
            }
            y.store(sum, channel, adding: adding)
            channel += 8
        }
        for channel in channel..<channels { sumScalar(x, row, column, channel, into: y, adding: adding) }
    }

    /// Computes one channel of a window.
    private func sumScalar(
        _ x: UnsafePointer<Float>, _ row: Int, _ column: Int, _ channel: Int, into y: UnsafeMutablePointer<Float>,
        adding: Bool
    ) {
        var sum = bias?.values[channel] ?? 0
        for line in window.heightRange(row) {
            let token = (window.firstRow(row) + line) * window.columns + window.firstColumn(column)
            for tap in window.widthRange(column) {
                sum += x[(token + tap) * channels + channel] * taps[(line * window.width + tap) * channels + channel]
            }
        }
        y[channel] = adding ? y[channel] + sum : sum
    }
}
