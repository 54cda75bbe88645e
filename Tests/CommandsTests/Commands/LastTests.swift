import Commands
import Testing

@Suite(.timeLimit(.minutes(10))) struct LastTests {
    private let notebook = Notebook()

    @Test func nothingRanYet() {
        #expect(
            notebook.run("last()").failure?.message == "No earlier cell had any output.")
    }

    @Test func whatACellGaveIsShownAgain() throws {
        notebook.run("print(\"before\")\nlet place = display(\"working\")\nplace.update(\"done\")\n6 * 7")
        notebook.run("let quiet = 1")
        let answer = notebook.run("last()")
        #expect(answer.failure == nil && answer.text == "before\n")
        #expect(answer.displays.map(\.plain) == ["done", "42"])
        #expect(notebook.run("last()").displays.map(\.plain) == ["done", "42"], "and once more")
    }

    @Test func aPictureAndAnInterruptedCellToo() throws {
        let shown = notebook.run("render(load(\"vit\").blocks[1].mlp.neuron(4), steps: 3, seed: 1)").displays.last
        #expect(notebook.run("last()").displays == [try #require(shown)])
        notebook.run("print(\"so far\")\nlet a = [1][5]")
        let answer = notebook.run("last()")
        #expect(answer.text == "so far\n")
        #expect(answer.warnings.contains("There is no"))
    }

    @Test func aNumberNamesTheCell() {
        notebook.run("print(1)")
        #expect(notebook.run("last(cell: 1)").text == "1\n")
        #expect(
            notebook.run("last(cell: 7)").failure?.message
                == "No output of cell 7 is kept. There is output of cells 1, 1.")
    }
}
