/// Plain gradient steps: `p = p + rate · g / n`, where n is 1, the gradient's length or its deviation.
package final class Ascent: OptimizerState {
    private let rate: Schedule
    private let normalisation: GradientNormalisation
    private let pictures: Int

    /// An optimizer without memory.
    init(rate: Schedule, normalisation: GradientNormalisation, pictures: Int) {
        self.rate = rate
        self.normalisation = normalisation
        self.pictures = pictures
    }

    package func step(parameters: FloatBuffer, gradient: FloatBuffer, progress: Float) {
        let count = parameters.count / max(pictures, 1)
        for picture in 0..<pictures {
            let (p, g) = (parameters.pointer + picture * count, gradient.pointer + picture * count)
            let size = rate.value(at: progress) / divisor(g, count: count)
            for index in 0..<count { p[index] += size * g[index] }
        }
    }

    private func divisor(_ gradient: UnsafePointer<Float>, count: Int) -> Float {
        guard normalisation != .none, count > 0 else { return 1 }
        var (sum, squares) = (0.0, 0.0)
        for index in 0..<count {
            let value = Double(gradient[index])
            sum += value
            squares += value * value
        }
        let mean = sum / Double(count)
        let size =
            normalisation == .length
            ? squares.squareRoot() : max(squares / Double(count) - mean * mean, 0).squareRoot()
        // A gradient of zero has no direction: the step is zero whatever it is divided by.
        return size > 0 ? Float(size) : 1
    }
}
