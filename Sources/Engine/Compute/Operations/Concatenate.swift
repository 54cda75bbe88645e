import Platform

/// Concatenates two rows of features (the class token's and the mean of the patches'), or the tokens of two tensors.
///
///     y = [a, b]          ∂a = the first part of ∂y, ∂b = the rest
///
/// Inputs `[features]` each, output `[sum of features]`; or one or both `[tokens, features]`, where a row of features is one
/// token, output `[sum of tokens, features]`.
package struct Concatenate: CPUKernel {
    package init() {}

    package var descriptor: OperationDescriptor { .concatenate }

    package func outputShape(_ shapes: [Shape]) throws(EngineError) -> Shape {
        let ranks = shapes.map(\.rank)
        if ranks == [1, 1] { return [shapes[0].count + shapes[1].count] }
        guard ranks.allSatisfy({ (1...2).contains($0) }) else {
            throw .shapeMismatch(
                place: "A row of features to concatenate", expected: [shapes[0].count],
                found: (1...2).contains(ranks[0]) ? shapes[1] : shapes[0])
        }
        guard shapes[0][-1] == shapes[1][-1] else {
            throw .shapeMismatch(
                place: "The tokens to concatenate", expected: [1, shapes[0][-1]], found: shapes[1])
        }
        return [(shapes[0].count + shapes[1].count) / shapes[0][-1], shapes[0][-1]]
    }

    package func operationCount(_ shapes: [Shape]) -> Int { 0 }

    package func forward(_ frame: ForwardFrame) -> [TeamWork] {
        let counts = frame.shapes.map(\.count)
        return [
            TeamWork(of: frame.batch) { part in
                for picture in part {
                    let y = frame.output + picture * (counts[0] + counts[1])
                    y.update(from: frame.inputs[0] + picture * counts[0], count: counts[0])
                    (y + counts[0]).update(from: frame.inputs[1] + picture * counts[1], count: counts[1])
                }
            }
        ]
    }

    package func inputGradient(_ frame: GradientFrame) -> [TeamWork] {
        let counts = frame.shapes.map(\.count)
        return [
            TeamWork(of: frame.batch) { part in
                for picture in part {
                    var dy = frame.outputGradient + picture * (counts[0] + counts[1])
                    for (target, count) in zip(frame.inputGradients, counts) {
                        copy(
                            dy,
                            to: InputGradient(
                                values: target.values + picture * count, accumulates: target.accumulates), 0..<count)
                        dy += count
                    }
                }
            }
        ]
    }
}
