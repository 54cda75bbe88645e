import Platform

/// The same numbers in another shape: tokens of a patch side by side, or heads as rows of their own.
///
///     y = x, row-major          ∂x = ∂y
package struct Reshape: CPUKernel {
    let shape: Shape

    package init(_ shape: Shape) {
        self.shape = shape
    }

    package var descriptor: OperationDescriptor { .reshape(shape) }

    package func outputShape(_ shapes: [Shape]) throws(EngineError) -> Shape {
        guard shapes[0].count == shape.count else {
            throw .shapeMismatch(place: "The numbers to rearrange", expected: shape, found: shapes[0])
        }
        return shape
    }

    package func operationCount(_ shapes: [Shape]) -> Int { 0 }

    package func forward(_ frame: ForwardFrame) -> [TeamWork] {
        [
            TeamWork(ofElements: frame.batch * shape.count) { part in
                (frame.output + part.lowerBound).update(from: frame.inputs[0] + part.lowerBound, count: part.count)
            }
        ]
    }

    package func inputGradient(_ frame: GradientFrame) -> [TeamWork] {
        [
            TeamWork(ofElements: frame.batch * shape.count) { part in
                copy(frame.outputGradient, to: frame.inputGradients[0], part)
            }
        ]
    }
}
