extension Evaluator {
    /// Assigns to a target: `target = value` and `target += value`.
    func assign(_ expression: Expression, to target: Expression, operation: String?, in scope: Scope) throws {
        if case .wildcard = target.kind {
            _ = try evaluate(expression, in: scope)
            return
        }
        if case .tuple(let parts) = target.kind, operation == nil {
            return try assign(evaluate(expression, in: scope), toParts: parts, at: target.place, in: scope)
        }
        guard isPlace(target) else {
            throw source.error(.constant, "Nothing can be assigned to this.", at: target.place)
        }
        try checkKnown(target, expression, operation, in: scope)
        let type = operation == nil || !expression.isArithmetic ? knownType(of: target, in: scope) : nil
        let draft = try draft(of: expression, as: type, in: scope)
        if case .fixed(let value) = draft, value.isVoid {
            throw source.error(.wrongType, "The right side has no value.", at: expression.place)
        }
        if case .fixed(let value) = draft { try Sequences.checkNesting(value) }
        guard let operation else {
            let value = try at(expression.place) { try resolved(draft, as: type) }
            return try set(target, to: checked(value, expression, type, target, in: scope), in: scope)
        }
        do {
            try change(target, takingOut: true, in: scope) { current in
                if current.object != nil || draft.isObject { throw ForeignOperand() }
                current = try combine(operation, &current, draft, (target, expression))
            }
        } catch is ForeignOperand {
            try change(target, takingOut: false, in: scope) { current in
                current = try combine(operation, &current, draft, (target, expression))
            }
        }
    }

    /// Thrown if an operand is an object of the host: its operators may run any code, so no variable may be locked
    /// meanwhile.
    struct ForeignOperand: Error {}

    /// Returns the value to store in a place: a variable keeps its declared type, and numbers keep their kind.
    private func checked(
        _ value: Value, _ expression: Expression, _ type: ValueType?, _ target: Expression, in scope: Scope
    ) throws -> Value {
        guard let type else { return value }
        let name = source.slice(target.place)
        let what = name.count <= 40 ? "`\(name)`" : "This"
        if case .name(let name) = target.kind, scope.lookup(name)?.type != nil {
            return try fitting(value, of: expression, type, what)
        }
        switch (type, value) {
        case (.number, .integer), (.integer, .number): return try fitting(value, of: expression, type, what)
        case (.list(.number), .array(let elements)) where elements.first?.integer != nil,
            (.list(.integer), .array(let elements)) where elements.first?.number != nil:
            return try fitting(value, of: expression, type, what)
        default: return value
        }
    }

    /// Returns the type of a place: the declared type of its variable, or the type of the numbers in it.
    func knownType(of target: Expression, in scope: Scope) -> ValueType? {
        switch target.kind {
        case .name(let name):
            guard let variable = scope.lookup(name) else { return nil }
            return variable.type ?? ValueType(likeNumbersIn: variable.value)
        case .subscripted(let base, let arguments):
            guard arguments.count == 1, let type = knownType(of: base, in: scope) else { return nil }
            if case .range = arguments[0].value.kind { return type }
            return type.element
        case .member(let base, let name, _):
            if let type = knownType(of: base, in: scope)?.typeName,
                let found = scope.lookup(type)?.value.callable as? UserType
            {
                return found.code.properties.first { $0.name == name }?.type
                    ?? found.code.computed.first { $0.name == name }?.getter.result?.parameterType
            }
            guard let parts = knownType(of: base, in: scope)?.parts, let index = Int(name) else { return nil }
            return parts.indices.contains(index) ? parts[index] : nil
        case .force(let base), .optionalChaining(let base), .chain(let base):
            if case .optional(let type) = knownType(of: base, in: scope) { return type }
            return knownType(of: base, in: scope)
        default: return nil
        }
    }

    /// Combines a value with an operator; `+=` appends in place, without a copy.
    private func combine(
        _ operation: String, _ current: inout Value, _ right: Draft, _ written: (Expression, Expression)
    ) throws -> Value {
        let value = try resolved(right, like: current)
        if operation == "+", case .array(var elements) = current, case .array(let more) = value {
            try Operators.checkOneKind(current, value)
            try Sequences.checkCount(elements.count + more.count)
            current = .nothing
            elements += more
            return .array(elements)
        }
        if operation == "+", case .string(var text) = current, case .string(let more) = value {
            try Operators.checkText(text.utf8.count + more.utf8.count)
            current = .nothing
            text += more
            return .string(text)
        }
        return try resolved(combined(operation, .fixed(current), .fixed(value), written, at: written.0.place), as: nil)
    }

    private func assign(
        _ value: Value, toParts parts: [Expression.Labeled], at place: Place, in scope: Scope
    ) throws {
        guard case .tuple(let elements) = value, elements.count == parts.count else {
            throw source.error(
                .wrongType,
                "The right side must be a tuple of \(parts.count) values, but it is \(value.descriptiveWords).",
                at: place)
        }
        for (part, element) in zip(parts, elements) {
            if case .wildcard = part.value.kind { continue }
            try set(part.value, to: element.value, in: scope)
        }
    }

    func set(_ target: Expression, to value: Value, in scope: Scope) throws {
        try change(target, takingOut: true, in: scope) { current in current = value }
    }

