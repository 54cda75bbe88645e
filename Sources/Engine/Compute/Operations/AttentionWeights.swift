import Platform

/// How much each token attends to every token: the softmax of scaled products of queries with keys.
///
///     P = softmax(Q · Kᵀ / √d)
///     ∂S = P ∘ (∂P − rowsum(∂P ∘ P));  ∂Q = ∂S · K / √d;  ∂K = ∂Sᵀ · Q / √d
///
/// Input `[tokens, 3 · width]`: queries, keys and values of all heads side by side, as timm and
/// torchvision store them. Output `[heads, tokens, tokens]`, each row summing to 1.
///
/// - Source: Vaswani et al. 2017, arXiv:1706.03762, eq. 1.
package struct AttentionWeights: CPUKernel {
    let heads: Int

    package init(heads: Int) {
        self.heads = heads
    }

    package var descriptor: OperationDescriptor { .attentionWeights(heads: heads) }

    package func outputShape(_ shapes: [Shape]) throws(EngineError) -> Shape {
        guard shapes[0].rank == 2, heads > 0, shapes[0][1] % (3 * heads) == 0 else {
            throw .shapeMismatch(
                place: "The input of attention with \(heads) heads", expected: [shapes[0][0], 3 * heads],
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

    /// Returns the size of ∂S of every head.
    package func gradientScratchCount(_ shapes: [Shape]) -> Int { heads * shapes[0][0] * shapes[0][0] }

    package func forward(_ frame: ForwardFrame) -> [TeamWork] {
        let sizes = HeadSizes(frame.shapes[0], heads: heads)
        let (x, y) = (frame.inputs[0], frame.output)
        return [
            sizes.work(frame.batch, threads: frame.threads) { picture, head, rows in
                let queries = x + sizes.queryOffset(picture, head)
                let scores = y + sizes.patternOffset(picture, head)
                MatrixProduct.multiply(
                    rows: rows.count, columns: sizes.tokens, inner: sizes.width, scale: sizes.scale,
                    queries + rows.lowerBound * sizes.stride, stride: sizes.stride,
                    queries + sizes.keys, stride: sizes.stride, transposeB: true,
                    into: scores + rows.lowerBound * sizes.tokens, stride: sizes.tokens)
                for row in rows {
                    softmax(scores + row * sizes.tokens, sizes.tokens)
                }
            }
        ]
    }

    package func inputGradient(_ frame: GradientFrame) -> [TeamWork] {
        let sizes = HeadSizes(frame.shapes[0], heads: heads)
        let target = frame.inputGradients[0]
        let (x, output, outputGradient, scratch) = (frame.inputs[0], frame.output, frame.outputGradient, frame.scratch)
        let clear = TeamWork(ofElements: frame.batch * frame.shapes[0].count) { zero(target.values, $0) }
        // A part's rows of ∂S are enough for its rows of ∂Q; ∂K needs the rows of all.
        let queries = sizes.work(frame.batch, threads: frame.threads) { picture, head, rows in
            let pattern = sizes.patternOffset(picture, head) + rows.lowerBound * sizes.tokens
            for row in 0..<rows.count {
                softmaxInputGradient(
                    output + pattern + row * sizes.tokens, outputGradient + pattern + row * sizes.tokens,
                    into: scratch + pattern + row * sizes.tokens, sizes.tokens)
            }
            let offset = sizes.queryOffset(picture, head)
            MatrixProduct.multiply(
                rows: rows.count, columns: sizes.width, inner: sizes.tokens, scale: sizes.scale,
                scratch + pattern, stride: sizes.tokens,
                x + offset + sizes.keys, stride: sizes.stride,
                into: target.values + offset + rows.lowerBound * sizes.stride, stride: sizes.stride,
                from: .result)
        }
        let keys = sizes.work(frame.batch, threads: frame.threads) { picture, head, rows in
            let offset = sizes.queryOffset(picture, head)
            MatrixProduct.multiply(
                rows: rows.count, columns: sizes.width, inner: sizes.tokens, scale: sizes.scale,
                scratch + sizes.patternOffset(picture, head) + rows.lowerBound, stride: sizes.tokens,
                transposeA: true,
                x + offset, stride: sizes.stride,
                into: target.values + offset + sizes.keys + rows.lowerBound * sizes.stride,
                stride: sizes.stride, from: .result)
        }
        return (target.accumulates ? [] : [clear]) + [queries, keys]
    }
}

/// The layout of the heads of `[tokens, 3 · heads · width]`.
struct HeadSizes {
    let tokens: Int
    let heads: Int
    /// The number of features of one head.
    let width: Int
    /// The number of floats from one token to the next.
    let stride: Int

    init(_ shape: Shape, heads: Int) {
        tokens = shape[0]
        self.heads = heads
        stride = shape[1]
        width = shape[1] / 3 / heads
    }

    var scale: Float { 1 / Float(width).squareRoot() }
    /// The number of floats from a query to its key.
    var keys: Int { heads * width }
    /// The number of floats from a query to its value.
    var values: Int { 2 * heads * width }

    /// Returns the offset of a head's first query.
    func queryOffset(_ picture: Int, _ head: Int) -> Int { picture * tokens * stride + head * width }
    /// Returns the offset of a head's `[tokens, tokens]`.
    func patternOffset(_ picture: Int, _ head: Int) -> Int { (picture * heads + head) * tokens * tokens }

    /// Creates work on the rows of all heads, in parts of whole heads or, if there are few heads, of some rows of one.
    ///
    /// Each part packs the right factor of its head, which costs as much as some more rows.
    func work(
        _ batch: Int, threads: Int, _ body: @escaping (_ picture: Int, _ head: Int, _ rows: Range<Int>) -> Void
    ) -> TeamWork {
        let isEven = (batch * heads).isMultiple(of: threads) || batch * heads >= Self.enough
        let pieces = Cut(of: tokens, atLeast: isEven ? tokens : Self.fewRows)
        return TeamWork(count: batch * heads * pieces.count) { part, _ in
            let unit = part / pieces.count
            body(unit / heads, unit % heads, pieces[part % pieces.count])
        }
    }

    /// The number of heads that is enough to keep all threads busy.
    private static let enough = 12
    /// The least number of rows in a part of a head.
    private static let fewRows = 28
}

/// Sets `part` of `values` to zero.
package func zero(_ values: UnsafeMutablePointer<Float>, _ part: Range<Int>) {
    (values + part.lowerBound).update(repeating: 0, count: part.count)
}
