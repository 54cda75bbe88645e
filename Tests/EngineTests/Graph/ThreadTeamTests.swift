import Engine
import Foundation
import Synchronization
import Testing

@Suite struct ThreadTeamTests {
    /// More threads than cores, so that many have to sleep while they wait.
    private static let team = ThreadTeam(count: 9)

    /// Each round adds up what all members left in the round before: one that runs ahead spoils the sum.
    @Test func nobodyRunsAhead() {
        let (count, rounds) = (Self.team.count, 300)
        let left = (0..<2 * count).map { _ in Box() }
        let failures = Atomic<Int>(0)
        Self.team.run { member in
            for round in 1...rounds {
                let (here, before) = (round % 2 * count, (round + 1) % 2 * count)
                if round > 1 {
                    let sum = (0..<count).reduce(0) { $0 + left[before + $1].value }
                    if sum != count * (round - 1) { failures.add(1, ordering: .relaxed) }
                }
                left[here + member.index].value = round
                member.meet()
            }
        }
        #expect(failures.load(ordering: .relaxed) == 0)
    }

    @Test func everyRunIsDoneWhenItReturns() {
        let calls = Atomic<Int>(0)
        for run in 1...200 {
            Self.team.run { _ in calls.add(1, ordering: .relaxed) }
            #expect(calls.load(ordering: .relaxed) == run * Self.team.count)
        }
    }

    /// Four threads take a turn over and over, with work on the team inside: nobody is in another's turn.
    @Test func turnsAreNobodyElses() async {
        let team = Self.team
        let inside = Atomic<Int>(0)
        let strangers = Atomic<Int>(0)
        let calls = Atomic<Int>(0)
        await Crowd.run(4) { _ in
            for _ in 0..<50 {
                team.takingTurn {
                    if inside.add(1, ordering: .relaxed).oldValue != 0 { strangers.add(1, ordering: .relaxed) }
                    team.run { _ in calls.add(1, ordering: .relaxed) }
                    inside.subtract(1, ordering: .relaxed)
                }
            }
        }
        #expect(strangers.load(ordering: .relaxed) == 0)
        #expect(calls.load(ordering: .relaxed) == 4 * 50 * team.count)
    }

    /// Each thread goes on until the other has had a turn, which would be never if one kept coming back first.
    @Test(.timeLimit(.minutes(1))) func everybodyHasATurn() async {
        let team = Self.team
        let had = [Box(), Box()]
        await Crowd.run(2) { thread in
            while team.takingTurn({
                had[thread].value += 1
                return had[1 - thread].value == 0
            }) {}
        }
        #expect(had.allSatisfy { $0.value > 0 })
    }

    /// Parts cover everything once, cut at multiples of the unit.
    @Test(arguments: [0, 1, 7, 8, 9, 100]) func partsCoverAll(_ total: Int) {
        for count in 1...5 {
            let parts = (0..<count).map {
                TeamMember(index: $0, count: count, barrier: nil).part(of: total, unit: 8)
            }
            #expect(parts.flatMap { Array($0) } == Array(0..<total))
            #expect(parts.allSatisfy { $0.lowerBound.isMultiple(of: 8) || $0.lowerBound == total })
        }
    }

    /// Threads of their own that run the same at once.
    private enum Crowd {
        static func run(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) async {
            await withCheckedContinuation { continuation in
                let left = SharedCount(count)
                for index in 0..<count {
                    Thread.detachNewThread {
                        body(index)
                        if left.countDown() { continuation.resume() }
                    }
                }
            }
        }
    }

    private final class SharedCount: Sendable {
        private let left: Atomic<Int>
        init(_ count: Int) { left = Atomic(count) }
        /// Whether this was the last.
        func countDown() -> Bool { left.subtract(1, ordering: .acquiringAndReleasing).newValue == 0 }
    }

    /// A number that one thread writes while no other reads it.
    private final class Box: @unchecked Sendable {
        var value = 0
    }
}
