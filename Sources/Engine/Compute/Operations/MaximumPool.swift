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
        let (lines, width) = (window.heightRange(row), window.widthRange(column))
        let start = x + (window.firstRow(row) * window.columns + window.firstColumn(column)) * channels
        var channel = 0
        while channel < channels {
            let count = min(channels - channel, 8)
            var (greatest, place) = (Lanes.zero, Lanes(repeating: -1))
            for line in lines {
                for tap in width {
                    let input = start + (line * window.columns + tap) * channels
                    let value = count == 8 ? input.lanes(channel) : input.lanes(channel, first: count)
                    // NaN stays, whichever of the two it is.
                    let replaces = (value .> greatest) .| (value .!= value) .| (place .< Lanes.zero)
                    greatest.replace(with: value, where: replaces)
                    place.replace(with: Float(line * window.width + tap), where: replaces)
                }
            }
            if count == 8 {
                y.store(greatest, channel)
                places?.store(place, channel)
            } else {
                y.store(greatest, channel, first: count)
                places?.store(place, channel, first: count)
            }
            channel += 8
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
                                spread(dy + offset, where: places + offset, are: place, to: target, channels)
                            }
                        }
                    }
                }
            }
        ]
    }

    /// Adds the gradients of the outputs whose maximum is at one place of the window.
    @inline(__always)
    private func spread(
        _ dy: UnsafePointer<Float>, where places: UnsafePointer<Float>, are place: Float,
        to target: UnsafeMutablePointer<Float>, _ channels: Int
    ) {
        var channel = 0
        while channel + 8 <= channels {
            let others = places.lanes(channel) .!= Lanes(repeating: place)
            target.store(target.lanes(channel) + dy.lanes(channel).replacing(with: 0, where: others), channel)
            channel += 8
        }
        while channel < channels {
            if places[channel] == place { target[channel] += dy[channel] }
            channel += 1
        }
    }
}
