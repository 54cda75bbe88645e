/// The members of ranges.
///
/// All others are those of lists: `(0..<4).map { … }` works on the range's list.
enum RangeMembers {
    static let table = MemberTable(own + listMembers)

    private static let element = Argument<Double>("element", label: nil)

    private static let own: [Member<Value>] = [
        .property("count", .integer, "How many numbers it has.") { .integer(range($0).count) },
        .property("isEmpty", .boolean, "Whether it has no numbers.") { .boolean(range($0).isEmpty) },
        .property("lowerBound", .integer, "The first number.") { .integer(range($0).lowerBound) },
        .property("upperBound", .integer, "One more than the last number.") { .integer(range($0).upperBound) },
        .property("first", .integer, "The first number, or nil.") {
            range($0).first.map { .integer($0) } ?? .nothing
        },
        .property("last", .integer, "The last number, or nil.") {
            range($0).last.map { .integer($0) } ?? .nothing
        },
        .method(
            Signature(
                "contains", [element], result: .boolean, summary: "Whether a number is in it.", isPure: true)
        ) { value, arguments in
            let element = arguments[element]
            return .boolean(
                Double(range(value).lowerBound) <= element && element < Double(range(value).upperBound))
        },
    ]

    /// The members of lists that ranges have too, applied to their numbers.
    private static let listMembers: [Member<Value>] = ListMembers.table.methods.values.filter { !$0.isMutating }
        .map { method in
            .calling(method.signature) { value, arguments, context in
                try Sequences.checkCount(range(value).count)
                var list = Value.array(range(value).map { .integer($0) })
                return try method.body(&list, arguments, context)
            }
        }

    private static func range(_ value: Value) -> Range<Int> { value.range ?? 0..<0 }
}
