import Compute

/// The rule by which parameters follow the gradient.
///
/// Objectives are maximized, so steps ascend the gradient.
public enum Optimizer: Codable, Hashable, Sendable {
    /// Kingma and Ba 2014, arXiv:1412.6980. See ``Adam``.
    case adam(rate: Schedule, beta1: Float, beta2: Float, epsilon: Float)
    /// Adam with Nesterov momentum. Dozat 2016. See ``Adam``.
    case nadam(rate: Schedule, beta1: Float, beta2: Float, epsilon: Float)
    /// Plain steps along the gradient. See ``Ascent``.
    case ascent(rate: Schedule, normalization: GradientNormalization)
    /// Steps with momentum: each adds `decay` of the previous one. See ``Ascent``.
    case momentum(rate: Schedule, decay: Float, normalization: GradientNormalization)

    /// Returns the same optimizer with its rates multiplied by `factor`.
    func scalingRate(by factor: Float) -> Optimizer {
        func scaled(_ rate: Schedule) -> Schedule {
            Schedule(from: factor * rate.start, to: factor * rate.end, shape: rate.shape)
        }
        return switch self {
        case .adam(let rate, let beta1, let beta2, let epsilon):
            .adam(rate: scaled(rate), beta1: beta1, beta2: beta2, epsilon: epsilon)
        case .nadam(let rate, let beta1, let beta2, let epsilon):
            .nadam(rate: scaled(rate), beta1: beta1, beta2: beta2, epsilon: epsilon)
        case .ascent(let rate, let normalization): .ascent(rate: scaled(rate), normalization: normalization)
        case .momentum(let rate, let decay, let normalization):
            .momentum(rate: scaled(rate), decay: decay, normalization: normalization)
        }
    }

    /// Returns Adam with the usual constants.
    public static func adam(rate: Schedule) -> Optimizer {
        .adam(rate: rate, beta1: 0.9, beta2: 0.999, epsilon: 1e-8)
    }

    /// Returns NAdam with the usual constants.
    public static func nadam(rate: Schedule) -> Optimizer {
        .nadam(rate: rate, beta1: 0.9, beta2: 0.999, epsilon: 1e-8)
    }
}

/// The divisor of a picture's gradient before a step of ``Ascent``.
public enum GradientNormalization: String, Codable, Sendable {
    /// Nothing.
    case none
    /// Its Euclidean length.
    case length
    /// Its standard deviation.
    case deviation
}

/// The state of an optimizer for the parameters of a group of pictures.
package protocol OptimizerState: AnyObject {
    /// Moves `parameters` along the `gradient`.
    ///
    /// - Parameters:
    ///   - parameters: `[pictures, count]`, changed.
    ///   - gradient: `[pictures, count]`.
    ///   - progress: 0 at the first step, 1 at the last.
    func step(parameters: FloatBuffer, gradient: FloatBuffer, progress: Float)
}

extension Optimizer {
    /// Creates the state for `pictures` pictures of `count` parameters each.
    ///
    /// - Parameter team: the threads that share the work.
    package func makeState(pictures: Int, count: Int, _ team: ThreadTeam) -> any OptimizerState {
        switch self {
        case .adam(let rate, let beta1, let beta2, let epsilon):
            Adam(
                rate: rate, beta1: beta1, beta2: beta2, epsilon: epsilon, usesNesterov: false, count: pictures * count,
                team)
        case .nadam(let rate, let beta1, let beta2, let epsilon):
            Adam(
                rate: rate, beta1: beta1, beta2: beta2, epsilon: epsilon, usesNesterov: true, count: pictures * count,
                team)
        case .ascent(let rate, let normalization):
            Ascent(rate: rate, decay: 0, normalization: normalization, pictures: pictures, count: count)
        case .momentum(let rate, let decay, let normalization):
            Ascent(rate: rate, decay: decay, normalization: normalization, pictures: pictures, count: count)
        }
    }
}
