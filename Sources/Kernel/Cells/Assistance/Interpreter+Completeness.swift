import SwiftDiagnostics
import SwiftSyntax

/// Whether a cell can be run as it is.
package enum Completeness: Sendable, Hashable {
    /// It can be run.
    case complete
    /// It continues on another line, which begins with `indent`.
    case incomplete(indent: String)
    /// It is wrong whatever follows.
    case invalid
}

extension Interpreter {
    /// Returns whether a cell can be run as it is, continues on another line, or is wrong whatever follows.
    package func completeness(of source: String) -> Completeness {
        if InspectionQuery(source) != nil { return .complete }
        let text = SourceText(source)
        guard let tree = try? SyntaxTree(parsing: text) else { return .invalid }
        let tokens = tree.root.tokens(viewMode: .sourceAccurate).filter { $0.tokenKind != .endOfFile }
        let open = openBrackets(tokens)
        if isInsideLongLiteral(tree) { return .incomplete(indent: "") }
        guard tree.root.hasError else { return .complete }
        let diagnostics = tree.diagnostics()
        guard let error = tree.errors(of: diagnostics).first else { return .invalid }
        if PythonHabits(tree: tree).explanation(for: error) != nil { return .invalid }
        let end = tokens.last?.endPositionBeforeTrailingTrivia.utf8Offset ?? 0
        guard diagnostics.allSatisfy({ $0.position.utf8Offset >= end }) else { return .invalid }
        guard !open.isEmpty || tokens.last.map(wantsMore) == true else { return .invalid }
        let braces = open.count { $0 == .leftBrace }
        return .incomplete(indent: String(repeating: "    ", count: braces))
    }

    /// Returns the brackets that are never closed, from the outside in.
    private func openBrackets(_ tokens: [TokenSyntax]) -> [TokenKind] {
        var open: [TokenKind] = []
        for token in tokens {
            switch token.tokenKind {
            case .leftBrace, .leftParen, .leftSquare: open.append(token.tokenKind)
            case .rightBrace, .rightParen, .rightSquare: _ = open.popLast()
            default: break
            }
        }
        return open
    }

    /// Returns whether text in `\"\"\"` or a comment in `/*` is still open at the end.
    private func isInsideLongLiteral(_ tree: SyntaxTree) -> Bool {
        for piece in tree.root.endOfFileToken.leadingTrivia.pieces {
            switch piece {
            case .blockComment(let text), .docBlockComment(let text):
                if !text.hasSuffix("*/") || text == "/*/" { return true }
            default: break
            }
        }
        var node = tree.root.endOfFileToken.previousToken(viewMode: .sourceAccurate)?.parent
        while let next = node {
            if let literal = next.as(StringLiteralExprSyntax.self),
                literal.openingQuote.tokenKind == .multilineStringQuote,
                literal.closingQuote.presence == .missing
            {
                return true
            }
            node = next.parent
        }
        return false
    }

    /// Returns whether a cell cannot end in this token.
    private func wantsMore(_ token: TokenSyntax) -> Bool {
        switch token.tokenKind {
        case .binaryOperator, .equal, .comma, .period, .colon, .infixQuestionMark, .arrow: true
        case .prefixOperator, .postfixOperator: true
        case .keyword(let word):
            [
                .let, .var, .func, .in, .else, .if, .for, .while, .guard, .switch, .repeat, .do, .return,
                .throw, .try,
            ]
            .contains(word)
        default: false
        }
    }
}