    /// Checks that the variable exists; the error suggests its declaration.
    private func checkKnown(_ target: Expression, _ value: Expression, _ operation: String?, in scope: Scope)
        throws
    {
        guard case .name(let name) = target.kind, scope.place(of: name) == nil, scope.lookup(name) == nil else {
            return
        }
        let right = source.slice(value.place.start..<value.place.end)
        let example = right.count <= 40 && !right.contains("\n") ? right : "…"
        throw source.error(
            .unknownName,
            operation == nil
                ? "There is no variable `\(name)` yet. Declare it: `let \(name) = \(example)`, or `var` if it will change."
                : UnknownName(name).message(among: scope.visibleNames),
            at: target.place)
    }

    // MARK: - Places

    /// Returns whether an expression names a place that can hold a value: a variable, or a part of one.
    func isPlace(_ expression: Expression, throughCalls: Bool = true) -> Bool {
        var next = expression
        while true {
            switch next.kind {
            case .name: return true
            case .member(let base, _, _), .subscripted(let base, _), .force(let base), .optionalChaining(let base),
                .chain(let base):
                next = base
            // An object that a call returns may have members that can be set.
            case .call: return throughCalls && next.place != expression.place
            default: return false
            }
        }
    }

    /// Changes the value in a place.
    ///
    /// With `takingOut`, the value is removed from its variable meanwhile, so that a long list is changed without a
    /// copy of it.
    func change<Result>(
        _ target: Expression, takingOut: Bool, in scope: Scope, _ body: (inout Value) throws -> Result
    ) throws -> Result {
        try StackGuard.check()
        switch target.kind {
        case .name(let name):
            return try changeVariable(name, at: target.place, takingOut: takingOut, in: scope, body)
        case .force(let base):
            return try change(base, takingOut: takingOut, in: scope, body)
        case .chain(let base):
            return try change(base, takingOut: takingOut, in: scope, body)
        case .optionalChaining(let base):
            if try evaluate(base, in: scope).isNothing { throw ChainIsNil() }
            return try change(base, takingOut: takingOut, in: scope, body)
        case .subscripted(let base, let arguments):
            return try changeElement(of: base, arguments, takingOut: takingOut, in: scope, body)
        case .member(let base, let name, let place):
            return try changeMember(name, of: base, at: place, takingOut: takingOut, in: scope, body)
        default:
            throw source.error(.constant, "Nothing can be assigned to this.", at: target.place)
        }
    }

    private func changeVariable<Result>(
        _ name: String, at place: Place, takingOut: Bool, in scope: Scope,
        _ body: (inout Value) throws -> Result
    ) throws -> Result {
        guard let variable = scope.place(of: name) else {
            throw source.error(.unknownName, UnknownName(name).message(among: scope.visibleNames), at: place)
        }
        if variable.isConstant {
            throw source.error(
                .constant, "`\(name)` is a constant. Declare it with `var` to change it: `var \(name) = …`.",
                at: place)
        }
        if takingOut { return try variable.change(body) }
        var value = scope.lookup(name)?.value ?? .nothing
        let result = try body(&value)
        scope.assign(name, value)
        return result
    }

    private func changeElement<Result>(
        of base: Expression, _ written: [Expression.Labeled], takingOut: Bool, in scope: Scope,
        _ body: (inout Value) throws -> Result
    ) throws -> Result {
        // The index is evaluated before the value is removed from its variable, which the index may read.
        let (object, index) = try element(written, of: base, in: scope)
        let place = written.first?.value.place ?? base.place
        guard let object else {
            return try change(base, takingOut: takingOut, in: scope) { container in
                try at(place) { try Subscripts.change(&container, index, body) }
            }
        }
        var value = try at(place) { try object.subscripted(index) } ?? .nothing
        let result = try body(&value)
        guard try at(place, { try object.setSubscript(index, to: value) }) else {
            throw source.error(
                .constant, "The elements of \(object.typeWords) cannot be set.", at: base.place)
        }
        return result
    }

    /// Returns the arguments of a subscript, and the object that it belongs to, if any.
    private func element(
        _ written: [Expression.Labeled], of base: Expression, in scope: Scope
    ) throws -> (object: (any CellObject)?, index: [WrittenArgument]) {
        let holder = try evaluate(base, in: scope)
        return (holder.object, try subscriptArguments(written, of: holder, in: scope))
    }

    private func changeMember<Result>(
        _ name: String, of base: Expression, at place: Place, takingOut: Bool, in scope: Scope,
        _ body: (inout Value) throws -> Result
    ) throws -> Result {
        let holder = try evaluate(base, in: scope)
        guard let object = holder.object, !(object is UserStruct) else {
            return try change(base, takingOut: takingOut && holder.object == nil, in: scope) { container in
                try at(place) { try Members.change(&container, name, in: context, body) }
            }
        }
        var value = try at(place) { try Members.value(of: name, in: .object(object), context: context) }
        let result = try body(&value)
        guard try at(place, { try object.setMember(name, to: value) }) else {
            throw source.error(.constant, "`\(name)` of \(object.typeWords) cannot be set.", at: place)
        }
        return result
    }
}
