import Compute
import Foundation
import Platform
import Synchronization
import TestConditions
import Testing

@Suite(.timeLimit(.minutes(10))) struct ThreadTeamTests {
    /// More threads than cores, so that many are not running while there is work.
    private static let team = ThreadTeam(count: 9)

    /// Every part is done once, and everything before is done when a piece of work begins.
    @Test func eachPartIsDoneOnceAndInOrder() {
        let done = Board(count: 300 * 17)
        let failures = Atomic<Int>(0)
        let works = (0..<300).map { round in
            TeamWork(count: 17) { part, _ in
                if round > 0 {
                    for other in 0..<17 where done.values[(round - 1) * 17 + other] != 1 {
                        failures.add(1, ordering: .relaxed)
                    }
                }
                done.values[round * 17 + part] += 1
            }
        }
        #expect(Self.team.run(works))
        #expect(failures.load(ordering: .relaxed) == 0)
        #expect(done.values.allSatisfy { $0 == 1 })
    }

    @Test func everyRunIsDoneWhenItReturns() {
        let calls = Atomic<Int>(0)
        for run in 1...200 {
            Self.team.forEach(5) { _, worker in
                calls.add(1, ordering: .relaxed)
                #expect((0..<Self.team.count).contains(worker))
            }
            #expect(calls.load(ordering: .relaxed) == run * 5)
        }
    }

    /// The caller does not wait for helpers that have taken nothing: while one is busy with a part, or not running at all,
    /// the others do all there is.
    @Test(.timeLimit(.minutes(1))) func whoTookNothingIsNotWaitedFor() {
        let team = ThreadTeam(count: 2)
        let isTaken = Atomic(false)
        let others = Atomic<Int>(0)
        team.run([
            TeamWork(count: 100) { part, worker in
                // The first who comes waits until all other parts are done, by the other thread.
                guard isTaken.exchange(true, ordering: .relaxed) else {
                    eventually(pause: 100) { others.load(ordering: .relaxed) >= 99 }
                    return
                }
                others.add(1, ordering: .relaxed)
            }
        ])
        #expect(others.load(ordering: .relaxed) == 99)
    }

    @Test func workWithoutPartsIsSkipped() {
        let calls = Atomic<Int>(0)
        let some = TeamWork(count: 2) { _, _ in calls.add(1, ordering: .relaxed) }
        let none = TeamWork(count: 0) { _, _ in calls.add(100, ordering: .relaxed) }
        #expect(Self.team.run([none, some, none, some, none]))
        #expect(Self.team.run([none]) && Self.team.run([]))
        #expect(calls.load(ordering: .relaxed) == 4)
    }

    /// A cancelled run ends after the piece of work that is being done, also on a team of one.
    @Test(arguments: [1, 2, 9]) func aCancelledRunEnds(_ count: Int) {
        let cancellation = Cancellation()
        let calls = Atomic<Int>(0)
        let work = TeamWork(count: 3) { _, _ in
            calls.add(1, ordering: .relaxed)
            cancellation.request()
        }
        #expect(!ThreadTeam(count: count).run([work, work], cancellation: cancellation))
        #expect(calls.load(ordering: .relaxed) == 3)
    }

    /// Parts cover everything once, cut at multiples of the unit, whoever does them.
    @Test(arguments: [0, 1, 7, 8, 9, 100, 5000]) func partsCoverAll(_ total: Int) {
        for count in [1, 3] {
            let lock = NSLock()
            nonisolated(unsafe) var parts: [Range<Int>] = []
            ThreadTeam(count: count).forEach(of: total, unit: 8) { part in lock.withLock { parts.append(part) } }
            parts.sort { $0.lowerBound < $1.lowerBound }
            #expect(parts.flatMap { Array($0) } == Array(0..<total))
            #expect(parts.allSatisfy { $0.lowerBound.isMultiple(of: 8) || $0.lowerBound == total })
            #expect(parts.count <= 32)
        }
    }

    /// More parts than can be dealt out one by one.
    @Test(arguments: [1, 2]) func anyNumberOfPartsIsDone(_ count: Int) {
        let done = Board(count: 100_000)
        #expect(ends { ThreadTeam(count: count).forEach(100_000) { part, _ in done.values[part] += 1 } })
        #expect(done.values.allSatisfy { $0 == 1 })
    }

    /// Who does the last part of a piece of work deals out the next. A helper that finds then that the team has become
    /// fewer takes nothing of it, and has to wake the caller, which sleeps.
    @Test func whoLeavesPartsWakesTheCaller() {
        let done = Atomic<Int>(0)
        #expect(
            ends {
                let team = ThreadTeam(count: 2)
                let begun = Atomic<Int>(0)
                let first = TeamWork(count: 2) { _, worker in
                    // Each has a part, and the helper ends its own when the caller sleeps.
                    begun.add(1, ordering: .relaxed)
                    eventually(pause: 50) { begun.load(ordering: .relaxed) == 2 }
                    guard worker > 0 else { return }
                    eventually(pause: 50) { team.sleeping > 0 }
                    team.use(threads: 1)
                }
                team.run([first, TeamWork(count: 8) { _, _ in done.add(1, ordering: .relaxed) }])
            })
        #expect(done.load(ordering: .relaxed) == 8)
    }

    /// Callers whose works have any number of parts, quick and slow, in a team that changes its width after each run and in
    /// the middle of runs: every run ends, with all its parts done.
    @Test(arguments: [2, 3, 5]) func everyRunEndsWhateverTheWidth(_ count: Int) {
        let ended = Atomic<Int>(0)
        let wrong = Atomic<Int>(0)
        #expect(
            ends {
                let team = ThreadTeam(count: count) { _, _, _ in Int.random(in: 1...count) }
                DispatchQueue.concurrentPerform(iterations: 4) { caller in
                    if caller == 3 {
                        while ended.load(ordering: .relaxed) < 3 {
                            team.use(threads: Int.random(in: 1...count))
                            usleep(UInt32.random(in: 0..<200))
                        }
                        return
                    }
                    let pace = RunPace()
                    for _ in 0..<250 {
                        let calls = Atomic<Int>(0)
                        let counts = (0..<Int.random(in: 1...6)).map { _ in Int.random(in: 0...7) }
                        let works = counts.map { count in
                            TeamWork(count: count) { _, _ in
                                if Int.random(in: 0..<8) == 0 { usleep(UInt32.random(in: 0..<300)) }
                                calls.add(1, ordering: .relaxed)
                            }
                        }
                        let isDone = works.withUnsafeBufferPointer { team.run($0, pace: pace) }
                        if !isDone || calls.load(ordering: .relaxed) != counts.reduce(0, +) {
                            wrong.add(1, ordering: .relaxed)
                        }
                    }
                    ended.add(1, ordering: .relaxed)
                }
            })
        #expect(ended.load(ordering: .relaxed) == 3)
        #expect(wrong.load(ordering: .relaxed) == 0)
    }

    /// Whether `body` ends at all: a team that stands still keeps its caller for ever.
    private func ends(_ body: @escaping @Sendable () -> Void) -> Bool {
        let end = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            body()
            end.signal()
        }
        return end.wait(timeout: .now() + 60) == .success
    }

    /// Numbers, of which each is written by one thread at a time.
    private final class Board: @unchecked Sendable {
        let values: UnsafeMutableBufferPointer<Int>
        init(count: Int) {
            values = .allocate(capacity: count)
            values.initialize(repeating: 0)
        }
        deinit { values.deallocate() }
    }
}
