import Commands
import Foundation
import Testing

/// A picture that was rendered before is shown at once, and as it was.
@Suite(.timeLimit(.minutes(10))) struct RenderCacheTests {
    private let folder = FileManager.default.temporaryDirectory.path + "/vitrine-\(UUID().uuidString)"

    private func notebook() -> Notebook {
        let notebook = Notebook(pictures: folder)
        notebook.run("let vit = load(\"vit\")")
        return notebook
    }

    private func ended() { try? FileManager.default.removeItem(atPath: folder) }

    private func count() -> Int {
        let names = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
        return names.count { $0.hasSuffix(".png") }
    }

    @Test func theOutputIsTheSame() throws {
        defer { ended() }
        let cell = "let picture = render(vit.blocks[1].mlp.neuron(4), steps: 40, seed: 1)"
        let facts = "(picture.activation, picture.steps, picture.history.values.last, picture.recipe.json)"
        let first = notebook()
        let fresh = first.run(cell)
        #expect(fresh.displays.count > 1)
        let freshFacts = first.run(facts)
        #expect(count() == 1)
        // Another kernel.
        let second = notebook()
        let known = second.run(cell)
        #expect(known.displays.count == 1, "nothing sharpens")
        #expect(known.displays.last?.data["image/png"] == fresh.displays.last?.data["image/png"])
        #expect(known.displays.last?.metadata["vitrine"] == fresh.displays.last?.metadata["vitrine"])
        #expect(second.run(facts).result == freshFacts.result)
        #expect(freshFacts.failure == nil)
    }

    @Test func withoutTheCacheItIsRendered() {
        defer { ended() }
        let notebook = notebook()
        let cell = "render(vit.blocks[1].mlp.neuron(4), steps: 40, seed: 1, cache: false)"
        #expect(notebook.run(cell).displays.count > 1)
        #expect(count() == 0)
        #expect(notebook.run(cell).displays.count > 1)
    }

    @Test func anInterruptedPictureIsNotKept() {
        defer { ended() }
        let answer = notebook().run("render(vit.blocks[7].mlp.neuron(4), steps: 100000)") { execution, events in
            if events == 2 { execution.interrupt() }
        }
        #expect(answer.failure?.name == "Interrupted")
        #expect(count() == 0)
    }

    @Test func aDamagedPictureIsRenderedAnew() throws {
        defer { ended() }
        let cell = "render(vit.blocks[1].mlp.neuron(4), steps: 40, seed: 1)"
        let fresh = notebook().run(cell)
        let names = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
        let path = "\(folder)/\(try #require(names.first { $0.hasSuffix(".png") }))"
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        try bytes.dropLast(50).write(to: URL(fileURLWithPath: path))
        let again = notebook().run(cell)
        #expect(again.displays.count > 1)
        #expect(again.displays.last?.data["image/png"] == fresh.displays.last?.data["image/png"])
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == bytes)
    }

    /// A folder that cannot be written is said, and the picture is there all the same.
    @Test func aCacheThatCannotBeWrittenIsSaid() throws {
        defer { ended() }
        try Data().write(to: URL(fileURLWithPath: folder))
        let answer = notebook().run("render(vit.blocks[1].mlp.neuron(4), steps: 40)")
        #expect(answer.failure == nil && answer.displays.last?.data["image/png"] != nil)
        #expect(answer.warnings.hasPrefix("The picture could not be cached: "))
    }
}
