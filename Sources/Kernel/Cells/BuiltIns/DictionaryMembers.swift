/// Members of dictionaries.
enum DictionaryMembers {
    static let table = MemberTable(
        [
            ValueProperty("count", .integer, "How many keys it has.") {
                .integer(dictionary($0).count)
            },
            ValueProperty("isEmpty", .boolean, "Whether it has no keys.") {
                .boolean(dictionary($0).isEmpty)
            },
            ValueProperty("keys", .list(.any), "The keys, in order.") { .array(dictionary($0).keys) },
            ValueProperty("values", .list(.any), "The values, in the order of their keys.") {
                .array(dictionary($0).values)
            },
        ],
        [
            ValueMethod(
                Signature(
                    "removeValue", [Parameter("forKey", .any)], summary: "Removes a key and returns its value."),
                isMutating: true
            ) { value, arguments, _ in
                var changed = dictionary(value)
                let key = try arguments.value("forKey")
                let old = changed[key] ?? .nothing
                changed[key] = nil
                value = .dictionary(changed)
                return old
            },
            ValueMethod(Signature("removeAll", summary: "Removes every key."), isMutating: true) {
                value, _, _ in
                value = .dictionary(ValueDictionary())
                return .void
            },
            ValueMethod(
                Signature(
                    "mapValues", [Parameter(label: nil, name: "transform", .function)],
                    result: .dictionary,
                    summary: "The same keys with changed values.")
            ) { value, arguments, context in
                let transform = try arguments.function("transform")
                return .dictionary(
                    ValueDictionary(
                        try dictionary(value).pairs.map {
                            ($0.key, try invoke(transform, $0.value, in: context))
                        }))
            },
            ValueMethod(
                Signature(
                    "filter", [Parameter(label: nil, name: "isIncluded", .function)], result: .dictionary,
                    summary: "The pairs for which a closure returns true.")
            ) { value, arguments, context in
                let isIncluded = try arguments.function("isIncluded")
                let pairs = try dictionary(value).pairs.filter { pair in
                    try ListMembers.truth(of: invoke(isIncluded, Sequences.pair(pair), in: context), "filter")
                }
                return .dictionary(ValueDictionary(pairs.map { ($0.key, $0.value) }))
            },
        ]
            + [
                "map", "sorted", "contains", "reduce", "min", "max", "compactMap", "allSatisfy", "first",
                "enumerated", "forEach",
            ]
            .compactMap { ListMembers.table.methods[$0] }.map(onPairs))

    private static func dictionary(_ value: Value) -> ValueDictionary {
        if case .dictionary(let dictionary) = value { dictionary } else { ValueDictionary() }
    }

    private static func onPairs(_ method: ValueMethod) -> ValueMethod {
        ValueMethod(method.signature) { value, arguments, context in
            var list = Value.array(dictionary(value).pairs.map(Sequences.pair))
            return try method.body(&list, arguments, context)
        }
    }
}
