import Commands
import Foundation
import Testing

@Suite(.timeLimit(.minutes(10))) struct FramePaceTests {
    /// A frame of ten milliseconds is followed by the next after a thousandth of that; that of one of a million renders after
    /// a million times as long.
    @Test(arguments: [(1, true), (1_000_000, false)]) func whatSharesThePaceShowsFewer(_ count: Int, _ isDue: Bool) {
        var pace = FramePace(interval: 0, share: 1000)
        pace.showIfDue(sharedBy: count) { Thread.sleep(forTimeInterval: 0.01) }
        Thread.sleep(forTimeInterval: 0.1)
        var isShown = false
        pace.showIfDue { isShown = true }
        #expect(isShown == isDue)
    }
}
