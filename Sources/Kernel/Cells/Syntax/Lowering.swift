import SwiftSyntax

/// Makes the cell language's own tree from swift-syntax's, and refuses what is outside the subset.
///
/// The tree is no deeper than ``Limits/syntaxLevels`` but for chains of operators, so plain recursion is safe
/// on a stack of some megabytes; ``StackGuard`` watches over smaller ones.
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

    /// The error for what cells do not have.
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

    /// `if` and `switch` are expressions to the parser even where they stand alone.
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
        if let expression = node.as(ExpressionPatternSyntax.self) {
            return try pattern(of: expression.expression)
        }
        throw unsupported("this pattern", node)
    }

    /// In `let (a, b)` of a `case`, names arrive as expressions that hold patterns.
    private func pattern(of node: ExprSyntax) throws -> Pattern {
        if let wrapped = node.as(PatternExprSyntax.self) { return try pattern(wrapped.pattern) }
        if node.is(DiscardAssignmentExprSyntax.self) { return .wildcard }
        if let tuple = node.as(TupleExprSyntax.self), tuple.elements.count > 1 {
            return .tuple(try tuple.elements.map { try pattern(of: $0.expression) })
        }
        return .expression(try expression(node))
    }

    func type(_ node: TypeSyntax) throws -> TypeNote {
        if let optional = node.as(OptionalTypeSyntax.self) {
            return .optional(try type(optional.wrappedType))
        }
        if let list = node.as(ArrayTypeSyntax.self) { return .list(try type(list.element)) }
        if node.is(DictionaryTypeSyntax.self) { return .dictionary }
        if node.is(FunctionTypeSyntax.self) { return .function }
        if let tuple = node.as(TupleTypeSyntax.self) {
            if tuple.elements.isEmpty { return .void }
            if tuple.elements.count == 1, let element = tuple.elements.first { return try type(element.type) }
            return .any
        }
        if let attributed = node.as(AttributedTypeSyntax.self) {
            if attributed.specifiers.contains(where: { $0.trimmedDescription == "inout" }) {
                throw unsupported("`inout`", node, instead: "Give the new value back with `return`.")
            }
            return try type(attributed.baseType)
        }
        guard let name = node.as(IdentifierTypeSyntax.self) else { return .any }
        return switch name.name.text {
        case "Int", "UInt", "Int32", "Int64", "UInt8", "UInt32", "UInt64", "Int8", "Int16", "UInt16": .integer
        case "Double", "Float", "CGFloat", "Float32", "Float64": .number
        case "String", "Character", "Substring": .string
        case "Bool": .boolean
        case "Array": .list(.any)
        case "Dictionary": .dictionary
        case "Range", "ClosedRange": .range
        case "Void": .void
        default: .any
        }
    }

    /// A name without the backticks that may surround it.
    func identifier(_ token: TokenSyntax) -> String {
        let text = token.text
        return text.count > 2 && text.first == "`" && text.last == "`"
            ? String(text.dropFirst().dropLast()) : text
    }
}
