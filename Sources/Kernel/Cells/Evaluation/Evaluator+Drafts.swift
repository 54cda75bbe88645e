extension Evaluator {
    /// Evaluates an expression, leaving the types of its literals open where the context determines them.
    ///
    /// - Parameter wanted: the type that the context expects, if any.
    func draft(of expression: Expression, as wanted: ValueType? = nil, in scope: Scope) throws -> Draft {
        switch expression.kind {
        case .literal(.integer(let whole)): return .literal(LiteralNumber(whole))
        case .literal(let value): return .fixed(value)
        case .name(let name): return .fixed(try value(ofName: name, at: expression.place, in: scope))
        default: break
        }
        do {
            try StackGuard.check()
            return try compoundDraft(of: expression, as: wanted, in: scope)
        } catch {
            throw placed(error, at: expression.place)
        }
    }

    private func compoundDraft(of expression: Expression, as wanted: ValueType?, in scope: Scope) throws
        -> Draft
    {
        switch expression.kind {
        case .largeLiteral(let fraction, let error): return .literal(LiteralNumber(tooLarge: fraction, error))
        case .array(let elements): return try list(elements, as: wanted?.element, in: scope)
        case .tuple(let elements): return try tuple(elements, as: wanted?.parts ?? [], in: scope)
        case .prefix(let name, let operand):
            let value = try draft(of: operand, as: wanted, in: scope)
            guard case .literal(let literal) = value, name == "-" || name == "+" else {
                return .fixed(try Operators.prefix(name, resolved(value, as: nil)))
            }
            return .literal(name == "-" ? literal.negated() : literal)
        case .binary(let name, let left, let right, let place):
            let isArithmetic = !Operators.isComparison(name)
            let a = try draft(of: left, as: isArithmetic ? wanted : nil, in: scope)
            let b = try draft(of: right, as: isArithmetic ? wanted : nil, in: scope)
            return try at(place) { try combined(name, a, b, (left, right), at: place) }
        case .lazy("??", let left, let right, _):
            let value = try draft(of: left, as: wanted, in: scope)
            if case .fixed(.nothing) = value {} else { return value }
            let other = try draft(of: right, as: wanted, in: scope)
            return try settled(other, beside: left, in: scope)
        case .ternary(let condition, let yes, let no):
            let holds = try truth(of: condition, in: scope)
            let value = try draft(of: holds ? yes : no, as: wanted, in: scope)
            return try settled(value, beside: holds ? no : yes, in: scope)
        default:
            return .fixed(try value(of: expression, as: wanted, in: scope))
        }
    }

    /// Resolves an open value as a `Double` if the alternative expression is one.
    private func settled(_ value: Draft, beside other: Expression, in scope: Scope) throws -> Draft {
        let kind = numbers(of: other, in: scope)
        guard value.isOpen else {
            guard !kind.isEmpty, value.numbers.union(kind) == [.whole, .fraction], case .fixed(let value) = value,
                value.number != nil
            else { return value }
            throw CellError(
                .wrongType,
                "This can be a whole number or a number with a fraction, but Swift needs one type."
                    + Operators.conversion(of: ""))
        }
        if kind == .fraction { return .fixed(try resolved(value, as: .number)) }
        if kind == .whole { return .fixed(try resolved(value, as: nil)) }
        return value
    }

    /// Returns the kinds of numbers that an expression would give, as far as that is known without evaluating it.
    private func numbers(of expression: Expression, in scope: Scope) -> KnownNumbers {
        switch expression.kind {
        case .literal(let value): return value.integer == nil ? KnownNumbers(in: value) : []
        case .name(let name):
            guard let variable = scope.lookup(name) else { return [] }
            if let type = variable.type { return type.prefersFraction ? .fraction : KnownNumbers(in: variable.value) }
            return KnownNumbers(in: variable.value)
        case .prefix(_, let operand), .force(let operand), .optionalChaining(let operand), .chain(let operand):
            return numbers(of: operand, in: scope)
        case .binary(let name, let left, let right, _) where !Operators.isComparison(name):
            return numbers(of: left, in: scope).union(numbers(of: right, in: scope))
        case .ternary(_, let yes, let no):
            return numbers(of: yes, in: scope).union(numbers(of: no, in: scope))
        case .cast(_, let type, _): return type.parameterType.prefersFraction ? .fraction : []
        case .call(let callee, _):
            guard case .name(let name) = callee.kind, let callable = scope.lookup(name)?.value.callable else {
                return []
            }
            if let function = callable as? Function {
                return function.code.result?.parameterType.prefersFraction == true ? .fraction : []
            }
            return callable.signature.result.prefersFraction ? .fraction : []
        default: return []
        }
    }

    // MARK: - Resolving

    /// Returns the value, with its literals typed as the context expects: whole numbers if it expects nothing in
    /// particular.
    func resolved(_ draft: Draft, as wanted: ValueType?) throws -> Value {
        switch draft {
        case .fixed(let value): return value
        case .literal(let literal):
            return wanted?.prefersFraction == true ? .number(literal.fraction) : .integer(try literal.whole)
        case .list(let parts):
            if let element = wanted?.element { return .array(try parts.map { try resolved($0, as: element) }) }
            let known = draft.numbers
            let type: ValueType? = known.contains(.fraction) ? .number : nil
            return .array(try parts.map { try resolved($0, asNumbers: type) })
        case .tuple(let parts):
            let types = wanted?.parts ?? []
            return .tuple(
                try parts.enumerated().map { index, item in
                    let type = types.indices.contains(index) ? types[index] : nil
                    return TupleElement(label: item.label, try resolved(item.part, as: type))
                })
        }
    }

    /// Returns the value, with all literals in it given the same type.
    func resolved(_ draft: Draft, asNumbers type: ValueType?) throws -> Value {
        if let type, case .list(let parts) = draft {
            return .array(try parts.map { try resolved($0, asNumbers: type) })
        }
        return try resolved(draft, as: type)
    }

    /// Returns the value, with its literals typed like the numbers in another value.
    func resolved(_ draft: Draft, like value: Value) throws -> Value {
        try resolved(draft, asNumbers: KnownNumbers(in: value).contains(.fraction) ? .number : nil)
    }

    // MARK: - Operators

    /// Returns the result of a binary operator, whose sides get the same type.
    func combined(
        _ name: String, _ left: Draft, _ right: Draft, _ written: (Expression, Expression), at place: Place
    ) throws -> Draft {
        switch (left, right) {
        case (.fixed(let a), .fixed(let b)): return .fixed(try binary(name, a, b, written))
        case (.fixed(let a), .literal(let literal)):
            if case .integer = a { return .fixed(try Operators.binary(name, a, literal.value)) }
            if case .number = a { return .fixed(try Operators.binary(name, a, .number(literal.fraction))) }
            if case .object = a { return .fixed(try binary(name, a, literal.exact, written)) }
        case (.literal(let a), .literal(let b)):
            if let both = LiteralNumber.combined(name, a, b, at: source.location(at: place.start)) {
                return .literal(both)
            }
        case (.literal(let literal), .fixed(.object)):
            return .fixed(try binary(name, literal.exact, resolved(right, as: nil), written))
        case (.list(let a), .list(let b)) where name == "+": return .list(a + b)
        default: break
        }
        let type: ValueType? = left.numbers.union(right.numbers).contains(.fraction) ? .number : nil
        return .fixed(
            try binary(name, resolved(left, asNumbers: type), resolved(right, asNumbers: type), written))
    }

    private func binary(_ name: String, _ a: Value, _ b: Value, _ written: (Expression, Expression)) throws
        -> Value
    {
        switch (a, b) {
        case (.integer, .number): throw Operators.mixed(name, a, b, whole: source.slice(written.0.place))
        case (.number, .integer): throw Operators.mixed(name, a, b, whole: source.slice(written.1.place))
        case (.number, .symbol(let symbol)), (.integer, .symbol(let symbol)):
            return try Operators.binary(name, a, constant(symbol, like: a))
        case (.symbol(let symbol), .number), (.symbol(let symbol), .integer):
            return try Operators.binary(name, constant(symbol, like: b), b)
        default: return try Operators.binary(name, a, b)
        }
    }

    /// Returns the value of an implicit member such as `.infinity` next to a number.
    private func constant(_ symbol: Symbol, like number: Value) throws -> Value {
        let type = number.integer == nil ? Types.number("Double") : Types.whole
        return try type.value(of: symbol, in: context) ?? .symbol(symbol)
    }

    // MARK: - Lists and tuples

    /// Evaluates the elements of a list.
    ///
    /// As in Swift, one fraction among literals makes all of them fractions.
    private func list(_ elements: [Expression], as wanted: ValueType?, in scope: Scope) throws -> Draft {
        var parts: [Draft] = []
        parts.reserveCapacity(elements.count)
        for element in elements {
            let part = try draft(of: element, as: wanted, in: scope)
            if case .fixed(let value) = part { try Sequences.checkNesting(value) }
            parts.append(part)
        }
        if let wanted { return .fixed(.array(try parts.map { try resolved($0, as: wanted) })) }
        if let numbers = try numbersWithConstants(parts) { parts = numbers }
        let known = parts.reduce(into: KnownNumbers()) { $0.formUnion($1.numbers) }
        if known == [.whole, .fraction] { throw mixedList(elements, parts) }
        if parts.contains(where: { if case .tuple = $0 { true } else { false } }) {
            return .fixed(.array(try alignedTuples(parts)))
        }
        if known.isEmpty, parts.contains(where: \.isOpen), !parts.contains(where: { !$0.isOpen }) {
            return .list(parts)
        }
        let type: ValueType? = known.contains(.fraction) ? .number : nil
        return .fixed(.array(try parts.map { try resolved($0, asNumbers: type) }))
    }

    /// Returns the parts of a list such as `[1, .nan, 3]`, in which all are numbers or constants of `Double`; nil for
    /// any other list.
    private func numbersWithConstants(_ parts: [Draft]) throws -> [Draft]? {
        var hasConstant = false
        let numbers = try parts.map { part -> Draft? in
            switch part {
            case .literal, .fixed(.number): return part
            case .fixed(.symbol(let symbol)):
                hasConstant = true
                return try Types.number("Double").value(of: symbol, in: context).map { .fixed($0) }
            default: return nil
            }
        }
        return hasConstant && numbers.allSatisfy { $0 != nil } && numbers.count > parts.count(where: \.isSymbol)
            ? numbers.compactMap { $0 } : nil
    }

    /// Returns the tuples of a list, with one type for each column.
    private func alignedTuples(_ parts: [Draft]) throws -> [Value] {
        var columns: [KnownNumbers] = []
        for part in parts {
            let numbers: [KnownNumbers] =
                switch part {
                case .tuple(let elements): elements.map(\.part.numbers)
                case .fixed(.tuple(let elements)): elements.map { KnownNumbers(in: $0.value) }
                default: []
                }
            for (index, known) in numbers.enumerated() {
                if index < columns.count { columns[index].formUnion(known) } else { columns.append(known) }
            }
        }
        let type = ValueType.tuple(columns.map { $0.contains(.fraction) ? .number : .any })
        return try parts.map { try resolved($0, as: type) }
    }

    private func mixedList(_ elements: [Expression], _ parts: [Draft]) -> CellError {
        let index = parts.firstIndex { $0.numbers == .whole } ?? 0
        return source.error(
            .wrongType,
            "A list holds whole numbers or numbers with a fraction, not both."
                + Operators.conversion(of: source.slice(elements[index].place)), at: elements[index].place)
    }

    private func tuple(_ elements: [Expression.Labeled], as wanted: [ValueType], in scope: Scope) throws
        -> Draft
    {
        var parts: [(label: String?, part: Draft)] = []
        for (index, element) in elements.enumerated() {
            let type = wanted.indices.contains(index) ? wanted[index] : nil
            let part = try draft(of: element.value, as: type, in: scope)
            if case .fixed(let value) = part { try Sequences.checkNesting(value) }
            parts.append((element.label, part))
        }
        let tuple = Draft.tuple(parts)
        return parts.contains { $0.part.isOpen } ? tuple : .fixed(try resolved(tuple, as: nil))
    }
}
