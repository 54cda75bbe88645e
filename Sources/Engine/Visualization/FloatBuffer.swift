import Foundation

/// Floats that are allocated once and freed with their owner.
///
/// Pictures are `[batch, 3, height, width]`.
///
/// Belongs to one thread, like the render that owns it.
package final class FloatBuffer {
    /// The first of the floats.
    package let pointer: UnsafeMutablePointer<Float>
    /// How many there are.
    package let count: Int

    /// `count` zeros.
    package init(count: Int) {
        self.count = count
        pointer = .allocate(capacity: max(count, 1))
        pointer.initialize(repeating: 0, count: max(count, 1))
    }

    deinit { pointer.deallocate() }

    /// Copies all of `other`, which is as long.
    package func copy(_ other: FloatBuffer) {
        precondition(other.count == count)
        pointer.update(from: other.pointer, count: count)
    }

    /// Whether every float is finite.
    package var isFinite: Bool {
        // A float is infinite or no number exactly when 0 · x is no number, and sums keep that.
        var sums = SIMD8<Float>()
        let raw = UnsafeRawPointer(pointer)
        var index = 0
        while index + 8 <= count {
            sums += raw.loadUnaligned(fromByteOffset: index * 4, as: SIMD8<Float>.self) * 0
            index += 8
        }
        var sum = sums.sum()
        while index < count {
            sum += pointer[index] * 0
            index += 1
        }
        return sum == 0
    }
}

/// Copies `part` of some floats to the same place elsewhere.
func copy(_ source: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>, _ part: Range<Int>) {
    (target + part.lowerBound).update(from: source + part.lowerBound, count: part.count)
}
