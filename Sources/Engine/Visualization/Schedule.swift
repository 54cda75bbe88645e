import Compute
import Foundation

/// A number that changes from the first step to the last.
public struct Schedule: Codable, Hashable, Sendable {
    /// How the number goes from its start to its end.
    public enum Shape: String, Codable, Sendable {
        /// `s + (e − s) · t`.
        case linear
        /// Half a cosine: slow at both ends. Loshchilov and Hutter 2016, arXiv:1608.03983, eq. 5.
        case cosine
    }

    /// The number at the first step.
    public var start: Float
    /// The number at the last step.
    public var end: Float
    /// The way between them.
    public var shape: Shape

    /// A number that goes from `start` to `end`.
    public init(from start: Float, to end: Float, shape: Shape = .linear) {
        self.start = start
        self.end = end
        self.shape = shape
    }

    /// A number that stays as it is.
    public static func constant(_ value: Float) -> Schedule { Schedule(from: value, to: value) }

    /// The number at `progress`, which goes from 0 at the first step to 1 at the last.
    public func value(at progress: Float) -> Float {
        let way = shape == .linear ? progress : (1 - cos(Float.pi * progress)) / 2
        return start + (end - start) * way
    }

    var isFinite: Bool { start.isFinite && end.isFinite }
}

/// How a random number is drawn at each step.
public enum Distribution: Codable, Hashable, Sendable {
    /// Evenly from `lower` to `upper`.
    case uniform(lower: Float, upper: Float)
    /// One of these, each as likely.
    case oneOf(values: [Float])

    /// A number drawn from `random`.
    ///
    /// An empty `oneOf` is 0; a ``Recipe`` that has one is refused.
    func draw(from random: inout RandomSource) -> Float {
        switch self {
        case .uniform(let lower, let upper): random.uniform(lower...max(lower, upper))
        case .oneOf(let values): values.randomElement(using: &random) ?? 0
        }
    }

    /// The smallest and the largest number that can be drawn; nil where there is none.
    var bounds: ClosedRange<Float>? {
        switch self {
        case .uniform(let lower, let upper): lower <= upper && (upper - lower).isFinite ? lower...upper : nil
        case .oneOf(let values):
            values.allSatisfy(\.isFinite)
                ? values.min().flatMap { low in values.max().map { low...$0 } } : nil
        }
    }
}
