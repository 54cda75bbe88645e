import Foundation
import Synchronization

/// A few threads that run one piece of work together, over and over, without ever being made anew.
///
/// Everything that the engine spreads over cores goes through the one shared team, and OpenBLAS is
/// kept to one thread a call, so the two never fight for cores. A thread that has to wait watches for
/// some tenths of a millisecond and then sleeps: an idle kernel uses no processor time, and on a busy
/// machine the core goes to the thread that is waited for.
package final class ThreadTeam: Sendable {
    /// The team of this process, as large as ``ProcessorCount`` says.
    package static let shared = ThreadTeam(count: ProcessorCount.usable)

    /// How many threads work together, the caller's included.
    package let count: Int

    private let work = WorkSlot()
    private let barrier: Barrier
    /// Where the other threads wait for work.
    private let start = Gate()
    private let turn = TeamTurn()

    package init(count: Int) {
        precondition(count > 0, "a team needs a thread")
        self.count = count
        barrier = Barrier(count: count)
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
        takingTurn { runNow(body) }
    }

    /// Calls `body`, which may run work on the team, while no other caller's work runs there.
    ///
    /// What a step computes beside its runs would otherwise take a core from another's run, whose threads wait for each other.
    package func takingTurn<Result, Failure: Error>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
        try turn.take(body)
    }

    private func runNow(_ body: @escaping @Sendable (TeamMember) -> Void) {
        let caller = TeamMember(index: 0, count: count, barrier: barrier)
        guard count > 1 else { return body(caller) }
        work.body = body
        start.open()
        body(caller)
        barrier.meet()
        work.body = nil
    }

    private func serve(_ index: Int) {
        let member = TeamMember(index: index, count: count, barrier: barrier)
        var seen = 0
        while true {
            start.wait(for: seen + 1)
            seen += 1
            work.body?(member)
            barrier.meet()
        }
    }
}

/// What the team is to run.
///
/// Written only while every other thread of the team is waiting.
private final class WorkSlot: @unchecked Sendable {
    var body: (@Sendable (TeamMember) -> Void)?
}
