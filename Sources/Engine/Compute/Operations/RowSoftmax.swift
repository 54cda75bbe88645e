import Platform

/// The softmax of each row: positive numbers that sum to 1.
///
///     y = e^x / Σ e^x          ∂x = y ∘ (∂y − Σ ∂y · y)
///
/// Input and output `[…, columns]`.
package struct RowSoftmax: CPUKernel {
    package init() {}

    package var descriptor: OperationDescriptor { .softmax }

    package func outputShape(_ shapes: [Shape]) throws(EngineError) -> Shape { shapes[0] }
    package func operationCount(_ shapes: [Shape]) -> Int { 25 * shapes[0].count }
    package func gradientOperationCount(_ shapes: [Shape]) -> Int { 4 * shapes[0].count }
    package var gradientReads: GradientReads { .output }
    package func gradientScratchCount(_ shapes: [Shape]) -> Int { shapes[0].count }

    package func forward(_ frame: ForwardFrame) -> [TeamWork] {
        let columns = frame.shapes[0][-1]
        let (x, y) = (frame.inputs[0], frame.output)
        return [
            TeamWork(ofRows: frame.batch * frame.shapes[0].count / columns, elements: columns) { part in
                (y + part.lowerBound * columns)
                    .update(from: x + part.lowerBound * columns, count: part.count * columns)
                for row in part { softmax(y + row * columns, columns) }
            }
        ]
    }

    package func inputGradient(_ frame: GradientFrame) -> [TeamWork] {
        let columns = frame.shapes[0][-1]
        let (y, gradient, scratch, target) = (
            frame.output, frame.outputGradient, frame.scratch, frame.inputGradients[0]
        )
        return [
            TeamWork(ofRows: frame.batch * frame.shapes[0].count / columns, elements: columns) { part in
                let result = target.accumulates ? scratch : target.values
                for row in part {
                    let offset = row * columns
                    softmaxInputGradient(y + offset, gradient + offset, into: result + offset, columns)
                }
                guard target.accumulates else { return }
                copy(scratch, to: target, part.lowerBound * columns..<part.upperBound * columns)
            }
        ]
    }
}
