extension Evaluator {
    func call(
        _ callee: Expression, _ written: [Expression.Labelled], at place: Place, in scope: Scope
    ) throws -> Value {
        if case .member(let base, let name, let namePlace) = callee.kind {
            return try callMember(base, name, at: namePlace, written, place, in: scope)
        }
        if case .symbol(let name) = callee.kind {
            let arguments = try self.arguments(written, in: scope)
            for argument in arguments { try Sequences.checkNesting(argument.value) }
            return .symbol(Symbol(name, arguments: arguments))
        }
        let function = try evaluate(callee, in: scope)
        return try apply(function, named: callee, arguments(written, in: scope), written, at: callee.place)
    }

    /// The values of a call's arguments.
    func arguments(_ written: [Expression.Labelled], in scope: Scope) throws -> [Argument] {
        try written.map { item in
            let (value, fraction) = try evaluateWithFraction(item.value, in: scope)
            var argument = Argument(label: item.label, value, isTrailingClosure: item.isTrailingClosure)
            argument.fraction = fraction
            return argument
        }
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
                to: function.signature)
        }
        return try Arguments(binding: arguments, to: function.signature)
    }

    // MARK: - Methods

    private func callMember(
        _ base: Expression, _ name: String, at namePlace: Place, _ written: [Expression.Labelled],
        _ place: Place,
        in scope: Scope
    ) throws -> Value {
        // A method that changes its value needs the variable, not a copy of what it holds.
        if Members.isMutating(name), isPlace(base, throughCalls: false),
            try Members.method(name, of: evaluate(base, in: scope))?.isMutating == true
        {
            return try callMutating(base, name, at: namePlace, written, in: scope)
        }
        let receiver = try evaluate(base, in: scope)
        if let method = Members.method(name, of: receiver) {
            if method.isMutating {
                throw source.error(
                    .constant, "`\(name)` changes its value, but this value is not in a variable.", at: base.place)
            }
            var receiver = receiver
            let arguments = try self.arguments(written, in: scope)
            return try applyMethod(method, to: &receiver, arguments, written, at: namePlace)
        }
        let member = try at(namePlace) { try Members.callee(name, in: receiver, context: context) }
        let callee = Expression(kind: .name(name), place: namePlace)
        return try apply(member, named: callee, arguments(written, in: scope), written, at: namePlace)
    }

    private func callMutating(
        _ base: Expression, _ name: String, at namePlace: Place, _ written: [Expression.Labelled],
        in scope: Scope
    ) throws -> Value {
        let arguments = try self.arguments(written, in: scope)
        // A closure may look at the variable while it is changed; only then is it worth a copy.
        let sharesValue = arguments.contains { $0.value.function != nil }
        return try change(base, takingOut: !sharesValue, in: scope) { receiver in
            guard let method = Members.method(name, of: receiver) else { return .void }
            return try applyMethod(method, to: &receiver, arguments, written, at: namePlace)
        }
    }

    private func applyMethod(
        _ method: ValueMethod, to receiver: inout Value, _ arguments: [Argument],
        _ written: [Expression.Labelled],
        at place: Place
    ) throws -> Value {
        do {
            return try method.body(&receiver, Arguments(binding: arguments, to: method.signature), context)
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
