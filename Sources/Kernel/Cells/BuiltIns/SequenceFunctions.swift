/// `stride`, `zip` and `type(of:)`.
enum SequenceFunctions {
    static let all: [BuiltIn] = [stride, zip, typeOf]

    private static let anyNumber = ValueType.oneOf([.integer, .number])
    private static let start = Argument<Value>("from", type: anyNumber, summary: "the first number")
    private static let end = Argument<Value>(
        "to", type: .optional(anyNumber), default: .nothing, summary: "where to stop; not included")
    private static let last = Argument<Value>(
        "through", type: .optional(anyNumber), default: .nothing, summary: "where to stop; included")
    private static let step = Argument<Value>("by", type: anyNumber, summary: "the step; negative goes down")

    private static let stride = BuiltIn(
        Signature(
            "stride", [start, end, last, step], result: .list(.any), summary: "Evenly spaced numbers.",
            example: "for rate in stride(from: 0.0, to: 1.0, by: 0.25) { print(rate) }"
        ).unifying
    ) { arguments in
        let given = [start, end, last, step].map { arguments[$0] }.filter { $0.number != nil }
        let (wholes, others) = (given.filter { $0.integer != nil }, given.filter { $0.integer == nil })
        if let whole = wholes.first, let other = others.first {
            throw Operators.mixed("stride", whole, other, whole: "")
        }
        let (first, by) = (arguments[start].number ?? 0, arguments[step].number ?? 0)
        let open = arguments[end].number
        guard let stop = open ?? arguments[last].number else {
            throw CellError(.wrongArgument, "`stride` needs `to:` (excludes the end) or `through:` (includes it).")
        }
        guard by != 0, by.isFinite, first.isFinite, stop.isFinite else {
            throw arguments.complaint(about: step, "`by` must be a step other than zero.")
        }
        let steps = (stop - first) / by
        guard steps < Double(Limits.elements) else {
            throw CellError(.tooLarge, "A list holds at most 10 million elements.")
        }
        guard steps >= 0 else { return .array([]) }
        let count = open == nil ? Int(steps) + 1 : Int(steps.rounded(.up))
        let isWhole = wasWhole(arguments) && [first, stop, by].allSatisfy { abs($0) < 1e15 }
        let values = (0..<count).map { first + Double($0) * by }
        return .array(values.map { isWhole ? .integer(Int($0)) : .number($0) })
    }

    /// Returns whether all given numbers are whole: `stride(from: 0, to: 10, by: 2)` counts in `Int`.
    private static func wasWhole(_ arguments: Arguments) -> Bool {
        [start, end, last, step].allSatisfy { !arguments.wasGiven($0) || arguments[$0].integer != nil }
    }

    private static let first = Argument<Value>("first", label: nil)
    private static let second = Argument<Value>("second", label: nil)

    private static let zip = BuiltIn(
        Signature(
            "zip", [first, second], result: .list(.any), summary: "Pairs of the elements of two lists.",
            example: "for (name, score) in zip(names, scores) { print(name, score) }")
    ) { arguments in
        let lists = try [first, second].map { list in
            guard let elements = Sequences.elements(of: arguments[list]) else {
                throw arguments.complaint(
                    about: list, "`zip` takes lists, but this is \(arguments[list].descriptiveWords).")
            }
            return elements
        }
        return .array(
            Swift.zip(lists[0], lists[1]).map { .tuple([TupleElement($0), TupleElement($1)]) })
    }

    private static let value = Argument<Value>("of")

    private static let typeOf = BuiltIn(
        Signature(
            "type", [value], result: .string, summary: "What a value is, in words.", example: "type(of: 3)",
            isPure: true)
    ) { arguments in .string(arguments[value].typeWords) }
}
