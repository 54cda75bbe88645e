/// Questions about a piece of cell text, answered without running anything.
package enum CellText {
    /// Returns whether the text is a literal: a number, `true`, `false`, `nil`, text in quotes without `\(…)`, a range
    /// of numbers, or a list or dictionary of literals.
    package static func isLiteral(_ text: String) -> Bool {
        guard let binding = onlyBinding(of: "let literal = \(text)"), binding.type == nil, let value = binding.value
        else { return false }
        return isLiteral(value)
    }

    /// Returns whether a variable can have this name.
    package static func isName(_ text: String) -> Bool {
        guard case .name(let name)? = onlyBinding(of: "let \(text) = 0")?.pattern else { return false }
        return name == text
    }

    /// Returns the names of the variables that a cell declares, in order; nil if the text does not parse.
    package static func declaredNames(in source: String) -> [String]? {
        guard let program = try? Program(parsing: source) else { return nil }
        return program.statements.flatMap { statement -> [String] in
            guard case .declaration(let bindings, _) = statement.kind else { return [] }
            return bindings.flatMap { names(in: $0.pattern) }
        }
    }

    /// Returns `text` as a string literal on one line, with quotes and escapes.
    package static func literal(_ text: String) -> String {
        var literal = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": literal += "\\\\"
            case "\"": literal += "\\\""
            case "\n": literal += "\\n"
            case "\r": literal += "\\r"
            case "\t": literal += "\\t"
            default:
                switch scalar.properties.generalCategory {
                case .control, .lineSeparator, .paragraphSeparator:
                    literal += "\\u{\(String(scalar.value, radix: 16))}"
                default: literal.unicodeScalars.append(scalar)
                }
            }
        }
        return literal + "\""
    }

    private static func onlyBinding(of source: String) -> Binding? {
        guard let program = try? Program(parsing: source), program.statements.count == 1,
            case .declaration(let bindings, _)? = program.statements.first?.kind, bindings.count == 1
        else { return nil }
        return bindings.first
    }

    private static func isLiteral(_ expression: Expression) -> Bool {
        switch expression.kind {
        case .literal: true
        case .prefix("-", let number): isNumber(number)
        case .range(let lower, let upper, _): [lower, upper].compactMap { $0 }.allSatisfy(isNumber)
        case .array(let elements): elements.allSatisfy(isLiteral)
        case .dictionary(let pairs): pairs.allSatisfy { isLiteral($0.key) && isLiteral($0.value) }
        default: false
        }
    }

    private static func isNumber(_ expression: Expression) -> Bool {
        switch expression.kind {
        case .literal(.integer), .literal(.number): true
        case .prefix("-", let number): isNumber(number)
        default: false
        }
    }

    private static func names(in pattern: Pattern) -> [String] {
        switch pattern {
        case .name(let name): [name]
        case .tuple(let patterns): patterns.flatMap(names)
        case .optional(let inner), .cast(let inner, _): names(in: inner)
        case .member(_, let parts): parts.flatMap { names(in: $0.pattern) }
        case .wildcard, .expression, .type: []
        }
    }
}
