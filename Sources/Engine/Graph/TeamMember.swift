import Synchronization

/// One thread's place in a ``ThreadTeam``.
package struct TeamMember: Sendable {
    /// Which of the team's threads this is; 0 is the caller's.
    package let index: Int
    /// How many threads work together.
    package let count: Int
    private let barrier: Barrier?

    package init(index: Int, count: Int, barrier: Barrier?) {
        self.index = index
        self.count = count
        self.barrier = barrier
    }

    /// A team of one, which never waits.
    package static let alone = TeamMember(index: 0, count: 1, barrier: nil)

    /// This member's part of `0..<total`, cut at multiples of `unit`.
    ///
    /// The same for the same team size.
    package func part(of total: Int, unit: Int = 1) -> Range<Int> {
        let units = (total + unit - 1) / unit
        let lower = min(units * index / count * unit, total)
        let upper = min(units * (index + 1) / count * unit, total)
        return lower..<upper
    }

    /// How much the member with the largest ``part(of:unit:)`` gets.
    func largestPart(of total: Int, unit: Int = 1) -> Int {
        let units = (total + unit - 1) / unit
        return min((units + count - 1) / count * unit, total)
    }

    /// Waits until every member has come here; what they wrote before is then visible to all.
    package func meet() {
        barrier?.meet()
    }
}
