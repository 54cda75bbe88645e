import SwiftDiagnostics
import SwiftParserDiagnostics
import SwiftSyntax

extension SyntaxTree {
    /// The parser's errors, in the order of their places.
    func syntaxErrors() -> [CellError] {
        errors(of: diagnostics())
    }

    /// The parser's errors in the cell's form.
    func errors(of diagnostics: [Diagnostic]) -> [CellError] {
        diagnostics.map { diagnostic in
            let notes = diagnostic.notes.prefix(2).map { note in
                CellError.Note(
                    plainParserMessage(note.message), location: source.location(at: note.position.utf8Offset))
            }
            return source.error(
                .syntax, plainParserMessage(diagnostic.message),
                at: Place(start: diagnostic.position.utf8Offset, end: diagnostic.position.utf8Offset),
                notes: Array(notes))
        }
    }

    /// The parser's errors, in the order of their places.
    ///
    /// Of a long cell, those of the first faulty statement.
    func diagnostics() -> [Diagnostic] {
        ParseDiagnosticsGenerator.diagnostics(for: faultyPart()).filter { $0.diagMessage.severity == .error }
    }

    /// The part of the tree whose errors are told.
    ///
    /// The generator's time grows with the square of a list's statements: it would think for minutes over a table
    /// that was pasted into a cell. So in a long list only the first faulty statement counts.
    private func faultyPart() -> Syntax {
        var part = Syntax(root)
        var node: Syntax? = part
        while let current = node {
            if let list = current.as(CodeBlockItemListSyntax.self), list.count > 50,
                let item = list.first(where: \.hasError)
            {
                part = Syntax(item)
                node = part
            } else {
                node = current.children(viewMode: .sourceAccurate).first { $0.hasError }
            }
        }
        return part
    }
}
