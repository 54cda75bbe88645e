import ArgumentParser
import Commands
import Foundation
import Logging
import Platform

/// The command that executes a notebook without a front-end.
struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Execute a notebook, without Python.",
        discussion: """
            Runs the code cells in order, in the notebook's folder, and writes the notebook with their output. It is also \
            written when a cell fails, which ends the run, and after Ctrl-C, which interrupts the running cell and keeps \
            its picture. A second Ctrl-C does not wait for the cell.

            --set steps=64 --set model=vit sets variables as papermill does: in a cell after the one tagged \
            “parameters”, or else in a first cell. Swift literals are read as values: 64, 0.5, true, nil, '"64"', 0..<8, \
            '[1, 2]', '["a": 1]'. Anything else is a string: vit means "vit".

            A cell tagged “raises-exception” may fail; one tagged “skip-execution” does not run. Cells cannot ask for \
            input.

            Exits with 0 if all cells ran, 1 if one failed, 2 if the notebook could not be read or written, and 130 after \
            Ctrl-C.
            """)

    @Argument(help: ArgumentHelp("The notebook.", valueName: "notebook.ipynb"))
    var notebook: String

    @Option(
        name: [.long, .customShort("s")], parsing: .singleValue,
        help: ArgumentHelp("Set a variable. May be given several times.", valueName: "name=value"))
    var set: [String] = []

    @Option(
        name: [.long, .customShort("o")],
        help: ArgumentHelp(
            """
            The file for the executed notebook, which may be the notebook itself. The default is NAME.executed.ipynb \
            beside it.
            """, valueName: "out.ipynb"))
    var output: String?

    @Flag(help: "Continue when a cell fails, and exit with 0.")
    var allowErrors = false

    func validate() throws {
        for assignment in set where NotebookParameter(assignment) == nil {
            throw ValidationError(
                assignment.contains("=")
                    ? "--set \(assignment): this is not a valid name of a variable."
                    : "--set \(assignment): give a name and a value, as in --set steps=64.")
        }
    }

    func run() throws {
        LoggingSystem.bootstrap(StreamLogHandler.standardError)
        do throws(NotebookError) {
            exitNow(try execute())
        } catch {
            printError("vitrine: \(error)\n")
            exitNow(2)
        }
    }

    /// Runs the notebook and writes it.
    ///
    /// - Returns: the process's exit status.
    private func execute() throws(NotebookError) -> Int32 {
        let source = NotebookFile(notebook)
        let destination = output.map { NotebookFile($0) } ?? source.executed
        var notebook = try source.read()
        // Checks before hours of rendering, not after them.
        try destination.checkWritable()
        if !set.isEmpty {
            for note in notebook.set(set.compactMap { NotebookParameter($0) }) { printError("vitrine: \(note)\n") }
        }
        guard chdir(source.folder) == 0 else {
            throw .unreadable(path: source.folder, reason: systemMessage(for: errno))
        }
        let runner = NotebookRunner()
        runner.interruptOnSignals()
        var progress = RunProgress()
        let ending = runner.run(&notebook, allowsErrors: allowErrors) { event, notebook in
            progress.show(event)
            // Saves finished cells in case the process is killed. The notebook itself is replaced only at the end.
            if case .ended = event, !destination.isSame(as: source) { try? destination.write(notebook) }
        }
        progress.clear()
        try destination.write(notebook)
        switch ending {
        case .finished:
            printError("The executed notebook is \(destination.path)\n")
            return 0
        case .failed(let cell, let failure):
            printError("vitrine: Cell \(cell) failed.\n\(failure.traceback.joined(separator: "\n"))\n")
            printError("The notebook so far is \(destination.path)\n")
            return 1
        case .interrupted(let cell):
            printError("vitrine: Interrupted in cell \(cell). The notebook so far is \(destination.path)\n")
            return 128 + (runner.signal ?? SIGINT)
        }
    }
}
