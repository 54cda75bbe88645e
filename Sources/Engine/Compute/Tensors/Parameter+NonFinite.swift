import Synchronization

extension Parameter {
    /// Counts the numbers that are NaN or infinite.
    ///
    /// Reads every number, on all threads of `team` if there are many; the pages of a mapped file are loaded then.
    package func nonFiniteCount(_ team: ThreadTeam) -> Int {
        guard count >= Self.countWorthThreads else { return Self.nonFiniteCount(of: values, count) }
        let total = Total()
        team.forEach(of: count, unit: 1024) { part in
            total.count.add(Self.nonFiniteCount(of: values + part.lowerBound, part.count), ordering: .relaxed)
        }
        return total.count.load(ordering: .relaxed)
    }

    /// The count below which a thread takes longer to wake than to read the numbers.
    private static let countWorthThreads = 1 << 18

    /// Counts the numbers whose exponent is all ones (IEEE 754, 3.4).
    private static func nonFiniteCount(of values: UnsafePointer<Float>, _ count: Int) -> Int {
        var found = 0
        for index in 0..<count where values[index].bitPattern & 0x7F80_0000 == 0x7F80_0000 { found &+= 1 }
        return found
    }
}

/// The sum of what several threads have counted.
private final class Total: Sendable {
    let count = Atomic(0)
}
