extension Interpreter {
    /// Warns about probable mistakes: a variable that hides a command, or a comment that was meant as a division.
    func remark(on program: Program, hiding hidden: [String], result: Value?, in context: any CellContext) {
        for name in hidden where builtIns.lookup(name) != nil && variablesScope.ownVariable(name) != nil {
            context.write(
                "warning: `\(name)` now hides the \(builtIns.lookup(name)?.value.function is TypeName ? "type" : "command") "
                    + "`\(name)`. `reset(\"\(name)\")` brings it back.\n",
                toStandardError: true)
        }
        for (index, statement) in program.statements.enumerated() {
            guard let divisor = divisor(behind: statement, of: program) else { continue }
            guard let dividend = dividend(of: statement, isLast: index == program.statements.count - 1, result) else {
                continue
            }
            context.write(
                "note: `//` begins a comment, so `\(divisor)` was left out. `\(dividend) / \(divisor)` divides; "
                    + "for whole numbers, it drops the fraction.\n", toStandardError: true)
        }
    }

    /// Returns the built-ins that the cell's declarations will hide and that are not hidden yet.
    func newlyHidden(by program: Program) -> [String] {
        program.statements.flatMap { statement -> [String] in
            switch statement.kind {
            case .declaration(let bindings, _): bindings.flatMap { $0.pattern.names }
            case .function(let code): [code.name]
            case .type(let code): [code.name]
            default: []
            }
        }.filter { builtIns.lookup($0) != nil && variablesScope.ownVariable($0) == nil }
    }

    /// Returns the number, or the variable that holds one, in a comment behind a statement.
    private func divisor(behind statement: Statement, of program: Program) -> String? {
        let source = program.source
        let line = source.lineRange(source.lineIndex(of: statement.place.end))
        guard statement.place.end <= line.upperBound else { return nil }
        let rest = source.slice(statement.place.end..<line.upperBound).drop(while: \.isWhitespace)
        guard rest.hasPrefix("//"), !rest.hasPrefix("///") else { return nil }
        let words = rest.dropFirst(2).split(whereSeparator: \.isWhitespace)
        guard words.count == 1, let word = words.first.map(String.init) else { return nil }
        if Int(word) != nil || Double(word) != nil { return word }
        return variablesScope.ownVariable(word)?.value.number == nil ? nil : word
    }

    /// Returns the text of a statement that gives a number; nil if it gives anything else.
    private func dividend(of statement: Statement, isLast: Bool, _ result: Value?) -> String? {
        switch statement.kind {
        case .expression(let expression):
            guard isLast, result?.number != nil else { return nil }
            return text(expression)
        case .declaration(let bindings, _):
            guard let binding = bindings.last, case .name(let name) = binding.pattern, let value = binding.value,
                variablesScope.ownVariable(name)?.value.number != nil
            else { return nil }
            return text(value)
        default: return nil
        }
    }

    private func text(_ expression: Expression) -> String {
        if case .name(let name) = expression.kind { return name }
        if case .literal(let value) = expression.kind { return value.plainText }
        return "(…)"
    }
}

extension Pattern {
    /// The names that it binds.
    var names: [String] {
        switch self {
        case .name(let name): [name]
        case .tuple(let patterns): patterns.flatMap(\.names)
        case .optional(let inner), .cast(let inner, _): inner.names
        case .member(_, let parts): parts.flatMap(\.pattern.names)
        case .wildcard, .expression, .type: []
        }
    }
}
