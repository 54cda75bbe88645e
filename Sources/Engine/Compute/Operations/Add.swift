import Platform

/// The sum of two tensors of one shape: a residual connection.
///
///     y = a + b          ∂a = ∂y, ∂b = ∂y
package struct Add: CPUKernel {
    package init() {}

    package var descriptor: OperationDescriptor { .add }

    package func outputShape(_ shapes: [Shape]) throws(EngineError) -> Shape {
        guard shapes[0] == shapes[1] else {
            throw .shapeMismatch(place: "The second term of a sum", expected: shapes[0], found: shapes[1])
        }
        return shapes[0]
    }

    package func operationCount(_ shapes: [Shape]) -> Int { shapes[0].count }

    package func forward(_ frame: ForwardFrame) -> [TeamWork] {
        return [
            TeamWork(ofElements: frame.batch * frame.shapes[0].count) { part in
                let (a, b, y) = (frame.inputs[0], frame.inputs[1], frame.output)
                var index = part.lowerBound
                while index + 8 <= part.upperBound {
                    y.store(a.lanes(index) + b.lanes(index), index)
                    index += 8
                }
                while index < part.upperBound {
                    y[index] = a[index] + b[index]
                    index += 1
                }
            }
        ]
    }

    package func inputGradient(_ frame: GradientFrame) -> [TeamWork] {
        return [
            TeamWork(ofElements: frame.batch * frame.shapes[0].count) { part in
                for target in frame.inputGradients {
                    copy(frame.outputGradient, to: target, part)
                }
            }
        ]
    }
}

/// Copies `part` of a gradient to its target, or adds it to what is there.
@inline(__always)
func copy(_ source: UnsafePointer<Float>, to target: InputGradient, _ part: Range<Int>) {
    guard UnsafePointer(target.values) != source else { return }
    guard target.accumulates else {
        return (target.values + part.lowerBound).update(from: source + part.lowerBound, count: part.count)
    }
    var index = part.lowerBound
    while index + 8 <= part.upperBound {
        target.values.store(target.values.lanes(index) + source.lanes(index), index)
        index += 8
    }
    while index < part.upperBound {
        target.values[index] += source[index]
        index += 1
    }
}
