/// The operators on values.
///
/// Errors have no place; the evaluator adds it.
enum Operators {
    /// The comparison operators.
    private static let comparisons: Set<String> = ["==", "!=", "===", "!==", "<", "<=", ">", ">="]

    /// Returns whether an operator is a comparison.
    static func isComparison(_ name: String) -> Bool {
        switch name.utf8.first {
        case UInt8(ascii: "="), UInt8(ascii: "!"), UInt8(ascii: "<"), UInt8(ascii: ">"): comparisons.contains(name)
        default: false
        }
    }

    static func binary(_ name: String, _ left: Value, _ right: Value) throws -> Value {
        switch (left, right) {
        case (.integer(let a), .integer(let b)) where !isComparison(name): return .integer(try whole(name, a, b))
        case (.number(let a), .number(let b)) where !isComparison(name):
            return .number(try fraction(name, a, b, left, right))
        default: break
        }
        if case .object(let object) = left, let result = try object.binary(name, right, isLeft: true) {
            return result
        }
        if case .object(let object) = right, let result = try object.binary(name, left, isLeft: false) {
            return result
        }
        switch (left, right) {
        case (.integer, .number), (.number, .integer): throw mixed(name, left, right, whole: "")
        default: break
        }
        switch name {
        case "==": return .boolean(left == right)
        case "!=": return .boolean(left != right)
        case "===": return .boolean(left == right)
        case "!==": return .boolean(left != right)
        case "<", "<=", ">", ">=":
            guard let result = ordered(name, left, right) else { throw mismatch(name, left, right) }
            return .boolean(result)
        default: break
        }
        switch (left, right) {
        case (.string(let a), .string(let b)) where name == "+":
            try checkText(a.utf8.count + b.utf8.count)
            return .string(a + b)
        case (.array(let a), .array(let b)) where name == "+":
            try checkOneKind(left, right)
            try Sequences.checkCount(a.count + b.count)
            return .array(a + b)
        default: break
        }
        guard let a = left.number, let b = right.number else { throw mismatch(name, left, right) }
        return .number(try fraction(name, a, b, left, right))
    }

    static func prefix(_ name: String, _ operand: Value) throws -> Value {
        switch (name, operand) {
        case (_, .object(let object)):
            if let result = try object.unary(name) { return result }
        case ("!", .boolean(let truth)): return .boolean(!truth)
        case ("-", .number(let number)): return .number(-number)
        case ("+", .number), ("+", .integer): return operand
        case ("~", .integer(let whole)): return .integer(~whole)
        case ("-", .integer(let whole)):
            guard whole != .min else {
                throw CellError(.arithmetic, "-(\(whole)) does not fit in a whole number.")
            }
            return .integer(-whole)
        default: break
        }
        throw CellError(.wrongType, "`\(name)` cannot be applied to \(operand.descriptiveWords).")
    }

    /// Compares numbers, texts, or tuples of them with `<`, `<=`, `>` or `>=`; nil if they have no order.
    static func ordered(_ name: String, _ left: Value, _ right: Value) -> Bool? {
        switch (left, right) {
        case (.integer(let a), .integer(let b)): compare(name, a, b)
        case (.string(let a), .string(let b)): compare(name, a, b)
        case (.tuple(let a), .tuple(let b)) where a.count == b.count: lexicographic(name, a, b)
        default:
            if let a = left.number, let b = right.number { compare(name, a, b) } else { nil }
        }
    }

    private static func compare<Ordered: Comparable>(_ name: String, _ a: Ordered, _ b: Ordered) -> Bool {
        switch name {
        case "<": a < b
        case "<=": a <= b
        case ">": a > b
        default: a >= b
        }
    }

    private static func lexicographic(_ name: String, _ a: [TupleElement], _ b: [TupleElement]) -> Bool? {
        for (left, right) in zip(a, b) where left.value != right.value {
            return ordered(name, left.value, right.value)
        }
        return name == "<=" || name == ">="
    }

    // MARK: - Numbers

