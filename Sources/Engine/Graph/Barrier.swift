import Foundation
import Synchronization

/// Where a team's threads wait for each other.
package final class Barrier: Sendable {
    private let count: Int
    private let arrived = Atomic<Int>(0)
    private let gate = Gate()

    /// A barrier for `count` threads.
    package init(count: Int) { self.count = count }

    /// Returns when all have called it.
    package func meet() {
        // Nobody can open the gate before this thread has arrived, so this is the number before.
        let next = gate.opened + 1
        guard arrived.add(1, ordering: .acquiringAndReleasing).newValue == count else {
            return gate.wait(for: next)
        }
        arrived.store(0, ordering: .relaxed)
        gate.open()
    }
}

/// Counts how often it was opened; threads wait until it has been opened often enough.
///
/// A thread watches for some tenths of a millisecond, as most waits are shorter and being woken takes as long as many of
/// them, and then sleeps. Watching on would keep the core from the very thread that is waited for, where other programs want
/// the cores too.
final class Gate: Sendable {
    private static let looks = 1_000_000
    private let count = Atomic<Int>(0)
    private let sleepers = Atomic<Int>(0)
    private let bed = NSCondition()

    /// How often the gate was opened.
    var opened: Int { count.load(ordering: .acquiring) }

    /// Lets everybody through who waits for this opening; they see what was written before.
    func open() {
        // Both sides write first and read then, in one order for all: either the sleeper sees the opening
        // or this sees the sleeper.
        count.add(1, ordering: .sequentiallyConsistent)
        guard sleepers.load(ordering: .sequentiallyConsistent) > 0 else { return }
        bed.lock()
        bed.broadcast()
        bed.unlock()
    }

    /// Returns when the gate was opened `times` times.
    func wait(for times: Int) {
        for _ in 0..<Self.looks where opened >= times { return }
        bed.lock()
        sleepers.add(1, ordering: .sequentiallyConsistent)
        while count.load(ordering: .sequentiallyConsistent) < times { bed.wait() }
        sleepers.subtract(1, ordering: .relaxed)
        bed.unlock()
    }
}
