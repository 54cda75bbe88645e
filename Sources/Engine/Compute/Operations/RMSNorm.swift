import Platform

/// Divides each row by its root mean square, then scales it; unlike a layer norm, it neither centers nor shifts.
///
///     y = x / √(mean(x²) + ε) · γ
///     ∂x = (g − x̂ · mean(g · x̂)) / √(mean(x²) + ε)       with g = ∂y · γ, x̂ = x / √(mean(x²) + ε)
///
/// Input and output `[…, features]`.
///
/// - Saves: the reciprocal root of each row.
/// - Source: Zhang and Sennrich 2019, arXiv:1910.07467, eq. 4.
package struct RMSNorm: CPUKernel {
    let scale: Parameter
    let epsilon: Float

    /// Creates a norm with a frozen weight of `[features]`.
    ///
    /// - Parameter epsilon: added to the mean square. AIMv2: 1e-5.
    package init(scale: Parameter, epsilon: Float) {
        self.scale = scale
        self.epsilon = epsilon
    }

    private var features: Int { scale.shape[0] }

    package var descriptor: OperationDescriptor { .rmsNorm(scale: scale, epsilon: epsilon) }

    package func outputShape(_ shapes: [Shape]) throws(EngineError) -> Shape {
        guard let last = shapes[0].dimensions.last, last == features else {
            throw .shapeMismatch(
                place: "The input of an RMS norm",
                expected: Shape(shapes[0].dimensions.dropLast() + [features]), found: shapes[0])
        }
        return shapes[0]
    }

    package func operationCount(_ shapes: [Shape]) -> Int { 4 * shapes[0].count }
    package func gradientOperationCount(_ shapes: [Shape]) -> Int { 7 * shapes[0].count }
    package var gradientReads: GradientReads { .inputs }
    package func savedCount(_ shapes: [Shape]) -> Int { shapes[0].count / features }

    package func forward(_ frame: ForwardFrame) -> [TeamWork] {
        let rows = frame.batch * frame.shapes[0].count / features
        return [
            TeamWork(ofRows: rows, elements: features) { [self] part in
                for row in part {
                    let x = frame.inputs[0] + row * features
                    let y = frame.output + row * features
                    let reciprocal = 1 / (x.dot(x, count: features) / Float(features) + epsilon).squareRoot()
                    var index = 0
                    while index + 8 <= features {
                        y.store(x.lanes(index) * reciprocal * scale.values.lanes(index), index)
                        index += 8
                    }
                    while index < features {
                        y[index] = x[index] * reciprocal * scale.values[index]
                        index += 1
                    }
                    if let saved = frame.saved { saved[row] = reciprocal }
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
                    let x = frame.inputs[0] + row * features
                    let dy = frame.outputGradient + row * features
                    let dx = target.values + row * features
                    let reciprocal = frame.saved[row]
                    let mean = meanOfGX(x, dy) * reciprocal
                    var index = 0
                    while index + 8 <= features {
                        let g = dy.lanes(index) * scale.values.lanes(index)
                        let normal = x.lanes(index) * reciprocal
                        dx.store((g - normal * mean) * reciprocal, index, adding: target.accumulates)
                        index += 8
                    }
                    while index < features {
                        let value = (dy[index] * scale.values[index] - x[index] * reciprocal * mean) * reciprocal
                        dx[index] = target.accumulates ? dx[index] + value : value
                        index += 1
                    }
                }
            }
        ]
    }

    /// Returns the mean of g · x over one row.
    @inline(__always)
    private func meanOfGX(_ x: UnsafePointer<Float>, _ dy: UnsafePointer<Float>) -> Float {
        var sum = Lanes.zero
        var index = 0
        while index + 8 <= features {
            sum += dy.lanes(index) * scale.values.lanes(index) * x.lanes(index)
            index += 8
        }
        var total = sum.total
        while index < features {
            total += dy[index] * scale.values[index] * x[index]
            index += 1
        }
        return total / Float(features)
    }
}
