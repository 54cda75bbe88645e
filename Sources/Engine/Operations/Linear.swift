/// Multiplies each row by a weight matrix and adds a bias.
///
///     y = x · Wᵀ + b          ∂x = ∂y · W
///
/// Input `[…, inputs]`, output `[…, outputs]`. The weight is `[outputs, inputs]`, as PyTorch stores it.
/// Saves nothing.
package struct Linear: TensorOperation {
    let weight: Parameter
    let bias: Parameter?
    private let packed = PackedMatrix()

    package init(weight: Parameter, bias: Parameter?) {
        self.weight = weight
        self.bias = bias
    }

    private var outputs: Int { weight.shape[0] }
    private var inputs: Int { weight.shape.count / max(outputs, 1) }

    package var parameters: [Parameter] { [weight, bias].compactMap(\.self) }

    package func outputShape(_ shapes: [Shape]) throws(EngineError) -> Shape {
        var dimensions = shapes[0].dimensions
        guard let last = dimensions.popLast(), last == inputs else {
            throw .shapeMismatch(
                place: "the input of a linear layer", expected: Shape(dimensions + [inputs]), found: shapes[0]
            )
        }
        return Shape(dimensions + [outputs])
    }

    package func operationCount(_ shapes: [Shape]) -> Int {
        2 * shapes[0].count * outputs
    }

    package func packedCount(_ shapes: [Shape], batch: Int) -> Int {
        let count = PackedMatrix.count(inner: inputs, columns: outputs)
        let hasFewRows = batch * shapes[0].count / inputs < PackedMatrix.fewRows
        return MatrixProduct.usesPanels && (hasFewRows || count <= PackedMatrix.smallCount) ? count : 0
    }

    package func pack(_ member: TeamMember) {
        packed.pack(weight.values, columns: outputs, inner: inputs, member)
    }

    package func forward(_ frame: ForwardFrame, _ member: TeamMember) {
        let rows = frame.batch * frame.shapes[0].count / inputs
        let part = Tile(rows: rows, columns: outputs, member)
        MatrixProduct.multiply(
            rows: part.rows.count, columns: part.columns.count, inner: inputs,
            frame.inputs[0] + part.rows.lowerBound * inputs, stride: inputs,
            weight.values + part.columns.lowerBound * inputs, stride: inputs, transposeB: true,
            packed: packed.start.map { $0 + part.columns.lowerBound * inputs },
            into: frame.output + part.rows.lowerBound * outputs + part.columns.lowerBound, stride: outputs,
            from: bias.map { .row($0.values + part.columns.lowerBound) } ?? .zero)
    }

    package func inputGradient(_ frame: GradientFrame, _ member: TeamMember) {
        let rows = frame.batch * frame.shapes[0].count / inputs
        let part = Tile(rows: rows, columns: inputs, member)
        let target = frame.inputGradients[0]
        MatrixProduct.multiply(
            rows: part.rows.count, columns: part.columns.count, inner: outputs,
            frame.outputGradient + part.rows.lowerBound * outputs, stride: outputs,
            weight.values + part.columns.lowerBound, stride: inputs,
            into: target.values + part.rows.lowerBound * inputs + part.columns.lowerBound, stride: inputs,
            from: target.accumulates ? .result : .zero)
    }
}

/// One thread's rectangle of a matrix product's result.
///
/// Whichever side gives the largest rectangle the least work is cut. Where the rows are, every thread packs all of the
/// right factor, which costs about as much as some rows more.
struct Tile {
    private static let rowsOfPacking = 8

    let rows: Range<Int>
    let columns: Range<Int>

    init(rows: Int, columns: Int, _ member: TeamMember) {
        let columnPart = member.largestPart(of: columns, unit: MatrixProduct.columnUnit)
        let rowPart = member.largestPart(of: rows)
        if columnPart * (rows + Self.rowsOfPacking) <= columns * (rowPart + Self.rowsOfPacking) {
            self.rows = 0..<rows
            self.columns = member.part(of: columns, unit: MatrixProduct.columnUnit)
        } else {
            self.rows = member.part(of: rows)
            self.columns = 0..<columns
        }
    }
}
