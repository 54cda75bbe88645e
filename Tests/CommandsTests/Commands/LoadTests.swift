import Commands
import Foundation
import Synchronization
import TestConditions
import Testing
import VitrineEngine

/// `load` with loads that take long: what is shown, shared and stopped. The models are the built-in ones.
@Suite(.timeLimit(.minutes(10))) struct LoadTests {
    /// A loader that waits until it is let go, and counts.
    private final class Door: Sendable {
        let requests = Mutex<[ModelRequest]>([])
        let isOpen = Mutex(false)

        var count: Int { requests.withLock { $0.count } }

        func open() { isOpen.withLock { $0 = true } }

        @Sendable func load(
            _ request: ModelRequest, _ cancellation: Cancellation, _ progress: (LoadProgress) -> Void
        ) throws -> Model {
            requests.withLock { $0.append(request) }
            let title = "\(request.name) from a test, license none"
            var done = 0
            try eventually(pause: 5_000, "The door was not opened.") {
                if isOpen.withLock({ $0 }) { return true }
                try cancellation.check()
                done += 1_000_000
                progress(LoadProgress(title: title, done: done, total: 900_000_000))
                return false
            }
            if request.name == "broken" { throw EngineError.fileMissing(path: "broken") }
            return try Model.load("vit", classes: request.classes)
        }
    }

    @Test func showsHowFarItIsAndThatItIsDone() throws {
        let door = Door()
        let notebook = Notebook(loader: door.load)
        let answer = notebook.run("let far = load(\"far\")") { _, events in if events == 3 { door.open() } }
        #expect(answer.failure == nil)
        let texts = answer.displays.compactMap(\.plain)
        #expect(texts.first?.hasPrefix("far from a test, license none: 1.0 MB of 900 MB") == true)
        #expect(texts.last?.hasPrefix("far from a test, license none: ") == true)
        #expect(texts.last?.contains(" MB in ") == true)
        let ids = answer.events.compactMap { event in
            if case .display(_, let id, _, _) = event { id } else { nil }
        }
        #expect(Set(ids).count == 1, "one display, replaced")
        #expect(notebook.run("load(\"far\")").displays.isEmpty, "warm")
        #expect(door.count == 1)
    }

    @Test func interruptingStopsALoadAndTheNextOneStartsAnew() {
        let door = Door()
        let notebook = Notebook(loader: door.load)
        let answer = notebook.run("let far = load(\"far\")") { execution, events in
            if events == 2 { execution.interrupt() }
        }
        #expect(answer.failure?.name == "Interrupted")
        #expect(answer.displays.last?.plain?.contains("stopped at") == true)
        #expect(notebook.run("loaded().count").result == "0")
        door.open()
        #expect(notebook.run("load(\"far\").name").result == "\"vit\"")
        #expect(door.count == 2)
    }

    @Test func aFailedLoadIsTriedAgain() {
        let door = Door()
        door.open()
        let notebook = Notebook(loader: door.load)
        for _ in 0..<2 {
            #expect(notebook.run("load(\"broken\")").failure?.message.hasPrefix("There is no file at") == true)
        }
        #expect(door.count == 2)
    }

    @Test func weightsSizeAndClassesMakeAnotherModel() {
        let door = Door()
        door.open()
        let notebook = Notebook(loader: door.load)
        let cells = [
            "load(\"far\")", "load(\"far\", weights: \"A\")", "load(\"far\", weights: \"B\")",
            "load(\"far\", size: 384)", "load(\"far\", weights: \"A\", size: 384)",
        ]
        for cell in cells + cells { #expect(notebook.run("let a = \(cell)").failure == nil) }
        #expect(door.count == cells.count)
        #expect(notebook.run("loaded().count").result == "\(cells.count)")
        #expect(door.requests.withLock { $0.last?.size } == 384)
        // Two models of one name are two models.
        notebook.run("let first = load(\"far\")\nlet second = load(\"far\", size: 384)")
        #expect(notebook.run("first == second").result == "false")
        #expect(notebook.run("first.logit(0) == second.logit(0)").result == "false")
        #expect(
            notebook.run("render(first.logit(0) + second.logit(0))").failure?.message
                == "One render uses one model; this objective uses 2 that are called vit.")
    }

    @Test func saysWhatMakesNoSense() {
        let notebook = Notebook()
        #expect(
            notebook.run("load(\"vit\", size: 0)").failure?.message
                == "`size` must be from 1 to 16384 pixels and a multiple of the model's patch, not 0.")
        #expect(
            notebook.run("load(\"vit\", size: \"big\")").failure?.message
                == "`size` must be a whole number, a list of whole numbers or nil, but this is text (\"big\").")
        #expect(
            notebook.run("load(\"vit\", classes: \"imagenet\")").failure?.message
                == "The number of class names is 1000; it must be 20, as many as the model has logits.")
        #expect(notebook.complete("load(\"vit\", classes: \"ima").contains("imagenet"))
    }

    @Test func cellsThatWantOneModelShareTheWork() {
        let door = Door()
        let store = ModelStore(loader: door.load)
        let models = Mutex<[Model]>([])
        let threads = (0..<4).map { _ in
            Thread {
                guard let model = try? store.load(ModelRequest(name: "far")) else { return }
                models.withLock { $0.append(model) }
            }
        }
        for thread in threads { thread.start() }
        eventually { door.count > 0 }
        let waiting = Cancellation()
        let ended = Mutex(false)
        let impatient = Thread {
            #expect(throws: EngineError.cancelled) { try store.load(ModelRequest(name: "far"), cancellation: waiting) }
            ended.withLock { $0 = true }
        }
        impatient.start()
        waiting.request()
        eventually { ended.withLock { $0 } }
        #expect(store.loaded.isEmpty, "the store answers while a model is loaded")
        door.open()
        eventually { models.withLock { $0.count } == 4 }
        #expect(door.count == 1)
        #expect(models.withLock { models in models.allSatisfy { $0 === models[0] } })
    }
}
