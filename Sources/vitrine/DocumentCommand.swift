import ArgumentParser
import Commands

/// Writes the reference of the cells' commands.
struct DocumentCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "document", abstract: "Print what cells can call, as Markdown: docs/cells.md.")

    func run() { print(CellsDocument.markdown, terminator: "") }
}
