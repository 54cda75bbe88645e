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

    /// This member's part of `0..<total`, cut at multiples of `unit`. The same for the same team size.
    package func part(of total: Int, unit: Int = 1) -> Range<Int> {
        let units = (total + unit - 1) / unit
        let lower = min(units * index / count * unit, total)
        let upper = min(units * (index + 1) / count * unit, total)
        return lower..<upper
    }

    /// Waits until every member has come here; what they wrote before is then visible to all.
    package func meet() {
        barrier?.meet(count)
    }
}

/// Where a team's threads wait for each other.
package final class Barrier: Sendable {
    private let arrived = Atomic<Int>(0)
    private let generation = Atomic<Int>(0)

    package init() {}

    /// Returns when `count` threads have called it.
    package func meet(_ count: Int) {
        let current = generation.load(ordering: .acquiring)
        if arrived.add(1, ordering: .acquiringAndReleasing).newValue == count {
            arrived.store(0, ordering: .relaxed)
            generation.store(current + 1, ordering: .releasing)
            return
        }
        spin { generation.load(ordering: .acquiring) != current }
    }
}
