import Platform

/// The maximum of each window of a grid, channel by channel.
///
///     y = max over the window of x          ∂x = Σ ∂y of the windows whose first maximum is x
///
/// Input `[rows · columns, channels]`, output `[windows, channels]`, both row by row. What lies beyond the edge is no maximum.
///
/// - Saves: the place of each maximum in its window, one float for each output.
/// - Source: `torch.nn.MaxPool2d`, which gives the whole gradient to the first of equal maxima.
package struct MaximumPool: CPUKernel {
    let window: SlidingWindow

    package init(_ window: SlidingWindow) { self.window = window }

    package var descriptor: OperationDescriptor { .maximumPool(window) }

    package func outputShape(_ shapes: [Shape]) throws(EngineError) -> Shape {
        try window.check(shapes[0], place: "The input of a pool")
        return [window.outputCount, shapes[0][1]]
    }

    package func operationCount(_ shapes: [Shape]) -> Int { window.outputCount * window.tapCount * shapes[0][1] }
    package func gradientOperationCount(_ shapes: [Shape]) -> Int { window.outputCount * shapes[0][1] }
    package func savedCount(_ shapes: [Shape]) -> Int { window.outputCount * shapes[0][1] }

    package func forward(_ frame: ForwardFrame) -> [TeamWork] {
        let channels = frame.shapes[0][1]
        let (rows, columns) = (window.outputRows, window.outputColumns)
        return [
            TeamWork(ofRows: frame.batch * rows, elements: columns * channels * window.tapCount) { [self] part in
                for row in part {
                    let x = frame.inputs[0] + row / rows * window.inputCount * channels
                    for column in 0..<columns {
                        let offset = (row * columns + column) * channels
                        pool(
                            x, row % rows, column, channels, into: frame.output + offset,
                            places: frame.saved.map { $0 + offset })
                    }
                }
            }
        ]
    }

    @inline(__always)
    private func pool(
        _ x: UnsafePointer<Float>, _ row: Int, _ column: Int, _ channels: Int, into y: UnsafeMutablePointer<Float>,
        places: UnsafeMutablePointer<Float>?
    ) {
        let width = window.widthRange(column)
        var isFirst = true
        for line in window.heightRange(row) {
            for tap in width {
                let token = (window.firstRow(row) + line) * window.columns + window.firstColumn(column) + tap
                let (input, place) = (x + token * channels, Float(line * window.width + tap))
                if isFirst {
                    y.update(from: input, count: channels)
                    places?.update(repeating: place, count: channels)
                    isFirst = false
                } else {
                    for channel in 0..<channels where input[channel] > y[channel] || input[channel].isNaN {
                        y[channel] = input[channel]
                        places?[channel] = place
                    }
                }
            }
        }
    }

    package func inputGradient(_ frame: GradientFrame) -> [TeamWork] {
        let channels = frame.shapes[0][1]
        let (dy, places, gradient) = (frame.outputGradient, frame.saved, frame.inputGradients[0])
        return [
            TeamWork(ofRows: frame.batch * window.rows, elements: window.columns * channels) { [self] part in
                for row in part {
                    let dx = gradient.values + row * window.columns * channels
                    let firstWindow = row / window.rows * window.outputCount
                    if !gradient.accumulates { zero(dx, 0..<window.columns * channels) }
                    window.forEachOutputRow(on: row % window.rows) { outputRow, line in
                        for column in 0..<window.outputColumns {
                            let offset = (firstWindow + outputRow * window.outputColumns + column) * channels
                            for tap in window.widthRange(column) {
                                let target = dx + (window.firstColumn(column) + tap) * channels
                                let place = Float(line * window.width + tap)
                                for channel in 0..<channels where places[offset + channel] == place {
                                    target[channel] += dy[offset + channel]
                                }
                            }
                        }
                    }
                }
            }
        ]
    }
}
