/// Cuts a picture into patches and multiplies each by a weight matrix: a convolution whose
/// stride is its kernel's size.
///
///     y = patches(x) · Wᵀ + b          ∂patches = ∂y · W
///
/// Input `[3, height, width]`, output `[patches, features]`, row by row. The weight is
/// `[features, 3, patch height, patch width]`. Pixels beyond the last whole patch are not looked at.
///
/// - Source: Dosovitskiy et al. 2021, arXiv:2010.11929, eq. 1.
package struct PatchEmbedding: TensorOperation {
    let weight: Parameter
    let bias: Parameter?

    package init(weight: Parameter, bias: Parameter?) {
        self.weight = weight
        self.bias = bias
    }

    private var features: Int { weight.shape[0] }
    /// Rows of pixels of a patch.
    private var lines: Int { weight.shape[2] }
    /// Pixels in a row of a patch.
    private var run: Int { weight.shape[3] }
    private var pixels: Int { 3 * lines * run }

    package var parameters: [Parameter] { [weight, bias].compactMap(\.self) }

    package func outputShape(_ shapes: [Shape]) throws(EngineError) -> Shape {
        guard shapes[0].rank == 3, shapes[0][0] == 3, shapes[0][1] >= lines, shapes[0][2] >= run else {
            throw .shapeMismatch(place: "the picture", expected: [3, lines, run], found: shapes[0])
        }
        return [(shapes[0][1] / lines) * (shapes[0][2] / run), features]
    }

    package func operationCount(_ shapes: [Shape]) -> Int { 2 * scratchCount(shapes) * features }

    /// The patches' pixels as the rows of a matrix.
    package func scratchCount(_ shapes: [Shape]) -> Int {
        (shapes[0][1] / lines) * (shapes[0][2] / run) * pixels
    }

    package func gradientScratchCount(_ shapes: [Shape]) -> Int { scratchCount(shapes) }

    package func forward(_ frame: ForwardFrame, _ member: TeamMember) {
        let (rows, columns) = (frame.shapes[0][1] / lines, frame.shapes[0][2] / run)
        for row in member.part(of: frame.batch * rows) {
            eachRun(row, rows, columns, frame.shapes[0]) { picture, patches in
                (frame.scratch + patches).update(from: frame.inputs[0] + picture, count: run)
            }
        }
        member.meet()
        let count = frame.batch * rows * columns
        let part = Tile(rows: count, columns: features, member)
        MatrixProduct.multiply(
            rows: part.rows.count, columns: part.columns.count, inner: pixels,
            frame.scratch + part.rows.lowerBound * pixels, stride: pixels,
            weight.values + part.columns.lowerBound * pixels, stride: pixels, transposeB: true,
            into: frame.output + part.rows.lowerBound * features + part.columns.lowerBound, stride: features,
            from: bias.map { .row($0.values + part.columns.lowerBound) } ?? .zero)
    }

    package func inputGradient(_ frame: GradientFrame, _ member: TeamMember) {
        let (rows, columns) = (frame.shapes[0][1] / lines, frame.shapes[0][2] / run)
        let target = frame.inputGradients[0]
        let part = Tile(rows: frame.batch * rows * columns, columns: pixels, member)
        MatrixProduct.multiply(
            rows: part.rows.count, columns: part.columns.count, inner: features,
            frame.outputGradient + part.rows.lowerBound * features, stride: features,
            weight.values + part.columns.lowerBound, stride: pixels,
            into: frame.scratch + part.rows.lowerBound * pixels + part.columns.lowerBound, stride: pixels)
        let coversAll = frame.shapes[0][1] % lines == 0 && frame.shapes[0][2] % run == 0
        if !target.accumulates && !coversAll {
            zero(target.values, member.part(of: frame.batch * frame.shapes[0].count))
        }
        member.meet()
        for row in member.part(of: frame.batch * rows) {
            eachRun(row, rows, columns, frame.shapes[0]) { picture, patches in
                for pixel in 0..<run {
                    let value = frame.scratch[patches + pixel]
                    target.values[picture + pixel] =
                        target.accumulates ? target.values[picture + pixel] + value : value
                }
            }
        }
    }

    /// Calls `body` with the offset in the picture and in the patch matrix of each run of pixels in a
    /// row of patches.
    ///
    /// `row` counts through all pictures.
    @inline(__always)
    private func eachRun(
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
