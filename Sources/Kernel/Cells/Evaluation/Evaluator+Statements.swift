extension Evaluator {
    func run(_ statement: Statement, in scope: Scope) throws -> Outcome {
        try checkInterruption(at: statement.place)
        switch statement.kind {
        case .expression(let expression):
            _ = try evaluate(expression, in: scope)
        case .declaration(let bindings, let isConstant):
            for binding in bindings { try declare(binding, isConstant: isConstant, in: scope) }
        case .function, .ignored, .deferred:
            break
        case .type(let code):
            try declare(code, in: scope)
        case .conditional(let conditional):
            return try run(conditional, in: scope)
        case .switching(let switching):
            return try run(switching, in: scope)
        case .forLoop(let loop):
            return try run(loop, in: scope)
        case .whileLoop(let label, let conditions, let body):
            return try runWhile(label, conditions, body, at: statement.place, in: scope)
        case .repeatLoop(let label, let body, let condition):
            return try runRepeat(label, body, condition, at: statement.place, in: scope)
        case .guardElse(let conditions, let body):
            return try runGuard(conditions, body, at: statement.place, in: scope)
        case .block(let label, let body):
            let outcome = try run(body, in: scope)
            if case .broke(let left?) = outcome, left == label { return .ended }
            return outcome
        case .doCatch(let body, let name, let handler):
            return try runCatching(body, name, handler, in: scope)
        case .throwing(let expression):
            let value = try evaluate(expression, in: scope)
            throw source.error(.failure, value.plainText, at: statement.place)
        case .returning(let expression):
            return .returned(try expression.map { try evaluate($0, as: result, in: scope) } ?? .void)
        case .breaking(let label):
            return .broke(label: label)
        case .continuing(let label):
            return .continued(label: label)
        }
        return .ended
    }

    // MARK: - Declarations

    private func declare(_ binding: Binding, isConstant: Bool, in scope: Scope) throws {
        guard let expression = binding.value else {
            if isConstant {
                throw source.error(.syntax, "`let` needs a value: `let x = …`.", at: binding.place)
            }
            try bind(
                binding.pattern, to: .nothing, isConstant: false, type: binding.type?.parameterType,
                at: binding.place, in: scope)
            return
        }
        let type = binding.type?.parameterType
        var value = try evaluate(expression, as: type, in: scope)
        if value.isVoid, case .name(let name) = binding.pattern, binding.type == nil {
            throw source.error(
                .wrongType, "The right side has no value to give `\(name)`.",
                at: expression.place)
        }
        if let type {
            let what = if case .name(let name) = binding.pattern { "`\(name)`" } else { "This" }
            value = try fitting(value, of: expression, type, what)
        }
        try bind(
            binding.pattern, to: value, isConstant: isConstant, type: type ?? expression.writtenType,
            at: binding.place, in: scope)
    }

    /// Declares a `struct` or `enum` with its static members.
    private func declare(_ code: TypeCode, in scope: Scope) throws {
        let type = UserType(code, scope: scope)
        scope.declare(code.name, Variable(value: .function(type), isConstant: true))
        type.scope.declare("Self", Variable(value: .function(type), isConstant: true))
        _ = try run(code.statics, in: type.scope)
    }

    /// Converts a value to a declared type.
    ///
    /// - Parameter what: the subject of the error's sentence.
    func fitting(_ value: Value, of expression: Expression, _ type: ValueType, _ what: String) throws -> Value {
        if let converted = type.converted(value, strictly: true) { return converted }
        throw source.error(
            .wrongType,
            "\(what) must be \(type.words), but this is \(value.descriptiveWords)."
                + Operators.conversion(of: source.slice(expression.place), value, to: type), at: expression.place)
    }

    /// Binds the names of a pattern to their values.
    ///
    /// - Parameter type: the declared type, if any.
    func bind(
        _ pattern: Pattern, to value: Value, isConstant: Bool, type: ValueType? = nil, at place: Place,
        in scope: Scope
    ) throws {
        switch pattern {
        case .name(let name):
            scope.declare(name, Variable(value: value, isConstant: isConstant, type: type))
        case .wildcard: break
        case .expression, .optional, .member, .type, .cast:
            throw source.error(.syntax, "There must be a name here.", at: place)
        case .tuple(let patterns):
            guard case .tuple(let elements) = value, elements.count == patterns.count else {
                throw source.error(
                    .wrongType,
                    "This needs a tuple of \(patterns.count) values, but the value is \(Self.sizeWords(value)).",
                    at: place)
            }
            for (part, element) in zip(patterns, elements) {
                try bind(part, to: element.value, isConstant: isConstant, at: place, in: scope)
            }
        }
    }

    private static func sizeWords(_ value: Value) -> String {
        if case .tuple(let elements) = value {
            "a tuple of \(elements.count)"
        } else {
            value.descriptiveWords
        }
    }

    // MARK: - Conditions

    private func run(_ conditional: Conditional, in scope: Scope) throws -> Outcome {
        let binds = conditional.conditions.contains { if case .expression = $0 { false } else { true } }
        let inner = binds ? Scope(parent: scope) : scope
        if try holds(conditional.conditions, in: inner) { return try run(conditional.body, in: inner) }
        guard let otherwise = conditional.otherwise else { return .ended }
        try StackGuard.check()
        return try run(otherwise, in: scope)
    }

    /// Returns whether all conditions hold.
    ///
    /// The names that they bind are declared in `scope`.
    func holds(_ conditions: [Condition], in scope: Scope) throws -> Bool {
        for condition in conditions {
            switch condition {
            case .expression(let expression):
                guard try truth(of: expression, in: scope) else { return false }
            case .binding(let name, let isConstant, let expression):
                let value = try evaluate(expression, in: scope)
                if value.isNothing { return false }
                if let name { scope.declare(name, Variable(value: value, isConstant: isConstant)) }
            case .pattern(let pattern, let expression):
                let value = try evaluate(expression, in: scope)
                guard try matches(value, pattern, at: expression.place, in: scope) else { return false }
            }
        }
        return true
    }

    /// Evaluates a condition.
    func truth(of expression: Expression, in scope: Scope) throws -> Bool {
        if case .assignment = expression.kind {
            throw source.error(.syntax, "`=` assigns; `==` compares.", at: expression.place)
        }
        let value = try evaluate(expression, in: scope)
        if case .boolean(let truth) = value { return truth }
        let hint =
            switch value {
            case .integer: " Compare it: `!= 0`."
            case .nothing, .object: " Compare it: `!= nil`."
            case .array, .string, .dictionary: " Write `!x.isEmpty`."
            default: ""
            }
        throw source.error(
            .wrongType, "A condition must be true or false, but this is \(value.descriptiveWords).\(hint)",
            at: expression.place)
    }

    private func runGuard(_ conditions: [Condition], _ body: Block, at place: Place, in scope: Scope) throws
        -> Outcome
    {
        if try holds(conditions, in: scope) { return .ended }
        let outcome = try run(body, in: scope)
        if case .ended = outcome {
            throw source.error(
                .syntax,
                "The body of `guard … else` must end with `return`, `break`, `continue` or `throw`.",
                at: place)
        }
        return outcome
    }

    private func runCatching(_ body: Block, _ name: String, _ handler: Block, in scope: Scope) throws
        -> Outcome
    {
        do {
            return try run(body, in: scope)
        } catch let error where !Self.isInterruption(error, context) {
            let inner = Scope(parent: scope)
            let message = (error as? CellError)?.message ?? "\(error)"
            inner.declare(name, Variable(value: .string(message), isConstant: true))
            return try run(handler, in: inner)
        }
    }

    /// Returns whether an error means that the cell should stop, so that no `catch` or `try?` may catch it.
    static func isInterruption(_ error: any Error, _ context: any CellContext) -> Bool {
        context.isCancelled || (error as? CellError)?.kind == .interrupted
    }
}
