import SwiftSyntax

extension Lowering {
    func statement(_ node: StmtSyntax, label: String? = nil) throws -> Statement {
        try StackGuard.check()
        return Statement(kind: try kind(of: node, label: label), place: Place(of: node))
    }

    private func kind(of node: StmtSyntax, label: String?) throws -> Statement.Kind {
        if let node = node.as(ExpressionStmtSyntax.self) { return try kind(of: node, label: label) }
        if let node = node.as(ForStmtSyntax.self) { return try forLoop(node, label: label) }
        if let node = node.as(WhileStmtSyntax.self) {
            return .whileLoop(label: label, try conditions(node.conditions), try block(node.body))
        }
        if let node = node.as(RepeatStmtSyntax.self) {
            return .repeatLoop(label: label, try block(node.body), try expression(node.condition))
        }
        if let node = node.as(GuardStmtSyntax.self) {
            return .guardElse(try conditions(node.conditions), try block(node.body))
        }
        if let node = node.as(ReturnStmtSyntax.self) {
            return .returning(try node.expression.map(expression))
        }
        if let node = node.as(BreakStmtSyntax.self) { return .breaking(label: node.label?.text) }
        if let node = node.as(ContinueStmtSyntax.self) { return .continuing(label: node.label?.text) }
        if let node = node.as(ThrowStmtSyntax.self) { return .throwing(try expression(node.expression)) }
        if let node = node.as(DeferStmtSyntax.self) { return .deferred(try block(node.body)) }
        if let node = node.as(DoStmtSyntax.self) { return try doStatement(node, label: label) }
        if let node = node.as(LabeledStmtSyntax.self) {
            return try statement(node.statement, label: node.label.text).kind
        }
        throw unsupported("`\(node.firstToken(viewMode: .sourceAccurate)?.text ?? "this statement")`", node)
    }

    private func kind(of node: ExpressionStmtSyntax, label: String?) throws -> Statement.Kind {
        if let conditional = node.expression.as(IfExprSyntax.self) {
            return .conditional(try lower(conditional))
        }
        if let switching = node.expression.as(SwitchExprSyntax.self) {
            return .switching(try lower(switching, label: label))
        }
        return .expression(try expression(node.expression))
    }

    private func forLoop(_ node: ForStmtSyntax, label: String?) throws -> Statement.Kind {
        return .forLoop(
            ForLoop(
                label: label, pattern: try pattern(node.pattern), isMatching: node.caseKeyword != nil,
                sequence: try expression(node.sequence),
                condition: try node.whereClause.map { try expression($0.condition) },
                body: try block(node.body)))
    }

    private func doStatement(_ node: DoStmtSyntax, label: String?) throws -> Statement.Kind {
        let body = try block(node.body)
        guard let clause = node.catchClauses.first else { return .block(label: label, body) }
        if node.catchClauses.count > 1 || clause.catchItems.count > 1
            || clause.catchItems.first?.whereClause != nil
        {
            throw unsupported(
                "`catch` with patterns", clause, instead: "Write one `catch { … }`; it has `error`.")
        }
        var name = "error"
        if let item = clause.catchItems.first {
            guard let written = item.pattern, case .name(let given) = try pattern(written) else {
                throw unsupported(
                    "`catch` with patterns", clause, instead: "Write one `catch { … }`; it has `error`.")
            }
            name = given
        }
        return .doCatch(body, name: name, try block(clause.body))
    }

    func conditions(_ list: ConditionElementListSyntax) throws -> [Condition] {
        try list.map { element in
            switch element.condition {
            case .expression(let node): return .expression(try expression(node))
            case .optionalBinding(let node):
                let isConstant = node.bindingSpecifier.text == "let"
                let written = try pattern(node.pattern)
                if case .wildcard = written, let initializer = node.initializer {
                    return .binding(name: nil, isConstant: isConstant, try expression(initializer.value))
                }
                guard case .name(let name) = written else { throw unsupported("this pattern", node.pattern) }
                let value =
                    try node.initializer.map { try expression($0.value) }
                    ?? Expression(kind: .name(name), place: Place(of: node.pattern))
                return .binding(name: name, isConstant: isConstant, value)
            case .matchingPattern(let node):
                return .pattern(try pattern(node.pattern), try expression(node.initializer.value))
            case .availability(let node):
                throw unsupported("`#available`", node)
            }
        }
    }

    func lower(_ node: IfExprSyntax) throws -> Conditional {
        try StackGuard.check()
        let otherwise: Block? =
            switch node.elseBody {
            case .codeBlock(let body): try block(body)
            case .ifExpr(let next):
                Block([Statement(kind: .conditional(try lower(next)), place: Place(of: next))])
            case nil: nil
            }
        return Conditional(
            conditions: try conditions(node.conditions), body: try block(node.body), otherwise: otherwise)
    }

    func lower(_ node: SwitchExprSyntax, label: String?) throws -> Switching {
        try StackGuard.check()
        let cases = try node.cases.map { element in
            guard case .switchCase(let clause) = element else { throw unsupported("`#if`", element) }
            let body = Block(try statements(clause.statements))
            switch clause.label {
            case .default: return Switching.Case(patterns: [], isDefault: true, body: body)
            case .case(let label):
                let patterns = try label.caseItems.map { item in
                    (
                        pattern: try pattern(item.pattern),
                        condition: try item.whereClause.map { try expression($0.condition) }
                    )
                }
                return Switching.Case(patterns: patterns, isDefault: false, body: body)
            }
        }
        return Switching(label: label, subject: try expression(node.subject), cases: cases)
    }
}
