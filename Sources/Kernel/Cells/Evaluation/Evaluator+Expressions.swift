extension Evaluator {
    /// The value of an expression.
    ///
    /// Errors carry their place.
    func evaluate(_ expression: Expression, in scope: Scope) throws -> Value {
        switch expression.kind {
        case .literal(let value): return value
        case .name(let name): return try value(ofName: name, at: expression.place, in: scope)
        default: break
        }
        do {
            try StackGuard.check()
            return try value(of: expression, in: scope)
        } catch {
            throw placed(error, at: expression.place)
        }
    }

    /// The value, and for a division of whole literals also the fraction that Swift may mean.
    func evaluateWithFraction(_ expression: Expression, in scope: Scope) throws -> (Value, Double?) {
        if case .ratio(let whole, let fraction) = expression.kind {
            return (whole.map { .integer($0) } ?? .number(fraction), fraction)
        }
        return (try evaluate(expression, in: scope), nil)
    }

    /// Gives an error that has no place yet this one, and wraps what is not a cell's error.
    func placed(_ error: any Error, at place: Place) -> any Error {
        if error is ChainIsNil { return error }
        guard var error = error as? CellError else {
            let kind: CellError.Kind = context.isCancelled ? .interrupted : .command
            return CellError(kind, "\(error)", location: source.location(at: place.start), underlying: error)
        }
        if error.location == nil { error.location = source.location(at: place.start) }
        return error
    }

    private func value(ofName name: String, at place: Place, in scope: Scope) throws -> Value {
        if let variable = scope.lookup(name) { return variable.value }
        throw source.error(.unknownName, UnknownName(name).message(among: scope.visibleNames), at: place)
    }

    private func value(of expression: Expression, in scope: Scope) throws -> Value {
        switch expression.kind {
        case .literal(let value): return value
        case .name(let name): return try value(ofName: name, at: expression.place, in: scope)
        case .ratio(let whole, let fraction): return try self.whole(whole, fraction)
        case .interpolation(let pieces): return try text(of: pieces, in: scope)
        case .array(let elements): return try list(elements, in: scope)
        case .dictionary(let pairs): return try dictionary(pairs, in: scope)
        case .tuple(let elements): return try tuple(elements, in: scope)
        case .symbol(let name): return .symbol(Symbol(name))
        case .operatorFunction(let name): return .function(OperatorFunction(name: name))
        case .keyPath(let names): return .function(KeyPath(names: names))
        case .closure(let code): return .function(Function(code: code, scope: scope))
        case .member(let base, let name, let place):
            let base = try evaluate(base, in: scope)
            return try at(place) { try Members.value(of: name, in: base, context: context) }
        case .call(let callee, let arguments):
            return try call(callee, arguments, at: expression.place, in: scope)
        case .subscripted(let base, let arguments):
            let base = try evaluate(base, in: scope)
            let index = try subscriptArguments(arguments, of: base, in: scope)
            return try at(arguments.first?.value.place ?? expression.place) {
                try Subscripts.value(in: base, index)
            }
        case .prefix(let name, let operand): return try Operators.prefix(name, evaluate(operand, in: scope))
        case .binary(let name, let left, let right, let place):
            let operands = try self.operands(left, right, in: scope)
            return try at(place) { try Operators.binary(name, operands.0, operands.1) }
        case .lazy(let name, let left, let right, let place):
            return try lazily(name, left, right, at: place, in: scope)
        case .range(let lower, let upper, let isClosed): return try range(lower, upper, isClosed, in: scope)
        case .ternary(let condition, let yes, let no):
            return try evaluate(truth(of: condition, in: scope) ? yes : no, in: scope)
        case .assignment(let target, let operation, let value):
            try assign(value, to: target, operation: operation, in: scope)
            return .void
        case .optionalTry(let inner):
            do {
                return try evaluate(inner, in: scope)
            } catch let error where !Self.isInterruption(error, context) && !(error is ChainIsNil) {
                return .nothing
            }
        case .force(let inner):
            let value = try evaluate(inner, in: scope)
            if value.isNothing {
                throw source.error(.failure, "This is nil, so `!` has no value to take.", at: inner.place)
            }
            return value
        case .orLeave(let inner):
            let value = try evaluate(inner, in: scope)
            if value.isNothing { throw ChainIsNil() }
            return value
        case .chain(let inner):
            do { return try evaluate(inner, in: scope) } catch is ChainIsNil { return .nothing }
        case .cast(let inner, let type, let cast): return try self.cast(inner, type, cast, in: scope)
        case .conditional(let conditional):
            return try branch(Statement(kind: .conditional(conditional), place: expression.place), in: scope)
        case .switching(let switching):
            return try branch(Statement(kind: .switching(switching), place: expression.place), in: scope)
        case .wildcard:
            throw source.error(.syntax, "`_` has no value: it can only be assigned to.", at: expression.place)
        }
    }

    /// Runs `body` and gives its errors this place.
    func at<Result>(_ place: Place, _ body: () throws -> Result) throws -> Result {
        do { return try body() } catch { throw placed(error, at: place) }
    }

    // MARK: - Literals

    private func whole(_ whole: Int?, _ fraction: Double) throws -> Value {
        if let whole { return .integer(whole) }
        throw CellError(
            .arithmetic,
            fraction.isFinite
                ? "This does not fit in a whole number." : "A whole number cannot be divided by zero.")
    }

    private func text(of pieces: [Expression.Piece], in scope: Scope) throws -> Value {
        var text = ""
        for piece in pieces {
            switch piece {
            case .text(let part): text += part
            case .expression(let part): text += try evaluate(part, in: scope).plainText
            }
            try Operators.checkText(text.utf8.count)
        }
        return .string(text)
    }

    /// A list.
    ///
    /// As in Swift, one fraction among whole literals makes all of them fractions.
    private func list(_ elements: [Expression], in scope: Scope) throws -> Value {
        let pairs = try elements.map { element in
            let (value, fraction) = try evaluateWithFraction(element, in: scope)
            try Sequences.checkNesting(value)
            return (value, fraction)
        }
        let values = pairs.map(\.0)
        let hasFraction = values.contains { if case .number = $0 { true } else { false } }
        guard hasFraction, values.allSatisfy({ $0.number != nil }) else { return .array(values) }
        return .array(pairs.map { .number($1 ?? $0.number ?? 0) })
    }

    private func dictionary(_ pairs: [Expression.DictionaryPair], in scope: Scope) throws -> Value {
        var result = ValueDictionary()
        for pair in pairs {
            let key = try evaluate(pair.key, in: scope)
            let value = try evaluate(pair.value, in: scope)
            try Sequences.checkNesting(value)
            try at(pair.key.place) {
                try Subscripts.checkKey(key)
                if result[key] != nil {
                    throw CellError(.failure, "The key \(key.quotedText) appears twice.")
                }
            }
            result[key] = value
        }
        return .dictionary(result)
    }

    private func tuple(_ elements: [Expression.Labelled], in scope: Scope) throws -> Value {
        .tuple(
            try elements.map { element in
                let value = try evaluate(element.value, in: scope)
                try Sequences.checkNesting(value)
                return TupleElement(label: element.label, value)
            })
    }

    // MARK: - Operators

    /// Both operands; a division of whole literals becomes the fraction where the other side is one.
    private func operands(_ left: Expression, _ right: Expression, in scope: Scope) throws -> (Value, Value) {
        let (a, fractionOfA) = try evaluateWithFraction(left, in: scope)
        let (b, fractionOfB) = try evaluateWithFraction(right, in: scope)
        if let fractionOfA {
            if case .number = b { return (.number(fractionOfA), b) }
            if case .object = b { return (.number(fractionOfA), b) }
            return (try at(left.place) { try wholeOperand(left) }, b)
        }
        if let fractionOfB {
            if case .number = a { return (a, .number(fractionOfB)) }
            if case .object = a { return (a, .number(fractionOfB)) }
            return (a, try at(right.place) { try wholeOperand(right) })
        }
        return (a, b)
    }

    private func wholeOperand(_ expression: Expression) throws -> Value {
        guard case .ratio(let whole, let fraction) = expression.kind else { return .nothing }
        return try self.whole(whole, fraction)
    }

    private func lazily(
        _ name: String, _ left: Expression, _ right: Expression, at place: Place, in scope: Scope
    ) throws -> Value {
        if name == "??" {
            let value = try evaluate(left, in: scope)
            return value.isNothing ? try evaluate(right, in: scope) : value
        }
        let first = try operandTruth(left, name, in: scope)
        if first == (name == "||") { return .boolean(first) }
        return .boolean(try operandTruth(right, name, in: scope))
    }

    private func operandTruth(_ expression: Expression, _ name: String, in scope: Scope) throws -> Bool {
        let value = try evaluate(expression, in: scope)
        guard case .boolean(let truth) = value else {
            throw source.error(
                .wrongType, "`\(name)` needs true or false on both sides, but this is \(value.descriptiveWords).",
                at: expression.place)
        }
        return truth
    }

    private func range(
        _ lower: Expression?, _ upper: Expression?, _ isClosed: Bool, in scope: Scope
    ) throws -> Value {
        guard let lower, let upper else {
            throw CellError(
                .wrongType, "This range needs both ends. Only a subscript can leave one out.")
        }
        return .range(
            try Subscripts.range(
                bound(lower, in: scope), bound(upper, in: scope), isClosed: isClosed))
    }

    func bound(_ expression: Expression, in scope: Scope) throws -> Int {
        let value = try evaluate(expression, in: scope)
        guard case .integer(let bound) = value else {
            throw source.error(
                .wrongType, "The ends of a range must be whole numbers, but this is \(value.descriptiveWords).",
                at: expression.place, notes: [CellError.Note("`stride(from:to:by:)` takes fractions.")])
        }
        return bound
    }

    private func cast(_ inner: Expression, _ type: TypeNote, _ cast: Expression.Cast, in scope: Scope) throws
        -> Value
    {
        let (value, fraction) = try evaluateWithFraction(inner, in: scope)
        let wanted = type.parameterType
        switch cast {
        case .check:
            if case .number = wanted, case .integer = value { return .boolean(false) }
            return .boolean(wanted.converted(value) != nil)
        case .convert, .convertOrNil:
            if let result = wanted.converted(value, fraction: fraction) { return result }
            if cast == .convertOrNil { return .nothing }
            throw source.error(
                .wrongType, "This is \(value.descriptiveWords), not \(wanted.words).", at: inner.place)
        }
    }

    private func branch(_ statement: Statement, in scope: Scope) throws -> Value {
        let (outcome, value) = try valueOfBranch(statement, in: scope)
        guard case .ended = outcome else {
            throw source.error(
                .syntax, "A branch with a value cannot use `return`, `break` or `continue`.",
                at: statement.place)
        }
        return value
    }
}

/// Thrown from inside `a?.b.c` when `a` is nil; caught where the chain begins.
struct ChainIsNil: Error {}
