import Platform

/// Scales each row to length 1, then by a factor of its own.
///
///     y = f · x / max(‖x‖, 10⁻¹²)          ∂x = f / ‖x‖ · (∂y − x̂ · Σ ∂y · x̂)       with x̂ = x / ‖x‖
///
/// Input and output `[rows, columns]`. Shorter rows than 10⁻¹² are divided by that, as in PyTorch.
///
/// - Saves: the reciprocal length of each row.
/// - Source: `torch.nn.functional.normalize`; El-Nouby et al. 2021, arXiv:2106.09681, eq. 3.
package struct UnitRows: CPUKernel {
    /// `[rows]`; nil for 1.
    let factor: Parameter?

    /// The length below which a row counts as that long.
    private static let least: Float = 1e-12

    package init(factor: Parameter? = nil) {
        self.factor = factor
    }

    package var descriptor: OperationDescriptor { .unitRows(factor: factor) }

    package func outputShape(_ shapes: [Shape]) throws(EngineError) -> Shape {
        guard shapes[0].rank == 2, factor == nil || factor?.shape.count == shapes[0][0] else {
            throw .shapeMismatch(
                place: "The rows to scale", expected: [factor?.shape.count ?? 1, 1], found: shapes[0])
        }
        return shapes[0]
    }

    package func operationCount(_ shapes: [Shape]) -> Int { 3 * shapes[0].count }
    package func gradientOperationCount(_ shapes: [Shape]) -> Int { 6 * shapes[0].count }
    package var gradientReads: GradientReads { .inputs }
    package func savedCount(_ shapes: [Shape]) -> Int { shapes[0][0] }

    package func forward(_ frame: ForwardFrame) -> [TeamWork] {
        let (rows, columns) = (frame.shapes[0][0], frame.shapes[0][1])
        let (input, output, factor) = (frame.inputs[0], frame.output, factor)
        return [
            TeamWork(ofRows: frame.batch * rows, elements: columns) { part in
                for row in part {
                    let (x, y) = (input + row * columns, output + row * columns)
                    let reciprocal = 1 / max(Self.product(x, x, columns).squareRoot(), Self.least)
                    if let saved = frame.saved { saved[row] = reciprocal }
                    let scale = reciprocal * (factor?.values[row % rows] ?? 1)
                    for column in 0..<columns { y[column] = x[column] * scale }
                }
            }
        ]
    }

    package func inputGradient(_ frame: GradientFrame) -> [TeamWork] {
        let (rows, columns) = (frame.shapes[0][0], frame.shapes[0][1])
        let (input, gradient, target, factor) = (frame.inputs[0], frame.outputGradient, frame.inputGradients[0], factor)
        return [
            TeamWork(ofRows: frame.batch * rows, elements: columns) { part in
                for row in part {
                    let (x, dy) = (input + row * columns, gradient + row * columns)
                    let dx = target.values + row * columns
                    let reciprocal = frame.saved[row]
                    // A row that is divided by the least length is not normalized.
                    let isUnit = reciprocal < 1 / Self.least
                    let along = isUnit ? Self.product(x, dy, columns) * reciprocal * reciprocal : 0
                    let scale = reciprocal * (factor?.values[row % rows] ?? 1)
                    for column in 0..<columns {
                        let value = (dy[column] - x[column] * along) * scale
                        dx[column] = target.accumulates ? dx[column] + value : value
                    }
                }
            }
        ]
    }

    @inline(__always)
    private static func product(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ count: Int) -> Float {
        var sum = Lanes.zero
        var index = 0
        while index + 8 <= count {
            sum += a.lanes(index) * b.lanes(index)
            index += 8
        }
        var total = sum.total
        while index < count {
            total += a[index] * b[index]
            index += 1
        }
        return total
    }
}
