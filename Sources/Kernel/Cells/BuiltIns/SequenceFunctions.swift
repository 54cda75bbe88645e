/// `stride`, `zip` and `type(of:)`.
enum SequenceFunctions {
    static let all: [Command] = [stride, zip, typeOf]

    private static let stride = Command(
        Signature(
            "stride",
            [
                Parameter("from", anyNumber, summary: "the first number"),
                Parameter("to", .optional(anyNumber), default: "nil", summary: "where to stop; not included"),
                Parameter("through", .optional(anyNumber), default: "nil", summary: "where to stop; included"),
                Parameter("by", anyNumber, summary: "the step; negative goes down"),
            ], result: .list(.any), summary: "Evenly spaced numbers.",
            example: "for rate in stride(from: 0.0, to: 1.0, by: 0.25) { print(rate) }"
        ).unifying
    ) { arguments, _ in
        let given = ["from", "to", "through", "by"].compactMap { arguments[$0] }.filter { $0.number != nil }
        if let whole = given.first(where: { $0.integer != nil }), let other = given.first(where: { $0.integer == nil })
        {
            throw Operators.mixed("stride", whole, other, whole: "")
        }
        let (start, step) = (try arguments.number("from"), try arguments.number("by"))
        let open = arguments.optionalNumber("to")
        guard let end = open ?? arguments.optionalNumber("through") else {
            throw CellError(.wrongArgument, "`stride` needs `to:` (excludes the end) or `through:` (includes it).")
        }
        guard step != 0, step.isFinite, start.isFinite, end.isFinite else {
            throw arguments.complaint(about: "by", "`by` must be a step other than zero.")
        }
        let steps = (end - start) / step
        guard steps < Double(Limits.elements) else {
            throw CellError(.tooLarge, "A list holds at most 10 million elements.")
        }
        guard steps >= 0 else { return .array([]) }
        let count = open == nil ? Int(steps) + 1 : Int(steps.rounded(.up))
        let isWhole = wasWhole(arguments) && [start, end, step].allSatisfy { abs($0) < 1e15 }
        let values = (0..<count).map { start + Double($0) * step }
        return .array(values.map { isWhole ? .integer(Int($0)) : .number($0) })
    }

    private static let anyNumber = ValueType.oneOf([.integer, .number])

    /// Whether the numbers are whole ones: `stride(from: 0, to: 10, by: 2)` counts in `Int`.
    private static func wasWhole(_ arguments: Arguments) -> Bool {
        ["from", "to", "through", "by"].allSatisfy { !arguments.wasGiven($0) || arguments[$0]?.integer != nil }
    }

    private static let zip = Command(
        Signature(
            "zip", [Parameter(label: nil, name: "first", .any), Parameter(label: nil, name: "second", .any)],
            result: .list(.any), summary: "Pairs of the elements of two lists.",
            example: "for (name, score) in zip(names, scores) { print(name, score) }")
    ) { arguments, _ in
        let lists = try ["first", "second"].map { name in
            let value = try arguments.value(name)
            guard let elements = Sequences.elements(of: value) else {
                throw arguments.complaint(
                    about: name, "`zip` takes lists, but this is \(value.descriptiveWords).")
            }
            return elements
        }
        return .array(
            Swift.zip(lists[0], lists[1]).map { .tuple([TupleElement($0), TupleElement($1)]) })
    }

    private static let typeOf = Command(
        Signature(
            "type", [Parameter("of", .any)], result: .string, summary: "What a value is, in words.",
            example: "type(of: 3)", isPure: true)
    ) { arguments, _ in
        .string(try arguments.value("of").typeWords)
    }
}
