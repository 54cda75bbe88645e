/// Gradient ascent, optionally with momentum.
///
///     s = decay · s + g / n        p = p + rate · s
///
/// n is 1, the gradient's length or its deviation; with decay 0 there is no momentum.
///
/// Source: Polyak 1964, as PyTorch's `SGD` writes it (`dampening` 0).
final class Ascent: OptimizerState {
    private let rate: Schedule
    private let decay: Float
    private let normalization: GradientNormalization
    private let pictures: Int
    /// The previous step, `s`; nil without momentum.
    private let momentum: FloatBuffer?

    /// Creates the optimizer before its first step.
    init(rate: Schedule, decay: Float, normalization: GradientNormalization, pictures: Int, count: Int) {
        self.rate = rate
        self.decay = decay
        self.normalization = normalization
        self.pictures = pictures
        momentum = decay == 0 ? nil : FloatBuffer(count: pictures * count)
    }

    package func step(parameters: FloatBuffer, gradient: FloatBuffer, progress: Float) {
        let count = parameters.count / max(pictures, 1)
        for picture in 0..<pictures {
            let (p, g) = (parameters.pointer + picture * count, gradient.pointer + picture * count)
            let (size, share) = (rate.value(at: progress), 1 / divisor(g, count: count))
            guard let momentum else {
                for index in 0..<count { p[index] += size * share * g[index] }
                continue
            }
            let s = momentum.pointer + picture * count
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
        // A gradient of zero gives a step of zero, by any divisor.
        return size > 0 ? Float(size) : 1
    }
}
