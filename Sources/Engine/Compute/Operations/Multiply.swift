import Platform

/// The product of two tensors of one shape, element by element: a gate.
///
///     y = a · b          ∂a = ∂y · b, ∂b = ∂y · a
package struct Multiply: CPUKernel {
    package init() {}

    package var descriptor: OperationDescriptor { .multiply }

    package func outputShape(_ shapes: [Shape]) throws(EngineError) -> Shape {
        guard shapes[0] == shapes[1] else {
            throw .shapeMismatch(
                place: "The second factor of a product", expected: shapes[0], found: shapes[1])
        }
        return shapes[0]
    }

    package func operationCount(_ shapes: [Shape]) -> Int { shapes[0].count }
    package func gradientOperationCount(_ shapes: [Shape]) -> Int { 2 * shapes[0].count }
    package var gradientReads: GradientReads { .inputs }

    package func forward(_ frame: ForwardFrame) -> [TeamWork] {
        return [
            TeamWork(ofElements: frame.batch * frame.shapes[0].count) { part in
                product(frame.inputs[0], frame.inputs[1], into: frame.output, adding: false, part)
            }
        ]
    }

    package func inputGradient(_ frame: GradientFrame) -> [TeamWork] {
        return [
            TeamWork(ofElements: frame.batch * frame.shapes[0].count) { part in
                for (target, other) in zip(frame.inputGradients, frame.inputs.reversed()) {
                    product(frame.outputGradient, other, into: target.values, adding: target.accumulates, part)
                }
            }
        ]
    }
}

/// Writes `part` of a · b, or adds it to what is there.
private func product(
    _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, into result: UnsafeMutablePointer<Float>,
    adding: Bool, _ part: Range<Int>
) {
    var index = part.lowerBound
    while index + 8 <= part.upperBound {
        result.store(a.lanes(index) * b.lanes(index), index, adding: adding)
        index += 8
    }
    while index < part.upperBound {
        let value = a[index] * b[index]
        result[index] = adding ? result[index] + value : value
        index += 1
    }
}
