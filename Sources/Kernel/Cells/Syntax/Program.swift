/// A cell that is parsed, checked and lowered: ready to run.
struct Program: Sendable {
    let source: SourceText
    let statements: [Statement]

    /// Parses a cell.
    ///
    /// - Throws: ``CellError`` `.syntax` for invalid Swift, `.unsupported` for what cells do not support.
    init(parsing text: String) throws(CellError) {
        source = SourceText(text)
        let tree = try SyntaxTree(parsing: source)
        try tree.checkSyntax()
        statements = try Lowering(source: source).lower(tree.folded())
    }
}
