import Platform

/// Normalizes each row to zero mean and unit variance, then scales and shifts it.
///
///     y = (x − μ) / √(σ² + ε) · γ + β
///     ∂x = (g − mean(g) − x̂ · mean(g · x̂)) / √(σ² + ε)       with g = ∂y · γ, x̂ = (x − μ) / √(σ² + ε)
///
/// Input and output `[…, features]`. To normalize over tokens, transpose before and after.
///
/// - Saves: mean and reciprocal deviation of each row.
/// - Source: Ba et al. 2016, arXiv:1607.06450, eq. 4.
package struct LayerNorm: CPUKernel {
    let scale: Parameter
    let shift: Parameter
    let epsilon: Float

    /// Creates a layer norm with frozen weights of `[features]`.
    ///
    /// - Parameter epsilon: added to the variance. timm and torchvision ViT: 1e-6; HF ViT: 1e-12.
    package init(scale: Parameter, shift: Parameter, epsilon: Float) {
        self.scale = scale
        self.shift = shift
        self.epsilon = epsilon
    }

    private var features: Int { scale.shape[0] }

    package var descriptor: OperationDescriptor { .layerNorm(scale: scale, shift: shift, epsilon: epsilon) }

    package func outputShape(_ shapes: [Shape]) throws(EngineError) -> Shape {
        guard let last = shapes[0].dimensions.last, last == features else {
            throw .shapeMismatch(
                place: "The input of a layer norm",
                expected: Shape(shapes[0].dimensions.dropLast() + [features]),
                found: shapes[0])
        }
        return shapes[0]
    }

    package func operationCount(_ shapes: [Shape]) -> Int { 8 * shapes[0].count }
    package var gradientReads: GradientReads { .inputs }
    package func savedCount(_ shapes: [Shape]) -> Int { 2 * shapes[0].count / features }

    package func forward(_ frame: ForwardFrame) -> [TeamWork] {
        let rows = frame.batch * frame.shapes[0].count / features
        return [
            TeamWork(ofRows: rows, elements: features) { [self] part in
                for row in part {
                    let x = frame.inputs[0] + row * features
                    let y = frame.output + row * features
                    let mean = Self.sum(x, features) / Float(features)
                    let variance = Self.sumOfSquares(x, features, around: mean) / Float(features)
                    let reciprocal = 1 / (variance + epsilon).squareRoot()
                    var index = 0
                    while index + 8 <= features {
                        let normal = (x.lanes(index) - mean) * reciprocal
                        y.store(normal * scale.values.lanes(index) + shift.values.lanes(index), index)
                        index += 8
                    }
                    while index < features {
                        y[index] = (x[index] - mean) * reciprocal * scale.values[index] + shift.values[index]
                        index += 1
                    }
                    if let saved = frame.saved {
                        saved[2 * row] = mean
                        saved[2 * row + 1] = reciprocal
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
                    let x = frame.inputs[0] + row * features
                    let dy = frame.outputGradient + row * features
                    let dx = target.values + row * features
                    let mean = frame.saved[2 * row]
                    let reciprocal = frame.saved[2 * row + 1]
                    let (meanOfG, meanOfGX) = means(x, dy, mean, reciprocal)
                    var index = 0
                    while index + 8 <= features {
                        let normal = (x.lanes(index) - mean) * reciprocal
                        let g = dy.lanes(index) * scale.values.lanes(index)
                        dx.store((g - meanOfG - normal * meanOfGX) * reciprocal, index, adding: target.accumulates)
                        index += 8
                    }
                    while index < features {
                        let normal = (x[index] - mean) * reciprocal
                        let g = dy[index] * scale.values[index]
                        let value = (g - meanOfG - normal * meanOfGX) * reciprocal
                        dx[index] = target.accumulates ? dx[index] + value : value
                        index += 1
                    }
                }
            }
        ]
    }

    /// Returns the means of g and of g · x̂ over one row.
    @inline(__always)
    private func means(
        _ x: UnsafePointer<Float>, _ dy: UnsafePointer<Float>, _ mean: Float, _ reciprocal: Float
    ) -> (Float, Float) {
        var sumOfG = Lanes.zero
        var sumOfGX = Lanes.zero
        var index = 0
        while index + 8 <= features {
            let g = dy.lanes(index) * scale.values.lanes(index)
            sumOfG += g
            sumOfGX += g * ((x.lanes(index) - mean) * reciprocal)
            index += 8
        }
        var g = sumOfG.total
        var gx = sumOfGX.total
        while index < features {
            let value = dy[index] * scale.values[index]
            g += value
            gx += value * (x[index] - mean) * reciprocal
            index += 1
        }
        return (g / Float(features), gx / Float(features))
    }

    @inline(__always)
    private static func sum(_ x: UnsafePointer<Float>, _ count: Int) -> Float {
        var sum = Lanes.zero
        var index = 0
        while index + 8 <= count {
            sum += x.lanes(index)
            index += 8
        }
        var total = sum.total
        while index < count {
            total += x[index]
            index += 1
        }
        return total
    }

    @inline(__always)
    private static func sumOfSquares(_ x: UnsafePointer<Float>, _ count: Int, around mean: Float) -> Float {
        var sum = Lanes.zero
        var index = 0
        while index + 8 <= count {
            let difference = x.lanes(index) - mean
            sum += difference * difference
            index += 8
        }
        var total = sum.total
        while index < count {
            total += (x[index] - mean) * (x[index] - mean)
            index += 1
        }
        return total
    }
}
