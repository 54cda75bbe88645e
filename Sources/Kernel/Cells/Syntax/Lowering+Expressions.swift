import SwiftParser
import SwiftSyntax

extension Lowering {
    func expression(_ node: ExprSyntax) throws -> Expression {
        let lowered = try link(node)
        guard hasOptionalChaining(node) else { return lowered }
        return Expression(kind: .chain(lowered), place: lowered.place)
    }

    /// Lowers an expression that may be the middle of `a?.b.c`, so that a `?` in it ends the whole chain.
    private func link(_ node: ExprSyntax) throws -> Expression {
        try StackGuard.check()
        return Expression(kind: try kind(of: node), place: Place(of: node))
    }

    private func kind(of node: ExprSyntax) throws -> Expression.Kind {
        switch node.kind {
        case .integerLiteralExpr, .floatLiteralExpr, .booleanLiteralExpr, .nilLiteralExpr, .stringLiteralExpr:
            return try literal(node)
        case .declReferenceExpr: return reference(node.cast(DeclReferenceExprSyntax.self))
        case .memberAccessExpr: return try member(node.cast(MemberAccessExprSyntax.self))
        case .functionCallExpr: return try call(node.cast(FunctionCallExprSyntax.self))
        case .subscriptCallExpr: return try subscripted(node.cast(SubscriptCallExprSyntax.self))
        case .arrayExpr:
            return .array(try node.cast(ArrayExprSyntax.self).elements.map { try expression($0.expression) })
        case .dictionaryExpr: return try dictionary(node.cast(DictionaryExprSyntax.self))
        case .tupleExpr: return try tuple(node.cast(TupleExprSyntax.self))
        case .closureExpr: return .closure(try lower(node.cast(ClosureExprSyntax.self)))
        case .infixOperatorExpr: return try infix(node.cast(InfixOperatorExprSyntax.self))
        case .prefixOperatorExpr: return try prefix(node.cast(PrefixOperatorExprSyntax.self))
        case .postfixOperatorExpr: return try postfix(node.cast(PostfixOperatorExprSyntax.self))
        case .ternaryExpr:
            let node = node.cast(TernaryExprSyntax.self)
            return .ternary(
                try expression(node.condition), try expression(node.thenExpression),
                try expression(node.elseExpression))
        case .forceUnwrapExpr: return .force(try link(node.cast(ForceUnwrapExprSyntax.self).expression))
        case .optionalChainingExpr:
            return .optionalChaining(try link(node.cast(OptionalChainingExprSyntax.self).expression))
        case .tryExpr:
            let node = node.cast(TryExprSyntax.self)
            let value = try expression(node.expression)
            return node.questionOrExclamationMark?.text == "?" ? .optionalTry(value) : value.kind
        case .awaitExpr: return try expression(node.cast(AwaitExprSyntax.self).expression).kind
        case .genericSpecializationExpr:
            return try link(node.cast(GenericSpecializationExprSyntax.self).expression).kind
        case .asExpr:
            let node = node.cast(AsExprSyntax.self)
            let isOptional = node.questionOrExclamationMark?.text == "?"
            return .cast(
                try expression(node.expression), try type(node.type), isOptional ? .convertOrNil : .convert)
        case .isExpr:
            let node = node.cast(IsExprSyntax.self)
            if ["None", "nil"].contains(node.type.trimmedDescription) {
                throw source.error(.syntax, "Swift compares with `== nil`", at: Place(of: node.isKeyword))
            }
            return .cast(try expression(node.expression), try type(node.type), .check)
        case .keyPathExpr: return try keyPath(node.cast(KeyPathExprSyntax.self))
        case .ifExpr: return .conditional(try lower(node.cast(IfExprSyntax.self)))
        case .switchExpr: return .switching(try lower(node.cast(SwitchExprSyntax.self), label: nil))
        case .discardAssignmentExpr: return .wildcard
        case .inOutExpr: return .inoutArgument(try expression(node.cast(InOutExprSyntax.self).expression))
        default: throw unsupportedExpression(node)
        }
    }

    private func unsupportedExpression(_ node: ExprSyntax) -> CellError {
        switch node.kind {
        case .regexLiteralExpr: unsupported("regular expressions", node)
        case .macroExpansionExpr: unsupported("`#` macros", node)
        case .superExpr: unsupported("`super`", node)
        case .patternExpr: unsupported("patterns here", node)
        default: unsupported("`\(node.trimmedDescription.prefix(40))`", node)
        }
    }

