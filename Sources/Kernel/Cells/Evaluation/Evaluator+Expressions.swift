extension Evaluator {
    /// Evaluates an expression.
    ///
    /// Errors have their place.
    ///
    /// - Parameter wanted: the type that the context expects, which literals get.
    func evaluate(_ expression: Expression, as wanted: ValueType? = nil, in scope: Scope) throws -> Value {
        switch expression.kind {
        case .literal(let value):
            if case .integer(let whole) = value, wanted?.prefersFraction == true { return .number(Double(whole)) }
            return value
        case .name(let name): return try value(ofName: name, at: expression.place, in: scope)
        default: break
        }
        let draft = try draft(of: expression, as: wanted, in: scope)
        if case .fixed(let value) = draft { return value }
        return try at(expression.place) { try resolved(draft, as: wanted) }
    }

    /// Returns an error with this place if it has none yet; wraps any error that is not a ``CellError``.
    func placed(_ error: any Error, at place: Place) -> any Error {
        if error is ChainIsNil || error is ForeignOperand { return error }
        guard var error = error as? CellError else {
            let kind: CellError.Kind = context.isCancelled ? .interrupted : .command
            return CellError(kind, "\(error)", location: source.location(at: place.start), underlying: error)
        }
        if error.location == nil { error.location = source.location(at: place.start) }
        return error
    }

    func value(ofName name: String, at place: Place, in scope: Scope) throws -> Value {
        if let value = scope.value(of: name) {
            guard case .function(let property as ComputedProperty) = value else { return value }
            return try at(place) {
                try property.call(Arguments(binding: [], to: property.signature), in: context)
            }
        }
        throw source.error(.unknownName, UnknownName(name).message(among: scope.visibleNames), at: place)
    }

    /// Evaluates an expression other than a literal or an operator on literals.
    func value(of expression: Expression, as wanted: ValueType?, in scope: Scope) throws -> Value {
        switch expression.kind {
        case .literal(let value): return value
        case .name(let name): return try value(ofName: name, at: expression.place, in: scope)
        case .interpolation(let pieces): return try text(of: pieces, in: scope)
        case .dictionary(let pairs): return try dictionary(pairs, as: wanted, in: scope)
        case .array, .tuple, .binary, .ternary, .prefix, .largeLiteral, .lazy("??", _, _, _):
            return try evaluate(expression, as: wanted, in: scope)
        case .symbol(let name): return try implicitMember(Symbol(name), as: wanted, in: scope)
        case .inoutArgument(let place):
            throw source.error(
                .syntax, "`&` stands before an argument of a function that changes it (`inout`).", at: place.place)
        case .operatorFunction(let name): return .function(OperatorFunction(name: name))
        case .keyPath(let names): return .function(KeyPath(names: names))
        case .closure(let code):
            return .function(Function(code: code.taking(wanted), scope: scope))
        case .member(let base, let name, let place):
            let base = try evaluate(base, in: scope)
            return try at(place) { try Members.value(of: name, in: base, context: context) }
        case .call(let callee, let arguments):
            return try call(callee, arguments, as: wanted, at: expression.place, in: scope)
        case .subscripted(let base, let arguments):
            let base = try evaluate(base, in: scope)
            let index = try subscriptArguments(arguments, of: base, in: scope)
            return try at(arguments.first?.value.place ?? expression.place) {
                try Subscripts.value(in: base, index)
            }
        case .lazy(let name, let left, let right, let place):
            return try lazily(name, left, right, at: place, in: scope)
        case .range(let lower, let upper, let isClosed): return try range(lower, upper, isClosed, as: wanted, in: scope)
        case .assignment(let target, let operation, let value):
            try assign(value, to: target, operation: operation, in: scope)
            return .void
        case .optionalTry(let inner):
            do {
                return try evaluate(inner, as: wanted, in: scope)
            } catch let error where !Self.isInterruption(error, context) && !(error is ChainIsNil) {
                return .nothing
            }
        case .force(let inner):
            let value = try evaluate(inner, in: scope)
            if value.isNothing {
                throw source.error(.failure, "This is nil, so `!` has no value to take.", at: inner.place)
            }
            return value
        case .optionalChaining(let inner):
            let value = try evaluate(inner, in: scope)
            if value.isNothing { throw ChainIsNil() }
            return value
        case .chain(let inner):
            do { return try evaluate(inner, as: wanted, in: scope) } catch is ChainIsNil { return .nothing }
        case .cast(let inner, let type, let cast): return try self.cast(inner, type, cast, in: scope)
        case .conditional(let conditional):
            return try branch(
                Statement(kind: .conditional(conditional), place: expression.place), as: wanted, in: scope)
        case .switching(let switching):
            return try branch(Statement(kind: .switching(switching), place: expression.place), as: wanted, in: scope)
        case .wildcard:
            throw source.error(.syntax, "`_` has no value: it can only be assigned to.", at: expression.place)
        }
    }

    /// Runs `body` and adds this place to its errors.
    func at<Result>(_ place: Place, _ body: () throws -> Result) throws -> Result {
        do { return try body() } catch { throw placed(error, at: place) }
    }

    // MARK: - Literals

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

    private func dictionary(_ pairs: [Expression.DictionaryPair], as wanted: ValueType?, in scope: Scope)
        throws -> Value
    {
        let keys = try unified(pairs.map(\.key), as: wanted?.key, in: scope)
        let values = try unified(pairs.map(\.value), as: wanted?.element, in: scope)
        var result = ValueDictionary()
        for (pair, (key, value)) in zip(pairs, zip(keys, values)) {
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

    /// Evaluates expressions whose literals get a common type.
    private func unified(_ expressions: [Expression], as wanted: ValueType?, in scope: Scope) throws -> [Value] {
        let drafts = try expressions.map { try draft(of: $0, as: wanted, in: scope) }
        if let wanted { return try drafts.map { try resolved($0, as: wanted) } }
        let known = drafts.reduce(into: KnownNumbers()) { $0.formUnion($1.numbers) }
        if known == [.whole, .fraction], let index = drafts.firstIndex(where: { $0.numbers == .whole }) {
            throw source.error(
                .wrongType,
                "A dictionary holds whole numbers or numbers with a fraction, not both."
                    + Operators.conversion(of: source.slice(expressions[index].place)), at: expressions[index].place)
        }
        let hasFraction = known.contains(.fraction)
        return try drafts.map { try resolved($0, asNumbers: hasFraction ? .number : nil) }
    }

    // MARK: - Operators

    private func lazily(
        _ name: String, _ left: Expression, _ right: Expression, at place: Place, in scope: Scope
    ) throws -> Value {
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
        _ lower: Expression?, _ upper: Expression?, _ isClosed: Bool, as wanted: ValueType?, in scope: Scope
    ) throws -> Value {
        guard let lower, let upper else {
            throw CellError(
                .wrongType, "This range needs both ends. Only a subscript can leave one out.")
        }
        let drafts = (try draft(of: lower, in: scope), try draft(of: upper, in: scope))
        let known = drafts.0.numbers.union(drafts.1.numbers)
        if known.contains(.fraction) || known.isEmpty && wanted?.isFractionRange == true {
            let ends = [try resolved(drafts.0, as: .number), try resolved(drafts.1, as: .number)]
            return .object(try FractionRange(ends, isClosed: isClosed))
        }
        return .range(
            try Subscripts.range(
                bound(drafts.0, at: lower.place), bound(drafts.1, at: upper.place), isClosed: isClosed))
    }

    /// Evaluates an end of a range of whole numbers.
    func bound(_ expression: Expression, in scope: Scope) throws -> Int {
        try bound(draft(of: expression, in: scope), at: expression.place)
    }

    private func bound(_ draft: Draft, at place: Place) throws -> Int {
        let value = try at(place) { try resolved(draft, as: nil) }
        guard case .integer(let bound) = value else {
            throw source.error(
                .wrongType, "The ends of a range must be whole numbers, but this is \(value.descriptiveWords).",
                at: place, notes: [CellError.Note("`stride(from:to:by:)` takes fractions.")])
        }
        return bound
    }

    private func cast(_ inner: Expression, _ type: TypeAnnotation, _ cast: Expression.Cast, in scope: Scope) throws
        -> Value
    {
        let wanted = type.parameterType
        switch cast {
        case .check:
            let value = try evaluate(inner, in: scope)
            return .boolean(wanted.converted(value, strictly: true) != nil)
        case .convert, .convertOrNil:
            let value = try evaluate(inner, as: wanted, in: scope)
            if let result = wanted.converted(value, strictly: true) { return result }
            if cast == .convertOrNil { return .nothing }
            throw source.error(
                .wrongType,
                "This is \(value.descriptiveWords), not \(wanted.words)."
                    + Operators.conversion(of: source.slice(inner.place), value, to: wanted), at: inner.place)
        }
    }

    private func branch(_ statement: Statement, as wanted: ValueType?, in scope: Scope) throws -> Value {
        let (outcome, value) = try valueOfBranch(statement, as: wanted, in: scope)
        guard case .ended = outcome else {
            throw source.error(
                .syntax, "A branch with a value cannot use `return`, `break` or `continue`.",
                at: statement.place)
        }
        return value
    }
}

/// Thrown from inside `a?.b.c` if `a` is nil; caught where the chain begins.
struct ChainIsNil: Error {}
