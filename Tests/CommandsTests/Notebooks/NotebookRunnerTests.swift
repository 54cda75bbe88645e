import Commands
import Foundation
import Jupyter
import Platform
import TestKernel
import Testing

@Suite(.timeLimit(.minutes(10))) struct NotebookRunnerTests {
    private func run(_ cells: JSON..., metadata: JSON = [:], allowsErrors: Bool = false) throws -> (
        notebook: Commands.Notebook, ending: NotebookRunner.Ending
    ) {
        let json: JSON = ["nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": .array(cells)]
        var notebook = try Commands.Notebook(json.bytes, path: "test.ipynb")
        let ending = NotebookRunner(runner: EchoRunner()).run(&notebook, allowsErrors: allowsErrors)
        return (notebook, ending)
    }

    /// The outputs of cells that all run.
    private func outputs(_ sources: String...) throws -> [[JSON]] {
        var notebook = try CommandsTests.notebook()
        for source in sources { notebook.cells += try CommandsTests.notebook(code(source)).cells }
        #expect(NotebookRunner(runner: EchoRunner()).run(&notebook) == .finished)
        return notebook.cells.map(\.outputs)
    }

    private func shown(_ text: String) -> JSON {
        ["output_type": "display_data", "data": ["text/plain": [.string(text)]], "metadata": [:]]
    }

    private func text(_ lines: [JSON], _ stream: String = "stdout") -> JSON {
        ["output_type": "stream", "name": .string(stream), "text": .array(lines)]
    }

    @Test func cellsRunInOrderAndKeepWhatTheyShow() throws {
        let markdown: JSON = ["cell_type": "markdown", "source": "print no", "metadata": [:]]
        let (notebook, ending) = try run(
            code("print a\nprint b\nwarn c\nprint d\nvalue 7"), markdown, code("count"), metadata: ["mine": 1])
        #expect(ending == .finished)
        #expect(
            notebook.cells[0].outputs == [
                text(["a\n", "b\n"]), text(["c\n"], "stderr"), text(["d\n"]),
                [
                    "output_type": "execute_result", "data": ["text/plain": ["7"]], "metadata": [:],
                    "execution_count": 1,
                ],
            ])
        #expect(notebook.cells.map(\.executionCount) == [1, nil, 2])
        #expect(notebook.cells[1].members == markdown.object)
        #expect(notebook.cells[2].outputs[0]["data"] == ["text/plain": ["2"]])
        #expect(notebook.metadata["mine"] == 1)
        #expect(notebook.metadata["language_info"]?["name"] == "echo")
        let times = notebook.cells[0].metadata["execution"]?.object ?? [:]
        #expect(
            times.keys.sorted() == [
                "iopub.execute_input", "iopub.status.busy", "iopub.status.idle", "shell.execute_reply",
            ])
        #expect(times.values.allSatisfy { $0.string?.hasSuffix("Z") == true })
    }

    @Test func anUpdateReachesEveryOutputOfItsName() throws {
        #expect(
            try outputs("show 1\nprint x", "show 2", "update 3\nprint y") == [
                [shown("3"), text(["x\n"])], [shown("3")], [text(["y\n"])],
            ])
        // Nothing of that name is shown any more.
        #expect(try outputs("show 1\nclear", "update 2") == [[], []])
    }

    @Test func clearedOutputIsGone() throws {
        #expect(try outputs("print a\nclear\nprint b") == [[text(["b\n"])]])
        #expect(try outputs("print a\nclear wait") == [[text(["a\n"])]])
        #expect(try outputs("print a\nclear wait\nprint b\nprint c") == [[text(["b\n", "c\n"])]])
        #expect(try outputs("show 1\nclear wait\nshow 2\nupdate 3") == [[shown("3")]])
    }

    @Test func muchTextIsOneOutput() throws {
        let outputs = try outputs("lines 20000")[0]
        #expect(outputs.count == 1)
        #expect(outputs[0]["text"]?.array?.count == 20000)
        #expect(outputs[0]["text"]?[19999] == "line 19999\n")
    }

    @Test func anErrorEndsTheRunAndOldOutputsAreGone() throws {
        var old = code("value 1")
        if var members = old.object {
            members["outputs"] = [text(["old\n"])]
            members["execution_count"] = 9
            old = .object(members)
        }
        let (notebook, ending) = try run(code("print a"), code("fail on purpose"), old)
        let failure = CellFailure(name: "Failure", message: "on purpose", traceback: ["Failure: on purpose"])
        #expect(ending == .failed(cell: 2, failure: failure))
        #expect(
            notebook.cells[1].outputs == [
                [
                    "output_type": "error", "ename": "Failure", "evalue": "on purpose",
                    "traceback": ["Failure: on purpose"],
                ]
            ])
        #expect(notebook.cells[2].outputs == [] && notebook.cells[2].executionCount == nil)
    }

    @Test func anErrorThatIsMeantEndsNothing() throws {
        let next = code("value 1")
        #expect(try run(code("fail x", tags: ["raises-exception"]), next).ending == .finished)
        #expect(try run(code("fail x", metadata: ["execution": ["allow_errors": true]]), next).ending == .finished)
        #expect(try run(code("fail x"), next, metadata: ["execution": ["allow_errors": true]]).ending == .finished)
        let (notebook, ending) = try run(code("fail x"), next, allowsErrors: true)
        #expect(ending == .finished)
        #expect(notebook.cells[0].outputs[0]["output_type"] == "error")
        #expect(notebook.cells[1].outputs[0]["output_type"] == "execute_result")
        let kept = try run(code("fail x", metadata: ["execution": ["allow_errors": true]])).notebook
        #expect(kept.cells[0].metadata["execution"]?["allow_errors"] == true)
    }

    @Test func whatIsNotToRunStaysAsItIs() throws {
        var skipped = code("fail x", tags: ["skip-execution"])
        if var members = skipped.object {
            members["outputs"] = [text(["old\n"])]
            skipped = .object(members)
        }
        let (notebook, ending) = try run(skipped, code("  \n"), code("count"))
        #expect(ending == .finished)
        #expect(notebook.cells[0].members == skipped.object && notebook.cells[1].members == code("  \n").object)
        #expect(notebook.cells[2].executionCount == 1)
    }

    @Test func nobodyCanBeAsked() throws {
        let ending = try run(code("ask Name?")).ending
        guard case .failed(1, let failure) = ending else { return #expect(ending == .finished) }
        #expect(failure.message == "This front-end cannot be asked for input.")
    }

    @Test func anInterruptedCellKeepsWhatItHasShown() throws {
        var notebook = try notebook(code("print early\nforever"), code("print never"))
        let runner = NotebookRunner(runner: EchoRunner())
        let ending = runner.run(&notebook) { event, _ in
            if event == .showed("early\n") { runner.interrupt() }
        }
        #expect(ending == .interrupted(cell: 1))
        #expect(notebook.cells[0].outputs.map { $0["output_type"] } == ["stream", "error"])
        #expect(notebook.cells[1].outputs == [])
    }

    /// The interrupt reaches the kernel before the cell does.
    @Test func anInterruptBeforeACellStopsItAll() throws {
        var notebook = try notebook(code("forever"), code("print never"))
        let runner = NotebookRunner(runner: EchoRunner())
        let ending = runner.run(&notebook) { event, _ in
            if case .began = event { runner.interrupt() }
        }
        #expect(ending == .interrupted(cell: 1))
        #expect(notebook.cells[1].executionCount == nil)
    }

    @Test func aCellThatDoesNotStopIsLeftAfterTheSecondInterrupt() throws {
        var notebook = try notebook(code("print early\nsleep 1.5\nprint late"))
        let runner = NotebookRunner(runner: EchoRunner())
        let ending = runner.run(&notebook) { event, _ in
            if event == .showed("early\n") {
                runner.interrupt()
                runner.interrupt()
            }
        }
        #expect(ending == .interrupted(cell: 1))
        #expect(notebook.cells[0].outputs == [text(["early\n"])])
    }

    @Test func whatHappensIsTold() throws {
        var notebook = try notebook(code("value 1"), code(""), code("show x"))
        var told: [String] = []
        _ = NotebookRunner(runner: EchoRunner()).run(&notebook) { event, notebook in
            switch event {
            case .began(let number, let count, let source): told.append("\(number)/\(count) \(source)")
            case .showed(let words): told.append(words)
            case .ended(let number, _): told.append("\(number) has \(notebook.cells[number - 1].outputs.count)")
            }
        }
        #expect(told == ["1/2 value 1", "1 has 1", "2/2 show x", "x", "2 has 0"])
    }
}
