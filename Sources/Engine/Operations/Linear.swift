/// Multiplies each row by a weight matrix and adds a bias.
///
///     y = x · Wᵀ + b          ∂x = ∂y · W
///
/// Input `[…, inputs]`, output `[…, outputs]`. The weight is `[outputs, inputs]`, as PyTorch stores it.
/// Saves nothing.
package struct Linear: TensorOperation {
    let weight: Parameter
    let bias: Parameter?

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

    package func forward(_ frame: ForwardFrame, _ member: TeamMember) {
        let rows = frame.batch * frame.shapes[0].count / inputs
        let part = Tile(rows: rows, columns: outputs, member)
        if let bias {
            for row in part.rows {
                (frame.output + row * outputs + part.columns.lowerBound)
                    .update(from: bias.values + part.columns.lowerBound, count: part.columns.count)
            }
        }
        MatrixProduct.multiply(
            rows: part.rows.count, columns: part.columns.count, inner: inputs,
            frame.inputs[0] + part.rows.lowerBound * inputs, stride: inputs,
            weight.values + part.columns.lowerBound * inputs, stride: inputs, transposeB: true,
            into: frame.output + part.rows.lowerBound * outputs + part.columns.lowerBound, stride: outputs,
            adding: bias != nil)
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
            adding: target.accumulates)
    }
}

/// One thread's rectangle of a matrix product's result.
///
/// The longer side is cut: each thread's product packs its part of one factor and all of the other,
/// so this way the smaller factor is the one that is packed several times.
struct Tile {
    let rows: Range<Int>
    let columns: Range<Int>

    init(rows: Int, columns: Int, _ member: TeamMember) {
        if columns >= rows {
            self.rows = 0..<rows
            self.columns = member.part(of: columns, unit: 16)
        } else {
            self.rows = member.part(of: rows, unit: 4)
            self.columns = 0..<columns
        }
    }
}
