import Commands
import Jupyter
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(10))) struct ProgressLineTests {
    /// A line on a clock that the test sets, and what it shows.
    private final class Stage: Sendable {
        let clock = Mutex(100.0)
        private let shown = Mutex<[(text: String, html: String?, update: Bool)]>([])

        var texts: [String] { shown.withLock { $0.map(\.text) } }
        var htmls: [String?] { shown.withLock { $0.map(\.html) } }
        var updates: [Bool] { shown.withLock { $0.map(\.update) } }

        func line(_ title: String, delay: Double = 0.5) -> ProgressLine {
            let execution = Execution(executionCount: 1, allowsInput: false) { event in
                guard case .display(let bundle, _, let update, _) = event else { return }
                self.shown.withLock { shown in
                    shown.append((bundle.plain ?? "", bundle.data["text/html"]?.string, update))
                }
            }
            return ProgressLine(in: execution, title: title, delay: delay) { self.clock.withLock { $0 } }
        }

        func wait(_ seconds: Double) { clock.withLock { $0 += seconds } }
    }

    @Test func quickWorkShowsNothing() {
        let stage = Stage()
        let line = stage.line("logits")
        for done in 1...4 {
            line.update(done: done, of: 4, .things("picture"))
            stage.wait(0.1)
        }
        line.finish()
        #expect(stage.texts == [])
    }

    @Test func longWorkIsShownInOnePlaceAndNotTooOften() {
        let stage = Stage()
        let line = stage.line("vit.pth", delay: 0)
        for step in 0...200 {
            line.update(done: step * 1_000_000, of: 400_000_000, .bytes)
            stage.wait(0.01)
        }
        line.finish()
        #expect(stage.updates.first == false)
        #expect(stage.updates.dropFirst().allSatisfy { $0 })
        // Two seconds at ten a second, the first at once, and the end.
        #expect((20...22).contains(stage.texts.count))
        #expect(stage.texts.first == "vit.pth: 0 bytes of 400 MB")
        #expect(stage.texts.dropLast().last?.contains(" MB of 400 MB, 100") == true)
        #expect(stage.texts.last == "vit.pth: 200 MB in 2.0 s")
        #expect(stage.htmls.first??.contains("role=\"progressbar\"") == true)
        #expect(stage.htmls.last == .some(nil), "a saved notebook holds the text alone")
    }

    @Test func aResumedDownloadIsNoFasterForWhatWasThere() {
        let stage = Stage()
        let line = stage.line("vit.pth", delay: 0)
        line.update(done: 300_000_000, of: 400_000_000, .bytes)
        stage.wait(1)
        line.update(done: 310_000_000, of: 400_000_000, .bytes)
        #expect(stage.texts.last == "vit.pth: 310 MB of 400 MB, 10.0 MB/s, 9.0 s left")
    }

    @Test func theSpeedIsThatOfTheLastSeconds() {
        let stage = Stage()
        let line = stage.line("vit.pth", delay: 0)
        for step in 0...60 {
            // Fast for 30 seconds, then slow.
            let done = min(step, 30) * 10_000_000 + max(0, step - 30) * 1_000_000
            line.update(done: done, of: nil, .bytes)
            stage.wait(1)
        }
        #expect(stage.texts.last == "vit.pth: 330 MB, 1.0 MB/s")
    }

    @Test func saysWhyNothingMovesAndWhereItStopped() {
        let stage = Stage()
        let line = stage.line("vit.pth", delay: 0)
        line.update(done: 5_000_000, of: 10_000_000, .bytes, note: "the server asks for 3 s of patience")
        #expect(stage.texts.last == "vit.pth: 5.0 MB of 10.0 MB, the server asks for 3 s of patience")
        line.stop()
        #expect(stage.texts.last == "vit.pth: stopped at 5.0 MB of 10.0 MB")
    }
}
