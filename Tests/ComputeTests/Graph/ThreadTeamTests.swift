import Compute
import Foundation
import Platform
import Synchronization
import Testing

@Suite struct ThreadTeamTests {
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
                if !isTaken.exchange(true, ordering: .relaxed) {
                    while others.load(ordering: .relaxed) < 99 { usleep(100) }
                } else {
                    others.add(1, ordering: .relaxed)
                }
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
