extension ListMembers {
    /// Methods that take a closure.
    static let closures: [Member<Value>] = [
        each("map", .list(.any), "What a closure returns for each element.") { elements, function, context in
            .array(
                try elements.map { element in
                    let value = try invoke(function, element, in: context)
                    try Sequences.checkNesting(value)
                    return value
                })
        },
        each("compactMap", .list(.any), "What a closure returns for each element, without the nils.") {
            elements, function, context in
            .array(
                try elements.compactMap { element in
                    let value = try invoke(function, element, in: context)
                    return value.isNothing ? nil : value
                })
        },
        each("flatMap", .list(.any), "The lists that a closure returns, joined into one.") {
            elements, function, context in
            var result: [Value] = []
            for element in elements {
                let value = try invoke(function, element, in: context)
                result += Sequences.elements(of: value) ?? [value]
                try Sequences.checkCount(result.count)
            }
            return .array(result)
        },
        each("filter", .list(.any), "The elements for which a closure returns true.") {
            elements, function, context in
            .array(try elements.filter { try truth(of: invoke(function, $0, in: context), "filter") })
        },
        each("forEach", .void, "Calls a closure with each element.") { elements, function, context in
            for element in elements { _ = try invoke(function, element, in: context) }
            return .void
        },
        each("allSatisfy", .boolean, "Whether a closure returns true for every element.") {
            elements, function, context in
            .boolean(
                try elements.allSatisfy { try truth(of: invoke(function, $0, in: context), "allSatisfy") })
        },
        finding("contains", .unlabeled, .boolean, "Whether the list contains an element.") { _, index in
            .boolean(index != nil)
        },
        finding("first", nil, .any, "The first element for which a closure returns true, or nil.") {
            elements, index in
            index.map { elements[$0] } ?? .nothing
        },
        finding("firstIndex", "of", .integer, "The index of an element, or nil.") { _, index in
            index.map { .integer($0) } ?? .nothing
        },
        .calling(
            Signature(
                "reduce", [start, into, combine], result: .any,
                summary: "All elements combined into one value: `reduce(0, +)`.")
        ) { value, arguments, context in
            let combine = arguments[combine]
            if arguments.wasGiven(into), let function = combine as? Function {
                return try list(value).reduce(arguments[into]) { result, element in
                    try function.callKeepingFirst(with: [result, element], in: context).first
                }
            }
            var start = arguments[Self.start]
            // A literal to begin with is a number with a fraction where the elements are, unless a closure counts.
            if let fraction = arguments.fraction(of: Self.start), let first = list(value).first {
                if needsFraction(combine, start, first) { start = .number(fraction) }
            }
            return try list(value).reduce(start) { result, element in
                let next = try invoke(combine, result, element, in: context)
                try Sequences.checkNesting(next)
                return next
            }
        },
        .calling(
            Signature(
                "sorted", [order], result: .list(.any), summary: "The elements in ascending order.", isPure: true)
        ) { value, arguments, context in
            .array(try sorted(list(value), by: arguments[order], in: context))
        },
        extreme("min", "The least element, or nil.", "<"),
        extreme("max", "The greatest element, or nil.", ">"),
    ]

    private static let start = Argument<Value>(
        "start", label: nil, type: .optional(.any), default: .nothing, summary: "the first result")
    private static let into = Argument<Value>(
        "into", type: .optional(.any), default: .nothing, summary: "a result that the closure changes")
    private static let combine = Argument<any Callable>("combine", label: nil, summary: "makes the next result")
    private static let order = Argument<(any Callable)?>(
        "by", summary: "whether the first of two elements comes first")
    private static let body = Argument<any Callable>("body", label: nil)
    private static let predicate = Argument<(any Callable)?>("predicate", label: "where")

    /// Whether a whole number cannot be what `reduce` begins with; a closure is tried with it.
    private static func needsFraction(_ combine: any Callable, _ start: Value, _ first: Value) -> Bool {
        let isFraction = KnownNumbers(in: first) == .fraction
        guard let function = combine as? Function else { return isFraction }
        guard isFraction || function.code.mentionsFraction else { return false }
        guard let value = try? invoke(function, start, first, in: QuietContext()) else { return true }
        return KnownNumbers(in: value) == .fraction
    }

    /// Sorts, stably and without trusting the closure to be an order.
    static func sorted(_ elements: [Value], by closure: (any Callable)?, in context: any CellContext) throws
        -> [Value]
    {
        try elements.sorted { left, right in
            if let closure { return try truth(of: invoke(closure, left, right, in: context), "sorted") }
            guard let result = Operators.ordered("<", left, right) else {
                throw CellError(
                    .wrongType,
                    "\(sentence(left.descriptiveWords)) and \(right.descriptiveWords) cannot be ordered. "
                        + "Say how: `sorted { $0.name < $1.name }`.")
            }
            return result
        }
    }

    private static func each(
        _ name: String, _ result: ValueType, _ summary: String,
        _ body: @escaping @Sendable ([Value], any Callable, any CellContext) throws -> Value
    ) -> Member<Value> {
        .calling(Signature(name, [Self.body], result: result, summary: summary)) { value, arguments, context in
            try body(list(value), arguments[Self.body], context)
        }
    }

    /// A method that looks for an element, or for one to which a closure says yes.
    private static func finding(
        _ name: String, _ label: ArgumentLabel?, _ result: ValueType, _ summary: String,
        _ body: @escaping @Sendable ([Value], Int?) -> Value
    ) -> Member<Value> {
        let element = label.map { label in
            Argument<Value>("element", label: label, type: .optional(.any), default: .nothing)
        }
        let arguments: [any ArgumentKey] = element.map { [$0, predicate] } ?? [predicate]
        return .calling(Signature(name, arguments, result: result, summary: summary)) { value, arguments, context in
            let elements = list(value)
            // `contains { … }` gives its closure without a label.
            let closure = arguments[predicate] ?? element.flatMap { arguments[$0].function }
            if let closure {
                return body(
                    elements,
                    try elements.firstIndex { try truth(of: invoke(closure, $0, in: context), name) })
            }
            guard let element, arguments.wasGiven(element) else {
                throw CellError(.wrongArgument, "`\(name)` needs an element or a closure.")
            }
            return body(elements, elements.firstIndex(of: arguments[element]))
        }
    }

    private static func extreme(_ name: String, _ summary: String, _ operation: String) -> Member<Value> {
        .calling(Signature(name, [Argument<(any Callable)?>("by")], result: .any, summary: summary, isPure: true)) {
            value, arguments, context in
            guard let closure = arguments[order] else {
                return try Extremes.best(of: list(value), operation)
            }
            guard var best = list(value).first else { return .nothing }
            for element in list(value).dropFirst() {
                let (left, right) = operation == "<" ? (element, best) : (best, element)
                if try truth(of: invoke(closure, left, right, in: context), name) { best = element }
            }
            return best
        }
    }
}
