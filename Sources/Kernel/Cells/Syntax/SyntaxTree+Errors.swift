import SwiftDiagnostics
import SwiftParserDiagnostics
import SwiftSyntax

extension SyntaxTree {
    /// The parser's errors, in the order of their places.
    func syntaxErrors() -> [CellError] {
        diagnostics().map { diagnostic in
            let notes = diagnostic.notes.prefix(2).map { note in
                CellError.Note(note.message, location: source.location(at: note.position.utf8Offset))
            }
            return source.error(
                .syntax, diagnostic.message,
                at: Place(start: diagnostic.position.utf8Offset, end: diagnostic.position.utf8Offset),
                notes: Array(notes))
        }
    }

    /// The UTF-8 offsets of the parser's errors.
    func errorOffsets() -> [Int] { diagnostics().map(\.position.utf8Offset) }

    private func diagnostics() -> [Diagnostic] {
        ParseDiagnosticsGenerator.diagnostics(for: root).filter { $0.diagMessage.severity == .error }
    }
}
