/// Remembers signatures, so that a message which was overheard cannot be sent again.
///
/// It remembers the last `capacity` ones, so its memory is bounded.
package struct ReplayGuard {
    private let capacity: Int
    private var seen: Set<[UInt8]> = []
    private var order: [[UInt8]] = []
    private var oldest = 0

    /// A guard that remembers this many signatures.
    package init(capacity: Int = 1 << 16) {
        self.capacity = capacity
    }

    /// Remembers the signature.
    ///
    /// - Returns: whether it is new.
    package mutating func isNew(_ signature: [UInt8]) -> Bool {
        guard seen.insert(signature).inserted else { return false }
        if order.count < capacity {
            order.append(signature)
        } else {
            seen.remove(order[oldest])
            order[oldest] = signature
            oldest = (oldest + 1) % capacity
        }
        return true
    }
}
