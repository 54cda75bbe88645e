extension Evaluator {
    func call(
        _ callee: Expression, _ written: [Expression.Labeled], as wanted: ValueType? = nil, at place: Place,
        in scope: Scope
    ) throws -> Value {
        if case .member(let base, let name, let namePlace) = callee.kind {
            return try callMember(base, name, at: namePlace, written, as: wanted, in: scope)
        }
        if case .symbol(let name) = callee.kind {
            let arguments = try self.arguments(written, in: scope)
            for argument in arguments { try Sequences.checkNesting(argument.value) }
            return try implicitMember(Symbol(name, arguments: arguments), as: wanted, in: scope)
        }
        if case .name("swap") = callee.kind, scope.lookup("swap") == nil, written.count == 2 {
            return try exchange(written, at: place, in: scope)
        }
        var function = try evaluate(callee, in: scope)
        if let type = function.callable as? UserType {
            function = .function(type.initializer(for: written.map(\.label)))
        }
        let arguments = try arguments(written, to: function.callable?.signature, as: wanted, in: scope)
        let target = function.callable as? Function
        try checkInOut(written, of: target, signature: function.callable?.signature, in: scope)
        guard let target, target.code.takesInOut else {
            return try apply(function, named: callee, arguments, written, at: callee.place, in: scope)
        }
        let changed = InOutCall(target)
        let result = try apply(changed, arguments, written, at: callee.place)
        for (item, value) in zip(written, changed.values(of: written.count)) {
            if case .inoutArgument(let place) = item.value.kind, let value { try set(place, to: value, in: scope) }
        }
        return result
    }

    /// Throws if `&` is written for an argument that does not change, or is missing for one that does.
    private func checkInOut(
        _ written: [Expression.Labeled], of function: Function?, signature: Signature?, in scope: Scope
    ) throws {
        guard let signature else { return }
        let parameters = signature.parameters(of: written)
        for (item, parameter) in zip(written, parameters) {
            let isMarked = if case .inoutArgument = item.value.kind { true } else { false }
            let name = source.slice(item.value.place)
            if isMarked, parameter?.isInOut != true {
                throw source.error(
                    .wrongArgument, "`\(signature.name)` does not change this argument: leave the `&` out.",
                    at: item.value.place)
            }
            if !isMarked, parameter?.isInOut == true {
                throw source.error(
                    .wrongArgument, "`\(signature.name)` changes this argument (`inout`): write `&\(name)`.",
                    at: item.value.place)
            }
            if case .inoutArgument(let target) = item.value.kind {
                guard isPlace(target, throughCalls: false) else {
                    throw source.error(.constant, "`&` takes a variable.", at: target.place)
                }
                if case .name(let name) = target.kind, scope.isConstant(name) == true {
                    throw source.error(
                        .constant, "`\(name)` is a constant. Declare it with `var` to change it: `var \(name) = …`.",
                        at: target.place)
                }
            }
        }
    }

    /// Returns the value of an implicit member for the expected type: the case for `.red` of a user-defined type, the
    /// number for `.infinity`, and otherwise a symbol whose meaning is decided later.
    func implicitMember(_ symbol: Symbol, as wanted: ValueType?, in scope: Scope) throws -> Value {
        if let type = wanted.flatMap(TypeName.init(of:)), let value = try type.value(of: symbol, in: context) {
            return value
        }
        guard let name = wanted?.typeName, let type = scope.lookup(name)?.value.callable as? UserType else {
            return .symbol(symbol)
        }
        if let value = try type.value(of: symbol, in: context) { return value }
        throw CellError(
            .unknownMember,
            "`\(name)` has no `.\(symbol.name)`."
                + suggestion(of: symbol.name, among: type.members.map(\.name)) { "`.\($0)`" })
    }

    /// Swaps two variables: `swap(&a, &b)`.
    private func exchange(_ written: [Expression.Labeled], at place: Place, in scope: Scope) throws -> Value {
        let targets = written.compactMap { item -> Expression? in
            if case .inoutArgument(let target) = item.value.kind { target } else { nil }
        }
        guard targets.count == 2 else {
            throw source.error(.wrongArgument, "`swap` exchanges two variables: `swap(&a, &b)`.", at: place)
        }
        let (a, b) = (try evaluate(targets[0], in: scope), try evaluate(targets[1], in: scope))
        try set(targets[0], to: b, in: scope)
        try set(targets[1], to: a, in: scope)
        return .void
    }

    /// Evaluates the arguments of a call.
    ///
    /// - Parameters:
    ///   - signature: the callable's, whose parameters give literals their types.
    ///   - wanted: the type that the call is expected to return.
    func arguments(
        _ written: [Expression.Labeled], to signature: Signature? = nil, as wanted: ValueType? = nil,
        in scope: Scope
    ) throws -> [WrittenArgument] {
        var types = signature?.types(of: written) ?? Array(repeating: nil, count: written.count)
        let unifies = signature?.unifiesNumbers == true
        var drafts: [Draft] = []
        for (index, item) in written.enumerated() {
            if item.label == "repeating", let element = wanted?.element { types[index] = element }
            if unifies, wanted?.prefersFraction == true { types[index] = .number }
            if case .inoutArgument(let target) = item.value.kind {
                drafts.append(.fixed(try evaluate(target, in: scope)))
            } else {
                drafts.append(try draft(of: item.value, as: types[index], in: scope))
            }
        }
        let common: ValueType? =
            unifies && (wanted?.prefersFraction == true || drafts.contains { $0.numbers.contains(.fraction) })
            ? .number : nil
        return try zip(written, drafts).enumerated().map { index, pair in
            let (item, draft) = pair
            let value = try at(item.value.place) { try self.value(of: draft, as: common ?? types[index], signature) }
            var argument = WrittenArgument(label: item.label, value, isTrailingClosure: item.isTrailingClosure)
            if case .literal(let literal) = draft { argument.fraction = literal.fraction }
            return argument
        }
    }

    /// Returns the value of an argument.
    ///
    /// The arguments of a symbol are typed later, by the command that takes it, so literals keep their exact value
    /// here.
    private func value(of draft: Draft, as type: ValueType?, _ signature: Signature?) throws -> Value {
        if case .literal(let literal) = draft, signature == nil { return literal.exact }
        return try resolved(draft, as: type)
    }

    // MARK: - Functions

    private func apply(
        _ value: Value, named callee: Expression, _ arguments: [WrittenArgument], _ written: [Expression.Labeled],
        at place: Place, in scope: Scope? = nil
    ) throws -> Value {
        func hiding(_ callee: Expression) -> Bool {
            if case .name(let name) = callee.kind { scope?.hidesBuiltIn(name) == true } else { false }
        }
        guard let function = value.callable else {
            let name = source.slice(callee.place.start..<callee.place.end)
            let hint =
                hiding(callee)
                ? " It hides the command of this name: `reset(\"\(name)\")` brings it back."
                : written.isEmpty ? " Write it without `()`." : ""
            throw source.error(
                .wrongType,
                name.count <= 40
                    ? "`\(name)` is \(value.descriptiveWords) and cannot be called.\(hint)"
                    : "This is \(value.descriptiveWords) and cannot be called.",
                at: callee.place)
        }
        return try apply(function, arguments, written, at: place)
    }

    /// Calls a function and adds the place to its errors: the argument in question, or the name of the function.
    func apply(
        _ function: any Callable, _ arguments: [WrittenArgument], _ written: [Expression.Labeled], at place: Place
    ) throws -> Value {
        try checkInterruption(at: place)
        do {
            return try function.call(bound(arguments, to: function), in: context)
        } catch var error as CellError {
            if error.location == nil, let index = error.argument, written.indices.contains(index) {
                let argument = written[index]
                error.location = source.location(
                    at: (error.isAboutLabel ? argument.place : argument.value.place).start)
            } else if error.location != nil, function is Function, error.notes.count < 3 {
                error.notes.append(
                    CellError.Note("called here", location: source.location(at: place.start)))
            }
            throw placed(error, at: place)
        } catch {
            throw placed(error, at: place)
        }
    }

    private func bound(_ arguments: [WrittenArgument], to function: any Callable) throws -> Arguments {
        if let function = function as? Function, function.code.isShorthand {
            return try Arguments(
                binding: Array(arguments.prefix(max(arguments.count, function.code.parameters.count))),
                to: function.signature, strictly: true)
        }
        return try Arguments(
            binding: arguments, to: function.signature, strictly: function is Function || function.signature.isStrict)
    }

    // MARK: - Methods

    private func callMember(
        _ base: Expression, _ name: String, at namePlace: Place, _ written: [Expression.Labeled],
        as wanted: ValueType?, in scope: Scope
    ) throws -> Value {
        // A mutating method needs the variable, not a copy of its value.
        if Members.isMutating(name), isPlace(base, throughCalls: false),
            try Members.method(name, of: evaluate(base, in: scope))?.isMutating == true
        {
            return try callMutating(base, name, at: namePlace, written, in: scope)
        }
        let receiver = try receiver(base, of: name, written, as: wanted, in: scope)
        if let object = receiver.object as? any ChangingObject, let signature = object.changingSignature(name) {
            return try change(object, by: name, signature, base, at: namePlace, written, in: scope)
        }
        if let method = Members.method(name, of: receiver) {
            if method.isMutating {
                throw source.error(
                    .constant, "`\(name)` changes its value, but this value is not in a variable.", at: base.place)
            }
            var receiver = receiver
            let arguments = try methodArguments(written, of: method, receiver, as: wanted, in: scope)
            return try applyMethod(method, to: &receiver, arguments, written, at: namePlace)
        }
        let member = try at(namePlace) { try Members.callee(name, in: receiver, context: context) }
        let callee = Expression(kind: .name(name), place: namePlace)
        let arguments = try arguments(written, to: member.callable?.signature, as: wanted, in: scope)
        return try apply(member, named: callee, arguments, written, at: namePlace)
    }

    /// Calls a method that changes a set or a value of a user-defined type, in the variable that holds it.
    private func change(
        _ object: any ChangingObject, by name: String, _ signature: Signature, _ base: Expression, at place: Place,
        _ written: [Expression.Labeled], in scope: Scope
    ) throws -> Value {
        guard isPlace(base, throughCalls: false) else {
            throw source.error(
                .constant, "`\(name)` changes its value, but this value is not in a variable.", at: base.place)
        }
        let arguments = try arguments(written, to: signature, in: scope)
        return try change(base, takingOut: false, in: scope) { container in
            guard let object = container.object as? any ChangingObject else { return .void }
            let command = BuiltIn(signature) { bound, context in
                let (value, result) = try object.changed(by: name, bound, in: context)
                return .tuple([TupleElement(value), TupleElement(result)])
            }
            guard case .tuple(let parts) = try apply(command, arguments, written, at: place) else { return .void }
            container = parts[0].value
            return parts[1].value
        }
    }

    /// Evaluates the receiver of a method.
    ///
    /// The literals of `[1, 2, 3].map { $0 * 0.5 }` are numbers with a fraction, since the closure expects them.
    private func receiver(
        _ base: Expression, of name: String, _ written: [Expression.Labeled], as wanted: ValueType?,
        in scope: Scope
    ) throws -> Value {
        let receiver = try draft(of: base, in: scope)
        guard case .list = receiver else { return try at(base.place) { try resolved(receiver, as: nil) } }
        let wantsFractions =
            wanted?.prefersFraction == true || wanted?.element?.prefersFraction == true
            || written.contains { $0.value.mentionsFraction }
        return try at(base.place) { try resolved(receiver, asNumbers: wantsFractions ? .number : nil) }
    }

    /// Evaluates the arguments of a built-in method: an element for a list of numbers is a number too.
    private func methodArguments(
        _ written: [Expression.Labeled], of method: Method<Value>, _ receiver: Value, type: ValueType? = nil,
        as wanted: ValueType? = nil, in scope: Scope
    ) throws -> [WrittenArgument] {
        let element = type?.element ?? ValueType(likeNumbersIn: receiver)?.element
        var signature = method.signature
        for index in signature.parameters.indices {
            switch (signature.parameters[index].type, signature.parameters[index].label) {
            case (.any, _), (.optional(.any), nil), (.optional(.any), "of"):
                if ["reduce"].contains(signature.name) { break }
                if let element, element.prefersFraction { signature.parameters[index].type = .optional(element) }
            case (.optional(.any), "contentsOf"):
                if let element, element.prefersFraction { signature.parameters[index].type = .optional(.list(element)) }
            case (.function, _):
                if ["map", "compactMap"].contains(signature.name), let result = wanted?.element, result.prefersFraction
                {
                    signature.parameters[index].type = .closure([], result)
                }
            default: break
            }
        }
        return try arguments(written, to: signature, in: scope)
    }

    private func callMutating(
        _ base: Expression, _ name: String, at namePlace: Place, _ written: [Expression.Labeled],
        in scope: Scope
    ) throws -> Value {
        let type = knownType(of: base, in: scope)
        let arguments = try mutatingArguments(written, of: name, base, type: type, in: scope)
        // A closure may read the variable while it is changed; only then is a copy made.
        let sharesValue = arguments.contains { $0.value.function != nil }
        return try change(base, takingOut: !sharesValue, in: scope) { receiver in
            guard let method = Members.method(name, of: receiver) else { return .void }
            if let type, let place = written.first?.value.place {
                try at(place) { try checkElement(arguments, of: method, type) }
            }
            return try applyMethod(method, to: &receiver, arguments, written, at: namePlace)
        }
    }

    /// Evaluates the arguments of a mutating method.
    ///
    /// The receiver is released before the change begins: a list with a second owner would be copied.
    private func mutatingArguments(
        _ written: [Expression.Labeled], of name: String, _ base: Expression, type: ValueType?, in scope: Scope
    ) throws -> [WrittenArgument] {
        let holder = try evaluate(base, in: scope)
        guard let method = Members.method(name, of: holder) else { return [] }
        return try methodArguments(written, of: method, holder, type: type, in: scope)
    }

    /// Throws if a whole number is added to a list of numbers with a fraction, or the other way round.
    private func checkElement(_ arguments: [WrittenArgument], of method: Method<Value>, _ type: ValueType) throws {
        guard ["append", "insert"].contains(method.signature.name), let argument = arguments.first,
            let element = argument.label == "contentsOf" ? type : type.element
        else { return }
        switch (element, argument.value) {
        case (.number, .integer), (.integer, .number):
            throw CellError(
                .wrongType,
                "The list holds \(element.prefersFraction ? "numbers" : "whole numbers"), but this is \(argument.value.descriptiveWords)."
                    + Operators.conversion(of: "", argument.value, to: element))
        default: return
        }
    }

    private func applyMethod(
        _ method: Method<Value>, to receiver: inout Value, _ arguments: [WrittenArgument],
        _ written: [Expression.Labeled],
        at place: Place
    ) throws -> Value {
        do {
            return try method.body(
                &receiver, Arguments(binding: arguments, to: method.signature, strictly: method.signature.isStrict),
                context)
        } catch var error as CellError {
            if error.location == nil, let index = error.argument, written.indices.contains(index) {
                let argument = written[index]
                error.location = source.location(
                    at: (error.isAboutLabel ? argument.place : argument.value.place).start)
            }
            throw placed(error, at: place)
        } catch {
            throw placed(error, at: place)
        }
    }
}
