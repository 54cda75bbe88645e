import SwiftSyntax

/// What is known about the name at a position in a cell.
package enum InspectionTarget: Sendable {
    /// A command, function or method.
    case callable(Signature)
    /// A variable or the value of an expression without side effects.
    case variable(name: String, value: Value)
    /// A member whose value is not known.
    case member(MemberDeclaration)
}

extension Interpreter {
    /// Returns what is known about the name at a position in a cell: a command's declaration, a variable, a member.
    ///
    /// Returns nil if nothing is known. Inside the parentheses of a call, an unknown name gives the function that is
    /// called.
    ///
    /// - Parameters:
    ///   - source: the whole cell.
    ///   - cursor: the place, in Unicode scalars from the cell's beginning.
    package func inspection(in source: String, cursor: Int) -> InspectionTarget? {
        let text = SourceText(source)
        guard let tree = try? SyntaxTree(parsing: text) else { return nil }
        let offset = text.utf8Offset(ofScalar: cursor)
        let values = PureValues(tree: tree, scope: variablesScope)
        let tokens = tree.root.tokens(viewMode: .sourceAccurate).filter { token in
            token.tokenKind != .endOfFile && token.positionAfterSkippingLeadingTrivia.utf8Offset <= offset
        }
        guard let last = tokens.last else { return nil }
        let touching = tokens.suffix(2).filter { $0.endPositionBeforeTrailingTrivia.utf8Offset >= offset }
        for token in touching.reversed() {
            if let target = target(at: token, values) { return target }
        }
        return CallSite(around: last).flatMap { values.signature(ofCallee: $0.callee) }.map { .callable($0) }
    }

    /// Returns what is known about a path, as ``CellResult/inspect(path:)`` names it.
    package func inspection(of path: String) -> InspectionTarget? {
        inspection(in: path, cursor: path.unicodeScalars.count)
    }

    private func target(at token: TokenSyntax, _ values: PureValues) -> InspectionTarget? {
        if let subscripted = token.parent?.as(SubscriptCallExprSyntax.self), token == subscripted.rightSquare,
            let value = values.value(of: ExprSyntax(subscripted))
        {
            return .variable(name: subscripted.trimmedDescription, value: value)
        }
        guard let reference = token.parent?.as(DeclReferenceExprSyntax.self), reference.baseName == token
        else {
            guard let pattern = token.parent?.as(IdentifierPatternSyntax.self) else { return nil }
            return values.value(ofName: pattern.identifier.text).map {
                .variable(name: pattern.identifier.text, value: $0)
            }
        }
        if let access = reference.parent?.as(MemberAccessExprSyntax.self), access.declName.id == reference.id {
            return member(access, values)
        }
        let name = token.text
        return values.value(ofName: name).map { described(name, $0) }
    }

    private func member(_ access: MemberAccessExprSyntax, _ values: PureValues) -> InspectionTarget? {
        guard let base = access.base, let receiver = values.value(of: base) else { return nil }
        let name = access.declName.baseName.text
        let declaration = Members.declarations(of: receiver).first { $0.name == name }
        if let signature = declaration?.signature { return .callable(signature) }
        if let value = values.value(of: ExprSyntax(access)) {
            return described(access.trimmedDescription, value)
        }
        return declaration.map { .member($0) }
    }

    private func described(_ name: String, _ value: Value) -> InspectionTarget {
        if case .function(let function) = value { return .callable(function.signature) }
        return .variable(name: name, value: value)
    }
}
