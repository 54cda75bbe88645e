/// A record of recent signatures, so that an intercepted message cannot be sent again.
///
/// It holds the first 64 bits of the last `capacity` signatures, which bounds its memory to 1.5 MiB. A new message is
/// mistaken for a repetition about once in 2⁴⁸ messages.
package struct ReplayGuard {
    private let capacity: Int
    private var seen: Set<UInt64> = []
    private var order: [UInt64] = []
    private var oldest = 0

    /// Creates a guard that remembers the last `capacity` signatures.
    package init(capacity: Int = 1 << 16) {
        self.capacity = capacity
    }

    /// Records a signature, which is in hexadecimal.
    ///
    /// - Returns: whether it is new.
    package mutating func isNew(_ signature: [UInt8]) -> Bool {
        let mark = firstBits(of: signature)
        guard seen.insert(mark).inserted else { return false }
        if order.count < capacity {
            order.append(mark)
        } else {
            seen.remove(order[oldest])
            order[oldest] = mark
            oldest = (oldest + 1) % capacity
        }
        return true
    }
}

/// Returns the value of the first sixteen hexadecimal digits.
private func firstBits(of signature: [UInt8]) -> UInt64 {
    signature.prefix(16).reduce(0) { bits, character in
        let isLetter = character >= UInt8(ascii: "a")
        let digit = character &- (isLetter ? UInt8(ascii: "a") &- 10 : UInt8(ascii: "0"))
        return bits << 4 | UInt64(digit & 15)
    }
}
