import SwiftOperators
import SwiftParser
import SwiftSyntax

/// A cell, parsed, checked and lowered: ready to run.
struct Program: Sendable {
    let source: SourceText
    let statements: [Statement]

    /// Parses a cell.
    ///
    /// - Throws: ``CellError`` `.syntax` for what is not Swift, `.unsupported` for what cells do not have.
    init(parsing text: String) throws(CellError) {
        source = SourceText(text)
        let tree = try SyntaxTree(parsing: source)
        try tree.checkSyntax()
        statements = try Lowering(source: source).lower(tree.folded())
    }
}

/// swift-syntax's tree of a cell, no deeper than the stack can walk.
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

    /// Throws the first syntax error, in the words of a Python habit's cure where it is one.
    func checkSyntax() throws(CellError) {
        guard root.hasError else { return }
        let error =
            syntaxErrors().first ?? source.error(.syntax, "This is not Swift", at: Place(start: 0, end: 0))
        throw PythonHabits(tree: self).explanation(for: error) ?? error
    }

    /// The tree with Swift's operator precedence.
    ///
    /// ``checkSyntax()`` has found nothing.
    func folded() throws(CellError) -> SourceFileSyntax {
        // Errors are looked for in the unfolded tree: folding loses the places of what it has moved.
        for sequence in sequences { try OperatorCheck(source: source).check(sequence) }
        let folded = OperatorTable.standardOperators.foldAll(root) { _ in }
        return folded.cast(SourceFileSyntax.self)
    }

    // MARK: - Depth

    /// Walks the tree without recursion, so that a tree of any depth can be refused.
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

extension Place {
    /// The place of a node, without the blanks and comments around it.
    init(of node: some SyntaxProtocol) {
        start = node.positionAfterSkippingLeadingTrivia.utf8Offset
        end = max(start, node.endPositionBeforeTrailingTrivia.utf8Offset)
    }
}
