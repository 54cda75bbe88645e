/// Runs the lowered tree of one source: a cell, or the cell that declared a function.
struct Evaluator {
    let source: SourceText
    let context: any CellContext
    /// The type of the value that `return` must give.
    var result: ValueType?

    /// The ways in which a statement can end.
    enum Outcome {
        case ended
        case broke(label: String?)
        case continued(label: String?)
        case returned(Value)
    }

    /// Runs a cell's statements.
    ///
    /// Returns the value of the last one if it is an expression.
    func run(_ statements: [Statement], in scope: Scope) throws -> Value? {
        declareFunctions(of: statements, in: scope)
        let deferred = statements.compactMap { if case .deferred(let block) = $0.kind { block } else { nil } }
        guard deferred.isEmpty else {
            // A cell's `defer` blocks run when the cell ends.
            let others = statements.filter { if case .deferred = $0.kind { false } else { true } }
            defer { for block in deferred.reversed() { _ = try? run(block, in: scope) } }
            return try run(others, in: scope)
        }
        for (index, statement) in statements.enumerated() {
            if index == statements.count - 1, case .expression(let expression) = statement.kind {
                try checkInterruption(at: statement.place)
                return try evaluate(expression, in: scope)
            }
            switch try run(statement, in: scope) {
            case .ended: break
            case .returned(let value): return value
            case .broke(let label), .continued(let label):
                throw source.error(.syntax, strayMessage(statement, label), at: statement.place)
            }
        }
        return nil
    }

    private func strayMessage(_ statement: Statement, _ label: String?) -> String {
        label.map { "There is no loop with the label `\($0)` around this." }
            ?? "`break` and `continue` can only be used inside a loop."
    }

    /// Runs a block, in its own scope if it declares something.
    func run(_ block: Block, in scope: Scope, ownScope: Bool = true) throws -> Outcome {
        let inner = ownScope && block.declares ? Scope(parent: scope) : scope
        if block.declares { declareFunctions(of: block.statements, in: inner) }
        var deferred: [Block] = []
        let outcome: Outcome
        do {
            outcome = try run(block.statements, collecting: &deferred, in: inner)
        } catch {
            for block in deferred.reversed() { _ = try run(block, in: inner) }
            throw error
        }
        for block in deferred.reversed() { _ = try run(block, in: inner) }
        return outcome
    }

    private func run(_ statements: [Statement], collecting deferred: inout [Block], in scope: Scope) throws -> Outcome {
        for statement in statements {
            if case .deferred(let block) = statement.kind {
                deferred.append(block)
                continue
            }
            let outcome = try run(statement, in: scope)
            guard case .ended = outcome else { return outcome }
        }
        return .ended
    }

    /// Declares the functions of a block first, so that they can be called above the place where they are written.
    private func declareFunctions(of statements: [Statement], in scope: Scope) {
        for statement in statements {
            guard case .function(let code) = statement.kind else { continue }
            scope.declare(
                code.name, Variable(value: .function(Function(code: code, scope: scope)), isConstant: true))
        }
    }

    /// Evaluates an `if` or `switch` that is used as an expression, and returns its value and how its branch ended.
    func valueOfBranch(_ statement: Statement, as wanted: ValueType? = nil, in scope: Scope) throws -> (
        Outcome, Value
    ) {
        switch statement.kind {
        case .conditional(let conditional):
            try StackGuard.check()
            let inner = Scope(parent: scope)
            if try holds(conditional.conditions, in: inner) {
                return try value(of: conditional.body, as: wanted, in: inner)
            }
            return try conditional.otherwise.map { try value(of: $0, as: wanted, in: scope) } ?? (.ended, .void)
        case .switching(let switching):
            try StackGuard.check()
            guard let (body, inner) = try chosen(switching, in: scope) else { return (.ended, .void) }
            return try value(of: body, as: wanted, in: inner)
        default:
            return (.ended, .void)
        }
    }

    private func value(of block: Block, as wanted: ValueType?, in scope: Scope) throws -> (Outcome, Value) {
        if block.statements.count == 1 {
            switch block.statements[0].kind {
            case .expression(let expression): return (.ended, try evaluate(expression, as: wanted, in: scope))
            case .conditional, .switching:
                return try valueOfBranch(block.statements[0], as: wanted, in: scope)
            default: break
            }
        }
        return (try run(block, in: scope), .void)
    }

    func checkInterruption(at place: Place) throws {
        if context.isCancelled { throw source.error(.interrupted, "Interrupted.", at: place) }
    }
}
