import Compute
import Foundation
import Platform
import Synchronization
import TestConditions
import Testing

@Suite(.timeLimit(.minutes(10))) struct TeamTurnTests {
    /// Four threads take a turn over and over, with work on a team inside: nobody is in another's turn.
    @Test func aTurnIsNobodyElses() async {
        let team = ThreadTeam(count: 3)
        let inside = Atomic<Int>(0)
        let strangers = Atomic<Int>(0)
        let calls = Atomic<Int>(0)
        await together(4) { _ in
            for _ in 0..<50 {
                team.takingTurn {
                    if inside.add(1, ordering: .relaxed).oldValue != 0 { strangers.add(1, ordering: .relaxed) }
                    team.forEach(3) { _, _ in calls.add(1, ordering: .relaxed) }
                    inside.subtract(1, ordering: .relaxed)
                }
            }
        }
        #expect(strangers.load(ordering: .relaxed) == 0)
        #expect(calls.load(ordering: .relaxed) == 4 * 50 * 3)
    }

    /// Turns of one millisecond beside turns of 400, by a clock of their own: whenever the short ones come, they come 400
    /// times. The long ones go on until that was three times.
    @Test(.timeLimit(.minutes(1))) func shortTurnsGetAsMuchTimeAsLongOnes() async {
        let start = ContinuousClock.now
        let time = Milliseconds()
        let turn = TeamTurn { start + .milliseconds(time.count.load(ordering: .relaxed)) }
        let shortTurns = Atomic<Int>(0)
        let isDone = Atomic(false)
        let between = Found()
        await together(2) { thread in
            if thread == 0 {
                while !isDone.load(ordering: .relaxed) {
                    turn.take {
                        time.pass(1)
                        shortTurns.add(1, ordering: .relaxed)
                    }
                }
            } else {
                while between.numbers.count < 3 {
                    turn.take {
                        let count = shortTurns.exchange(0, ordering: .relaxed)
                        if between.isBegun, count > 0 { between.numbers.append(count) }
                        between.isBegun = true
                        time.pass(400)
                    }
                }
                isDone.store(true, ordering: .relaxed)
            }
        }
        #expect(between.numbers.allSatisfy { $0 >= 400 }, "\(between.numbers)")
    }

    /// Who waits for another's long turn can be interrupted, and those behind it are let in.
    @Test(.timeLimit(.minutes(1))) func waitingCanBeInterrupted() async {
        let turn = TeamTurn()
        let cancellation = Cancellation()
        let wasCancelled = Atomic(false)
        let isLetIn = Atomic(false)
        let holds = DispatchSemaphore(value: 0)
        await together(3) { thread in
            switch thread {
            case 0:
                turn.take {
                    holds.signal()
                    eventually { wasCancelled.load(ordering: .relaxed) }
                }
            case 1:
                holds.wait()
                holds.signal()
                DispatchQueue.global().asyncAfter(deadline: .now() + 0.1) { cancellation.request() }
                let result: Int? = turn.take(unless: cancellation) { 7 }
                wasCancelled.store(result == nil, ordering: .relaxed)
            default:
                holds.wait()
                holds.signal()
                usleep(20_000)
                turn.take { isLetIn.store(true, ordering: .relaxed) }
            }
        }
        #expect(wasCancelled.load(ordering: .relaxed) && isLetIn.load(ordering: .relaxed))
        #expect(turn.take(unless: Cancellation()) { 7 } == 7)
    }

    /// A thread that waits is let in though the other, whose time is not over, does not come back.
    @Test(.timeLimit(.minutes(1))) func whoDoesNotComeBackIsNotWaitedFor() async {
        let turn = TeamTurn()
        await together(2) { _ in turn.take {} }
    }

    /// Who comes later does not overtake who waits, though it could come in at once: by its clock the last one is long
    /// gone, and by the other's it has only just been there.
    @Test(.timeLimit(.minutes(1))) func whoWaitsIsNotOvertaken() async {
        let start = ContinuousClock.now
        let isLate = Atomic(false)
        let looks = Atomic<Int>(0)
        let turn = TeamTurn {
            guard isLate.load(ordering: .relaxed) || Thread.current.name == "late" else { return start }
            return start + .seconds(looks.add(1, ordering: .relaxed).newValue)
        }
        turn.take {}
        let order = Found()
        await together(2) { thread in
            if thread == 1 {
                Thread.current.name = "late"
                usleep(50_000)
            }
            turn.take { order.numbers.append(thread) }
            isLate.store(true, ordering: .relaxed)
        } andThen: {
            usleep(100_000)
            isLate.store(true, ordering: .relaxed)
        }
        #expect(order.numbers == [0, 1])
    }

    /// Runs the same on threads of their own at once.
    private func together(
        _ count: Int, _ body: @escaping @Sendable (Int) -> Void, andThen: () -> Void = {}
    ) async {
        let group = DispatchGroup()
        for index in 0..<count {
            group.enter()
            Thread.detachNewThread {
                body(index)
                group.leave()
            }
        }
        andThen()
        await withCheckedContinuation { continuation in
            group.notify(queue: .global()) { continuation.resume() }
        }
    }

    private final class Milliseconds: Sendable {
        let count = Atomic<Int>(0)
        func pass(_ number: Int) { count.add(number, ordering: .relaxed) }
    }

    /// What one thread finds.
    private final class Found: @unchecked Sendable {
        var isBegun = false
        var numbers: [Int] = []
    }
}
