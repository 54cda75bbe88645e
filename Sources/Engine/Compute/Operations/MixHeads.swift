import Platform

/// Mixes attention heads: every number becomes a weighted sum of those of all heads at its place.
///
///     y = W · x + b          ∂x = Wᵀ · ∂y
///
/// Input `[inputs, rows, columns]`, output `[outputs, rows, columns]`. The weight is `[outputs, inputs]`; the bias, one number
/// for each output head, is added everywhere. With the scores of a head pair as inputs and ``(1, −λ)`` as weights it is the
/// difference of two attention patterns.
///
/// - Source: Shazeer et al. 2020, arXiv:2003.02436 (talking heads); Ye et al. 2024, arXiv:2410.05258, eq. 1 (differences).
package struct MixHeads: CPUKernel {
    let weight: Parameter
    let bias: Parameter?

    package init(weight: Parameter, bias: Parameter? = nil) {
        self.weight = weight
        self.bias = bias
    }

    private var outputs: Int { weight.shape[0] }
    private var inputs: Int { weight.shape[1] }

    package var descriptor: OperationDescriptor { .mixHeads(weight: weight, bias: bias) }

    package func outputShape(_ shapes: [Shape]) throws(EngineError) -> Shape {
        guard shapes[0].rank == 3, shapes[0][0] == inputs else {
            throw .shapeMismatch(place: "The heads to mix", expected: [inputs, 1, 1], found: shapes[0])
        }
        return [outputs, shapes[0][1], shapes[0][2]]
    }

    package func operationCount(_ shapes: [Shape]) -> Int { 2 * shapes[0].count * outputs }

    package func forward(_ frame: ForwardFrame) -> [TeamWork] {
        let places = frame.shapes[0].count / inputs
        let (x, y) = (frame.inputs[0], frame.output)
        return [
            work(frame.batch, places) { [self] picture, part in
                let first = y + picture * outputs * places + part.lowerBound
                for head in 0..<outputs {
                    (first + head * places).update(repeating: bias?.values[head] ?? 0, count: part.count)
                }
                MatrixProduct.multiply(
                    rows: outputs, columns: part.count, inner: inputs, weight.values, stride: inputs,
                    x + picture * inputs * places + part.lowerBound, stride: places, into: first, stride: places,
                    from: .result)
            }
        ]
    }

    package func inputGradient(_ frame: GradientFrame) -> [TeamWork] {
        let places = frame.shapes[0].count / inputs
        let (gradient, target) = (frame.outputGradient, frame.inputGradients[0])
        return [
            work(frame.batch, places) { [self] picture, part in
                MatrixProduct.multiply(
                    rows: inputs, columns: part.count, inner: outputs, weight.values, stride: inputs, transposeA: true,
                    gradient + picture * outputs * places + part.lowerBound, stride: places,
                    into: target.values + picture * inputs * places + part.lowerBound, stride: places,
                    from: target.accumulates ? .result : .zero)
            }
        ]
    }

    private func work(
        _ batch: Int, _ places: Int, _ body: @escaping (_ picture: Int, _ part: Range<Int>) -> Void
    ) -> TeamWork {
        let pieces = Cut(of: places, unit: MatrixProduct.columnUnit, atLeast: Cut.fewElements)
        return TeamWork(count: batch * pieces.count) { part, _ in body(part / pieces.count, pieces[part % pieces.count])
        }
    }
}
