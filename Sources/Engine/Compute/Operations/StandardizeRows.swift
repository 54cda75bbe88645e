import Platform

/// Gives each row zero mean and about unit deviation, as autoencoders do with what they read.
///
///     y = (x − μ) / (s + ε)          s² = Σ (x − μ)² / (n − 1)
///     ∂x = (∂y − mean(∂y)) / (s + ε) − (x − μ) · Σ ∂y · (x − μ) / ((n − 1) · s · (s + ε)²)
///
/// Input and output `[…, features]`. Unlike a layer norm it takes the deviation of a sample, and ε is added to the deviation.
/// Saves nothing.
///
/// - Source: ViT-Prisma `sae.py`, `run_time_activation_ln_in`.
package struct StandardizeRows: CPUKernel {
    let epsilon: Float

    package init(epsilon: Float) { self.epsilon = epsilon }

    package var descriptor: OperationDescriptor { .standardizeRows(epsilon: epsilon) }

    package func outputShape(_ shapes: [Shape]) throws(EngineError) -> Shape {
        guard let last = shapes[0].dimensions.last, last > 1 else {
            throw .shapeMismatch(
                place: "The rows to standardize", expected: Shape(shapes[0].dimensions.dropLast() + [2]),
                found: shapes[0])
        }
        return shapes[0]
    }

    package func operationCount(_ shapes: [Shape]) -> Int { 6 * shapes[0].count }
    package func gradientOperationCount(_ shapes: [Shape]) -> Int { 12 * shapes[0].count }
    package var gradientReads: GradientReads { .inputs }

    package func forward(_ frame: ForwardFrame) -> [TeamWork] {
        let features = frame.shapes[0][-1]
        let rows = frame.batch * frame.shapes[0].count / features
        return [
            TeamWork(ofRows: rows, elements: features) { [self] part in
                for row in part {
                    let (x, y) = (frame.inputs[0] + row * features, frame.output + row * features)
                    let (mean, deviation) = Self.moments(x, features)
                    for index in 0..<features { y[index] = (x[index] - mean) / (deviation + epsilon) }
                }
            }
        ]
    }

    package func inputGradient(_ frame: GradientFrame) -> [TeamWork] {
        let features = frame.shapes[0][-1]
        let rows = frame.batch * frame.shapes[0].count / features
        let target = frame.inputGradients[0]
        return [
            TeamWork(ofRows: rows, elements: features) { [self] part in
                for row in part {
                    let (x, dy) = (frame.inputs[0] + row * features, frame.outputGradient + row * features)
                    let dx = target.values + row * features
                    let (mean, deviation) = Self.moments(x, features)
                    let (slopes, _) = Self.moments(dy, features)
                    var along: Float = 0
                    for index in 0..<features { along += dy[index] * (x[index] - mean) }
                    let scale = 1 / (deviation + epsilon)
                    // A row of equal numbers has no direction in which its deviation grows.
                    let curve = deviation > 0 ? along * scale * scale / (Float(features - 1) * deviation) : 0
                    for index in 0..<features {
                        let slope = (dy[index] - slopes) * scale - (x[index] - mean) * curve
                        dx[index] = target.accumulates ? dx[index] + slope : slope
                    }
                }
            }
        ]
    }

    /// Returns the mean and the deviation of a sample.
    package static func moments(_ x: UnsafePointer<Float>, _ count: Int) -> (mean: Float, deviation: Float) {
        var sum = 0.0
        for index in 0..<count { sum += Double(x[index]) }
        let mean = sum / Double(count)
        var squares = 0.0
        for index in 0..<count {
            let difference = Double(x[index]) - mean
            squares += difference * difference
        }
        return (Float(mean), Float((squares / Double(max(count - 1, 1))).squareRoot()))
    }
}
