import Platform

/// How much each token attends to every token of its window: the softmax of scaled products of queries with keys, plus
/// constants.
///
///     P = softmax(Q · Kᵀ / √d + B + M)
///     ∂S = P ∘ (∂P − rowsum(∂P ∘ P));  ∂Q = ∂S · K / √d;  ∂K = ∂Sᵀ · Q / √d
///
/// Input `[tokens, 3 · width]`: queries, keys and values of all heads side by side, as timm and torchvision store them. The
/// tokens lie window by window; in most models all of them are one window. With n tokens in a window, the output is
/// `[heads, tokens, n]`: each row is a token's attention to the tokens of its window, and sums to 1.
///
/// B and M are constants, so nothing flows back to them. They can be −∞ where a token must not attend to another, but not in
/// a whole row.
///
/// - Source: Vaswani et al. 2017, arXiv:1706.03762, eq. 1; Liu et al. 2021, arXiv:2103.14030, eq. 4 (windows and bias).
package struct AttentionWeights: CPUKernel {
    let heads: Int
    let windows: Int
    let bias: Parameter?
    let mask: Parameter?

    /// Creates the attention of some heads.
    ///
    /// - Parameters:
    ///   - windows: the number of windows, which all have the same number n of tokens.
    ///   - bias: `[heads, n, n]`, or `[1, n, n]` for all heads; added to the scores in every window.
    ///   - mask: `[windows, n, n]`; added to the scores of every head.
    package init(heads: Int, windows: Int = 1, bias: Parameter? = nil, mask: Parameter? = nil) {
        self.heads = heads
        self.windows = windows
        self.bias = bias
        self.mask = mask
    }

    package var descriptor: OperationDescriptor {
        .attentionWeights(heads: heads, windows: windows, bias: bias, mask: mask)
    }

    package var unusedProperties: Set<String> {
        var names: Set<String> = windows == 1 ? ["windows"] : []
        if bias == nil { names.insert("bias") }
        if mask == nil { names.insert("mask") }
        return names
    }

    package func outputShape(_ shapes: [Shape]) throws(EngineError) -> Shape {
        guard shapes[0].rank == 2, heads > 0, shapes[0][1] % (3 * heads) == 0 else {
            throw .shapeMismatch(
                place: "The input of attention with \(heads) heads", expected: [shapes[0][0], 3 * heads],
                found: shapes[0])
        }
        guard windows > 0, shapes[0][0] % windows == 0 else {
            throw .shapeMismatch(
                place: "The input of attention in \(windows) windows",
                expected: [shapes[0][0] / max(windows, 1) * max(windows, 1), shapes[0][1]], found: shapes[0])
        }
        let tokens = shapes[0][0] / windows
        if let bias, bias.shape != [heads, tokens, tokens], bias.shape != [1, tokens, tokens] {
            throw .shapeMismatch(
                place: "The bias of attention", expected: [heads, tokens, tokens], found: bias.shape)
        }
        if let mask, mask.shape != [windows, tokens, tokens] {
            throw .shapeMismatch(
                place: "The mask of attention", expected: [windows, tokens, tokens], found: mask.shape)
        }
        return [heads, shapes[0][0], tokens]
    }

    package func operationCount(_ shapes: [Shape]) -> Int {
        let (tokens, width) = (shapes[0][0], shapes[0][1] / 3)
        let added = (bias == nil ? 0 : heads) + (mask == nil ? 0 : heads)
        return tokens * (tokens / windows) * (2 * width + 25 * heads + added)
    }

    package func gradientOperationCount(_ shapes: [Shape]) -> Int {
        let (tokens, width) = (shapes[0][0], shapes[0][1] / 3)
        return tokens * (tokens / windows) * (4 * width + 4 * heads)
    }

    package var gradientReads: GradientReads { [.inputs, .output] }

    /// Returns the size of ∂S of every head.
    package func gradientScratchCount(_ shapes: [Shape]) -> Int { heads * shapes[0][0] * shapes[0][0] / windows }

    package func forward(_ frame: ForwardFrame) -> [TeamWork] {
        let sizes = HeadSizes(frame.shapes[0], heads: heads, windows: windows)
        let (x, y) = (frame.inputs[0], frame.output)
        let (bias, mask) = (bias, mask)
        return [
            sizes.work(frame.batch, threads: frame.threads) { place, rows in
                let queries = x + sizes.queryOffset(place)
                let scores = y + sizes.patternOffset(place)
                MatrixProduct.multiply(
                    rows: rows.count, columns: sizes.tokens, inner: sizes.width, scale: sizes.scale,
                    queries + rows.lowerBound * sizes.stride, stride: sizes.stride,
                    queries + sizes.keys, stride: sizes.stride, transposeB: true,
                    into: scores + rows.lowerBound * sizes.tokens, stride: sizes.tokens)
                let part = rows.lowerBound * sizes.tokens..<rows.upperBound * sizes.tokens
                if let bias { add(bias.values + sizes.biasOffset(place, bias.shape), to: scores, part) }
                if let mask { add(mask.values + place.window * sizes.tokens * sizes.tokens, to: scores, part) }
                for row in rows {
                    softmax(scores + row * sizes.tokens, sizes.tokens)
                }
            }
        ]
    }

    package func inputGradient(_ frame: GradientFrame) -> [TeamWork] {
        let sizes = HeadSizes(frame.shapes[0], heads: heads, windows: windows)
        let target = frame.inputGradients[0]
        let (x, output, outputGradient, scratch) = (frame.inputs[0], frame.output, frame.outputGradient, frame.scratch)
        let clear = TeamWork(ofElements: frame.batch * frame.shapes[0].count) { zero(target.values, $0) }
        // A part's rows of ∂S are enough for its rows of ∂Q; ∂K needs the rows of all.
        let queries = sizes.work(frame.batch, threads: frame.threads) { place, rows in
            let pattern = sizes.patternOffset(place) + rows.lowerBound * sizes.tokens
            for row in 0..<rows.count {
                softmaxInputGradient(
                    output + pattern + row * sizes.tokens, outputGradient + pattern + row * sizes.tokens,
                    into: scratch + pattern + row * sizes.tokens, sizes.tokens)
            }
            let offset = sizes.queryOffset(place)
            MatrixProduct.multiply(
                rows: rows.count, columns: sizes.width, inner: sizes.tokens, scale: sizes.scale,
                scratch + pattern, stride: sizes.tokens,
                x + offset + sizes.keys, stride: sizes.stride,
                into: target.values + offset + rows.lowerBound * sizes.stride, stride: sizes.stride,
                from: .result)
        }
        let keys = sizes.work(frame.batch, threads: frame.threads) { place, rows in
            let offset = sizes.queryOffset(place)
            MatrixProduct.multiply(
                rows: rows.count, columns: sizes.width, inner: sizes.tokens, scale: sizes.scale,
                scratch + sizes.patternOffset(place) + rows.lowerBound, stride: sizes.tokens,
                transposeA: true,
                x + offset, stride: sizes.stride,
                into: target.values + offset + sizes.keys + rows.lowerBound * sizes.stride,
                stride: sizes.stride, from: .result)
        }
        return (target.accumulates ? [] : [clear]) + [queries, keys]
    }
}

/// Adds `part` of a constant to the scores.
@inline(__always)
private func add(_ constant: UnsafePointer<Float>, to scores: UnsafeMutablePointer<Float>, _ part: Range<Int>) {
    copy(constant, to: InputGradient(values: scores, accumulates: true), part)
}
