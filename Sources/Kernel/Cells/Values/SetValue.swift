/// A set, whose elements keep the order in which they were added.
struct SetValue: TabledObject, ChangingObject {
    private(set) var items: ValueDictionary

    /// Creates a set of elements, each of which it holds once.
    init(_ elements: [Value]) throws {
        items = ValueDictionary()
        for element in elements { try insert(element) }
    }

    private init(items: ValueDictionary) { self.items = items }

    var kind: ValueKind { .set }
    var plainText: String { Value.array(items.keys).quotedText }
    var elements: [Value]? { items.keys }

    func contains(_ element: Value) -> Bool { items[element] != nil }

    private mutating func insert(_ element: Value) throws {
        guard element.canBeKey else {
            throw CellError(
                .wrongType, "An element of a set must be text, a number or a choice, but this is \(element.typeWords).")
        }
        items[element] = .void
    }

    func isEqual(to other: any CellObject) -> Bool {
        guard let other = other as? SetValue, other.items.count == items.count else { return false }
        return items.keys.allSatisfy(other.contains)
    }

    private func filtered(_ isWanted: (Value) -> Bool) -> SetValue {
        SetValue(items: ValueDictionary(items.keys.filter(isWanted).map { ($0, Value.void) }))
    }

    private func joined(_ other: SetValue) -> SetValue {
        SetValue(items: ValueDictionary((items.keys + other.items.keys).map { ($0, Value.void) }))
    }

    // MARK: - Members

    private static let element = Argument<Value>("element", label: nil)
    private static let other = Argument<Value>("other", label: nil)
    private static let whole = Argument<Value>("other", label: "of")
    private static let companion = Argument<Value>("other", label: "with")

    static let memberTable = MemberTable<SetValue>(looking + changing)

    private static let looking: [Member<SetValue>] = [
        .property("count", .integer, "How many elements it has.") { .integer($0.items.count) },
        .property("isEmpty", .boolean, "Whether it has no elements.") { .boolean($0.items.isEmpty) },
        .method(
            Signature(
                "contains", [element], result: .boolean, summary: "Whether an element is there.", isPure: true)
        ) { set, arguments in .boolean(set.contains(arguments[element])) },
        combining("union", "The elements of both.") { $0.joined($1) },
        combining("intersection", "The elements that both have.") { $0.filtered($1.contains) },
        combining("subtracting", "Without the other's elements.") { set, other in
            set.filtered { !other.contains($0) }
        },
        combining("symmetricDifference", "The elements that one of them has.") { set, other in
            set.filtered { !other.contains($0) }.joined(other.filtered { !set.contains($0) })
        },
        asking("isSubset", whole, "Whether the other has all of it.") { $0.items.keys.allSatisfy($1.contains) },
        asking("isSuperset", whole, "Whether it has all of the other.") { $1.items.keys.allSatisfy($0.contains) },
        asking("isDisjoint", companion, "Whether they share nothing.") { !$0.items.keys.contains(where: $1.contains) },
    ]

    private static let changing: [Member<SetValue>] = [
        .changing(
            Signature("insert", [element], result: .tuple([]), summary: "Adds an element.")
        ) { set, arguments, _ in
            let element = arguments[element]
            let isNew = !set.contains(element)
            try set.insert(element)
            return .tuple([
                TupleElement(label: "inserted", .boolean(isNew)), TupleElement(label: "memberAfterInsert", element),
            ])
        },
        .changing(
            Signature("remove", [element], result: .any, summary: "Removes an element and gives it, or nil.")
        ) { set, arguments, _ in
            let element = arguments[element]
            guard set.contains(element) else { return .nothing }
            set.items[element] = nil
            return element
        },
        .changing(Signature("removeAll", summary: "Removes every element.")) { set, _, _ in
            set = SetValue(items: ValueDictionary())
            return .void
        },
        changing("formUnion", "Adds the other's elements.") { $0.joined($1) },
        changing("formIntersection", "Keeps what the other has too.") { $0.filtered($1.contains) },
        changing("subtract", "Removes the other's elements.") { set, other in set.filtered { !other.contains($0) } },
    ]

    private static func combining(
        _ name: String, _ summary: String, _ body: @escaping @Sendable (SetValue, SetValue) -> SetValue
    ) -> Member<SetValue> {
        .method(Signature(name, [other], result: .set(.any), summary: summary, isPure: true)) { set, arguments in
            .object(body(set, try Self.set(other, arguments)))
        }
    }

    private static func asking(
        _ name: String, _ other: Argument<Value>, _ summary: String,
        _ body: @escaping @Sendable (SetValue, SetValue) -> Bool
    ) -> Member<SetValue> {
        .method(Signature(name, [other], result: .boolean, summary: summary, isPure: true)) { set, arguments in
            .boolean(body(set, try Self.set(other, arguments)))
        }
    }

    private static func changing(
        _ name: String, _ summary: String, _ body: @escaping @Sendable (SetValue, SetValue) -> SetValue
    ) -> Member<SetValue> {
        .changing(Signature(name, [other], summary: summary)) { set, arguments, _ in
            set = body(set, try Self.set(other, arguments))
            return .void
        }
    }

    /// Returns the set that an argument is, or the set of its elements.
    private static func set(_ argument: Argument<Value>, _ arguments: Arguments) throws -> SetValue {
        let value = arguments[argument]
        if let set = value.object as? SetValue { return set }
        guard let elements = Sequences.elements(of: value) else {
            throw arguments.complaint(
                about: argument, "`other` must be a set or a list, but this is \(value.descriptiveWords).")
        }
        return try SetValue(elements)
    }
}

/// A built-in value with mutating methods: a set, a value of a user-defined `struct`.
protocol ChangingObject: CellObject {
    /// Returns whether a method is mutating.
    func isChanging(_ name: String) -> Bool

    /// Returns the signature of a mutating method.
    func changingSignature(_ name: String) -> Signature?

    /// Returns the changed value and the result of a mutating method.
    func changed(by name: String, _ arguments: Arguments, in context: any CellContext) throws -> (
        value: Value, result: Value
    )
}

extension ChangingObject where Self: TabledObject {
    /// Returns whether the table's method is mutating.
    func isChanging(_ name: String) -> Bool { allMembers.methods[name]?.isMutating == true }

    /// Returns the signature of a mutating method of the table.
    func changingSignature(_ name: String) -> Signature? {
        isChanging(name) ? allMembers.methods[name]?.signature : nil
    }

    /// Returns the changed value and the result of a mutating method of the table.
    func changed(by name: String, _ arguments: Arguments, in context: any CellContext) throws -> (
        value: Value, result: Value
    ) {
        guard let method = allMembers.methods[name] else { return (.object(self), .void) }
        var changed = self
        let result = try method.body(&changed, arguments, context)
        return (.object(changed), result)
    }
}
