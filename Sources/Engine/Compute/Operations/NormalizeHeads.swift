import Platform

/// The queries and keys of each head with unit length, the queries times a factor: cosine attention.
///
///     q' = f · √d · q / ‖q‖,  k' = k / ‖k‖,  v' = v          so that q' · k' / √d = f · cos(q, k)
///     ∂q = f · √d / ‖q‖ · (∂q' − q̂ (q̂ · ∂q'))               with q̂ = q / ‖q‖; the same for k without f · √d
///
/// Input and output `[tokens, 3 · width]`: queries, keys and values of all heads side by side. ``AttentionWeights`` divides the
/// products by √d. A length below 1e-12 counts as that, as in PyTorch's `normalize`.
///
/// - Source: Liu et al. 2022, arXiv:2111.09883, eq. 2; timm `swin_transformer_v2.py`.
package struct NormalizeHeads: CPUKernel {
    /// `[heads]`: the factor of each head, 1 / τ in the paper.
    let factors: Parameter

    /// Creates the normalization of as many heads as there are factors.
    package init(factors: Parameter) {
        self.factors = factors
    }

    package var descriptor: OperationDescriptor { .normalizeHeads(factors: factors) }

    package func outputShape(_ shapes: [Shape]) throws(EngineError) -> Shape {
        let heads = factors.shape[0]
        guard shapes[0].rank == 2, shapes[0][1] % (3 * heads) == 0 else {
            throw .shapeMismatch(
                place: "The input of attention with \(heads) heads", expected: [shapes[0][0], 3 * heads],
                found: shapes[0])
        }
        return shapes[0]
    }

    package func operationCount(_ shapes: [Shape]) -> Int { 2 * shapes[0].count }
    package func gradientOperationCount(_ shapes: [Shape]) -> Int { 4 * shapes[0].count }
    package var gradientReads: GradientReads { .inputs }

    package func forward(_ frame: ForwardFrame) -> [TeamWork] {
        let rows = Rows(frame.shapes[0], factors)
        let (input, output) = (frame.inputs[0], frame.output)
        return [
            TeamWork(ofRows: frame.batch * frame.shapes[0][0], elements: rows.stride) { part in
                for row in part {
                    let (x, y) = (input + row * rows.stride, output + row * rows.stride)
                    rows.forEachHead { offset, factor in
                        let length = max(sumOfProducts(x + offset, x + offset, rows.width).squareRoot(), Self.least)
                        let scale = factor / length
                        for feature in offset..<offset + rows.width { y[feature] = x[feature] * scale }
                    }
                    (y + rows.values).update(from: x + rows.values, count: rows.stride - rows.values)
                }
            }
        ]
    }

    package func inputGradient(_ frame: GradientFrame) -> [TeamWork] {
        let rows = Rows(frame.shapes[0], factors)
        let (input, outputGradient, target) = (frame.inputs[0], frame.outputGradient, frame.inputGradients[0])
        return [
            TeamWork(ofRows: frame.batch * frame.shapes[0][0], elements: rows.stride) { part in
                for row in part {
                    let (x, dy) = (input + row * rows.stride, outputGradient + row * rows.stride)
                    let dx = target.values + row * rows.stride
                    if !target.accumulates { zero(dx, 0..<rows.values) }
                    rows.forEachHead { offset, factor in
                        let length = sumOfProducts(x + offset, x + offset, rows.width).squareRoot()
                        let scale = factor / max(length, Self.least)
                        // The length of a shorter row is a constant.
                        let along = length < Self.least ? 0 : sumOfProducts(x + offset, dy + offset, rows.width)
                        let share = length < Self.least ? 0 : along / (length * length)
                        for feature in offset..<offset + rows.width {
                            dx[feature] += scale * (dy[feature] - share * x[feature])
                        }
                    }
                    copy(dy, to: InputGradient(values: dx, accumulates: target.accumulates), rows.values..<rows.stride)
                }
            }
        ]
    }

    /// The least length that a row is divided by. Source: `torch.nn.functional.normalize`.
    private static let least: Float = 1e-12

    /// The layout of a token's queries, keys and values.
    private struct Rows {
        /// The number of features of a head.
        let width: Int
        let stride: Int
        let heads: Int
        let factors: Parameter

        init(_ shape: Shape, _ factors: Parameter) {
            heads = factors.shape[0]
            stride = shape[1]
            width = stride / 3 / heads
            self.factors = factors
        }

        /// The offset of the values.
        var values: Int { 2 * heads * width }

        /// Calls `body` with the offset of each head's query and key, and the factor of its unit vector.
        @inline(__always)
        func forEachHead(_ body: (_ offset: Int, _ factor: Float) -> Void) {
            let root = Float(width).squareRoot()
            for head in 0..<heads {
                body(head * width, factors.values[head] * root)
                body((heads + head) * width, 1)
            }
        }
    }
}

/// Returns Σ a · b of two rows.
@inline(__always)
private func sumOfProducts(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ count: Int) -> Float {
    let whole = count & ~7
    var sum = a.lanes(whole, first: count - whole) * b.lanes(whole, first: count - whole)
    var index = 0
    while index < whole {
        sum += a.lanes(index) * b.lanes(index)
        index += 8
    }
    return sum.total
}
