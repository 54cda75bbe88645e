import Compute
import Platform

/// The noise over which a gradient is averaged.
///
/// Source: Smilkov et al. 2017, "SmoothGrad", arXiv:1706.03825.
public struct Smoothing: Codable, Hashable, Sendable {
    /// How many noisy copies the mean is taken over.
    public var copies: Int
    /// The noise's standard deviation as a share of the input's range, from its smallest to its largest number.
    public var deviation: Float
    /// The seed: the same seed gives the same noise.
    public var seed: UInt64

    /// Creates the settings of the noise. The paper recommends deviations of 0.1 to 0.2 and sees little gain beyond 50
    /// copies.
    public init(copies: Int = 50, deviation: Float = 0.15, seed: UInt64 = 0) {
        self.copies = copies
        self.deviation = deviation
        self.seed = seed
    }

    /// Checks that the numbers are in range.
    ///
    /// - Throws: ``EngineError/invalidValue(what:found:expected:)``.
    public func validate() throws(EngineError) {
        guard (1...100_000).contains(copies) else {
            throw .invalidValue(
                what: "The number of noisy copies", found: "\(copies)", expected: "1 to 100000")
        }
        guard deviation.isFinite, (0...10).contains(deviation) else {
            throw .invalidValue(
                what: "The noise's share of the input's range", found: "\(deviation)",
                expected: "0 to 10, such as 0.15")
        }
    }

    /// A generator of noisy copies of an input.
    package struct Copies {
        private let values: [Float]
        private let deviation: Float
        private var random: RandomSource

        package init(of input: Tensor, _ smoothing: Smoothing) {
            values = input.values
            let range = (values.max() ?? 0) - (values.min() ?? 0)
            deviation = smoothing.deviation * range
            random = RandomSource(seed: smoothing.seed, stream: 11)
        }

        /// Returns the next `count` copies, `[count × input]`.
        package mutating func next(_ count: Int) -> [Float] {
            var copies: [Float] = []
            copies.reserveCapacity(count * values.count)
            for _ in 0..<count {
                for value in values { copies.append(value + deviation * random.normal()) }
            }
            return copies
        }
    }
}
