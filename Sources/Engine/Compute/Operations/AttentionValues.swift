import Platform

/// The mean of the tokens' values, weighted by attention, for each head.
///
///     O = P · V          ∂P = ∂O · Vᵀ,  ∂V = Pᵀ · ∂O
///
/// Inputs: weights `[heads, tokens, n]` from ``AttentionWeights``, with n tokens in each window, and the same
/// `[tokens, 3 · width]` of queries, keys and values. Output `[tokens, width]`, heads side by side.
///
/// - Source: Vaswani et al. 2017, arXiv:1706.03762, eq. 1.
package struct AttentionValues: CPUKernel {
    let heads: Int
    let windows: Int

    /// Creates the attention of some heads, in windows of the same number of tokens.
    package init(heads: Int, windows: Int = 1) {
        self.heads = heads
        self.windows = windows
    }

    package var descriptor: OperationDescriptor { .attentionValues(heads: heads, windows: windows) }

    package var unusedProperties: Set<String> { windows == 1 ? ["windows"] : [] }

    package func outputShape(_ shapes: [Shape]) throws(EngineError) -> Shape {
        let expected: Shape = [heads, shapes[1][0], shapes[1][0] / windows]
        guard shapes[0] == expected else {
            throw .shapeMismatch(place: "The attention weights", expected: expected, found: shapes[0])
        }
        return [shapes[1][0], shapes[1][1] / 3]
    }

    package func operationCount(_ shapes: [Shape]) -> Int {
        2 * shapes[1][0] * (shapes[1][0] / windows) * shapes[1][1] / 3
    }

    package func gradientOperationCount(_ shapes: [Shape]) -> Int { 2 * operationCount(shapes) }
    package var gradientReads: GradientReads { .inputs }

    package func forward(_ frame: ForwardFrame) -> [TeamWork] {
        let sizes = HeadSizes(frame.shapes[1], heads: heads, windows: windows)
        let width = heads * sizes.width
        let (weights, values, y) = (frame.inputs[0], frame.inputs[1], frame.output)
        return [
            sizes.work(frame.batch, threads: frame.threads) { place, rows in
                MatrixProduct.multiply(
                    rows: rows.count, columns: sizes.width, inner: sizes.tokens,
                    weights + sizes.patternOffset(place) + rows.lowerBound * sizes.tokens,
                    stride: sizes.tokens,
                    values + sizes.queryOffset(place) + sizes.values, stride: sizes.stride,
                    into: y + (sizes.firstToken(place) + rows.lowerBound) * width + place.head * sizes.width,
                    stride: width)
            }
        ]
    }

    package func inputGradient(_ frame: GradientFrame) -> [TeamWork] {
        let sizes = HeadSizes(frame.shapes[1], heads: heads, windows: windows)
        let width = heads * sizes.width
        let (weights, values) = (frame.inputGradients[0], frame.inputGradients[1])
        let (inputs, outputGradient) = (frame.inputs, frame.outputGradient)
        // Only the values' third is written here; the gradient of the weights writes those of queries and keys.
        let clear = TeamWork(ofElements: frame.batch * frame.shapes[1].count) { zero(values.values, $0) }
        let work = sizes.work(frame.batch, threads: frame.threads) { place, rows in
            let pattern = sizes.patternOffset(place)
            let offset = sizes.queryOffset(place) + sizes.values
            let gradient = outputGradient + sizes.firstToken(place) * width + place.head * sizes.width
            MatrixProduct.multiply(
                rows: rows.count, columns: sizes.tokens, inner: sizes.width,
                gradient + rows.lowerBound * width, stride: width,
                inputs[1] + offset, stride: sizes.stride, transposeB: true,
                into: weights.values + pattern + rows.lowerBound * sizes.tokens, stride: sizes.tokens,
                from: weights.accumulates ? .result : .zero)
            MatrixProduct.multiply(
                rows: rows.count, columns: sizes.width, inner: sizes.tokens,
                inputs[0] + pattern + rows.lowerBound, stride: sizes.tokens, transposeA: true,
                gradient, stride: width,
                into: values.values + offset + rows.lowerBound * sizes.stride, stride: sizes.stride,
                from: .result)
        }
        return (values.accumulates ? [] : [clear]) + [work]
    }
}
