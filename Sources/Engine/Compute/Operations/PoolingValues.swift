import Platform

/// The mean of the tokens' values for each head, weighted by the attention of a learned query: attention pooling.
///
///     o = P · V          ∂P = ∂o · Vᵀ,  ∂V = Pᵀ · ∂o
///
/// Inputs: weights `[heads, tokens]` from ``PoolingWeights``, and the same `[tokens, 2 · width]` of keys and values.
/// Output `[width]`, heads side by side.
///
/// - Source: Lee et al. 2019, arXiv:1810.00825, eq. 11; timm `layers/attention_pool.py`.
package struct PoolingValues: CPUKernel {
    let heads: Int

    package init(heads: Int) {
        self.heads = heads
    }

    package var descriptor: OperationDescriptor { .poolingValues(heads: heads) }

    package func outputShape(_ shapes: [Shape]) throws(EngineError) -> Shape {
        let expected: Shape = [heads, shapes[1][0]]
        guard shapes[0] == expected, shapes[1].rank == 2, shapes[1][1] % (2 * heads) == 0 else {
            throw .shapeMismatch(place: "The weights of attention pooling", expected: expected, found: shapes[0])
        }
        return [shapes[1][1] / 2]
    }

    package func operationCount(_ shapes: [Shape]) -> Int { shapes[1].count }
    package func gradientOperationCount(_ shapes: [Shape]) -> Int { 2 * shapes[1].count }
    package var gradientReads: GradientReads { .inputs }

    package func forward(_ frame: ForwardFrame) -> [TeamWork] {
        let sizes = PoolingSizes(frame.shapes[1], heads: heads)
        let (weights, x, output) = (frame.inputs[0], frame.inputs[1], frame.output)
        return [
            TeamWork(count: frame.batch * heads) { [self] part, _ in
                let (picture, head) = (part / heads, part % heads)
                let values = x + sizes.valueOffset(picture, head)
                let y = output + part * sizes.width
                zero(y, 0..<sizes.width)
                for token in 0..<sizes.tokens {
                    y.add(
                        values + token * sizes.stride, times: weights[part * sizes.tokens + token], count: sizes.width)
                }
            }
        ]
    }

    package func inputGradient(_ frame: GradientFrame) -> [TeamWork] {
        let sizes = PoolingSizes(frame.shapes[1], heads: heads)
        let (weights, values) = (frame.inputGradients[0], frame.inputGradients[1])
        let (inputs, outputGradient) = (frame.inputs, frame.outputGradient)
        // Only the values' half is written here; the gradient of the weights writes that of the keys.
        let clear = TeamWork(ofElements: frame.batch * frame.shapes[1].count) { zero(values.values, $0) }
        let work = TeamWork(count: frame.batch * heads) { [self] part, _ in
            let (picture, head) = (part / heads, part % heads)
            let offset = sizes.valueOffset(picture, head)
            let dy = outputGradient + part * sizes.width
            for token in 0..<sizes.tokens {
                let (place, value) = (part * sizes.tokens + token, offset + token * sizes.stride)
                let slope = (inputs[1] + value).dot(dy, count: sizes.width)
                weights.values[place] = weights.accumulates ? weights.values[place] + slope : slope
                (values.values + value).add(dy, times: inputs[0][place], count: sizes.width)
            }
        }
        return (values.accumulates ? [] : [clear]) + [work]
    }
}
