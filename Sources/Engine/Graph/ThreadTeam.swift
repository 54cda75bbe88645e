import Foundation
import Synchronization

/// A few threads that run one piece of work together, over and over, without ever being made anew.
///
/// Everything that the engine spreads over cores goes through the one shared team, and OpenBLAS is
/// kept to one thread a call, so the two never fight for cores. Between runs a thread watches for
/// new work for some tens of microseconds and then sleeps, so an idle kernel uses no processor time.
package final class ThreadTeam: Sendable {
    /// The team of this process: a thread for each core that the process may use, sixteen at most.
    package static let shared = ThreadTeam(
        count: min(ProcessInfo.processInfo.activeProcessorCount, 16))

    /// How many threads work together, the caller's included.
    package let count: Int

    private let work = WorkSlot()
    private let barrier = Barrier()
    private let generation = Atomic<Int>(0)
    private let unfinished = Atomic<Int>(0)
    private let sleepers = NSCondition()
    private let turn = NSLock()

    package init(count: Int) {
        precondition(count > 0, "a team needs a thread")
        self.count = count
        for index in 1..<max(count, 1) where count > 1 {
            let thread = Thread { [self] in serve(index) }
            thread.name = "vitrine team \(index)"
            thread.stackSize = 1 << 20
            thread.start()
        }
    }

    /// Calls `body` once on each of the team's threads, this one included, and returns when all are done.
    ///
    /// Several callers take turns. `body` must not call `run` again. A body that is kept from call to
    /// call makes a run free of allocations.
    package func run(_ body: @escaping @Sendable (TeamMember) -> Void) {
        turn.lock()
        defer { turn.unlock() }
        let caller = TeamMember(index: 0, count: count, barrier: barrier)
        guard count > 1 else { return body(caller) }
        work.body = body
        unfinished.store(count - 1, ordering: .relaxed)
        sleepers.lock()
        generation.add(1, ordering: .releasing)
        sleepers.broadcast()
        sleepers.unlock()
        body(caller)
        spin { unfinished.load(ordering: .acquiring) == 0 }
        work.body = nil
    }

    private func serve(_ index: Int) {
        let member = TeamMember(index: index, count: count, barrier: barrier)
        var seen = 0
        while true {
            var patience = 2000
            while generation.load(ordering: .acquiring) == seen, patience > 0 { patience -= 1 }
            if patience == 0 {
                sleepers.lock()
                while generation.load(ordering: .acquiring) == seen { sleepers.wait() }
                sleepers.unlock()
            }
            seen += 1
            work.body?(member)
            unfinished.subtract(1, ordering: .acquiringAndReleasing)
        }
    }
}

/// What the team is to run. Written only while every other thread of the team is waiting.
private final class WorkSlot: @unchecked Sendable {
    var body: (@Sendable (TeamMember) -> Void)?
}

/// Waits until `isDone`: watching closely at first, then letting others have the core in between.
func spin(until isDone: () -> Bool) {
    var patience = 20_000
    while !isDone() {
        if patience > 0 { patience -= 1 } else { sched_yield() }
    }
}
