/// Nearly normally distributed numbers that are a function of a key and an index, eight at a time.
///
/// Box–Muller would take longer than all other transforms together. Here each number is the sum of eight
/// bytes of a hash, less their mean, over their deviation: normal except for its tails, which end at 4.9
/// deviations (excess kurtosis −.15).
///
/// Source: sums of uniform random numbers, Irwin 1927 and Hall 1927; the hash is “lowbias32”, Wellons 2018.
package struct NoiseSource: Sendable {
    private let low: UInt32
    private let high: UInt32

    /// Creates the source of a key's numbers.
    package init(key: UInt64) {
        low = UInt32(truncatingIfNeeded: key)
        high = UInt32(truncatingIfNeeded: key >> 32)
    }

    /// Adds the numbers, times `amount`, to `input`.
    ///
    /// `output` may be `input`. The numbers do not depend on how the floats are cut into parts.
    ///
    /// - Parameter part: which of the floats; it starts at a multiple of 8.
    package func add(
        _ amount: Float, to input: UnsafePointer<Float>, into output: UnsafeMutablePointer<Float>,
        _ part: Range<Int>
    ) {
        let (source, target) = (UnsafeRawPointer(input), UnsafeMutableRawPointer(output))
        // Eight bytes have mean 8 · 127.5 and variance 8 · (256² − 1) / 12.
        let scale = amount / Float(8 * 65535.0 / 12).squareRoot()
        var index = part.lowerBound
        var place = SIMD8<UInt32>(0, 1, 2, 3, 4, 5, 6, 7) &+ UInt32(truncatingIfNeeded: index)
        while index + 8 <= part.upperBound {
            let values = source.loadUnaligned(fromByteOffset: index * 4, as: SIMD8<Float>.self)
            target.storeBytes(
                of: values + (sums(place) - 1020) * scale, toByteOffset: index * 4, as: SIMD8<Float>.self)
            place &+= 8
            index += 8
        }
        let rest = sums(place)
        for lane in 0..<part.upperBound - index {
            output[index + lane] = input[index + lane] + (rest[lane] - 1020) * scale
        }
    }

    /// Returns the sum of eight bytes of the hash of each index.
    @inline(__always)
    private func sums(_ place: SIMD8<UInt32>) -> SIMD8<Float> {
        let first = hash(place ^ low)
        let second = hash(first &+ high)
        let total = bytes(first) &+ bytes(second)
        return SIMD8<Float>(SIMD8<Int32>(truncatingIfNeeded: (total & 0xFFFF) &+ (total &>> 16)))
    }

    /// Returns the sums of neighboring bytes, in the halves of a word.
    @inline(__always)
    private func bytes(_ word: SIMD8<UInt32>) -> SIMD8<UInt32> {
        (word & 0x00FF_00FF) &+ ((word &>> 8) & 0x00FF_00FF)
    }

    @inline(__always)
    private func hash(_ word: SIMD8<UInt32>) -> SIMD8<UInt32> {
        var x = word
        x ^= x &>> 16
        x &*= 0x7FEB_352D
        x ^= x &>> 15
        x &*= 0x846C_A68B
        x ^= x &>> 16
        return x
    }
}
