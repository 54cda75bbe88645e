/// Members of whole numbers and numbers.
enum NumberMembers {
    private static let divisor = Argument<Int>("of")
    private static let divided = Argument<Double>("dividingBy")
    private static let digits = Argument<Int>("digits", default: 2, summary: "digits after the decimal point")
    private static let rule = Argument<Rounding>("rule", label: nil, default: .toNearestOrAwayFromZero)

    static let whole: MemberTable<Value> = [
        .property("magnitude", .integer, "The number without its sign.") { value in
            let magnitude = (value.integer ?? 0).magnitude
            guard let result = Int(exactly: magnitude) else {
                throw CellError(.arithmetic, "The magnitude of this number does not fit in a whole number.")
            }
            return .integer(result)
        },
        .property("description", .string, "The number as text.") { .string($0.plainText) },
        .method(
            Signature(
                "isMultiple", [divisor], result: .boolean, summary: "Whether a number divides this one.",
                isPure: true)
        ) { value, arguments in
            .boolean((value.integer ?? 0).isMultiple(of: arguments[divisor]))
        },
        .method(Signature("signum", result: .integer, summary: "-1, 0 or 1.", isPure: true)) { value, _ in
            .integer((value.integer ?? 0).signum())
        },
        formatted,
    ]

    static let fraction: MemberTable<Value> = [
        .property("magnitude", .number, "The number without its sign.") { .number(($0.number ?? 0).magnitude) },
        .property("isNaN", .boolean, "Whether this is not a number.") { .boolean(($0.number ?? 0).isNaN) },
        .property("isFinite", .boolean, "Whether this is neither infinite nor NaN.") {
            .boolean(($0.number ?? 0).isFinite)
        },
        .property("isInfinite", .boolean, "Whether this is infinite.") { .boolean(($0.number ?? 0).isInfinite) },
        .property("description", .string, "The number as text.") { .string($0.plainText) },
        .method(
            Signature(
                "rounded", [rule], result: .number, summary: "The number rounded to a whole number.", isPure: true)
        ) { value, arguments in
            .number((value.number ?? 0).rounded(arguments[rule].rule))
        },
        .method(Signature("squareRoot", result: .number, summary: "The square root.", isPure: true)) { value, _ in
            .number((value.number ?? 0).squareRoot())
        },
        .method(
            Signature(
                "truncatingRemainder", [divided], result: .number, summary: "The remainder of a division.",
                isPure: true
            ).strict
        ) { value, arguments in
            .number((value.number ?? 0).truncatingRemainder(dividingBy: arguments[divided]))
        },
        formatted,
    ]

    private static let formatted = Member<Value>.method(
        Signature(
            "formatted", [digits], result: .string,
            summary: "The number as text with that many digits after the decimal point.", isPure: true)
    ) { value, arguments in
        guard (0...100).contains(arguments[digits]) else {
            throw arguments.complaint(about: digits, "`digits` must be from 0 to 100.")
        }
        return .string(try Format("%.\(arguments[digits])f").text([value]))
    }
}

/// The rules by which `rounded` chooses a whole number, with the names of Swift's own.
private enum Rounding: String, ArgumentChoice {
    case up, down, towardZero, awayFromZero, toNearestOrEven, toNearestOrAwayFromZero

    var rule: FloatingPointRoundingRule {
        switch self {
        case .up: .up
        case .down: .down
        case .towardZero: .towardZero
        case .awayFromZero: .awayFromZero
        case .toNearestOrEven: .toNearestOrEven
        case .toNearestOrAwayFromZero: .toNearestOrAwayFromZero
        }
    }
}

/// Members of truth values.
enum BooleanMembers {
    static let table: MemberTable<Value> = [
        .property("description", .string, "The value as text.") { .string($0.plainText) },
        .changing(Signature("toggle", summary: "Turns true into false and false into true.")) { value, _, _ in
            value = .boolean(value.boolean == false)
            return .void
        },
    ]
}
