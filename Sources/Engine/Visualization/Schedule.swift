import Compute
import Foundation

/// A number that changes from the first step to the last.
public struct Schedule: Codable, Hashable, Sendable {
    /// The curve from the start to the end.
    public enum Shape: String, Codable, Sendable {
        /// `s + (e − s) · t`.
        case linear
        /// Half a period of a cosine: slow at both ends. Loshchilov and Hutter 2016, arXiv:1608.03983, eq. 5.
        case cosine
    }

    /// The number at the first step.
    public var start: Float
    /// The number at the last step.
    public var end: Float
    /// The curve between them.
    public var shape: Shape

    /// Creates a schedule from `start` to `end`.
    public init(from start: Float, to end: Float, shape: Shape = .linear) {
        self.start = start
        self.end = end
        self.shape = shape
    }

    /// Creates a schedule whose number stays the same.
    public static func constant(_ value: Float) -> Schedule { Schedule(from: value, to: value) }

    /// Returns the number at `progress`, which is 0 at the first step and 1 at the last.
    public func value(at progress: Float) -> Float {
        let fraction = shape == .linear ? progress : (1 - cos(Float.pi * progress)) / 2
        return start + (end - start) * fraction
    }

    var isFinite: Bool { start.isFinite && end.isFinite }
}

/// The distribution that a random number is drawn from at each step.
public enum Distribution: Codable, Hashable, Sendable {
    /// Uniformly from `lower` to `upper`.
    case uniform(lower: Float, upper: Float)
    /// One of these values, with equal probability.
    case oneOf(values: [Float])

    /// Returns a number drawn from `random`.
    ///
    /// An empty `oneOf` gives 0, but no valid ``Recipe`` has one.
    func draw(from random: inout RandomSource) -> Float {
        switch self {
        case .uniform(let lower, let upper): random.uniform(lower...max(lower, upper))
        case .oneOf(let values): values.randomElement(using: &random) ?? 0
        }
    }

    /// The smallest and the largest number that can be drawn; nil if there is none.
    var bounds: ClosedRange<Float>? {
        switch self {
        case .uniform(let lower, let upper): lower <= upper && (upper - lower).isFinite ? lower...upper : nil
        case .oneOf(let values):
            values.allSatisfy(\.isFinite)
                ? values.min().flatMap { low in values.max().map { low...$0 } } : nil
        }
    }
}
