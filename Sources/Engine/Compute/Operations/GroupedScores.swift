import Platform

/// The scaled products of queries with keys, before the softmax, where both have tensors of their own.
///
///     S = s · Q · Kᵀ          ∂Q = s · ∂S · K,  ∂K = s · ∂Sᵀ · Q
///
/// Inputs: queries `[groups · m, heads · d]` and keys `[groups · n, heads · d]`. Output `[groups · heads, m, n]`: every head
/// of every group by itself. A group is a window, or all tokens; m and n may differ, as in class attention (m = 1) and in
/// attention with pooled queries. ``AttentionWeights`` computes the common case in one pass.
///
/// - Source: Vaswani et al. 2017, arXiv:1706.03762, eq. 1; Touvron et al. 2021, arXiv:2103.17239, eq. 5–7.
package struct GroupedScores: CPUKernel {
    let heads: Int
    let groups: Int
    /// The factor of every product, usually 1/√d.
    let factor: Float

    package init(heads: Int, groups: Int = 1, factor: Float) {
        self.heads = heads
        self.groups = groups
        self.factor = factor
    }

    package var descriptor: OperationDescriptor { .groupedScores(heads: heads, groups: groups, factor: factor) }

    package func outputShape(_ shapes: [Shape]) throws(EngineError) -> Shape {
        let queries = shapes[0]
        guard queries.rank == 2, heads > 0, groups > 0, queries[0] % groups == 0, queries[1] % heads == 0 else {
            throw .shapeMismatch(
                place: "The queries of \(groups) groups of \(heads) heads", expected: [groups, heads], found: queries)
        }
        guard shapes[1].rank == 2, shapes[1][0] % groups == 0, shapes[1][1] == queries[1] else {
            throw .shapeMismatch(
                place: "The keys of \(groups) groups of \(heads) heads", expected: [groups, queries[1]],
                found: shapes[1])
        }
        return [groups * heads, queries[0] / groups, shapes[1][0] / groups]
    }

    package func operationCount(_ shapes: [Shape]) -> Int { 2 * shapes[0].count * shapes[1][0] / groups }
    package func gradientOperationCount(_ shapes: [Shape]) -> Int { 2 * operationCount(shapes) }
    package var gradientReads: GradientReads { .inputs }

    package func forward(_ frame: ForwardFrame) -> [TeamWork] {
        let sizes = GroupedHeads(rows: frame.shapes[0], columns: frame.shapes[1], heads: heads, groups: groups)
        let (queries, keys, scores, factor) = (frame.inputs[0], frame.inputs[1], frame.output, factor)
        return [
            sizes.work(frame.batch, of: sizes.rows) { unit, rows in
                MatrixProduct.multiply(
                    rows: rows.count, columns: sizes.columns, inner: sizes.width, scale: factor,
                    queries + sizes.rowOffset(unit) + rows.lowerBound * sizes.stride, stride: sizes.stride,
                    keys + sizes.columnOffset(unit), stride: sizes.stride, transposeB: true,
                    into: scores + sizes.scoreOffset(unit) + rows.lowerBound * sizes.columns, stride: sizes.columns)
            }
        ]
    }

    package func inputGradient(_ frame: GradientFrame) -> [TeamWork] {
        let sizes = GroupedHeads(rows: frame.shapes[0], columns: frame.shapes[1], heads: heads, groups: groups)
        let (inputs, gradient, factor) = (frame.inputs, frame.outputGradient, factor)
        let (queries, keys) = (frame.inputGradients[0], frame.inputGradients[1])
        return [
            sizes.work(frame.batch, of: sizes.rows) { unit, rows in
                MatrixProduct.multiply(
                    rows: rows.count, columns: sizes.width, inner: sizes.columns, scale: factor,
                    gradient + sizes.scoreOffset(unit) + rows.lowerBound * sizes.columns, stride: sizes.columns,
                    inputs[1] + sizes.columnOffset(unit), stride: sizes.stride,
                    into: queries.values + sizes.rowOffset(unit) + rows.lowerBound * sizes.stride,
                    stride: sizes.stride, from: queries.accumulates ? .result : .zero)
            },
            sizes.work(frame.batch, of: sizes.columns) { unit, columns in
                MatrixProduct.multiply(
                    rows: columns.count, columns: sizes.width, inner: sizes.rows, scale: factor,
                    gradient + sizes.scoreOffset(unit) + columns.lowerBound, stride: sizes.columns, transposeA: true,
                    inputs[0] + sizes.rowOffset(unit), stride: sizes.stride,
                    into: keys.values + sizes.columnOffset(unit) + columns.lowerBound * sizes.stride,
                    stride: sizes.stride, from: keys.accumulates ? .result : .zero)
            },
        ]
    }
}

/// The layout of the heads of queries `[groups · rows, heads · width]` and keys or values `[groups · columns, heads · width]`.
///
/// A unit is one head of one group of one picture, counted in this order of significance from the last.
struct GroupedHeads {
    let heads: Int
    let groups: Int
    /// The number of tokens of a group that attend.
    let rows: Int
    /// The number of tokens of a group that are attended to.
    let columns: Int
    /// The number of features of one head.
    let width: Int
    /// The number of floats from one token to the next.
    let stride: Int

    init(rows queries: Shape, columns keys: Shape, heads: Int, groups: Int) {
        self.heads = heads
        self.groups = groups
        rows = queries[0] / groups
        columns = keys[0] / groups
        stride = keys[1]
        width = keys[1] / heads
    }

    /// Returns the offset of a unit's first feature in `[batch · groups · rows, heads · width]`.
    func rowOffset(_ unit: Int) -> Int { unit / heads * rows * stride + unit % heads * width }
    /// Returns the offset of a unit's first feature in `[batch · groups · columns, heads · width]`.
    func columnOffset(_ unit: Int) -> Int { unit / heads * columns * stride + unit % heads * width }
    /// Returns the offset of a unit's `[rows, columns]`.
    func scoreOffset(_ unit: Int) -> Int { unit * rows * columns }

    /// Creates work on `count` tokens of every unit, in parts of whole units or, if there are few units, of some tokens of
    /// one.
    func work(_ batch: Int, of count: Int, _ body: @escaping (_ unit: Int, _ part: Range<Int>) -> Void) -> TeamWork {
        let units = batch * groups * heads
        let pieces = Cut(of: count, atLeast: units >= Self.enough ? count : Self.fewTokens)
        return TeamWork(count: units * pieces.count) { part, _ in
            body(part / pieces.count, pieces[part % pieces.count])
        }
    }

    /// The number of units that is enough to keep all threads busy.
    private static let enough = 12
    /// The least number of tokens in a part of a unit.
    private static let fewTokens = 28
}