    /// Returns whether there is a `?` between the last member of a chain and its first value.
    private func hasOptionalChaining(_ node: ExprSyntax) -> Bool {
        var next: ExprSyntax? = node
        while let current = next {
            switch current.kind {
            case .optionalChainingExpr: return true
            case .memberAccessExpr: next = current.cast(MemberAccessExprSyntax.self).base
            case .functionCallExpr: next = current.cast(FunctionCallExprSyntax.self).calledExpression
            case .subscriptCallExpr: next = current.cast(SubscriptCallExprSyntax.self).calledExpression
            case .forceUnwrapExpr: next = current.cast(ForceUnwrapExprSyntax.self).expression
            default: return false
            }
        }
        return false
    }

    // MARK: - Names, members, calls

    private func reference(_ node: DeclReferenceExprSyntax) -> Expression.Kind {
        switch node.baseName.tokenKind {
        case .binaryOperator(let name), .prefixOperator(let name), .postfixOperator(let name):
            .operatorFunction(name)
        default: .name(identifier(node.baseName))
        }
    }

    private func member(_ node: MemberAccessExprSyntax) throws -> Expression.Kind {
        let name = identifier(node.declName.baseName)
        guard let base = node.base else { return .symbol(name) }
        if name == "self" { return try link(base).kind }
        if let reference = base.as(DeclReferenceExprSyntax.self), reference.baseName.text == "self" {
            return .name("self.\(name)")
        }
        return .member(try link(base), name, Place(of: node.declName))
    }

    private func call(_ node: FunctionCallExprSyntax) throws -> Expression.Kind {
        var arguments = try node.arguments.map(argument)
        if let closure = node.trailingClosure {
            arguments.append(try trailing(closure, label: nil))
        }
        for element in node.additionalTrailingClosures {
            arguments.append(try trailing(element.closure, label: element.label.text))
        }
        if let type = try collectionType(node.calledExpression) { return collection(of: type, arguments, node) }
        return .call(try link(node.calledExpression), arguments)
    }

    /// Returns the type of `[Double]()`, `[String: Int]()` and `Array<Double>()`; nil for any other callee.
    private func collectionType(_ node: ExprSyntax) throws -> ValueType? {
        if let list = node.as(ArrayExprSyntax.self), list.elements.count == 1, let element = list.elements.first {
            return .list(try type(element.expression))
        }
        if let dictionary = node.as(DictionaryExprSyntax.self), case .elements(let pairs) = dictionary.content,
            pairs.count == 1, let pair = pairs.first
        {
            return .pairs(try type(pair.key), try type(pair.value))
        }
        guard let generic = node.as(GenericSpecializationExprSyntax.self) else { return nil }
        return try type(ExprSyntax(generic))
    }

    /// Lowers a type that is written as an expression.
    private func type(_ node: ExprSyntax) throws -> ValueType {
        var parser = Parser(node.trimmedDescription)
        let written = TypeSyntax.parse(from: &parser)
        return written.hasError ? .any : try type(written).parameterType
    }

    /// Lowers the initializer of a collection, `[Double](repeating: 0, count: 3)`, to a call and a cast to its type.
    private func collection(
        of type: ValueType, _ arguments: [Expression.Labeled], _ node: FunctionCallExprSyntax
    ) -> Expression.Kind {
        let place = Place(of: node.calledExpression)
        let name =
            switch type {
            case .list: "Array"
            case .pairs: "Dictionary"
            case .set: "Set"
            default: node.calledExpression.as(GenericSpecializationExprSyntax.self)?.expression.trimmedDescription ?? ""
            }
        let call = Expression(
            kind: .call(Expression(kind: .name(name), place: place), arguments), place: Place(of: node))
        return .cast(call, TypeAnnotation(type), .convert)
    }

    private func trailing(_ closure: ClosureExprSyntax, label: String?) throws -> Expression.Labeled {
        try Expression.Labeled(
            label: label, place: Place(of: closure), value: expression(ExprSyntax(closure)),
            isTrailingClosure: true)
    }

    private func subscripted(_ node: SubscriptCallExprSyntax) throws -> Expression.Kind {
        .subscripted(try link(node.calledExpression), try node.arguments.map(argument))
    }

