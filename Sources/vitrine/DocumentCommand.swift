import ArgumentParser
import Commands

/// The command that prints the reference of the functions that cells can call.
struct DocumentCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "document", abstract: "Print what cells can call, as Markdown: docs/cells.md.")

    func run() { print(CellsDocument.markdown, terminator: "") }
}
