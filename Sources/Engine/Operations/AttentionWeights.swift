/// How much each token attends to each: the softmax of scaled products of queries with keys.
///
///     P = softmax(Q · Kᵀ / √d)
///     ∂S = P ∘ (∂P − rowsum(∂P ∘ P));  ∂Q = ∂S · K / √d;  ∂K = ∂Sᵀ · Q / √d
///
/// Input `[tokens, 3 · width]`: queries, keys and values of all heads side by side, as timm and
/// torchvision store them. Output `[heads, tokens, tokens]`, each row summing to 1.
///
/// - Source: Vaswani et al. 2017, arXiv:1706.03762, eq. 1.
package struct AttentionWeights: TensorOperation {
    let heads: Int

    package init(heads: Int) {
        self.heads = heads
    }

    package func outputShape(_ shapes: [Shape]) throws(EngineError) -> Shape {
        guard shapes[0].rank == 2, heads > 0, shapes[0][1] % (3 * heads) == 0 else {
            throw .shapeMismatch(
                place: "the input of attention with \(heads) heads", expected: [shapes[0][0], 3 * heads],
                found: shapes[0])
        }
        return [heads, shapes[0][0], shapes[0][0]]
    }

    package func operationCount(_ shapes: [Shape]) -> Int {
        let (tokens, width) = (shapes[0][0], shapes[0][1] / 3)
        return tokens * tokens * (2 * width + 25 * heads)
    }

    package func gradientOperationCount(_ shapes: [Shape]) -> Int {
        let (tokens, width) = (shapes[0][0], shapes[0][1] / 3)
        return tokens * tokens * (4 * width + 4 * heads)
    }

    package var gradientReads: GradientReads { [.inputs, .output] }

    /// ∂S of every head.
    package func gradientScratchCount(_ shapes: [Shape]) -> Int { heads * shapes[0][0] * shapes[0][0] }

    package func forward(_ frame: ForwardFrame, _ member: TeamMember) {
        let sizes = HeadSizes(frame.shapes[0], heads: heads)
        sizes.eachPart(frame.batch, member) { picture, head, rows in
            let queries = frame.inputs[0] + sizes.offset(picture, head)
            let scores = frame.output + sizes.square(picture, head)
            MatrixProduct.multiply(
                rows: rows.count, columns: sizes.tokens, inner: sizes.width, scale: sizes.scale,
                queries + rows.lowerBound * sizes.stride, stride: sizes.stride,
                queries + sizes.keys, stride: sizes.stride, transposeB: true,
                into: scores + rows.lowerBound * sizes.tokens, stride: sizes.tokens)
            for row in rows {
                softmax(scores + row * sizes.tokens, sizes.tokens)
            }
        }
    }

    package func inputGradient(_ frame: GradientFrame, _ member: TeamMember) {
        let sizes = HeadSizes(frame.shapes[0], heads: heads)
        let target = frame.inputGradients[0]
        if !target.accumulates {
            zero(target.values, member.part(of: frame.batch * frame.shapes[0].count))
            member.meet()
        }
        // A thread's rows of ∂S are enough for its rows of ∂Q; ∂K needs the rows of all.
        sizes.eachPart(frame.batch, member) { picture, head, rows in
            let square = sizes.square(picture, head) + rows.lowerBound * sizes.tokens
            for row in 0..<rows.count {
                softmaxInputGradient(
                    frame.output + square + row * sizes.tokens,
                    frame.outputGradient + square + row * sizes.tokens,
                    into: frame.scratch + square + row * sizes.tokens, sizes.tokens)
            }
            let offset = sizes.offset(picture, head)
            MatrixProduct.multiply(
                rows: rows.count, columns: sizes.width, inner: sizes.tokens, scale: sizes.scale,
                frame.scratch + square, stride: sizes.tokens,
                frame.inputs[0] + offset + sizes.keys, stride: sizes.stride,
                into: target.values + offset + rows.lowerBound * sizes.stride, stride: sizes.stride,
                from: .result)
        }
        member.meet()
        sizes.eachPart(frame.batch, member) { picture, head, rows in
            let offset = sizes.offset(picture, head)
            MatrixProduct.multiply(
                rows: rows.count, columns: sizes.width, inner: sizes.tokens, scale: sizes.scale,
                frame.scratch + sizes.square(picture, head) + rows.lowerBound, stride: sizes.tokens,
                transposeA: true,
                frame.inputs[0] + offset, stride: sizes.stride,
                into: target.values + offset + sizes.keys + rows.lowerBound * sizes.stride,
                stride: sizes.stride, from: .result)
        }
    }
}

/// Where the heads of `[tokens, 3 · heads · width]` lie.
struct HeadSizes {
    let tokens: Int
    let heads: Int
    /// Features of one head.
    let width: Int
    /// Floats from one token to the next.
    let stride: Int

    init(_ shape: Shape, heads: Int) {
        tokens = shape[0]
        self.heads = heads
        stride = shape[1]
        width = shape[1] / 3 / heads
    }

    var scale: Float { 1 / Float(width).squareRoot() }
    /// Floats from a query to its key.
    var keys: Int { heads * width }
    /// Floats from a query to its value.
    var values: Int { 2 * heads * width }

    /// Where the queries of a head begin.
    func offset(_ picture: Int, _ head: Int) -> Int { picture * tokens * stride + head * width }
    /// Where a head's `[tokens, tokens]` begins.
    func square(_ picture: Int, _ head: Int) -> Int { (picture * heads + head) * tokens * tokens }

    /// Calls `body` for this member's share of all rows: as many whole heads as there are in it, and parts of others.
    @inline(__always)
    func eachPart(_ batch: Int, _ member: TeamMember, _ body: (Int, Int, Range<Int>) -> Void) {
        let share = member.part(of: batch * heads * tokens)
        var row = share.lowerBound
        while row < share.upperBound {
            let (unit, first) = row.quotientAndRemainder(dividingBy: tokens)
            let end = min(tokens, first + share.upperBound - row)
            body(unit / heads, unit % heads, first..<end)
            row += end - first
        }
    }
}

/// Sets `part` of `values` to zero.
func zero(_ values: UnsafeMutablePointer<Float>, _ part: Range<Int>) {
    (values + part.lowerBound).update(repeating: 0, count: part.count)
}
