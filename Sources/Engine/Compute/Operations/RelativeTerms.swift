import Platform

/// What relative positions add to the scores of queries: products of each query with the position of every row, and of every
/// column, of its window.
///
///     y[i, a] = q[i] · D[row(i), a],  y[i, rows + b] = q[i] · A[column(i), b]
///     ∂q[i] = Σ ∂y[i, a] · D[row(i), a] + Σ ∂y[i, rows + b] · A[column(i), b]
///
/// Input: queries `[groups · rows · columns, heads · d]`, window by window, row by row. Output
/// `[groups · heads, rows · columns, rows + columns]`, which ``AddRelativeTerms`` adds to the scores. The tables are the same
/// for all heads.
///
/// - Source: Li et al. 2022, arXiv:2112.01526, section 4.1 (decomposed relative positions).
package struct RelativeTerms: CPUKernel {
    /// `[rows, rows, d]`: from the query's row to another.
    let down: Parameter
    /// `[columns, columns, d]`: from the query's column to another.
    let across: Parameter
    let heads: Int
    let groups: Int

    package init(down: Parameter, across: Parameter, heads: Int, groups: Int = 1) {
        self.down = down
        self.across = across
        self.heads = heads
        self.groups = groups
    }

    private var rows: Int { down.shape[0] }
    private var columns: Int { across.shape[0] }
    private var width: Int { down.shape[2] }
    private var tokens: Int { rows * columns }
    private var terms: Int { rows + columns }

    package var descriptor: OperationDescriptor {
        .relativeTerms(down: down, across: across, heads: heads, groups: groups)
    }

    package func outputShape(_ shapes: [Shape]) throws(EngineError) -> Shape {
        let expected: Shape = [groups * tokens, heads * width]
        guard shapes[0] == expected else {
            throw .shapeMismatch(place: "The queries of relative positions", expected: expected, found: shapes[0])
        }
        return [groups * heads, tokens, terms]
    }

    package func operationCount(_ shapes: [Shape]) -> Int { 2 * shapes[0].count * terms }

    package func forward(_ frame: ForwardFrame) -> [TeamWork] {
        let (queries, output, stride) = (frame.inputs[0], frame.output, heads * width)
        return [
            TeamWork(count: frame.batch * groups * heads) { [self] unit, _ in
                let query = queries + unit / heads * tokens * stride + unit % heads * width
                let y = output + unit * tokens * terms
                for row in 0..<rows {
                    MatrixProduct.multiply(
                        rows: columns, columns: rows, inner: width, query + row * columns * stride, stride: stride,
                        down.values + row * rows * width, stride: width, transposeB: true,
                        into: y + row * columns * terms, stride: terms)
                }
                for column in 0..<columns {
                    MatrixProduct.multiply(
                        rows: rows, columns: columns, inner: width, query + column * stride, stride: columns * stride,
                        across.values + column * columns * width, stride: width, transposeB: true,
                        into: y + column * terms + rows, stride: columns * terms)
                }
            }
        ]
    }

    package func inputGradient(_ frame: GradientFrame) -> [TeamWork] {
        let (gradient, target, stride) = (frame.outputGradient, frame.inputGradients[0], heads * width)
        return [
            TeamWork(count: frame.batch * groups * heads) { [self] unit, _ in
                let dq = target.values + unit / heads * tokens * stride + unit % heads * width
                let dy = gradient + unit * tokens * terms
                for row in 0..<rows {
                    MatrixProduct.multiply(
                        rows: columns, columns: width, inner: rows, dy + row * columns * terms, stride: terms,
                        down.values + row * rows * width, stride: width,
                        into: dq + row * columns * stride, stride: stride,
                        from: target.accumulates ? .result : .zero)
                }
                for column in 0..<columns {
                    MatrixProduct.multiply(
                        rows: rows, columns: width, inner: columns, dy + column * terms + rows, stride: columns * terms,
                        across.values + column * columns * width, stride: width,
                        into: dq + column * stride, stride: columns * stride, from: .result)
                }
            }
        ]
    }
}
