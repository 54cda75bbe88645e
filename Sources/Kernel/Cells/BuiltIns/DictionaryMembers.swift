/// Members of dictionaries.
enum DictionaryMembers {
    static let table = MemberTable(own + listMembers)

    private static let key = Argument<Value>("forKey")
    private static let transform = Argument<any Callable>("transform", label: nil)
    private static let isIncluded = Argument<any Callable>("isIncluded", label: nil)

    private static let own: [Member<Value>] = [
        .property("count", .integer, "How many keys it has.") { .integer(dictionary($0).count) },
        .property("isEmpty", .boolean, "Whether it has no keys.") { .boolean(dictionary($0).isEmpty) },
        .property("keys", .list(.any), "The keys, in order.") { .array(dictionary($0).keys) },
        .property("values", .list(.any), "The values, in the order of their keys.") { .array(dictionary($0).values) },
        .changing(Signature("removeValue", [key], summary: "Removes a key and returns its value.")) {
            value, arguments, _ in
            var changed = dictionary(value)
            let old = changed[arguments[key]] ?? .nothing
            changed[arguments[key]] = nil
            value = .dictionary(changed)
            return old
        },
        .changing(Signature("removeAll", summary: "Removes every key.")) { value, _, _ in
            value = .dictionary(ValueDictionary())
            return .void
        },
        .calling(
            Signature(
                "mapValues", [transform], result: .dictionary, summary: "The same keys with changed values.")
        ) { value, arguments, context in
            .dictionary(
                ValueDictionary(
                    try dictionary(value).pairs.map {
                        ($0.key, try invoke(arguments[transform], $0.value, in: context))
                    }))
        },
        .calling(
            Signature(
                "filter", [isIncluded], result: .dictionary,
                summary: "The pairs for which a closure returns true.")
        ) { value, arguments, context in
            let pairs = try dictionary(value).pairs.filter { pair in
                try ListMembers.truth(
                    of: invoke(arguments[isIncluded], Sequences.pair(pair), in: context), "filter")
            }
            return .dictionary(ValueDictionary(pairs.map { ($0.key, $0.value) }))
        },
    ]

    /// The members of lists that dictionaries have too, applied to their pairs.
    private static let listMembers: [Member<Value>] = [
        "map", "sorted", "contains", "reduce", "min", "max", "compactMap", "allSatisfy", "first", "enumerated",
        "forEach",
    ].compactMap { ListMembers.table.methods[$0] }.map { method in
        .calling(method.signature) { value, arguments, context in
            var list = Value.array(dictionary(value).pairs.map(Sequences.pair))
            return try method.body(&list, arguments, context)
        }
    }

    private static func dictionary(_ value: Value) -> ValueDictionary {
        if case .dictionary(let dictionary) = value { dictionary } else { ValueDictionary() }
    }
}
