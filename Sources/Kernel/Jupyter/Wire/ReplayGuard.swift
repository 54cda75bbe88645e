/// Remembers signatures, so that a message which was overheard cannot be sent again.
///
/// It remembers the last `capacity` ones, each by its first 64 bits: two of them that are genuine agree in those once in
/// 2⁴⁸ messages. So its memory is bounded, to 1.5 MiB.
package struct ReplayGuard {
    private let capacity: Int
    private var seen: Set<UInt64> = []
    private var order: [UInt64] = []
    private var oldest = 0

    /// A guard that remembers this many signatures.
    package init(capacity: Int = 1 << 16) {
        self.capacity = capacity
    }

    /// Remembers the signature, which is in hexadecimal.
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

/// The number that the first sixteen hexadecimal digits say.
private func firstBits(of signature: [UInt8]) -> UInt64 {
    signature.prefix(16).reduce(0) { bits, character in
        let isLetter = character >= UInt8(ascii: "a")
        let digit = character &- (isLetter ? UInt8(ascii: "a") &- 10 : UInt8(ascii: "0"))
        return bits << 4 | UInt64(digit & 15)
    }
}
