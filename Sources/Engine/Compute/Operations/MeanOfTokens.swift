import Platform

/// The mean of the tokens from `first` on, feature by feature: global average pooling.
///
///     y = Σ x / n          ∂x = ∂y / n
///
/// Input `[tokens, features]`, output `[features]`. The gradient of tokens before `first` is 0.
package struct MeanOfTokens: CPUKernel {
    let first: Int

    package init(from first: Int = 0) {
        self.first = first
    }

    package var descriptor: OperationDescriptor { .meanOfTokens(from: first) }

    package func outputShape(_ shapes: [Shape]) throws(EngineError) -> Shape {
        guard shapes[0].rank == 2, shapes[0][0] > first else {
            throw .shapeMismatch(place: "The tokens to average", expected: [first + 1, 1], found: shapes[0])
        }
        return [shapes[0][1]]
    }

    package func operationCount(_ shapes: [Shape]) -> Int { shapes[0].count }

    package func forward(_ frame: ForwardFrame) -> [TeamWork] {
        let (tokens, features) = (frame.shapes[0][0], frame.shapes[0][1])
        return [
            TeamWork(of: frame.batch) { [self] part in
                for picture in part {
                    let y = frame.output + picture * features
                    zero(y, 0..<features)
                    for token in first..<tokens {
                        let x = frame.inputs[0] + (picture * tokens + token) * features
                        for feature in 0..<features { y[feature] += x[feature] }
                    }
                    for feature in 0..<features { y[feature] /= Float(tokens - first) }
                }
            }
        ]
    }

    package func inputGradient(_ frame: GradientFrame) -> [TeamWork] {
        let (tokens, features) = (frame.shapes[0][0], frame.shapes[0][1])
        let target = frame.inputGradients[0]
        let factor = 1 / Float(tokens - first)
        return [
            TeamWork(of: frame.batch) { [self] part in
                for picture in part {
                    let dx = target.values + picture * tokens * features
                    let dy = frame.outputGradient + picture * features
                    if !target.accumulates { zero(dx, 0..<first * features) }
                    for token in first..<tokens {
                        for feature in 0..<features {
                            let value = dy[feature] * factor
                            let index = token * features + feature
                            dx[index] = target.accumulates ? dx[index] + value : value
                        }
                    }
                }
            }
        ]
    }
}
