/// The members of lists.
enum ListMembers {
    static let table = MemberTable(properties + others + closures + ListChanges.methods)

    static func list(_ value: Value) -> [Value] { value.array ?? [] }

    /// The argument of methods that take a number of elements.
    static let count = Argument<Int>("count", label: nil)

    /// Returns the number of elements of a call; throws if it is negative.
    static func count(_ arguments: Arguments) throws -> Int {
        guard arguments[count] >= 0 else { throw arguments.complaint(about: count, "This must not be negative.") }
        return arguments[count]
    }

    /// Returns that argument with a default.
    static func count(default defaultValue: Int?) -> Argument<Int> {
        defaultValue.map { Argument<Int>("count", label: nil, default: $0) } ?? count
    }

    /// Returns the truth value that a closure returned; throws if it returned anything else.
    static func truth(of value: Value, _ method: String) throws -> Bool {
        guard case .boolean(let truth) = value else {
            throw CellError(
                .wrongType,
                "The closure of `\(method)` must return true or false, but it returned \(value.descriptiveWords).")
        }
        return truth
    }

    // MARK: - Without closures

    private static let properties: [Member<Value>] = [
        .property("count", .integer, "How many elements it has.") { .integer(list($0).count) },
        .property("isEmpty", .boolean, "Whether it has no elements.") { .boolean(list($0).isEmpty) },
        .property("first", .any, "The first element, or nil.") { list($0).first ?? .nothing },
        .property("last", .any, "The last element, or nil.") { list($0).last ?? .nothing },
        .property("indices", .range, "The indices of the elements.") { .range(0..<list($0).count) },
    ]

    private static let separator = Argument<Value>("separator", default: .string(""))

    private static let others: [Member<Value>] = [
        part("prefix", "The first elements.") { Array($0.prefix($1)) },
        part("suffix", "The last elements.") { Array($0.suffix($1)) },
        part("dropFirst", "All but the first elements.", default: 1) { Array($0.dropFirst($1)) },
        part("dropLast", "All but the last elements.", default: 1) { Array($0.dropLast($1)) },
        plain("reversed", "The elements in reverse order.") { $0.reversed() },
        plain("shuffled", "The elements in random order.") { $0.shuffled() },
        plain("enumerated", "Pairs of an index and its element.") { elements in
            elements.enumerated().map {
                .tuple([TupleElement(label: "offset", .integer($0)), TupleElement(label: "element", $1)])
            }
        },
        .method(
            Signature(
                "joined", [separator], result: .string,
                summary: "The elements joined into one text, or lists joined into one list.", isPure: true)
        ) { value, arguments in
            let elements = list(value)
            if !elements.isEmpty, elements.allSatisfy({ $0.array != nil }) {
                try Sequences.checkCount(elements.reduce(0) { $0 + list($1).count })
                return .array(elements.flatMap(list))
            }
            let separator = arguments[separator].plainText
            let texts = elements.map(\.plainText)
            try Operators.checkText(texts.reduce(0) { $0 + $1.utf8.count + separator.utf8.count })
            return .string(texts.joined(separator: separator))
        },
        .method(Signature("randomElement", result: .any, summary: "A random element, or nil.")) { value, _ in
            list(value).randomElement() ?? .nothing
        },
    ]

    private static func plain(
        _ name: String, _ summary: String, _ body: @escaping @Sendable ([Value]) -> [Value]
    ) -> Member<Value> {
        .method(Signature(name, result: .list(.any), summary: summary, isPure: true)) { value, _ in
            .array(body(list(value)))
        }
    }

    private static func part(
        _ name: String, _ summary: String, default defaultValue: Int? = nil,
        _ body: @escaping @Sendable ([Value], Int) -> [Value]
    ) -> Member<Value> {
        .method(
            Signature(name, [count(default: defaultValue)], result: .list(.any), summary: summary, isPure: true)
        ) { value, arguments in
            .array(body(list(value), try count(arguments)))
        }
    }
}

// MARK: - With closures

extension ListMembers {
    /// The methods that take a closure.
    private static let closures: [Member<Value>] = [
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
            // A literal start value becomes a fraction if the elements have one, unless the closure counts in whole
            // numbers.
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

    /// Returns whether the start of `reduce` must be a number with a fraction; calls the closure once to find out.
    private static func needsFraction(_ combine: any Callable, _ start: Value, _ first: Value) -> Bool {
        let isFraction = KnownNumbers(in: first) == .fraction
        guard let function = combine as? Function else { return isFraction }
        guard isFraction || function.code.mentionsFraction else { return false }
        guard let value = try? invoke(function, start, first, in: QuietContext()) else { return true }
        return KnownNumbers(in: value) == .fraction
    }

    /// Sorts stably, and tolerates a closure that is not a strict ordering.
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

    /// Returns a method that looks for an element, or for one that satisfies a closure.
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
            // `contains { … }` passes its closure without a label.
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
