import Platform

/// Cuts a picture into patches and multiplies each by a weight matrix: a convolution whose
/// stride is its kernel's size.
///
///     y = patches(x) · Wᵀ + b          ∂patches = ∂y · W
///
/// Input `[3, height, width]`, output `[patches, features]`, row by row. The weight is
/// `[features, 3, patch height, patch width]`. Pixels beyond the last whole patch are ignored.
///
/// - Source: Dosovitskiy et al. 2021, arXiv:2010.11929, eq. 1.
package struct PatchEmbedding: CPUKernel {
    let weight: Parameter
    let bias: Parameter?

    package init(weight: Parameter, bias: Parameter?) {
        self.weight = weight
        self.bias = bias
    }

    private var features: Int { weight.shape[0] }
    /// The height of a patch in pixels.
    private var lines: Int { weight.shape[2] }
    /// The width of a patch in pixels.
    private var run: Int { weight.shape[3] }
    private var pixels: Int { 3 * lines * run }

    package var descriptor: OperationDescriptor { .patchEmbedding(weight: weight, bias: bias) }

    package func outputShape(_ shapes: [Shape]) throws(EngineError) -> Shape {
        guard shapes[0].rank == 3, shapes[0][0] == 3, shapes[0][1] >= lines, shapes[0][2] >= run else {
            throw .shapeMismatch(place: "The picture", expected: [3, lines, run], found: shapes[0])
        }
        return [(shapes[0][1] / lines) * (shapes[0][2] / run), features]
    }

    package func operationCount(_ shapes: [Shape]) -> Int { 2 * scratchCount(shapes) * features }

    /// Returns the size of the matrix whose rows are the patches' pixels.
    package func scratchCount(_ shapes: [Shape]) -> Int {
        (shapes[0][1] / lines) * (shapes[0][2] / run) * pixels
    }

    package func gradientScratchCount(_ shapes: [Shape]) -> Int { scratchCount(shapes) }

    package func forward(_ frame: ForwardFrame) -> [TeamWork] {
        let (rows, columns) = (frame.shapes[0][1] / lines, frame.shapes[0][2] / run)
        let tiles = ProductTiles(
            rows: frame.batch * rows * columns, columns: features, inner: pixels, threads: frame.threads)
        let (x, y, patches, shape) = (frame.inputs[0], frame.output, frame.scratch, frame.shapes[0])
        return [
            TeamWork(ofRows: frame.batch * rows, elements: columns * pixels) { [self] part in
                for row in part {
                    forEachRun(row, rows, columns, shape) { from, to in
                        (patches + to).update(from: x + from, count: run)
                    }
                }
            },
            TeamWork(count: tiles.count) { [self] tile, worker in
                let (rows, columns) = tiles[tile]
                MatrixProduct.multiply(
                    rows: rows.count, columns: columns.count, inner: pixels,
                    patches + rows.lowerBound * pixels, stride: pixels,
                    weight.values + columns.lowerBound * pixels, stride: pixels, transposeB: true,
                    into: y + rows.lowerBound * features + columns.lowerBound, stride: features,
                    from: bias.map { .row($0.values + columns.lowerBound) } ?? .zero,
                    nextColumn: tiles.nextColumn(after: tile, by: worker))
            },
        ]
    }

    package func inputGradient(_ frame: GradientFrame) -> [TeamWork] {
        let shape = frame.shapes[0]
        let (rows, columns) = (shape[1] / lines, shape[2] / run)
        let (dy, patches, target) = (frame.outputGradient, frame.scratch, frame.inputGradients[0])
        let tiles = ProductTiles(
            rows: frame.batch * rows * columns, columns: pixels, inner: features, threads: frame.threads)
        let product = TeamWork(count: tiles.count) { [self] tile, worker in
            let (rows, columns) = tiles[tile]
            MatrixProduct.multiply(
                rows: rows.count, columns: columns.count, inner: features,
                dy + rows.lowerBound * features, stride: features,
                weight.values + columns.lowerBound, stride: pixels,
                into: patches + rows.lowerBound * pixels + columns.lowerBound, stride: pixels,
                nextColumn: tiles.nextColumn(after: tile, by: worker))
        }
        let spread = TeamWork(ofRows: frame.batch * rows, elements: columns * pixels) { [self] part in
            for row in part {
                forEachRun(row, rows, columns, shape) { to, from in
                    for pixel in 0..<run {
                        let value = patches[from + pixel]
                        target.values[to + pixel] = target.accumulates ? target.values[to + pixel] + value : value
                    }
                }
            }
        }
        let coversAll = shape[1] % lines == 0 && shape[2] % run == 0
        guard !target.accumulates && !coversAll else { return [product, spread] }
        let clear = TeamWork(ofElements: frame.batch * shape.count) { zero(target.values, $0) }
        return [product, clear, spread]
    }

    /// Calls `body` with the offset in the picture and in the patch matrix of each run of pixels in a
    /// row of patches.
    ///
    /// `row` counts through all pictures.
    @inline(__always)
    private func forEachRun(
        _ row: Int, _ rows: Int, _ columns: Int, _ shape: Shape, _ body: (Int, Int) -> Void
    ) {
        let (height, width) = (shape[1], shape[2])
        let picture = row / rows * 3 * height * width
        for channel in 0..<3 {
            for line in 0..<lines {
                let y = row % rows * lines + line
                for column in 0..<columns {
                    body(
                        picture + (channel * height + y) * width + column * run,
                        (row * columns + column) * pixels + (channel * lines + line) * run)
                }
            }
        }
    }
}
