extension Value: Hashable {
    /// Compares as `==` in the cell language does: 1 equals 1.0, objects decide for themselves, and a function equals
    /// nothing.
    package static func == (left: Value, right: Value) -> Bool {
        switch (left, right) {
        case (.nothing, .nothing): true
        case (.boolean(let a), .boolean(let b)): a == b
        case (.integer(let a), .integer(let b)): a == b
        case (.number(let a), .number(let b)): a == b
        case (.integer(let a), .number(let b)), (.number(let b), .integer(let a)): Int(exactly: b) == a
        case (.string(let a), .string(let b)): a == b
        case (.array(let a), .array(let b)): a == b
        case (.dictionary(let a), .dictionary(let b)): a == b
        case (.range(let a), .range(let b)): a == b
        case (.tuple(let a), .tuple(let b)): a.map(\.value) == b.map(\.value)
        case (.symbol(let a), .symbol(let b)):
            a.name == b.name && a.arguments.map(\.label) == b.arguments.map(\.label)
                && a.arguments.map(\.value) == b.arguments.map(\.value)
        case (.object(let a), .object(let b)): a.isEqual(to: b)
        default: false
        }
    }

    /// Hashes what ``==(_:_:)`` compares.
    ///
    /// All objects and functions have the same hash.
    package func hash(into hasher: inout Hasher) {
        switch self {
        case .object(let object as any UserValue): hasher.combine(object.plainText)
        case .nothing, .function, .object: hasher.combine(0)
        case .boolean(let value): hasher.combine(value)
        case .integer(let value): hasher.combine(Double(value))
        case .number(let value): hasher.combine(value)
        case .string(let value): hasher.combine(value)
        case .array(let elements): hasher.combine(elements)
        case .dictionary(let dictionary): hasher.combine(dictionary.count)
        case .range(let range): hasher.combine(range)
        case .tuple(let elements): for element in elements { hasher.combine(element.value) }
        case .symbol(let symbol): hasher.combine(symbol.name)
        }
    }

    /// Whether it can be the key of a dictionary.
    var canBeKey: Bool {
        switch self {
        case .boolean, .integer, .number, .string, .symbol: true
        case .tuple(let elements): elements.allSatisfy { $0.value.canBeKey }
        case .array(let elements): elements.allSatisfy(\.canBeKey)
        case .object(let object): object is any UserValue || object is SetValue
        default: false
        }
    }
}
