/// Values that can be iterated.
enum Sequences {
    /// Returns the elements of a value that `for`, `Array(…)` or `zip` iterate over.
    ///
    /// Returns nil if it cannot be iterated, or has too many elements to hold at once.
    static func elements(of value: Value) -> [Value]? {
        switch value {
        case .array(let elements): elements
        case .range(let range): range.count <= Limits.elements ? range.map { .integer($0) } : nil
        case .string(let text): text.map { .string(String($0)) }
        case .dictionary(let dictionary): dictionary.pairs.map(pair)
        case .object(let object): object.elements
        default: nil
        }
    }

    /// Returns a dictionary's element: `(key: …, value: …)`.
    static func pair(_ pair: (key: Value, value: Value)) -> Value {
        .tuple([TupleElement(label: "key", pair.key), TupleElement(label: "value", pair.value)])
    }

    static func checkCount(_ count: Int) throws {
        guard count <= Limits.elements else {
            throw CellError(
                .tooLarge, "A list holds at most 10 million elements; this one would have \(count).")
        }
    }

    /// Throws if a list is nested in lists, or a value in values of user-defined types, so deeply that walking or
    /// releasing it would be dangerous.
    ///
    /// Looks at some thousand of the containers inside at most, depth first: nothing nests that deeply by accident
    /// behind so many others.
    static func checkNesting(_ element: Value) throws {
        var budget = 2_000
        guard depth(of: element, limit: Limits.nesting, &budget) >= Limits.nesting else { return }
        let what = if case .object = element { "Values" } else { "Lists" }
        throw CellError(.tooLarge, "\(what) can be nested \(Limits.nesting) deep at most.")
    }

    private static func depth(of value: Value, limit: Int, _ budget: inout Int) -> Int {
        switch value {
        case .array(let elements): 1 + deepest(elements, limit - 1, &budget)
        case .dictionary(let dictionary): 1 + deepest(dictionary.values, limit - 1, &budget)
        case .tuple(let elements): 1 + deepest(elements.map(\.value), limit - 1, &budget)
        case .symbol(let symbol): 1 + deepest(symbol.arguments.map(\.value), limit - 1, &budget)
        case .object(let value as UserStruct): 1 + deepest(value.fields, limit - 1, &budget)
        case .object(let value as UserCase): 1 + deepest(value.associated.map(\.value), limit - 1, &budget)
        default: 0
        }
    }

    private static func deepest(_ elements: [Value], _ limit: Int, _ budget: inout Int) -> Int {
        guard let first = elements.first, let last = elements.last else { return 0 }
        var result = 0
        // Deep nesting is mostly in what was added last, at either end.
        for element in [last, first] + elements.dropFirst().dropLast().prefix(max(0, budget)) {
            budget -= 1
            guard limit > 0, budget > 0, result < limit else { break }
            result = max(result, depth(of: element, limit: limit, &budget))
        }
        return result
    }
}
