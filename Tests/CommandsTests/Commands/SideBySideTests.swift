import Commands
import Foundation
import Jupyter
import Testing

/// Cells of two shells on one session: the same variables, the same models.
@Suite(.timeLimit(.minutes(10))) struct SideBySideTests {
    /// Runs cells on threads of their own, all at once; what each gave, in order.
    private func together(_ session: Session, _ cells: [String]) -> [CellOutcome] {
        nonisolated(unsafe) let outcomes = UnsafeMutablePointer<CellOutcome?>.allocate(capacity: cells.count)
        outcomes.initialize(repeating: nil, count: cells.count)
        defer { outcomes.deinitialize(count: cells.count).deallocate() }
        let group = DispatchGroup()
        for (place, cell) in cells.enumerated() {
            group.enter()
            let thread = Thread {
                outcomes[place] = session.execute(cell, in: Execution(executionCount: 1, allowsInput: false) { _ in })
                group.leave()
            }
            thread.stackSize = 32 << 20
            thread.start()
        }
        group.wait()
        return (0..<cells.count).compactMap { outcomes[$0] }
    }

    private func text(_ outcome: CellOutcome?) -> String? {
        switch outcome {
        case .success(let bundle, _): bundle?.plain
        case .failure(let failure): failure.message
        case nil: nil
        }
    }

    /// Each addition reads, adds and writes as one, and a list is never seen half changed.
    @Test func noChangeIsLost() {
        let session = Session(pictures: nil)
        _ = together(session, ["var count = 0; var list = [0]"])
        let adding = "for number in 0..<2000 { count += 1; list.append(number); if list.count == 0 { print(list[9]) } }"
        for outcome in together(session, [adding, adding, adding]) { #expect(text(outcome) == nil) }
        #expect(text(together(session, ["count"])[0]) == "6000")
        #expect(text(together(session, ["list.count"])[0]) == "6001")
    }

    /// Renders of one model at once give what they give alone.
    @Test func rendersDoNotDisturbEachOther() {
        let session = Session(pictures: nil)
        let cells = [3, 5].map { "load(\"vit\").blocks[\($0)].mlp.neuron(4)" }.map {
            "render(\($0), steps: 12, seed: 1).activation"
        }
        let alone = cells.map { text(together(session, [$0])[0]) }
        #expect(alone[0] != alone[1])
        #expect(together(session, cells).map(text) == alone)
    }
}
