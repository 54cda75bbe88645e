import Foundation
import Platform
import Synchronization

/// A few long-lived threads that do the parts of one piece of work after the other.
///
/// All parallel work of the engine goes through the team of its ``CPUBackend``, and OpenBLAS uses one thread a call, so that
/// the two never compete for cores. Parts are dealt out while the work is done: on a busy machine a thread that is not running takes none, and no
/// other waits for it. A thread without work spins for about as long as a part takes and then sleeps. How many threads take
/// part is measured (``TeamWidth``). See `docs/decisions/0021-parts-dealt-out.md`.
package final class ThreadTeam: Sendable {
    /// A team of one, which several threads may use at once.
    package static let alone = ThreadTeam(count: 1)

    /// The largest number of threads that work together, the caller's included.
    package let count: Int

    /// The time for which a thread without work spins before it sleeps, unless parts take longer: a helper between the parts of
    /// a step, the caller until a helper has finished one.
    private static let spinLimit = (helper: Duration.microseconds(100), caller: Duration.microseconds(50))
    private static let longestSpin = Duration.milliseconds(1)

    private let dealer = PartDealer()
    private let work: WorkSlot
    private let turn = TeamTurn()
    private let isDone = Atomic(true)
    private let cores: TeamCores
    private let idle = IdleThreads()
    /// The time of a part in nanoseconds.
    private let partTime = Atomic<Int>(0)
    /// The number of threads that take part, and the condition that the others wait for.
    private let width: Atomic<Int>
    private let widening = NSCondition()

    /// Decides after a run how many threads take part from then on.
    ///
    /// - Parameters:
    ///   - pace: the measured times of the run.
    ///   - seconds: how long it took.
    ///   - lost: for how much of that its caller was kept from computing.
    package typealias Decision = (_ pace: RunPace, _ seconds: Double, _ lost: Double) -> Int

    /// Creates a team of `count` threads, the caller's included.
    ///
    /// - Parameter decision: how many of them take part; measured by ``TeamWidth`` if nil. Called by one thread at a time.
    package init(count: Int, decision: Decision? = nil) {
        precondition(count > 0, "a team needs a thread")
        self.count = count
        width = Atomic(count)
        cores = TeamCores(count: count)
        work = WorkSlot(decision: decision ?? Self.measured(most: count))
        for index in 1..<max(count, 1) where count > 1 {
            nonisolated(unsafe) let memory = PackingMemory.allocate()
            let thread = Thread { [self] in
                PackingMemory.use(memory)
                cores.registerHelper(index)
                serve(index)
            }
            thread.name = "vitrine team \(index)"
            thread.stackSize = 1 << 20
            thread.start()
        }
    }

    /// Does all pieces of work one after the other, and returns when the last is done.
    ///
    /// Several callers take turns. No part may call the team again.
    ///
    /// - Parameters:
    ///   - cancellation: checked after each piece.
    ///   - pace: the measured times of this run, if it is repeated.
    /// - Returns: whether all was done; false if it was cancelled before.
    @discardableResult
    package func run(
        _ works: UnsafeBufferPointer<TeamWork>, cancellation: Cancellation? = nil, pace: RunPace? = nil
    ) -> Bool {
        guard count > 1 else {
            for (index, work) in works.enumerated() {
                for part in 0..<work.count { work.body(part, 0) }
                if index + 1 < works.count, cancellation?.isRequested == true { return false }
            }
            return true
        }
        guard let cancellation else { return takingTurn { runNow(works, nil, pace) } }
        return turn.take(unless: cancellation) { runNow(works, cancellation, pace) } ?? false
    }

    /// Does all pieces of work one after the other.
    @discardableResult
    package func run(_ works: [TeamWork], cancellation: Cancellation? = nil) -> Bool {
        works.withUnsafeBufferPointer { run($0, cancellation: cancellation) }
    }

    /// Calls `body` for parts of `0..<total`, cut at multiples of `unit`, and returns when all are done.
    package func forEach(of total: Int, unit: Int = 1, atLeast: Int = 1, _ body: (Range<Int>) -> Void) {
        let cut = Cut(of: total, unit: unit, atLeast: atLeast)
        forEach(cut.count) { part, _ in body(cut[part]) }
    }

    /// Calls `body` for parts of `0..<total` elements.
    package func forEach(ofElements total: Int, _ body: (Range<Int>) -> Void) {
        forEach(of: total, unit: 8, atLeast: Cut.fewElements, body)
    }

    /// Calls `body` for each part, with the index of the thread that does it.
    package func forEach(_ parts: Int, _ body: (_ part: Int, _ worker: Int) -> Void) {
        guard count > 1, parts > 1 else {
            for part in 0..<parts { body(part, 0) }
            return
        }
        withoutActuallyEscaping(body) { body in
            withUnsafePointer(to: TeamWork(count: parts, body)) { _ = run(UnsafeBufferPointer(start: $0, count: 1)) }
        }
    }

    /// Sets how many threads take part from now on, 1 to ``count``, even in the middle of a run.
    package func use(threads: Int) {
        let wanted = min(max(threads, 1), count)
        guard wanted > width.exchange(wanted, ordering: .relaxed) else { return }
        widening.lock()
        widening.broadcast()
        widening.unlock()
    }

    /// The number of threads that sleep because there is no work.
    package var sleeping: Int { idle.count }

    /// Returns the least size of parts of `0..<total` if each part has a fixed cost: there are two for each thread.
    package func largeParts(of total: Int, atLeast: Int) -> Int {
        count == 1 ? total : max(atLeast, total / (2 * count))
    }

    /// Calls `body`, which may run work on the team, while no other caller's work runs there.
    ///
    /// Otherwise, what a step computes between its runs would take a core from another caller's run.
    package func takingTurn<Result, Failure: Error>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
        try turn.take(body)
    }

    /// Calls `body` in the same way; returns nil without calling it if `cancellation` is requested before it is this caller's turn.
    package func takingTurn<Result, Failure: Error>(
        unless cancellation: Cancellation, _ body: () throws(Failure) -> Result
    ) throws(Failure) -> Result? {
        try turn.take(unless: cancellation, body)
    }

    private func runNow(
        _ works: UnsafeBufferPointer<TeamWork>, _ cancellation: Cancellation?, _ pace: RunPace?
    ) -> Bool {
        work.begin(works, cancellation)
        guard work.advance() else { return work.end() }
        let clock = pace.map { _ in RunClock() }
        let time = pace?.secondsOfPart(threads: width.load(ordering: .relaxed)) ?? 0
        partTime.store(Int(time * 1e9), ordering: .relaxed)
        isDone.store(false, ordering: .relaxed)
        deal()
        while !isDone.load(ordering: .acquiring) {
            if doParts(0) { continue }
            wait(spinning: Self.spinLimit.caller, 0) { isDone.load(ordering: .sequentiallyConsistent) }
        }
        if let pace, let clock { learn(pace, clock) }
        return work.end()
    }

    private func serve(_ worker: Int) {
        while true {
            if worker >= width.load(ordering: .relaxed) { waitUntilNeeded(worker) }
            if !doParts(worker) {
                wait(spinning: Self.spinLimit.helper, worker) { worker >= width.load(ordering: .relaxed) }
            }
        }
    }

    /// Does parts as long as there are any; returns false if there were none.
    private func doParts(_ worker: Int) -> Bool {
        var didSome = false
        while dealer.hasParts {
            guard worker < width.load(ordering: .relaxed) else {
                // It may have dealt these parts out itself while the others slept: a thread that leaves parts wakes them.
                idle.wakeAll()
                break
            }
            cores.enter(worker)
            guard let part = dealer.take(fromEnd: !worker.isMultiple(of: 2)) else { break }
            didSome = true
            cores.setHasPart(true, worker)
            doPart(part, worker)
            cores.setHasPart(false, worker)
            if dealer.finish() { finishWork(worker) }
        }
        return didSome
    }

    /// Does a part. Not inlined, so that nothing of the work is retained when the part counts as done.
    @inline(never)
    private func doPart(_ part: Int, _ worker: Int) { work.current.body(part, worker) }

    /// Deals out the next work, or ends the run. Called by the thread that did the last part.
    private func finishWork(_ worker: Int) {
        if work.advance() { return deal() }
        isDone.store(true, ordering: .sequentiallyConsistent)
        if worker > 0 { idle.wakeAll() }
    }

    private func deal() {
        let count = work.current.count
        dealer.deal(count)
        if count > 1, width.load(ordering: .relaxed) > 1 { idle.wakeSome() }
    }

    /// Waits until there is a part to take or `isOver` holds: spins first, then sleeps.
    private func wait(spinning limit: Duration, _ worker: Int, _ isOver: () -> Bool) {
        let part = Duration.nanoseconds(partTime.load(ordering: .relaxed))
        let end = ContinuousClock.now + min(max(limit, part), Self.longestSpin)
        repeat {
            for _ in 0..<100 where dealer.hasParts || isOver() { return }
        } while ContinuousClock.now < end
        if worker == 0 { cores.lendToHelper() }
        idle.sleep { dealer.hasParts || isOver() }
    }

    private func learn(_ pace: RunPace, _ clock: RunClock) {
        let (seconds, lost) = clock.passed
        use(threads: work.decide(pace, seconds, lost))
    }

    /// Returns the decision that ``TeamWidth`` makes by measuring.
    private static func measured(most: Int) -> Decision {
        var width = TeamWidth(most: most)
        return { pace, seconds, lost in width.note(pace, seconds: seconds, lost: lost) }
    }

    /// Waits while fewer threads take part, because they are faster.
    private func waitUntilNeeded(_ worker: Int) {
        widening.lock()
        while worker >= width.load(ordering: .relaxed) { widening.wait() }
        widening.unlock()
    }
}

