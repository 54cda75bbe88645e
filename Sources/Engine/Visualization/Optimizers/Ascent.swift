/// Gradient steps, which may keep a part of the one before.
///
///     s = decay · s + g / n        p = p + rate · s
///
/// n is 1, the gradient's length or its deviation; with decay 0 the steps are plain.
///
/// Source: Polyak 1964, as PyTorch's `SGD` writes it (`dampening` 0).
package final class Ascent: OptimizerState {
    private let rate: Schedule
    private let decay: Float
    private let normalization: GradientNormalization
    private let pictures: Int
    /// The step before, where any of it is kept.
    private let last: FloatBuffer?

    /// An optimizer that has not moved yet.
    init(rate: Schedule, decay: Float, normalization: GradientNormalization, pictures: Int, count: Int) {
        self.rate = rate
        self.decay = decay
        self.normalization = normalization
        self.pictures = pictures
        last = decay == 0 ? nil : FloatBuffer(count: pictures * count)
    }

    package func step(parameters: FloatBuffer, gradient: FloatBuffer, progress: Float) {
        let count = parameters.count / max(pictures, 1)
        for picture in 0..<pictures {
            let (p, g) = (parameters.pointer + picture * count, gradient.pointer + picture * count)
            let (size, share) = (rate.value(at: progress), 1 / divisor(g, count: count))
            guard let last else {
                for index in 0..<count { p[index] += size * share * g[index] }
                continue
            }
            let s = last.pointer + picture * count
            for index in 0..<count {
                s[index] = decay * s[index] + share * g[index]
                p[index] += size * s[index]
            }
        }
    }

    private func divisor(_ gradient: UnsafePointer<Float>, count: Int) -> Float {
        guard normalization != .none, count > 0 else { return 1 }
        var (sum, squares) = (0.0, 0.0)
        for index in 0..<count {
            let value = Double(gradient[index])
            sum += value
            squares += value * value
        }
        let mean = sum / Double(count)
        let size =
            normalization == .length
            ? squares.squareRoot() : max(squares / Double(count) - mean * mean, 0).squareRoot()
        // A gradient of zero has no direction: the step is zero whatever it is divided by.
        return size > 0 ? Float(size) : 1
    }
}
