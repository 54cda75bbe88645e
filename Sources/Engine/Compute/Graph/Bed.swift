import Foundation
import Synchronization

/// Where a team's threads sleep that have nothing to do.
final class Bed: Sendable {
    private let sleepers = Atomic<Int>(0)
    /// Whether somebody was called who is not up yet: calling again would only cost time.
    private let isCalling = Atomic(false)
    private let bed = NSCondition()

    /// How many sleep and have to be called.
    var count: Int {
        // Who lies down holds the lock until it sleeps.
        bed.lock()
        defer { bed.unlock() }
        return sleepers.load(ordering: .relaxed)
    }

    /// Returns when it is called and `isOver`, which somebody makes true before calling.
    func sleep(until isOver: () -> Bool) {
        bed.lock()
        // Both sides write first and read then, in one order for all: either this sees what was done or the other sees
        // the sleeper.
        sleepers.add(1, ordering: .sequentiallyConsistent)
        while !isOver() {
            // Whoever was called before is up: who calls from here on finds this thread waiting.
            isCalling.store(false, ordering: .relaxed)
            bed.wait()
            isCalling.store(false, ordering: .relaxed)
        }
        sleepers.subtract(1, ordering: .relaxed)
        bed.unlock()
    }

    /// Calls those who sleep to work, unless they were called just before; nobody relies on their coming.
    func wakeSome() {
        guard sleepers.load(ordering: .sequentiallyConsistent) > 0,
            !isCalling.exchange(true, ordering: .relaxed)
        else { return }
        broadcast()
        // Who had not lain down yet was not woken, and does not say that it is up.
        if sleepers.load(ordering: .relaxed) == 0 { isCalling.store(false, ordering: .relaxed) }
    }

    /// Calls everybody.
    func wakeAll() {
        if sleepers.load(ordering: .sequentiallyConsistent) > 0 { broadcast() }
    }

    private func broadcast() {
        bed.lock()
        bed.broadcast()
        bed.unlock()
    }
}
