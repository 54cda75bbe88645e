import Platform

/// Passes values on as they are, and a gradient multiplied by a factor.
///
///     y = x          ∂x = f · ∂y
///
/// Input and output of any shape.
package struct ScaleGradient: CPUKernel {
    let factor: Float

    /// Creates an operation that multiplies gradients by `factor`.
    package init(_ factor: Float) { self.factor = factor }

    package var descriptor: OperationDescriptor { .scaleGradient(factor) }

    package func outputShape(_ shapes: [Shape]) throws(EngineError) -> Shape { shapes[0] }

    package func operationCount(_ shapes: [Shape]) -> Int { 0 }
    package func gradientOperationCount(_ shapes: [Shape]) -> Int { shapes[0].count }

    package func forward(_ frame: ForwardFrame) -> [TeamWork] {
        [
            TeamWork(ofElements: frame.batch * frame.shapes[0].count) { part in
                copy(frame.inputs[0], to: InputGradient(values: frame.output, accumulates: false), part)
            }
        ]
    }

    package func inputGradient(_ frame: GradientFrame) -> [TeamWork] {
        let (source, target) = (frame.outputGradient, frame.inputGradients[0])
        return [
            TeamWork(ofElements: frame.batch * frame.shapes[0].count) { [factor] part in
                var index = part.lowerBound
                while index + 8 <= part.upperBound {
                    target.values.store(source.lanes(index) * factor, index, adding: target.accumulates)
                    index += 8
                }
                while index < part.upperBound {
                    target.values[index] = factor * source[index] + (target.accumulates ? target.values[index] : 0)
                    index += 1
                }
            }
        ]
    }
}
