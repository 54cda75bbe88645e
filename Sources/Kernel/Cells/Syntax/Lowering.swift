import SwiftSyntax

/// Lowers swift-syntax's tree to the cell language's own, and refuses anything outside the subset.
///
/// Apart from chains of operators, the tree is no deeper than ``Limits/syntaxLevels``, so plain recursion is safe on a
/// stack of some megabytes; ``StackGuard`` protects smaller ones.
struct Lowering {
    let source: SourceText

    func lower(_ file: SourceFileSyntax) throws(CellError) -> [Statement] {
        do {
            return try statements(file.statements)
        } catch let error as CellError {
            throw error
        } catch {
            throw CellError(.unsupported, "\(error)")
        }
    }

    /// Returns the error for syntax that cells do not support.
    func unsupported(_ what: String, _ node: some SyntaxProtocol, instead: String = "") -> CellError {
        source.error(
            .unsupported, "Cells do not have \(what).\(instead.isEmpty ? "" : " \(instead)")",
            at: Place(of: node))
    }

    func block(_ block: CodeBlockSyntax) throws -> Block { Block(try statements(block.statements)) }

    func statements(_ items: CodeBlockItemListSyntax) throws -> [Statement] {
        try items.map { item in
            switch item.item {
            case .decl(let declaration): try self.declaration(declaration)
            case .stmt(let statement): try self.statement(statement)
            case .expr(let expression): try self.expressionStatement(expression)
            }
        }
    }

    /// Lowers an expression used as a statement: to the parser, `if` and `switch` are expressions even when they stand
    /// alone.
    private func expressionStatement(_ node: ExprSyntax) throws -> Statement {
        if let conditional = node.as(IfExprSyntax.self) {
            return Statement(kind: .conditional(try lower(conditional)), place: Place(of: node))
        }
        if let switching = node.as(SwitchExprSyntax.self) {
            return Statement(kind: .switching(try lower(switching, label: nil)), place: Place(of: node))
        }
        let value = try expression(node)
        return Statement(kind: .expression(value), place: value.place)
    }

    // MARK: - Places of binding

    func pattern(_ node: PatternSyntax) throws -> Pattern {
        if let name = node.as(IdentifierPatternSyntax.self) { return .name(identifier(name.identifier)) }
        if node.is(WildcardPatternSyntax.self) { return .wildcard }
        if let tuple = node.as(TuplePatternSyntax.self) {
            return .tuple(try tuple.elements.map { try pattern($0.pattern) })
        }
        if let binding = node.as(ValueBindingPatternSyntax.self) { return try pattern(binding.pattern) }
        if let test = node.as(IsTypePatternSyntax.self) { return .type(try type(test.type)) }
        if let expression = node.as(ExpressionPatternSyntax.self) {
            return try pattern(of: expression.expression)
        }
        throw unsupported("this pattern", node)
    }

    /// Lowers a pattern that is parsed as an expression: in `let (a, b)` of a `case`, names are expressions that hold
    /// patterns.
    private func pattern(of node: ExprSyntax) throws -> Pattern {
        if let wrapped = node.as(PatternExprSyntax.self) { return try pattern(wrapped.pattern) }
        if node.is(DiscardAssignmentExprSyntax.self) { return .wildcard }
        if let tuple = node.as(TupleExprSyntax.self), tuple.elements.count > 1 {
            return .tuple(try tuple.elements.map { try pattern(of: $0.expression) })
        }
        if let optional = node.as(OptionalChainingExprSyntax.self), holdsPattern(optional.expression) {
            return .optional(try pattern(of: optional.expression))
        }
        if let cast = node.as(AsExprSyntax.self), holdsPattern(cast.expression) {
            return .cast(try pattern(of: cast.expression), try type(cast.type))
        }
        if let call = node.as(FunctionCallExprSyntax.self),
            let member = call.calledExpression.as(MemberAccessExprSyntax.self), call.trailingClosure == nil
        {
            return .member(
                identifier(member.declName.baseName),
                try call.arguments.map { (label: $0.label.map(identifier), pattern: try pattern(of: $0.expression)) })
        }
        return .expression(try expression(node))
    }

    private func holdsPattern(_ node: ExprSyntax) -> Bool {
        if node.is(PatternExprSyntax.self) || node.is(DiscardAssignmentExprSyntax.self) { return true }
        if let optional = node.as(OptionalChainingExprSyntax.self) { return holdsPattern(optional.expression) }
        if let tuple = node.as(TupleExprSyntax.self) { return tuple.elements.contains { holdsPattern($0.expression) } }
        return false
    }

    /// Returns a name without the backticks that may surround it.
    func identifier(_ token: TokenSyntax) -> String {
        let text = token.text
        return text.count > 2 && text.first == "`" && text.last == "`"
            ? String(text.dropFirst().dropLast()) : text
    }
}
