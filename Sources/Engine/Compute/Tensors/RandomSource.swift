import Foundation

/// A reproducible stream of random numbers: the same seed gives the same stream on every machine.
///
/// Source: xoshiro256++, Blackman and Vigna 2019, arXiv:1805.01407, seeded by SplitMix64.
public struct RandomSource: RandomNumberGenerator, Sendable {
    private var state: (UInt64, UInt64, UInt64, UInt64)
    private var spareNormal: Float?

    /// Creates the stream of a seed. Different `stream` numbers give independent streams of one seed.
    public init(seed: UInt64, stream: UInt64 = 0) {
        var mixer = seed ^ (stream &* 0xD1B5_4A32_D192_ED03)
        func next() -> UInt64 {
            mixer &+= 0x9E37_79B9_7F4A_7C15
            var z = mixer
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
        state = (next(), next(), next(), next())
    }

    /// Returns the next 64 random bits.
    public mutating func next() -> UInt64 {
        func rotate(_ x: UInt64, _ k: UInt64) -> UInt64 { (x << k) | (x >> (64 - k)) }
        let result = rotate(state.0 &+ state.3, 23) &+ state.0
        let shifted = state.1 << 17
        state.2 ^= state.0
        state.3 ^= state.1
        state.1 ^= state.2
        state.0 ^= state.3
        state.2 ^= shifted
        state.3 = rotate(state.3, 45)
        return result
    }

    /// Returns a number drawn uniformly from `range`.
    public mutating func uniform(_ range: ClosedRange<Float> = 0...1) -> Float {
        let unit = Float(next() >> 40) * 0x1p-24
        return range.lowerBound + unit * (range.upperBound - range.lowerBound)
    }

    /// Returns a number drawn from the standard normal distribution (Box–Muller).
    public mutating func normal() -> Float {
        if let spare = spareNormal {
            spareNormal = nil
            return spare
        }
        let radius = (-2 * log(max(uniform(), .leastNormalMagnitude))).squareRoot()
        let angle = 2 * Float.pi * uniform()
        spareNormal = radius * sin(angle)
        return radius * cos(angle)
    }
}
