import Platform

/// How much a learned query attends to each token, head by head: the weights of attention pooling.
///
///     P = softmax(q · Kᵀ / √d)
///     ∂S = P ∘ (∂P − Σ ∂P ∘ P);  ∂K = ∂Sᵀ · q / √d
///
/// Input `[tokens, 2 · width]`: keys and values of all heads side by side. Output `[heads, tokens]`, each row summing
/// to 1; tokens before `first` get 0. The query is a weight, so it has no gradient.
///
/// - Source: Lee et al. 2019, arXiv:1810.00825, eq. 11; Zhai et al. 2022, arXiv:2106.04560 (the MAP head);
///   timm `layers/attention_pool.py`.
package struct PoolingWeights: CPUKernel {
    /// `[width]`, the heads' queries side by side.
    let query: Parameter
    let heads: Int
    /// The first token that is attended to.
    let first: Int

    /// Creates the weights of a frozen query of `[width]`, projected already.
    package init(query: Parameter, heads: Int, from first: Int = 0) {
        self.query = query
        self.heads = heads
        self.first = first
    }

    package var descriptor: OperationDescriptor { .poolingWeights(query: query, heads: heads, from: first) }

    package func outputShape(_ shapes: [Shape]) throws(EngineError) -> Shape {
        let width = query.shape.count
        guard shapes[0].rank == 2, heads > 0, width % heads == 0, shapes[0][1] == 2 * width, shapes[0][0] > first else {
            throw .shapeMismatch(
                place: "The input of attention pooling with \(heads) heads",
                expected: [max(shapes[0][0], first + 1), 2 * width], found: shapes[0])
        }
        return [heads, shapes[0][0]]
    }

    package func operationCount(_ shapes: [Shape]) -> Int { shapes[0][0] * (shapes[0][1] + 25 * heads) }
    package func gradientOperationCount(_ shapes: [Shape]) -> Int { shapes[0][0] * (shapes[0][1] + 4 * heads) }
    package var gradientReads: GradientReads { .output }

    /// Returns the size of ∂S of every head.
    package func gradientScratchCount(_ shapes: [Shape]) -> Int { heads * shapes[0][0] }

    package func forward(_ frame: ForwardFrame) -> [TeamWork] {
        let sizes = PoolingSizes(frame.shapes[0], heads: heads)
        let (x, y) = (frame.inputs[0], frame.output)
        return [
            TeamWork(count: frame.batch * heads) { [self] part, _ in
                let (picture, head) = (part / heads, part % heads)
                let keys = x + sizes.keyOffset(picture, head)
                let scores = y + part * sizes.tokens
                zero(scores, 0..<first)
                for token in first..<sizes.tokens {
                    scores[token] =
                        sizes.scale
                        * (keys + token * sizes.stride).dot(query.values + head * sizes.width, count: sizes.width)
                }
                softmax(scores + first, sizes.tokens - first)
            }
        ]
    }

    package func inputGradient(_ frame: GradientFrame) -> [TeamWork] {
        let sizes = PoolingSizes(frame.shapes[0], heads: heads)
        let target = frame.inputGradients[0]
        let (output, outputGradient, scratch) = (frame.output, frame.outputGradient, frame.scratch)
        let clear = TeamWork(ofElements: frame.batch * frame.shapes[0].count) { zero(target.values, $0) }
        // Only the keys' half is written here; the gradient of the values writes theirs.
        let keys = TeamWork(count: frame.batch * heads) { [self] part, _ in
            let (picture, head) = (part / heads, part % heads)
            let start = part * sizes.tokens + first
            softmaxInputGradient(
                output + start, outputGradient + start, into: scratch + start, sizes.tokens - first)
            let gradient = target.values + sizes.keyOffset(picture, head)
            for token in first..<sizes.tokens {
                (gradient + token * sizes.stride).add(
                    query.values + head * sizes.width, times: scratch[part * sizes.tokens + token] * sizes.scale,
                    count: sizes.width)
            }
        }
        return (target.accumulates ? [] : [clear]) + [keys]
    }
}

/// The layout of the heads of `[tokens, 2 · heads · width]`: keys, then values.
struct PoolingSizes {
    let tokens: Int
    /// The number of features of one head.
    let width: Int
    /// The number of floats from one token to the next.
    let stride: Int

    init(_ shape: Shape, heads: Int) {
        tokens = shape[0]
        stride = shape[1]
        width = shape[1] / 2 / heads
    }

    var scale: Float { 1 / Float(width).squareRoot() }

    /// Returns the offset of a head's first key.
    func keyOffset(_ picture: Int, _ head: Int) -> Int { picture * tokens * stride + head * width }
    /// Returns the offset of a head's first value.
    func valueOffset(_ picture: Int, _ head: Int) -> Int { keyOffset(picture, head) + stride / 2 }
}
