import Platform

/// The sum of values weighted by attention, for each head, where the values have a tensor of their own.
///
///     O = P · V          ∂P = ∂O · Vᵀ,  ∂V = Pᵀ · ∂O
///
/// Inputs: weights `[groups · heads, m, n]` and values `[groups · n, heads · d]`. Output `[groups · m, heads · d]`, heads side
/// by side. ``AttentionValues`` reads the values out of a joint projection instead.
///
/// - Source: Vaswani et al. 2017, arXiv:1706.03762, eq. 1.
package struct MixValues: CPUKernel {
    let heads: Int
    let groups: Int

    package init(heads: Int, groups: Int = 1) {
        self.heads = heads
        self.groups = groups
    }

    package var descriptor: OperationDescriptor { .mixValues(heads: heads, groups: groups) }

    package func outputShape(_ shapes: [Shape]) throws(EngineError) -> Shape {
        let values = shapes[1]
        guard values.rank == 2, heads > 0, groups > 0, values[0] % groups == 0, values[1] % heads == 0 else {
            throw .shapeMismatch(
                place: "The values of \(groups) groups of \(heads) heads", expected: [groups, heads], found: values)
        }
        guard shapes[0].rank == 3, shapes[0][0] == groups * heads, shapes[0][2] == values[0] / groups else {
            throw .shapeMismatch(
                place: "The attention weights", expected: [groups * heads, 1, values[0] / groups], found: shapes[0])
        }
        return [groups * shapes[0][1], values[1]]
    }

    package func operationCount(_ shapes: [Shape]) -> Int { 2 * shapes[0].count * shapes[1][1] / heads }
    package func gradientOperationCount(_ shapes: [Shape]) -> Int { 2 * operationCount(shapes) }
    package var gradientReads: GradientReads { .inputs }

    package func forward(_ frame: ForwardFrame) -> [TeamWork] {
        let sizes = sizes(frame.shapes)
        let (weights, values, y) = (frame.inputs[0], frame.inputs[1], frame.output)
        return [
            sizes.work(frame.batch, of: sizes.rows) { unit, rows in
                MatrixProduct.multiply(
                    rows: rows.count, columns: sizes.width, inner: sizes.columns,
                    weights + sizes.scoreOffset(unit) + rows.lowerBound * sizes.columns, stride: sizes.columns,
                    values + sizes.columnOffset(unit), stride: sizes.stride,
                    into: y + sizes.rowOffset(unit) + rows.lowerBound * sizes.stride, stride: sizes.stride)
            }
        ]
    }

    package func inputGradient(_ frame: GradientFrame) -> [TeamWork] {
        let sizes = sizes(frame.shapes)
        let (inputs, gradient) = (frame.inputs, frame.outputGradient)
        let (weights, values) = (frame.inputGradients[0], frame.inputGradients[1])
        return [
            sizes.work(frame.batch, of: sizes.rows) { unit, rows in
                MatrixProduct.multiply(
                    rows: rows.count, columns: sizes.columns, inner: sizes.width,
                    gradient + sizes.rowOffset(unit) + rows.lowerBound * sizes.stride, stride: sizes.stride,
                    inputs[1] + sizes.columnOffset(unit), stride: sizes.stride, transposeB: true,
                    into: weights.values + sizes.scoreOffset(unit) + rows.lowerBound * sizes.columns,
                    stride: sizes.columns, from: weights.accumulates ? .result : .zero)
            },
            sizes.work(frame.batch, of: sizes.columns) { unit, columns in
                MatrixProduct.multiply(
                    rows: columns.count, columns: sizes.width, inner: sizes.rows,
                    inputs[0] + sizes.scoreOffset(unit) + columns.lowerBound, stride: sizes.columns, transposeA: true,
                    gradient + sizes.rowOffset(unit), stride: sizes.stride,
                    into: values.values + sizes.columnOffset(unit) + columns.lowerBound * sizes.stride,
                    stride: sizes.stride, from: values.accumulates ? .result : .zero)
            },
        ]
    }

    private func sizes(_ shapes: [Shape]) -> GroupedHeads {
        GroupedHeads(rows: [groups * shapes[0][1], shapes[1][1]], columns: shapes[1], heads: heads, groups: groups)
    }
}
