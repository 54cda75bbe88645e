import Platform

/// Keeps the numbers above a threshold of their feature, and sets the others to 0: JumpReLU, and BatchTopK after training.
///
///     y = x where x > θ, or x ≥ θ, else 0          ∂x = ∂y there, else 0
///
/// Input and output `[…, features]`. NaN stays NaN. Saves nothing.
///
/// - Source: Rajamanoharan et al. 2024, arXiv:2407.14435, eq. 3; Bussmann et al. 2024, arXiv:2412.06410, eq. 6.
package struct KeepAbove: CPUKernel {
    /// θ, `[features]`.
    let thresholds: Parameter
    /// Whether a number that equals its threshold is kept.
    let includesEqual: Bool

    package init(thresholds: Parameter, includesEqual: Bool) {
        self.thresholds = thresholds
        self.includesEqual = includesEqual
    }

    private var features: Int { thresholds.shape.count }

    package var descriptor: OperationDescriptor {
        .keepAbove(thresholds: thresholds, includesEqual: includesEqual)
    }

    package func outputShape(_ shapes: [Shape]) throws(EngineError) -> Shape {
        guard shapes[0].dimensions.last == features else {
            throw .shapeMismatch(
                place: "The input of a gate", expected: Shape(shapes[0].dimensions.dropLast() + [features]),
                found: shapes[0])
        }
        return shapes[0]
    }

    package func operationCount(_ shapes: [Shape]) -> Int { shapes[0].count }
    package func gradientOperationCount(_ shapes: [Shape]) -> Int { shapes[0].count }
    package var gradientReads: GradientReads { .inputs }

    package func forward(_ frame: ForwardFrame) -> [TeamWork] {
        let rows = frame.batch * frame.shapes[0].count / features
        return [
            TeamWork(ofRows: rows, elements: features) { [self] part in
                for row in part {
                    let (x, y) = (frame.inputs[0] + row * features, frame.output + row * features)
                    for index in 0..<features {
                        y[index] = isKept(x[index], index) || x[index].isNaN ? x[index] : 0
                    }
                }
            }
        ]
    }

    package func inputGradient(_ frame: GradientFrame) -> [TeamWork] {
        let rows = frame.batch * frame.shapes[0].count / features
        let target = frame.inputGradients[0]
        return [
            TeamWork(ofRows: rows, elements: features) { [self] part in
                for row in part {
                    let (x, dy) = (frame.inputs[0] + row * features, frame.outputGradient + row * features)
                    let dx = target.values + row * features
                    for index in 0..<features {
                        let slope = isKept(x[index], index) ? dy[index] : 0
                        dx[index] = target.accumulates ? dx[index] + slope : slope
                    }
                }
            }
        ]
    }

    @inline(__always)
    private func isKept(_ x: Float, _ feature: Int) -> Bool {
        x > thresholds.values[feature] || includesEqual && x == thresholds.values[feature]
    }
}
