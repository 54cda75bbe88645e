import Platform

/// Concatenates the rows of several values: the class token's features and the mean of the patches', or the channels of
/// an inception module's branches.
///
///     y = [a, b, …]          ∂a, ∂b, … = their parts of ∂y
///
/// Inputs `[…, features]` with the same number of rows, output `[…, sum of features]`.
package struct Concatenate: CPUKernel {
    package init() {}

    package var descriptor: OperationDescriptor { .concatenate }

    package func outputShape(_ shapes: [Shape]) throws(EngineError) -> Shape {
        let rows = Array(shapes[0].dimensions.dropLast())
        for shape in shapes where shape.rank == 0 || Array(shape.dimensions.dropLast()) != rows {
            throw .shapeMismatch(
                place: "A row of features to concatenate", expected: Shape(rows + [shape.dimensions.last ?? 1]),
                found: shape)
        }
        return Shape(rows + [shapes.reduce(0) { $0 + $1[-1] }])
    }

    package func operationCount(_ shapes: [Shape]) -> Int { 0 }

    package func forward(_ frame: ForwardFrame) -> [TeamWork] {
        let counts = frame.shapes.map { $0[-1] }
        let width = counts.reduce(0, +)
        let rows = frame.batch * frame.shapes[0].count / counts[0]
        return [
            TeamWork(ofRows: rows, elements: width) { part in
                for row in part {
                    var y = frame.output + row * width
                    for (input, count) in zip(frame.inputs, counts) {
                        y.update(from: input + row * count, count: count)
                        y += count
                    }
                }
            }
        ]
    }

    package func inputGradient(_ frame: GradientFrame) -> [TeamWork] {
        let counts = frame.shapes.map { $0[-1] }
        let width = counts.reduce(0, +)
        let rows = frame.batch * frame.shapes[0].count / counts[0]
        return [
            TeamWork(ofRows: rows, elements: width) { part in
                for row in part {
                    var dy = frame.outputGradient + row * width
                    for (target, count) in zip(frame.inputGradients, counts) {
                        copy(
                            dy,
                            to: InputGradient(
                                values: target.values + row * count, accumulates: target.accumulates), 0..<count)
                        dy += count
                    }
                }
            }
        ]
    }
}
