import Platform

/// Multiplies the tokens of each window of a grid by a weight matrix: a convolution.
///
///     y = windows(x) · (W · α)ᵀ + b          ∂windows = ∂y · (W · α)
///
/// Input `[rows · columns, inputs]`, output `[windows, outputs]`, both row by row. The weight is
/// `[outputs, inputs / groups, height, width]`, as PyTorch stores it; with several groups, each takes a part of the inputs and
/// gives a part of the outputs. The factor α, `[outputs]`, is that of a batch norm, multiplied into the weight once. Windows
/// are unfolded into the rows of a matrix, except those of a single token, which are that already.
/// Saves nothing.
///
/// - Source: `torch.nn.Conv2d` with zeros as padding and a dilation of 1; Chellapilla et al. 2006, High Performance
///   Convolutional Neural Networks for Document Processing (unfolding); Ioffe and Szegedy 2015, arXiv:1502.03167, alg. 2
///   (the factor).
package struct Convolution: CPUKernel {
    let weight: Parameter
    let factor: Parameter?
    let bias: Parameter?
    let groups: Int
    let window: SlidingWindow
    private let arranged = ArrangedWeight()
    private let packed = PackedMatrix()

    /// Creates a convolution with frozen weights.
    ///
    /// - Precondition: the weight's windows are those of `window`, and `groups` divides its outputs.
    package init(weight: Parameter, factor: Parameter? = nil, bias: Parameter?, groups: Int = 1, window: SlidingWindow)
    {
        precondition(
            weight.shape.rank == 4 && weight.shape[2] == window.height && weight.shape[3] == window.width
                && groups > 0 && weight.shape[0] % groups == 0,
            "a weight of \(weight.shape) in \(groups) groups does not fit its windows")
        self.weight = weight
        self.factor = factor
        self.bias = bias
        self.groups = groups
        self.window = window
    }

    private var outputs: Int { weight.shape[0] }
    private var inputs: Int { groupInputs * groups }
    private var groupOutputs: Int { outputs / groups }
    private var groupInputs: Int { weight.shape[1] }
    /// The number of products in a sum: the inputs of one group in a window.
    private var inner: Int { groupInputs * window.tapCount }
    /// The number of floats of an unfolded window.
    private var unfolded: Int { inner * groups }

    package var descriptor: OperationDescriptor {
        .convolution(weight: weight, factor: factor, bias: bias, groups: groups, window: window)
    }

    package func outputShape(_ shapes: [Shape]) throws(EngineError) -> Shape {
        try window.check(shapes[0], place: "The input of a convolution")
        guard shapes[0][1] == inputs else {
            throw .shapeMismatch(
                place: "The input of a convolution", expected: [window.inputCount, inputs], found: shapes[0])
        }
        return [window.outputCount, outputs]
    }

    package func operationCount(_ shapes: [Shape]) -> Int { 2 * window.outputCount * outputs * inner }

    package func scratchCount(_ shapes: [Shape]) -> Int { window.isPointwise ? 0 : window.outputCount * unfolded }
    package func gradientScratchCount(_ shapes: [Shape]) -> Int { scratchCount(shapes) }

    package func packedCount(_ shapes: [Shape], batch: Int) -> Int {
        guard groups == 1, MatrixProduct.usesPanels else { return 0 }
        let count = PackedMatrix.count(inner: inner, columns: outputs)
        let hasFewRows = batch * window.outputCount < PackedMatrix.fewRows
        return hasFewRows || count <= PackedMatrix.smallCount ? count : 0
    }

    package func pack(_ team: ThreadTeam) { packed.pack(matrix, columns: outputs, inner: inner, team) }

    /// `[outputs, height, width, inputs / groups]`, multiplied by the factor.
    private var matrix: UnsafePointer<Float> {
        arranged.values {
            guard factor != nil || window.tapCount > 1 else { return weight }
            return Parameter(shape: [outputs, window.tapCount, groupInputs]) { matrix in
                for output in 0..<outputs {
                    let scale = factor?.values[output] ?? 1
                    for input in 0..<groupInputs {
                        let taps = weight.values + (output * groupInputs + input) * window.tapCount
                        for tap in 0..<window.tapCount {
                            matrix[(output * window.tapCount + tap) * groupInputs + input] = taps[tap] * scale
                        }
                    }
                }
            }
        }
    }

    package func forward(_ frame: ForwardFrame) -> [TeamWork] {
        let rows = frame.batch * window.outputCount
        let tiles = ProductTiles(rows: rows, columns: groupOutputs, inner: inner, threads: frame.threads)
        let (x, y, matrix) = (frame.inputs[0], frame.output, matrix)
        let windows = window.isPointwise ? x : UnsafePointer(frame.scratch)
        let product = TeamWork(count: groups * tiles.count) { [self] part, worker in
            let (group, tile) = (part / tiles.count, part % tiles.count)
            let (rows, columns) = tiles[tile]
            let first = group * groupOutputs + columns.lowerBound
            MatrixProduct.multiply(
                rows: rows.count, columns: columns.count, inner: inner,
                windows + rows.lowerBound * unfolded + group * inner, stride: unfolded,
                matrix + first * inner, stride: inner, transposeB: true,
                packed: packed.start.map { $0 + first * inner },
                into: y + rows.lowerBound * outputs + first, stride: outputs,
                from: bias.map { .row($0.values + first) } ?? .zero,
                nextColumn: tiles.nextColumn(after: tile, by: worker))
        }
        guard !window.isPointwise else { return [product] }
        let target = frame.scratch
        let unfolding = TeamWork(
            ofRows: frame.batch * window.outputRows, elements: window.outputColumns * unfolded
        ) { [self] part in
            for row in part { unfold(row, of: x, into: target) }
        }
        return [unfolding, product]
    }

    package func inputGradient(_ frame: GradientFrame) -> [TeamWork] {
        let rows = frame.batch * window.outputCount
        let tiles = ProductTiles(rows: rows, columns: inner, inner: groupOutputs, threads: frame.threads)
        let (dy, target, matrix) = (frame.outputGradient, frame.inputGradients[0], matrix)
        let windows = window.isPointwise ? target.values : frame.scratch
        let adds = window.isPointwise && target.accumulates
        let product = TeamWork(count: groups * tiles.count) { [self] part, worker in
            let (group, tile) = (part / tiles.count, part % tiles.count)
            let (rows, columns) = tiles[tile]
            MatrixProduct.multiply(
                rows: rows.count, columns: columns.count, inner: groupOutputs,
                dy + rows.lowerBound * outputs + group * groupOutputs, stride: outputs,
                matrix + group * groupOutputs * inner + columns.lowerBound, stride: inner,
                into: windows + rows.lowerBound * unfolded + group * inner + columns.lowerBound, stride: unfolded,
                from: adds ? .result : .zero, nextColumn: tiles.nextColumn(after: tile, by: worker))
        }
        guard !window.isPointwise else { return [product] }
        let folding = TeamWork(ofRows: frame.batch * window.rows, elements: window.columns * inputs) { [self] part in
            for row in part { fold(row, of: UnsafePointer(windows), into: target) }
        }
        return [product, folding]
    }

    /// Writes a row of windows to the unfolded matrix, with zeros beyond the edge. `row` counts through all pictures.
    private func unfold(_ row: Int, of x: UnsafePointer<Float>, into windows: UnsafeMutablePointer<Float>) {
        let outputRow = row % window.outputRows
        let picture = x + row / window.outputRows * window.inputCount * inputs
        let lines = window.heightRange(outputRow)
        for outputColumn in 0..<window.outputColumns {
            let target = windows + (row * window.outputColumns + outputColumn) * unfolded
            let columns = window.widthRange(outputColumn)
            if lines.count * columns.count < window.tapCount { zero(target, 0..<unfolded) }
            for line in lines {
                let token = (window.firstRow(outputRow) + line) * window.columns + window.firstColumn(outputColumn)
                forEachRun(line, columns) { tap, input, place, count in
                    (target + place).update(from: picture + (token + tap) * inputs + input, count: count)
                }
            }
        }
    }

    /// Adds up the gradients of the windows that have a row of the grid in them. `row` counts through all pictures.
    private func fold(_ row: Int, of windows: UnsafePointer<Float>, into gradient: InputGradient) {
        let dx = gradient.values + row * window.columns * inputs
        let firstWindow = row / window.rows * window.outputCount
        if !gradient.accumulates { zero(dx, 0..<window.columns * inputs) }
        window.forEachOutputRow(on: row % window.rows) { outputRow, line in
            for outputColumn in 0..<window.outputColumns {
                let place = firstWindow + outputRow * window.outputColumns + outputColumn
                let source = windows + place * unfolded
                let first = window.firstColumn(outputColumn)
                forEachRun(line, window.widthRange(outputColumn)) { tap, input, place, count in
                    add(source + place, to: dx + (first + tap) * inputs + input, count: count)
                }
            }
        }
    }

    /// Calls `body` with each run of floats that is contiguous both in the grid and in an unfolded window: the first column
    /// of the window, the first of that token's inputs, the place in the window, and the number of floats.
    @inline(__always)
    private func forEachRun(
        _ line: Int, _ columns: Range<Int>, _ body: (_ tap: Int, _ input: Int, _ place: Int, _ count: Int) -> Void
    ) {
        guard !columns.isEmpty else { return }
        let start = line * window.width
        if groups == 1 {
            return body(
                columns.lowerBound, 0, (start + columns.lowerBound) * groupInputs, columns.count * groupInputs)
        }
        for group in 0..<groups {
            for column in columns {
                body(column, group * groupInputs, group * inner + (start + column) * groupInputs, groupInputs)
            }
        }
    }
}

/// Adds `count` floats to those that are there.
@inline(__always)
func add(_ source: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>, count: Int) {
    var index = 0
    while index + 8 <= count {
        target.store(target.lanes(index) + source.lanes(index), index)
        index += 8
    }
    while index < count {
        target[index] += source[index]
        index += 1
    }
}
