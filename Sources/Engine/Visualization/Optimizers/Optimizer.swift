import Compute

/// How parameters follow the gradient.
///
/// Objectives are maximized, so steps go up.
public enum Optimizer: Codable, Hashable, Sendable {
    /// Kingma and Ba 2014, arXiv:1412.6980. See ``Adam``.
    case adam(rate: Schedule, beta1: Float, beta2: Float, epsilon: Float)
    /// Adam that looks a step ahead. Dozat 2016. See ``Adam``.
    case nadam(rate: Schedule, beta1: Float, beta2: Float, epsilon: Float)
    /// Plain steps along the gradient. See ``Ascent``.
    case ascent(rate: Schedule, normalization: GradientNormalization)
    /// Steps that keep `decay` of the one before. See ``Ascent``.
    case momentum(rate: Schedule, decay: Float, normalization: GradientNormalization)

    /// The same with its rates multiplied.
    func paced(_ factor: Float) -> Optimizer {
        func paced(_ rate: Schedule) -> Schedule {
            Schedule(from: factor * rate.start, to: factor * rate.end, shape: rate.shape)
        }
        return switch self {
        case .adam(let rate, let beta1, let beta2, let epsilon):
            .adam(rate: paced(rate), beta1: beta1, beta2: beta2, epsilon: epsilon)
        case .nadam(let rate, let beta1, let beta2, let epsilon):
            .nadam(rate: paced(rate), beta1: beta1, beta2: beta2, epsilon: epsilon)
        case .ascent(let rate, let normalization): .ascent(rate: paced(rate), normalization: normalization)
        case .momentum(let rate, let decay, let normalization):
            .momentum(rate: paced(rate), decay: decay, normalization: normalization)
        }
    }

    /// Adam as everybody sets it.
    public static func adam(rate: Schedule) -> Optimizer {
        .adam(rate: rate, beta1: 0.9, beta2: 0.999, epsilon: 1e-8)
    }

    /// NAdam as everybody sets it.
    public static func nadam(rate: Schedule) -> Optimizer {
        .nadam(rate: rate, beta1: 0.9, beta2: 0.999, epsilon: 1e-8)
    }
}

/// What a gradient is divided by before a plain step, picture by picture.
public enum GradientNormalization: String, Codable, Sendable {
    /// Nothing.
    case none
    /// Its Euclidean length.
    case length
    /// Its standard deviation.
    case deviation
}

/// An optimizer at work on the parameters of a group of pictures.
package protocol OptimizerState: AnyObject {
    /// Moves `parameters` up the `gradient`.
    ///
    /// - Parameters:
    ///   - parameters: `[pictures, count]`, changed.
    ///   - gradient: `[pictures, count]`.
    ///   - progress: 0 at the first step, 1 at the last.
    func step(parameters: FloatBuffer, gradient: FloatBuffer, progress: Float)
}

extension Optimizer {
    /// The optimizer for `pictures` pictures of `count` parameters each.
    ///
    /// - Parameter team: who moves them.
    package func makeState(pictures: Int, count: Int, _ team: ThreadTeam) -> any OptimizerState {
        switch self {
        case .adam(let rate, let beta1, let beta2, let epsilon):
            Adam(
                rate: rate, beta1: beta1, beta2: beta2, epsilon: epsilon, looksAhead: false, count: pictures * count,
                team)
        case .nadam(let rate, let beta1, let beta2, let epsilon):
            Adam(
                rate: rate, beta1: beta1, beta2: beta2, epsilon: epsilon, looksAhead: true, count: pictures * count,
                team)
        case .ascent(let rate, let normalization):
            Ascent(rate: rate, decay: 0, normalization: normalization, pictures: pictures, count: count)
        case .momentum(let rate, let decay, let normalization):
            Ascent(rate: rate, decay: decay, normalization: normalization, pictures: pictures, count: count)
        }
    }
}
