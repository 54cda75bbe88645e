/// Numbers in memory of their own, in whose parts several threads may work.
final class NumberBuffer: @unchecked Sendable {
    let start: UnsafeMutablePointer<Float>
    let count: Int

    /// Allocates zeros.
    init(count: Int) {
        start = .allocate(capacity: max(count, 1))
        start.initialize(repeating: 0, count: max(count, 1))
        self.count = count
    }

    /// Copies numbers.
    convenience init(_ values: [Float]) {
        self.init(count: values.count)
        values.withUnsafeBufferPointer { if let other = $0.baseAddress { start.update(from: other, count: count) } }
    }

    deinit { start.deallocate() }

    /// A copy of the numbers.
    var values: [Float] { Array(UnsafeBufferPointer(start: start, count: count)) }
}
