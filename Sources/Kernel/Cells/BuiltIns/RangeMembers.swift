/// Members of ranges.
///
/// What is not here, lists have: `(0..<4).map { … }` works on the range's list.
enum RangeMembers {
    static let table = MemberTable(
        [
            ValueProperty("count", .integer, "How many numbers it has.") {
                .integer(range($0).count)
            },
            ValueProperty("isEmpty", .boolean, "Whether it has no numbers.") {
                .boolean(range($0).isEmpty)
            },
            ValueProperty("lowerBound", .integer, "The first number.") {
                .integer(range($0).lowerBound)
            },
            ValueProperty("upperBound", .integer, "One more than the last number.") {
                .integer(range($0).upperBound)
            },
            ValueProperty("first", .integer, "The first number, or nil.") {
                range($0).first.map { .integer($0) } ?? .nothing
            },
            ValueProperty("last", .integer, "The last number, or nil.") {
                range($0).last.map { .integer($0) } ?? .nothing
            },
        ],
        [
            ValueMethod(
                Signature(
                    "contains", [Parameter(label: nil, name: "element", .number)], result: .boolean,
                    summary: "Whether a number is in it.", isPure: true)
            ) { value, arguments, _ in
                let element = try arguments.number("element")
                return .boolean(
                    Double(range(value).lowerBound) <= element && element < Double(range(value).upperBound))
            }
        ]
            + ListMembers.table.methods.values.filter { !$0.isMutating && $0.signature.name != "contains" }
            .map(onList))

    private static func range(_ value: Value) -> Range<Int> { value.range ?? 0..<0 }

    private static func onList(_ method: ValueMethod) -> ValueMethod {
        ValueMethod(method.signature) { value, arguments, context in
            try Sequences.checkCount(range(value).count)
            var list = Value.array(range(value).map { .integer($0) })
            return try method.body(&list, arguments, context)
        }
    }
}
