extension Evaluator {
    func call(
        _ callee: Expression, _ written: [Expression.Labelled], as wanted: ParameterType? = nil, at place: Place,
        in scope: Scope
    ) throws -> Value {
        if case .member(let base, let name, let namePlace) = callee.kind {
            return try callMember(base, name, at: namePlace, written, as: wanted, in: scope)
        }
        if case .symbol(let name) = callee.kind {
            let arguments = try self.arguments(written, in: scope)
            for argument in arguments { try Sequences.checkNesting(argument.value) }
            return .symbol(Symbol(name, arguments: arguments))
        }
        let function = try evaluate(callee, in: scope)
        let arguments = try arguments(written, to: function.callable?.signature, as: wanted, in: scope)
        return try apply(function, named: callee, arguments, written, at: callee.place)
    }

    /// The values of a call's arguments.
    ///
    /// - Parameters:
    ///   - signature: what is called, whose parameters give literals their types.
    ///   - wanted: what the call has to give.
    func arguments(
        _ written: [Expression.Labelled], to signature: Signature? = nil, as wanted: ParameterType? = nil,
        in scope: Scope
    ) throws -> [Argument] {
        var types = signature?.types(of: written) ?? Array(repeating: nil, count: written.count)
        let unifies = signature?.unifiesNumbers == true
        var drafts: [Draft] = []
        for (index, item) in written.enumerated() {
            if item.label == "repeating", let element = wanted?.element { types[index] = element }
            if unifies, wanted?.prefersFraction == true { types[index] = .number }
            drafts.append(try draft(of: item.value, as: types[index], in: scope))
        }
        let common: ParameterType? =
            unifies && (wanted?.prefersFraction == true || drafts.contains { $0.numbers.contains(.fraction) })
            ? .number : nil
        return try zip(written, drafts).enumerated().map { index, pair in
            let (item, draft) = pair
            let value = try at(item.value.place) { try self.value(of: draft, as: common ?? types[index], signature) }
            var argument = Argument(label: item.label, value, isTrailingClosure: item.isTrailingClosure)
            if case .literal(let literal) = draft { argument.fraction = literal.fraction }
            return argument
        }
    }

    /// An argument's value; what belongs to a choice is typed by the command that takes the choice, so that nothing may
    /// be lost here.
    private func value(of draft: Draft, as type: ParameterType?, _ signature: Signature?) throws -> Value {
        if case .literal(let literal) = draft, signature == nil { return literal.exact }
        return try resolved(draft, as: type)
    }

    // MARK: - Functions

    private func apply(
        _ value: Value, named callee: Expression, _ arguments: [Argument], _ written: [Expression.Labelled],
        at place: Place
    ) throws -> Value {
        guard let function = value.callable else {
            let name = source.slice(callee.place.start..<callee.place.end)
            throw source.error(
                .wrongType,
                name.count <= 40
                    ? "`\(name)` is \(value.descriptiveWords) and cannot be called."
                    : "This is \(value.descriptiveWords) and cannot be called.",
                at: callee.place)
        }
        return try apply(function, arguments, written, at: place)
    }

    /// Calls, and gives errors their place: the argument that is meant, or the name that is called.
    func apply(
        _ function: any Callable, _ arguments: [Argument], _ written: [Expression.Labelled], at place: Place
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

    private func bound(_ arguments: [Argument], to function: any Callable) throws -> Arguments {
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
        _ base: Expression, _ name: String, at namePlace: Place, _ written: [Expression.Labelled],
        as wanted: ParameterType?, in scope: Scope
    ) throws -> Value {
        // A method that changes its value needs the variable, not a copy of what it holds.
        if Members.isMutating(name), isPlace(base, throughCalls: false),
            try Members.method(name, of: evaluate(base, in: scope))?.isMutating == true
        {
            return try callMutating(base, name, at: namePlace, written, in: scope)
        }
        let receiver = try receiver(base, of: name, written, as: wanted, in: scope)
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

    /// What a method is called on.
    ///
    /// The literals of `[1, 2, 3].map { $0 * 0.5 }` are numbers with a fraction, since the closure takes such.
    private func receiver(
        _ base: Expression, of name: String, _ written: [Expression.Labelled], as wanted: ParameterType?,
        in scope: Scope
    ) throws -> Value {
        let receiver = try draft(of: base, in: scope)
        guard case .list = receiver else { return try at(base.place) { try resolved(receiver, as: nil) } }
        let wantsFractions =
            wanted?.prefersFraction == true || wanted?.element?.prefersFraction == true
            || written.contains { $0.value.mentionsFraction }
        return try at(base.place) { try resolved(receiver, asNumbers: wantsFractions ? .number : nil) }
    }

    /// The arguments of a method that the language brings: an element of a list of numbers is a number too.
    private func methodArguments(
        _ written: [Expression.Labelled], of method: ValueMethod, _ receiver: Value, type: ParameterType? = nil,
        as wanted: ParameterType? = nil, in scope: Scope
    ) throws -> [Argument] {
        let element = type?.element ?? ParameterType(likeNumbersIn: receiver)?.element
        var signature = method.signature
        for index in signature.parameters.indices {
            switch (signature.parameters[index].type, signature.parameters[index].label) {
            case (.any, _), (.optional(.any), nil), (.optional(.any), "of"):
                if ["reduce"].contains(signature.name) { break }
                if let element, element.prefersFraction { signature.parameters[index].type = .optional(element) }
            case (.optional(.any), "contentsOf"):
                if let element, element.prefersFraction { signature.parameters[index].type = .optional(.list(element)) }
            case (.function, _):
                if ["map", "compactMap"].contains(signature.name), let result = wanted?.element, result.prefersFraction {
                    signature.parameters[index].type = .closure([], result)
                }
            default: break
            }
        }
        return try arguments(written, to: signature, in: scope)
    }

    private func callMutating(
        _ base: Expression, _ name: String, at namePlace: Place, _ written: [Expression.Labelled],
        in scope: Scope
    ) throws -> Value {
        let type = knownType(of: base, in: scope)
        let holder = try evaluate(base, in: scope)
        let arguments = try Members.method(name, of: holder).map {
            try methodArguments(written, of: $0, holder, type: type, in: scope)
        } ?? []
        // A closure may look at the variable while it is changed; only then is it worth a copy.
        let sharesValue = arguments.contains { $0.value.function != nil }
        return try change(base, takingOut: !sharesValue, in: scope) { receiver in
            guard let method = Members.method(name, of: receiver) else { return .void }
            if let type, let place = written.first?.value.place {
                try at(place) { try checkElement(arguments, of: method, type) }
            }
            return try applyMethod(method, to: &receiver, arguments, written, at: namePlace)
        }
    }

    /// Refuses a whole number in a list of numbers with a fraction, and the other way round.
    private func checkElement(_ arguments: [Argument], of method: ValueMethod, _ type: ParameterType) throws {
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
        _ method: ValueMethod, to receiver: inout Value, _ arguments: [Argument],
        _ written: [Expression.Labelled],
        at place: Place
    ) throws -> Value {
        do {
            return try method.body(&receiver, Arguments(binding: arguments, to: method.signature, strictly: method.signature.isStrict), context)
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
