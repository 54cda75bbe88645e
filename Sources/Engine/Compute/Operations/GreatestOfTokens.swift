import Platform

/// The maximum of the tokens from `first` on, feature by feature: global maximum pooling.
///
///     y = max x          ∂x = ∂y / n where x = y, else 0, for n tokens with the same maximum
///
/// Input `[tokens, features]`, output `[features]`. The gradient of tokens before `first` is 0.
///
/// - Saves: the share of the gradient that each token takes, one float for each element.
/// - Source: `torch.amax`, which shares the gradient among equal maxima.
package struct GreatestOfTokens: CPUKernel {
    let first: Int

    package init(from first: Int = 0) {
        self.first = first
    }

    package var descriptor: OperationDescriptor { .greatestOfTokens(from: first) }

    package func outputShape(_ shapes: [Shape]) throws(EngineError) -> Shape {
        guard shapes[0].rank == 2, shapes[0][0] > first else {
            throw .shapeMismatch(place: "The tokens to pool", expected: [first + 1, 1], found: shapes[0])
        }
        return [shapes[0][1]]
    }

    package func operationCount(_ shapes: [Shape]) -> Int { shapes[0].count }
    package func savedCount(_ shapes: [Shape]) -> Int { shapes[0].count }

    package func forward(_ frame: ForwardFrame) -> [TeamWork] {
        let (tokens, features) = (frame.shapes[0][0], frame.shapes[0][1])
        return [
            TeamWork(of: frame.batch) { [self] part in
                for picture in part {
                    let x = frame.inputs[0] + picture * tokens * features
                    let y = frame.output + picture * features
                    y.update(from: x + first * features, count: features)
                    for token in first + 1..<max(tokens, first + 1) {
                        for feature in 0..<features {
                            let value = x[token * features + feature]
                            // NaN stays, whichever of the two it is.
                            if value > y[feature] || value.isNaN { y[feature] = value }
                        }
                    }
                    guard let shares = frame.saved.map({ $0 + picture * tokens * features }) else { continue }
                    for feature in 0..<features {
                        var count: Float = 0
                        for token in first..<tokens where x[token * features + feature] == y[feature] { count += 1 }
                        for token in 0..<tokens {
                            let isGreatest = token >= first && x[token * features + feature] == y[feature]
                            shares[token * features + feature] = isGreatest ? 1 / count : 0
                        }
                    }
                }
            }
        ]
    }

    package func inputGradient(_ frame: GradientFrame) -> [TeamWork] {
        let (tokens, features) = (frame.shapes[0][0], frame.shapes[0][1])
        let target = frame.inputGradients[0]
        return [
            TeamWork(of: frame.batch) { part in
                for picture in part {
                    let start = picture * tokens * features
                    let dy = frame.outputGradient + picture * features
                    for index in 0..<tokens * features {
                        let value = dy[index % features] * frame.saved[start + index]
                        target.values[start + index] = target.accumulates ? target.values[start + index] + value : value
                    }
                }
            }
        ]
    }
}
