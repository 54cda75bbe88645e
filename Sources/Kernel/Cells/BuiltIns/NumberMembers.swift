/// Members of whole numbers and numbers.
enum NumberMembers {
    static let whole = MemberTable(
        [
            ValueProperty("magnitude", .integer, "The number without its sign.") { value in
                let magnitude = (value.integer ?? 0).magnitude
                guard let result = Int(exactly: magnitude) else {
                    throw CellError(.arithmetic, "The magnitude of this number does not fit in a whole number.")
                }
                return .integer(result)
            },
            ValueProperty("description", .string, "The number as text.") { .string($0.plainText) },
        ],
        [
            ValueMethod(
                Signature(
                    "isMultiple", [Parameter("of", .integer)], result: .boolean,
                    summary: "Whether a number divides this one.", isPure: true)
            ) { value, arguments, _ in
                .boolean((value.integer ?? 0).isMultiple(of: try arguments.integer("of")))
            },
            ValueMethod(
                Signature("signum", result: .integer, summary: "-1, 0 or 1.", isPure: true)
            ) { value, _, _ in .integer((value.integer ?? 0).signum()) },
            formatted,
        ])

    static let fraction = MemberTable(
        [
            ValueProperty("magnitude", .number, "The number without its sign.") {
                .number(($0.number ?? 0).magnitude)
            },
            ValueProperty("isNaN", .boolean, "Whether this is not a number.") {
                .boolean(($0.number ?? 0).isNaN)
            },
            ValueProperty("isFinite", .boolean, "Whether this is neither infinite nor NaN.") {
                .boolean(($0.number ?? 0).isFinite)
            },
            ValueProperty("isInfinite", .boolean, "Whether this is infinite.") {
                .boolean(($0.number ?? 0).isInfinite)
            },
            ValueProperty("description", .string, "The number as text.") { .string($0.plainText) },
        ],
        [
            ValueMethod(
                Signature(
                    "rounded",
                    [
                        Parameter(
                            label: nil, name: "rule",
                            .symbol([
                                "up", "down", "towardZero", "awayFromZero", "toNearestOrEven",
                                "toNearestOrAwayFromZero",
                            ]), default: ".toNearestOrAwayFromZero")
                    ], result: .number, summary: "The number rounded to a whole number.", isPure: true)
            ) { value, arguments, _ in
                let rule: FloatingPointRoundingRule =
                    switch try arguments.choice("rule") {
                    case "up": .up
                    case "down": .down
                    case "towardZero": .towardZero
                    case "awayFromZero": .awayFromZero
                    case "toNearestOrEven": .toNearestOrEven
                    default: .toNearestOrAwayFromZero
                    }
                return .number((value.number ?? 0).rounded(rule))
            },
            ValueMethod(
                Signature("squareRoot", result: .number, summary: "The square root.", isPure: true)
            ) { value, _, _ in .number((value.number ?? 0).squareRoot()) },
            ValueMethod(
                Signature(
                    "truncatingRemainder", [Parameter("dividingBy", .number)], result: .number,
                    summary: "The remainder of a division.", isPure: true
                ).strict
            ) { value, arguments, _ in
                .number(
                    (value.number ?? 0).truncatingRemainder(dividingBy: try arguments.number("dividingBy")))
            },
            formatted,
        ])

    private static let formatted = ValueMethod(
        Signature(
            "formatted", [Parameter("digits", .integer, default: "2", summary: "digits after the decimal point")],
            result: .string, summary: "The number as text with that many digits after the decimal point.", isPure: true)
    ) { value, arguments, _ in
        let digits = try arguments.integer("digits")
        guard (0...100).contains(digits) else {
            throw arguments.complaint(about: "digits", "`digits` must be from 0 to 100.")
        }
        return .string(try Format("%.\(digits)f").text([value]))
    }
}

/// Members of truth values.
enum BooleanMembers {
    static let table = MemberTable(
        [ValueProperty("description", .string, "The value as text.") { .string($0.plainText) }],
        [
            ValueMethod(
                Signature("toggle", summary: "Turns true into false and false into true."), isMutating: true
            ) {
                value, _, _ in
                value = .boolean(value.boolean == false)
                return .void
            }
        ])
}
