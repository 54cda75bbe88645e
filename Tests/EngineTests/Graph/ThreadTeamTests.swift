import Engine
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

    /// A number that one thread writes while no other reads it.
    private final class Box: @unchecked Sendable {
        var value = 0
    }
}
