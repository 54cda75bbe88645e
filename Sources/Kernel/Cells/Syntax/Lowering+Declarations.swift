import SwiftSyntax

extension Lowering {
    func declaration(_ node: DeclSyntax) throws -> Statement {
        try StackGuard.check()
        let place = Place(of: node)
        if let variable = node.as(VariableDeclSyntax.self) {
            return Statement(
                kind: .declaration(
                    try variable.bindings.map(binding),
                    isConstant: variable.bindingSpecifier.tokenKind == .keyword(.let)),
                place: place)
        }
        if let function = node.as(FunctionDeclSyntax.self) {
            return Statement(kind: .function(try lower(function)), place: place)
        }
        if let type = node.as(StructDeclSyntax.self) { return Statement(kind: .type(try lower(type)), place: place) }
        if let type = node.as(EnumDeclSyntax.self) { return Statement(kind: .type(try lower(type)), place: place) }
        if let module = node.as(ImportDeclSyntax.self) {
            try checkImport(module)
            return Statement(kind: .ignored, place: place)
        }
        throw unsupportedDeclaration(node)
    }

    private func unsupportedDeclaration(_ node: DeclSyntax) -> CellError {
        let (word, instead) =
            switch node.kind {
            case .classDecl: ("class", Self.insteadOfType)
            case .actorDecl: ("actor", Self.insteadOfType)
            case .protocolDecl: ("protocol", "")
            case .extensionDecl: ("extension", "Write a `func` that takes the value.")
            case .typeAliasDecl: ("typealias", "")
            case .initializerDecl: ("init", "")
            case .deinitializerDecl: ("deinit", "")
            case .subscriptDecl: ("subscript", "")
            case .operatorDecl: ("operator", "")
            case .precedenceGroupDecl: ("precedencegroup", "")
            case .macroDecl, .macroExpansionDecl: ("macros", "")
            case .ifConfigDecl: ("#if", "")
            default: (node.firstToken(viewMode: .sourceAccurate)?.text ?? "this", "")
            }
        return unsupported("`\(word)`", keyword(of: node), instead: instead)
    }

    private static let insteadOfType = "A `struct` holds values together, with methods."

    /// Returns the declaration's keyword, past its attributes.
    private func keyword(of node: DeclSyntax) -> Syntax {
        node.children(viewMode: .sourceAccurate).first { $0.is(TokenSyntax.self) } ?? Syntax(node)
    }

    func binding(_ node: PatternBindingSyntax) throws -> Binding {
        if let accessors = node.accessorBlock {
            throw unsupported("computed variables outside a `struct`", accessors, instead: "Write a `func`.")
        }
        return Binding(
            pattern: try pattern(node.pattern), type: try node.typeAnnotation.map { try type($0.type) },
            value: try node.initializer.map { try expression($0.value) }, place: Place(of: node.pattern))
    }

    func lower(_ node: FunctionDeclSyntax) throws -> FunctionCode {
        if let generics = node.genericParameterClause {
            throw unsupported("generics", generics, instead: "Leave them out: parameters take any value.")
        }
        guard let body = node.body else {
            throw source.error(
                .syntax, "`func \(node.name.text)` needs a body in braces.", at: Place(of: node))
        }
        let parameters = try node.signature.parameterClause.parameters.map(parameter)
        let result = try node.signature.returnClause.map { try type($0.type) }
        return function(
            name: identifier(node.name), parameters: parameters, result: result ?? .void,
            body: try block(body), isShorthand: false, documentation: documentation(of: node),
            place: Place(of: node))
    }

    func parameter(_ node: FunctionParameterSyntax) throws -> FunctionCode.Parameter {
        let label = identifier(node.firstName)
        let name = node.secondName.map(identifier) ?? label
        var declaration = Parameter(
            label: label == "_" ? nil : label, name: name, try type(node.type).parameterType,
            default: node.defaultValue?.value.trimmedDescription, isVariadic: node.ellipsis != nil)
        declaration.isInOut =
            node.type.as(AttributedTypeSyntax.self)?.specifiers.contains { $0.trimmedDescription == "inout" } == true
        return FunctionCode.Parameter(
            declaration: declaration,
            defaultValue: try node.defaultValue.map { try expression($0.value) })
    }

    func lower(_ node: ClosureExprSyntax) throws -> FunctionCode {
        var parameters: [FunctionCode.Parameter] = []
        switch node.signature?.parameterClause {
        case .simpleInput(let names):
            parameters = names.map { closureParameter($0.name, .any) }
        case .parameterClause(let clause):
            parameters = try clause.parameters.map { parameter in
                closureParameter(
                    parameter.secondName ?? parameter.firstName,
                    try parameter.type.map { try type($0).parameterType } ?? .any)
            }
        case nil: break
        }
        let isShorthand = node.signature?.parameterClause == nil
        if isShorthand {
            parameters = (0..<shorthandCount(in: Syntax(node.statements))).map { index in
                FunctionCode.Parameter(
                    declaration: Parameter(label: nil, name: "$\(index)", .any), defaultValue: nil)
            }
        }
        return function(
            name: "closure", parameters: parameters,
            result: try node.signature?.returnClause.map { try type($0.type) },
            body: Block(try statements(node.statements)), isShorthand: isShorthand,
            documentation: "", place: Place(of: node))
    }

    private func closureParameter(_ name: TokenSyntax, _ type: ValueType) -> FunctionCode.Parameter {
        FunctionCode.Parameter(
            declaration: Parameter(label: nil, name: identifier(name), type), defaultValue: nil)
    }

    /// Returns one more than the highest `$n` in a closure, ignoring the closures inside it.
    private func shorthandCount(in node: Syntax) -> Int {
        var count = 0
        var pending = [node]
        while let next = pending.popLast() {
            if let token = next.as(TokenSyntax.self) {
                if case .dollarIdentifier(let text) = token.tokenKind, let index = Int(text.dropFirst()),
                    index < 64
                {
                    count = max(count, index + 1)
                }
            } else if !next.is(ClosureExprSyntax.self) {
                pending.append(contentsOf: next.children(viewMode: .sourceAccurate))
            }
        }
        return count
    }

    func function(
        name: String, parameters: [FunctionCode.Parameter], result: TypeAnnotation?, gives given: ValueType? = nil,
        body: Block,
        isShorthand: Bool, documentation: String, place: Place
    ) -> FunctionCode {
        var isExpression = false
        if body.statements.count == 1 {
            switch body.statements[0].kind {
            case .expression, .conditional, .switching: isExpression = true
            default: break
            }
        }
        return FunctionCode(
            name: name,
            signature: Signature(
                name, parameters.map(\.declaration), result: given ?? result?.type ?? .void, summary: documentation),
            parameters: parameters, result: result, body: body, isExpression: isExpression,
            isShorthand: isShorthand, source: source, place: place)
    }

    /// Returns the `///` lines above a function.
    private func documentation(of node: FunctionDeclSyntax) -> String {
        node.leadingTrivia.compactMap { piece -> String? in
            guard case .docLineComment(let text) = piece else { return nil }
            return String(text.dropFirst(3).drop { $0 == " " })
        }.joined(separator: " ")
    }
}
