import SwiftDiagnostics
import SwiftOperators
import SwiftParser
import SwiftParserDiagnostics
import SwiftSyntax

/// swift-syntax's tree of a cell, of a limited depth.
struct SyntaxTree {
    let source: SourceText
    let root: SourceFileSyntax
    private var sequences: [SequenceExprSyntax] = []

    init(parsing source: SourceText) throws(CellError) {
        guard source.utf8.count <= Limits.cellBytes else {
            throw CellError(.tooLarge, "This cell is longer than \(Limits.cellBytes / 1_000_000) MB.")
        }
        if let (message, offset) = NestingScan.tooDeep(in: source.utf8) {
            throw source.error(.tooLarge, message, at: Place(start: offset, end: offset))
        }
        self.source = source
        root = Parser.parse(source: source.text)
        try checkDepth()
    }

    /// Throws the first syntax error, or the advice for a Python habit that caused it.
    func checkSyntax() throws(CellError) {
        guard root.hasError else { return }
        let error =
            syntaxErrors().first ?? source.error(.syntax, "This is not Swift", at: Place(start: 0, end: 0))
        throw PythonHabits(tree: self).explanation(for: error) ?? error
    }

    /// Returns the tree with Swift's operator precedence applied.
    ///
    /// - Precondition: ``checkSyntax()`` has not thrown.
    func folded() throws(CellError) -> SourceFileSyntax {
        // Errors are found in the unfolded tree: folding loses the places of the nodes that it moves.
        for sequence in sequences { try OperatorCheck(source: source).check(sequence) }
        let folded = OperatorTable.standardOperators.foldAll(root) { _ in }
        return folded.cast(SourceFileSyntax.self)
    }

    // MARK: - Depth

    /// Walks the tree without recursion, so that a tree of any depth can be checked.
    private mutating func checkDepth() throws(CellError) {
        var pending: [(node: Syntax, level: Int)] = [(Syntax(root), 1)]
        while let (node, level) = pending.popLast() {
            if level > Limits.syntaxLevels {
                throw source.error(.tooLarge, "This is nested too deeply for a cell.", at: Place(of: node))
            }
            if let sequence = node.as(SequenceExprSyntax.self) { sequences.append(sequence) }
            for child in node.children(viewMode: .sourceAccurate) where !child.is(TokenSyntax.self) {
                pending.append((child, level + 1))
            }
        }
    }
}

extension SyntaxTree {
    /// Returns the parser's errors, in the order of their places.
    func syntaxErrors() -> [CellError] {
        errors(of: diagnostics())
    }

    /// Converts the parser's errors to cell errors.
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

    /// Returns the parser's diagnostics that are errors, in the order of their places.
    ///
    /// For a long cell, only those of the first faulty statement.
    func diagnostics() -> [Diagnostic] {
        ParseDiagnosticsGenerator.diagnostics(for: faultyPart()).filter { $0.diagMessage.severity == .error }
    }

    /// Returns the part of the tree whose errors are reported.
    ///
    /// The generator's time grows with the square of a list's statements: it would take minutes for a table that was
    /// pasted into a cell. So only the first faulty statement of a long list counts.
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

extension Place {
    /// Creates the place of a node, without the blanks and comments around it.
    init(of node: some SyntaxProtocol) {
        start = node.positionAfterSkippingLeadingTrivia.utf8Offset
        end = max(start, node.endPositionBeforeTrailingTrivia.utf8Offset)
    }
}