    private func argument(_ node: LabeledExprSyntax) throws -> Expression.Labeled {
        if node.label == nil, let infix = node.expression.as(InfixOperatorExprSyntax.self),
            infix.operator.is(AssignmentExprSyntax.self), infix.leftOperand.is(DeclReferenceExprSyntax.self)
        {
            let name = infix.leftOperand.trimmedDescription
            let value = infix.rightOperand.trimmedDescription
            throw source.error(
                .syntax,
                "Swift labels arguments with a colon: `\(name): \(value.count <= 40 ? value : "…")`",
                at: Place(of: infix.operator))
        }
        return Expression.Labeled(
            label: node.label.map(identifier), place: Place(of: node), value: try expression(node.expression))
    }

    private func keyPath(_ node: KeyPathExprSyntax) throws -> Expression.Kind {
        .keyPath(
            try node.components.map { component in
                guard case .property(let property) = component.component else {
                    throw unsupported(
                        "key paths with anything but properties", node, instead: "Write a closure.")
                }
                return identifier(property.declName.baseName)
            })
    }

    // MARK: - Collections

    private func dictionary(_ node: DictionaryExprSyntax) throws -> Expression.Kind {
        guard case .elements(let elements) = node.content else {
            return .literal(.dictionary(ValueDictionary()))
        }
        return .dictionary(
            try elements.map { element in
                Expression.DictionaryPair(
                    key: try expression(element.key), value: try expression(element.value))
            })
    }

    private func tuple(_ node: TupleExprSyntax) throws -> Expression.Kind {
        if node.elements.count == 1, let element = node.elements.first, element.label == nil {
            return try expression(element.expression).kind
        }
        return .tuple(try node.elements.map(argument))
    }

    // MARK: - Operators

    private func prefix(_ node: PrefixOperatorExprSyntax) throws -> Expression.Kind {
        let operand = try expression(node.expression)
        switch (node.operator.text, operand.kind) {
        case ("-", .literal(.integer(let value))): return .literal(.integer(0 &- value))
        case ("-", .literal(.number(let value))): return .literal(.number(-value))
        case ("-", .largeLiteral(let value, let error)):
            // Its digits are those of the least whole number, which has no positive counterpart.
            if value == 0x1p63, operandIsLeast(node.expression) { return .literal(.integer(.min)) }
            return .largeLiteral(-value, error)
        case ("..<", _): return .range(nil, operand, isClosed: false)
        case ("...", _): return .range(nil, operand, isClosed: true)
        case ("-", _), ("+", _), ("!", _), ("~", _): return .prefix(node.operator.text, operand)
        default: throw unsupportedOperator(node.operator)
        }
    }

    private func postfix(_ node: PostfixOperatorExprSyntax) throws -> Expression.Kind {
        guard node.operator.text == "..." else { throw unsupportedOperator(node.operator) }
        return .range(try expression(node.expression), nil, isClosed: true)
    }

    private func unsupportedOperator(_ token: TokenSyntax) -> CellError {
        let hint =
            switch token.text {
            case "++": " Write `+= 1`."
            case "--": " Write `-= 1`."
            case "**": " Cells do not unpack dictionaries into arguments."
            case "*": " Cells do not unpack lists into arguments."
            case "%%", "!!": " Cells are Swift, without magics or shell commands."
            default: ""
            }
        return source.error(
            .unsupported, "Swift has no operator `\(token.text)` here.\(hint)", at: Place(of: token))
    }

    private func infix(_ node: InfixOperatorExprSyntax) throws -> Expression.Kind {
        let left = try expression(node.leftOperand)
        let right = try expression(node.rightOperand)
        if node.operator.is(AssignmentExprSyntax.self) { return .assignment(left, operation: nil, right) }
        guard let token = node.operator.as(BinaryOperatorExprSyntax.self)?.operator else {
            throw unsupported("`\(node.operator.trimmedDescription)` here", node.operator)
        }
        switch token.text {
        case "&&", "||", "??": return .lazy(token.text, left, right, Place(of: token))
        case "..<": return .range(left, right, isClosed: false)
        case "...": return .range(left, right, isClosed: true)
        case "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=":
            return .assignment(left, operation: String(token.text.dropLast()), right)
        default:
            return .binary(token.text, left, right, Place(of: token))
        }
    }

    private func operandIsLeast(_ node: ExprSyntax) -> Bool {
        let digits = node.trimmedDescription.filter { $0 != "_" }
        let radixes: [(prefix: String, radix: Int)] = [("0x", 16), ("0o", 8), ("0b", 2)]
        let written = radixes.first { digits.hasPrefix($0.prefix) }
        let value = written.map { UInt64(digits.dropFirst(2), radix: $0.radix) } ?? UInt64(digits)
        return value == UInt64(Int.min.magnitude)
    }
}
