extension Evaluator {
    func run(_ loop: ForLoop, in scope: Scope) throws -> Outcome {
        let sequence = try evaluate(loop.sequence, in: scope)
        if case .range(let range) = sequence {
            return try iterate(loop, over: range.lazy.map { .integer($0) }, in: scope)
        }
        guard let elements = Sequences.elements(of: sequence) else {
            let hint = sequence.integer.map { " Write `0..<\($0)`." } ?? ""
            throw source.error(
                .wrongType, "`for` cannot loop over \(sequence.descriptiveWords).\(hint)",
                at: loop.sequence.place)
        }
        return try iterate(loop, over: elements, in: scope)
    }

    private func iterate(_ loop: ForLoop, over elements: some Sequence<Value>, in scope: Scope) throws
        -> Outcome
    {
        for element in elements {
            try checkInterruption(at: loop.sequence.place)
            let inner = Scope(parent: scope)
            if loop.isMatching {
                guard try matches(element, loop.pattern, at: loop.sequence.place, in: inner) else { continue }
            } else {
                try bind(loop.pattern, to: element, isConstant: true, at: loop.sequence.place, in: inner)
            }
            if let condition = loop.condition, try !truth(of: condition, in: inner) { continue }
            if let outcome = outcomeOfLoop(after: try run(loop.body, in: inner), loop.label) { return outcome }
        }
        return .ended
    }

    func runWhile(
        _ label: String?, _ conditions: [Condition], _ body: Block, at place: Place, in scope: Scope
    ) throws -> Outcome {
        while true {
            try checkInterruption(at: place)
            let inner = Scope(parent: scope)
            guard try holds(conditions, in: inner) else { return .ended }
            if let outcome = outcomeOfLoop(after: try run(body, in: inner), label) { return outcome }
        }
    }

    func runRepeat(
        _ label: String?, _ body: Block, _ condition: Expression, at place: Place, in scope: Scope
    ) throws -> Outcome {
        repeat {
            try checkInterruption(at: place)
            if let outcome = outcomeOfLoop(after: try run(body, in: scope), label) { return outcome }
        } while try truth(of: condition, in: scope)
        return .ended
    }

    /// Returns how a loop ends after an iteration with this outcome; nil if it continues.
    private func outcomeOfLoop(after outcome: Outcome, _ label: String?) -> Outcome? {
        switch outcome {
        case .ended, .continued(nil): nil
        case .continued(let wanted) where wanted == label: nil
        case .broke(nil): .ended
        case .broke(let wanted) where wanted == label: .ended
        default: outcome
        }
    }

    // MARK: - Switch

    func run(_ switching: Switching, in scope: Scope) throws -> Outcome {
        guard let (body, inner) = try chosen(switching, in: scope) else { return .ended }
        let outcome = try run(body, in: inner)
        switch outcome {
        case .broke(nil): return .ended
        case .broke(let label) where label == switching.label: return .ended
        default: return outcome
        }
    }

    /// Returns the body of the first case that matches, and the scope with the names that it binds.
    func chosen(_ switching: Switching, in scope: Scope) throws -> (Block, Scope)? {
        let subject = try evaluate(switching.subject, in: scope)
        for clause in switching.cases where !clause.isDefault {
            for (pattern, condition) in clause.patterns {
                let inner = Scope(parent: scope)
                guard try matches(subject, pattern, at: switching.subject.place, in: inner) else { continue }
                if let condition, try !truth(of: condition, in: inner) { continue }
                return (clause.body, inner)
            }
        }
        if let clause = switching.cases.first(where: \.isDefault) {
            return (clause.body, Scope(parent: scope))
        }
        throw source.error(
            .failure, "No `case` matches \(subject.descriptiveWords), and there is no `default`.",
            at: switching.subject.place)
    }

    /// Returns whether a value matches a pattern, and binds the pattern's names in `scope`.
    func matches(_ value: Value, _ pattern: Pattern, at place: Place, in scope: Scope) throws -> Bool {
        switch pattern {
        case .wildcard: return true
        case .name(let name):
            scope.declare(name, Variable(value: value, isConstant: true))
            return true
        case .tuple(let patterns):
            guard case .tuple(let elements) = value, elements.count == patterns.count else { return false }
            for (part, element) in zip(patterns, elements) {
                guard try matches(element.value, part, at: place, in: scope) else { return false }
            }
            return true
        case .expression(let expression):
            if case .range(let lower, let upper, let isClosed) = expression.kind {
                return try isWithin(value, lower, upper, isClosed, in: scope)
            }
            let wanted = try evaluate(expression, in: scope)
            if let found = value.object as? UserCase, case .symbol(let symbol) = wanted {
                // Without parentheses, a case matches whatever its associated values are.
                return symbol.arguments.isEmpty
                    ? found.name == symbol.name : found.isLike(symbol.name, symbol.arguments)
            }
            if let range = wanted.range, let whole = value.integer { return range.contains(whole) }
            return wanted == value
        case .optional(let pattern):
            return try !value.isNothing && matches(value, pattern, at: place, in: scope)
        case .type(let type): return type.parameterType.converted(value, strictly: true) != nil
        case .cast(let pattern, let type):
            guard let value = type.parameterType.converted(value, strictly: true) else { return false }
            return try matches(value, pattern, at: place, in: scope)
        case .member(let name, let patterns):
            return try matches(value, case: name, patterns, at: place, in: scope)
        }
    }

    private func matches(
        _ value: Value, case name: String, _ patterns: [(label: String?, pattern: Pattern)], at place: Place,
        in scope: Scope
    ) throws -> Bool {
        let found: [WrittenArgument]
        if let value = value.object as? UserCase {
            guard value.name == name else { return false }
            found = value.associated
        } else if case .symbol(let symbol) = value {
            guard symbol.name == name else { return false }
            found = symbol.arguments
        } else if name == "some", patterns.count == 1 {
            return try matches(value, .optional(patterns[0].pattern), at: place, in: scope)
        } else {
            return false
        }
        if patterns.isEmpty { return true }
        // `.pair(let whole)` binds several values as a tuple.
        if patterns.count == 1, found.count > 1 {
            let whole = Value.tuple(found.map { TupleElement(label: $0.label, $0.value) })
            return try matches(whole, patterns[0].pattern, at: place, in: scope)
        }
        guard patterns.count == found.count else { return false }
        for (part, argument) in zip(patterns, found) {
            guard try matches(argument.value, part.pattern, at: place, in: scope) else { return false }
        }
        return true
    }

    private func isWithin(
        _ value: Value, _ lower: Expression?, _ upper: Expression?, _ isClosed: Bool, in scope: Scope
    ) throws -> Bool {
        guard let number = value.number else { return false }
        if let lower, let bound = try evaluate(lower, in: scope).number, number < bound { return false }
        guard let upper, let bound = try evaluate(upper, in: scope).number else { return true }
        return isClosed ? number <= bound : number < bound
    }
}
