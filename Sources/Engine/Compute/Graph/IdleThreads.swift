import Foundation
import Synchronization

/// The threads of a team that sleep until there is work.
final class IdleThreads: Sendable {
    private let sleepers = Atomic<Int>(0)
    /// Whether a wake-up is on its way to a thread that does not run yet; another one would only cost time.
    private let isWaking = Atomic(false)
    private let condition = NSCondition()

    /// The number of threads that sleep until they are woken.
    var count: Int {
        // A thread that goes to sleep holds the lock until it does.
        condition.lock()
        defer { condition.unlock() }
        return sleepers.load(ordering: .relaxed)
    }

    /// Sleeps until `isOver` holds, which the waking thread makes true before it wakes the others.
    func sleep(until isOver: () -> Bool) {
        condition.lock()
        // Both sides store before they load, in one total order: either this thread sees what was done, or the other one
        // sees that this one sleeps.
        sleepers.add(1, ordering: .sequentiallyConsistent)
        while !isOver() {
            // The earlier wake-up has arrived; a later one finds this thread waiting.
            isWaking.store(false, ordering: .relaxed)
            condition.wait()
            isWaking.store(false, ordering: .relaxed)
        }
        sleepers.subtract(1, ordering: .relaxed)
        condition.unlock()
    }

    /// Wakes sleeping threads for more work, unless a wake-up is on its way. No run depends on their waking.
    func wakeSome() {
        guard sleepers.load(ordering: .sequentiallyConsistent) > 0,
            !isWaking.exchange(true, ordering: .relaxed)
        else { return }
        broadcast()
        // A thread that did not sleep yet was not woken, and does not reset the flag.
        if sleepers.load(ordering: .relaxed) == 0 { isWaking.store(false, ordering: .relaxed) }
    }

    /// Wakes all sleeping threads.
    func wakeAll() {
        if sleepers.load(ordering: .sequentiallyConsistent) > 0 { broadcast() }
    }

    private func broadcast() {
        condition.lock()
        condition.broadcast()
        condition.unlock()
    }
}
