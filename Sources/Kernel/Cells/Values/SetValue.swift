/// A set: elements of which each is there once, in the order in which they were added.
struct SetValue: CellObject, ChangingObject {
    private(set) var items: ValueDictionary

    /// The elements of a sequence, each once.
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
                .wrongType, "An element of a set is text, a number or a choice, but this is \(element.typeWords).")
        }
        items[element] = .void
    }

    func isEqual(to other: any CellObject) -> Bool {
        guard let other = other as? SetValue, other.items.count == items.count else { return false }
        return items.keys.allSatisfy(other.contains)
    }

    // MARK: - Members

    var members: [MemberDeclaration] {
        [
            .property("count", .integer, "How many elements it has."),
            .property("isEmpty", .boolean, "Whether it has no elements."),
        ] + Self.methods.values.sorted { $0.name < $1.name }.map(MemberDeclaration.method)
    }

    func member(_ name: String) throws -> Value? {
        switch name {
        case "count": return .integer(items.count)
        case "isEmpty": return .boolean(items.isEmpty)
        default: break
        }
        guard let signature = Self.methods[name], !Self.changing.contains(name) else { return nil }
        return .function(Command(signature) { arguments, _ in try answer(name, arguments) })
    }

    private func answer(_ name: String, _ arguments: Arguments) throws -> Value {
        if name == "contains" {
            let element = try arguments.value("element")
            return .boolean(contains(element))
        }
        let other = try Self.other(arguments)
        switch name {
        case "union": return .object(joined(other))
        case "intersection": return .object(filtered(other.contains))
        case "subtracting": return .object(filtered { !other.contains($0) })
        case "symmetricDifference":
            return .object(filtered { !other.contains($0) }.joined(other.filtered { !contains($0) }))
        case "isSubset": return .boolean(items.keys.allSatisfy(other.contains))
        case "isSuperset": return .boolean(other.items.keys.allSatisfy(contains))
        default: return .boolean(!items.keys.contains(where: other.contains))
        }
    }

    func isChanging(_ name: String) -> Bool { Self.changing.contains(name) }

    func changingSignature(_ name: String) -> Signature? { isChanging(name) ? Self.methods[name] : nil }

    func changed(by name: String, _ arguments: Arguments, in context: any CellContext) throws -> (
        value: Value, result: Value
    ) {
        var copy = self
        switch name {
        case "insert":
            let element = try arguments.value("element")
            let isNew = !contains(element)
            try copy.insert(element)
            return (
                .object(copy),
                .tuple([
                    TupleElement(label: "inserted", .boolean(isNew)),
                    TupleElement(label: "memberAfterInsert", element),
                ])
            )
        case "remove":
            let element = try arguments.value("element")
            copy.items[element] = nil
            return (.object(copy), contains(element) ? element : .nothing)
        case "removeAll": return (.object(SetValue(items: ValueDictionary())), .void)
        case "formUnion": return (.object(joined(try Self.other(arguments))), .void)
        case "formIntersection": return (.object(filtered(try Self.other(arguments).contains)), .void)
        default:
            let other = try Self.other(arguments)
            return (.object(filtered { !other.contains($0) }), .void)
        }
    }

    private func filtered(_ isWanted: (Value) -> Bool) -> SetValue {
        SetValue(items: ValueDictionary(items.keys.filter(isWanted).map { ($0, Value.void) }))
    }

    private func joined(_ other: SetValue) -> SetValue {
        SetValue(items: ValueDictionary((items.keys + other.items.keys).map { ($0, Value.void) }))
    }

    private static func other(_ arguments: Arguments) throws -> SetValue {
        let value = try arguments.value("other")
        if let set = value.object as? SetValue { return set }
        guard let elements = Sequences.elements(of: value) else {
            throw arguments.complaint(
                about: "other", "`other` must be a set or a list, but this is \(value.descriptiveWords).")
        }
        return try SetValue(elements)
    }

    private static let changing: Set<String> = [
        "insert", "remove", "removeAll", "formUnion", "formIntersection", "subtract",
    ]

    private static let methods: [String: Signature] = {
        let element = [Parameter(label: nil, name: "element", .any)]
        let other = [Parameter(label: nil, name: "other", .any)]
        let of = [Parameter(label: "of", name: "other", .any)]
        let with = [Parameter(label: "with", name: "other", .any)]
        let all = [
            Signature(
                "contains", element, result: .boolean, summary: "Whether an element is there.", isPure: true),
            Signature("union", other, result: .set(.any), summary: "The elements of both.", isPure: true),
            Signature("intersection", other, result: .set(.any), summary: "The elements that both have.", isPure: true),
            Signature("subtracting", other, result: .set(.any), summary: "Without the other's elements.", isPure: true),
            Signature(
                "symmetricDifference", other, result: .set(.any), summary: "The elements that one of them has.",
                isPure: true),
            Signature(
                "isSubset", of, result: .boolean, summary: "Whether the other has all of it.", isPure: true),
            Signature(
                "isSuperset", of, result: .boolean, summary: "Whether it has all of the other.", isPure: true),
            Signature(
                "isDisjoint", with, result: .boolean, summary: "Whether they share nothing.", isPure: true),
            Signature("insert", element, result: .tuple([]), summary: "Adds an element."),
            Signature("remove", element, result: .any, summary: "Removes an element and gives it, or nil."),
            Signature("removeAll", summary: "Removes every element."),
            Signature("formUnion", other, summary: "Adds the other's elements."),
            Signature("formIntersection", other, summary: "Keeps what the other has too."),
            Signature("subtract", other, summary: "Removes the other's elements."),
        ]
        return Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })
    }()
}

/// A value of the language's own that some of its methods change: a set, a `struct` of the user's.
protocol ChangingObject: CellObject {
    /// Whether a method changes it.
    func isChanging(_ name: String) -> Bool

    /// How such a method is called.
    func changingSignature(_ name: String) -> Signature?

    /// The value after a method has changed it, and what the method gives.
    func changed(by name: String, _ arguments: Arguments, in context: any CellContext) throws -> (
        value: Value, result: Value
    )
}