/// The work that a team does now.
///
/// Written by the thread that begins a run and by the one that did a work's last part. No other thread reads it meanwhile: only
/// a thread that holds a part does.
private final class WorkSlot: @unchecked Sendable {
    private var works = UnsafeBufferPointer<TeamWork>(start: nil, count: 0)
    private var cancellation: Cancellation?
    private var index = -1
    private var wasCancelled = false
    /// Called by the callers of runs, in their turn.
    let decide: ThreadTeam.Decision

    init(decision: @escaping ThreadTeam.Decision) { decide = decision }

    func begin(_ works: UnsafeBufferPointer<TeamWork>, _ cancellation: Cancellation?) {
        self.works = works
        self.cancellation = cancellation
        index = -1
        wasCancelled = false
    }

    /// The work whose parts are dealt out.
    var current: TeamWork { works[index] }

    /// Advances to the next work that has parts; returns false at the end, or if the run is cancelled.
    func advance() -> Bool {
        repeat { index += 1 } while index < works.count && works[index].count == 0
        guard index < works.count else { return false }
        if index > 0, cancellation?.isRequested == true { wasCancelled = true }
        return !wasCancelled
    }

    /// Ends the run; returns whether all was done.
    func end() -> Bool {
        cancellation = nil
        return !wasCancelled
    }
}

/// A measurement of how long a run takes, and for how much of that its caller did not compute.
private struct RunClock {
    private let start = ContinuousClock.now
    private let computed = Self.computed

    var passed: (seconds: Double, lost: Double) {
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        return (seconds, max(seconds - (Self.computed - computed), 0))
    }

    /// This thread's processor time in seconds.
    private static var computed: Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
}