    private static func whole(_ name: String, _ a: Int, _ b: Int) throws -> Int {
        let result: (partialValue: Int, overflow: Bool)
        switch name {
        case "+": result = a.addingReportingOverflow(b)
        case "-": result = a.subtractingReportingOverflow(b)
        case "*": result = a.multipliedReportingOverflow(by: b)
        case "/", "%":
            guard b != 0 else {
                throw CellError(.arithmetic, "\(a) \(name) 0: a whole number cannot be divided by zero.")
            }
            result =
                name == "/" ? a.dividedReportingOverflow(by: b) : a.remainderReportingOverflow(dividingBy: b)
        case "&+": return a &+ b
        case "&-": return a &- b
        case "&*": return a &* b
        case "&": return a & b
        case "|": return a | b
        case "^": return a ^ b
        case "<<": return a << b
        case ">>": return a >> b
        default: throw mismatch(name, .integer(a), .integer(b))
        }
        guard !result.overflow else {
            throw CellError(.arithmetic, "\(a) \(name) \(b) does not fit in a whole number.")
        }
        return result.partialValue
    }

    private static func fraction(_ name: String, _ a: Double, _ b: Double, _ left: Value, _ right: Value)
        throws -> Double
    {
        switch name {
        case "+": return a + b
        case "-": return a - b
        case "*": return a * b
        case "/": return a / b
        case "%":
            throw CellError(
                .wrongType, "`%` works on whole numbers only. Write `a.truncatingRemainder(dividingBy: b)`.")
        default: throw mismatch(name, left, right)
        }
    }

    // MARK: - Complaints

    /// Throws if whole numbers and numbers with a fraction would be in one list.
    static func checkOneKind(_ left: Value, _ right: Value) throws {
        guard KnownNumbers(in: left).union(KnownNumbers(in: right)) == [.whole, .fraction] else { return }
        throw CellError(
            .wrongType,
            "A list holds whole numbers or numbers with a fraction, not both. Write `list.map(Double.init)`.")
    }

    /// Returns the error for a whole number next to one with a fraction, which Swift does not convert implicitly.
    ///
    /// - Parameter text: the whole number as written, if known.
    static func mixed(_ name: String, _ left: Value, _ right: Value, whole text: String) -> CellError {
        CellError(
            .wrongType,
            "`\(name)` cannot combine \(left.descriptiveWords) and \(right.descriptiveWords)."
                + conversion(of: text))
    }

    /// Returns the advice to convert a whole number to `Double`.
    static func conversion(of text: String) -> String {
        " Write `Double(\(text.isEmpty || text.count > 40 || text.contains("\n") ? "…" : text))`."
    }

    /// Returns the advice to convert a number to the expected type; empty if the value is not a number.
    static func conversion(of text: String, _ value: Value, to type: ValueType) -> String {
        let shown = text.count > 40 || text.contains("\n") ? "…" : text
        switch value {
        case .integer where type.prefersFraction: return conversion(of: text)
        case .number where type.converted(.integer(0)) != nil:
            return " `Int(\(shown))` drops the fraction."
        case .array(let elements) where type.element?.prefersFraction == true && elements.first?.integer != nil:
            return " Write `\(shown).map(Double.init)`."
        default: return ""
        }
    }

    static func checkText(_ bytes: Int) throws {
        guard bytes <= Limits.textBytes else {
            throw CellError(.tooLarge, "This text would be longer than \(Limits.textBytes / 1_000_000) MB.")
        }
    }

    private static func mismatch(_ name: String, _ left: Value, _ right: Value) -> CellError {
        CellError(
            .wrongType,
            "`\(name)` cannot combine \(left.descriptiveWords) and \(right.descriptiveWords)."
                + hint(name, left, right))
    }

    private static func hint(_ name: String, _ left: Value, _ right: Value) -> String {
        switch (name, left, right) {
        case ("+", .string, _): " Put the value in the text: `\"… \\(value)\"`."
        case ("+", _, .string): " Put the value in the text: `\"\\(value) …\"`."
        case ("+", .array, _): " Add one element with `.append(…)` or `+ [element]`."
        case ("*", .string, .integer), ("*", .integer, .string): " Write `String(repeating: text, count: 3)`."
        case ("*", .array, .integer), ("*", .integer, .array): " Write `Array(repeating: value, count: 3)`."
        case ("%", .string, _): " Put the value in the text: `\"… \\(value)\"`."
        case (_, .nothing, _), (_, _, .nothing): " `??` replaces nil with a value."
        default: ""
        }
    }
}
