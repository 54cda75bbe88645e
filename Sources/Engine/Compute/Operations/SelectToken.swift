import Platform

/// One token's features, such as the class token's.
///
/// Input `[tokens, features]`, output `[features]`. The other tokens' gradient is 0.
package struct SelectToken: CPUKernel {
    let token: Int

    package init(_ token: Int) {
        self.token = token
    }

    package var descriptor: OperationDescriptor { .selectToken(token) }

    package func outputShape(_ shapes: [Shape]) throws(EngineError) -> Shape {
        guard shapes[0].rank == 2, shapes[0][0] > token else {
            throw .shapeMismatch(
                place: "The tokens to select from", expected: [token + 1, 1], found: shapes[0])
        }
        return [shapes[0][1]]
    }

    package func operationCount(_ shapes: [Shape]) -> Int { 0 }

    package func forward(_ frame: ForwardFrame) -> [TeamWork] {
        let (count, features) = (frame.shapes[0].count, frame.shapes[0][1])
        return [
            TeamWork(of: frame.batch) { [self] part in
                for picture in part {
                    (frame.output + picture * features)
                        .update(from: frame.inputs[0] + picture * count + token * features, count: features)
                }
            }
        ]
    }

    package func inputGradient(_ frame: GradientFrame) -> [TeamWork] {
        let (count, features) = (frame.shapes[0].count, frame.shapes[0][1])
        let target = frame.inputGradients[0]
        return [
            TeamWork(of: frame.batch) { [self] part in
                for picture in part {
                    let dx = target.values + picture * count
                    if !target.accumulates { zero(dx, 0..<count) }
                    let dy = frame.outputGradient + picture * features
                    for feature in 0..<features { dx[token * features + feature] += dy[feature] }
                }
            }
        ]
    }
}
