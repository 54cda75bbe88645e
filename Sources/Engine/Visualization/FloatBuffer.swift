import Foundation

/// Floats that are allocated once and freed with their owner.
///
/// Pictures are `[batch, 3, height, width]`.
///
/// Belongs to one thread, like the render that owns it.
package final class FloatBuffer {
    /// The address of the first float.
    package let pointer: UnsafeMutablePointer<Float>
    /// The number of floats.
    package let count: Int

    /// Allocates `count` zeros.
    package init(count: Int) {
        self.count = count
        pointer = .allocate(capacity: max(count, 1))
        pointer.initialize(repeating: 0, count: max(count, 1))
    }

    deinit { pointer.deallocate() }

    /// Copies the floats of `other`, which has as many.
    package func copy(_ other: FloatBuffer) {
        precondition(other.count == count)
        pointer.update(from: other.pointer, count: count)
    }

    /// Whether every float is finite.
    package var isFinite: Bool {
        // 0 · x is NaN exactly if x is NaN or infinite, and a sum with NaN is NaN.
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

/// Copies `part` of the floats at `source` to the same part at `target`.
func copy(_ source: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>, _ part: Range<Int>) {
    (target + part.lowerBound).update(from: source + part.lowerBound, count: part.count)
}
