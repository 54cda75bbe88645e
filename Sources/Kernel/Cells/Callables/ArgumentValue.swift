/// A type that an argument can be read as: `Int`, `Double`, `String`, a list of these, a choice, a type of the host's.
package protocol ArgumentValue: Sendable {
    /// The type of the values that a cell writes.
    static var argumentType: ValueType { get }

    /// Converts a cell's value.
    ///
    /// Returns nil for a value of another type.
    static func read(_ value: Value) -> Self?

    /// The value as a cell has it.
    var cellValue: Value { get }
}

extension Bool: ArgumentValue {
    /// `true` or `false`.
    package static var argumentType: ValueType { .boolean }
    /// Reads a value of that type.
    package static func read(_ value: Value) -> Bool? { value.boolean }
    /// The boolean as a cell's value.
    package var cellValue: Value { .boolean(self) }
}

extension Int: ArgumentValue {
    /// A whole number.
    package static var argumentType: ValueType { .integer }
    /// Reads a value of that type.
    package static func read(_ value: Value) -> Int? { value.integer }
    /// The number as a cell's value.
    package var cellValue: Value { .integer(self) }
}

extension Double: ArgumentValue {
    /// A number.
    package static var argumentType: ValueType { .number }
    /// Reads a value of that type.
    package static func read(_ value: Value) -> Double? { value.number }
    /// The number as a cell's value.
    package var cellValue: Value { .number(self) }
}

extension String: ArgumentValue {
    /// Text.
    package static var argumentType: ValueType { .string }
    /// Reads a value of that type.
    package static func read(_ value: Value) -> String? { value.string }
    /// The text as a cell's value.
    package var cellValue: Value { .string(self) }
}

extension Range<Int>: ArgumentValue {
    /// A range of whole numbers.
    package static var argumentType: ValueType { .range }
    /// Reads a value of that type.
    package static func read(_ value: Value) -> Range<Int>? { value.range }
    /// The range as a cell's value.
    package var cellValue: Value { .range(self) }
}

extension Value: ArgumentValue {
    /// Any value.
    package static var argumentType: ValueType { .any }
    /// Reads a value of that type.
    package static func read(_ value: Value) -> Value? { value }
    /// The value itself.
    package var cellValue: Value { self }
}

extension Optional: ArgumentValue where Wrapped: ArgumentValue {
    /// The wrapped type, or `nil`.
    package static var argumentType: ValueType { .optional(Wrapped.argumentType) }
    /// Reads a value of that type.
    package static func read(_ value: Value) -> Wrapped?? {
        value.isNothing ? .some(nil) : Wrapped.read(value).map(Optional.some)
    }
    /// The wrapped value as a cell's value, or nil.
    package var cellValue: Value { self?.cellValue ?? .nothing }
}

extension Array: ArgumentValue where Element: ArgumentValue {
    /// A list of the elements' type.
    package static var argumentType: ValueType { .list(Element.argumentType) }
    /// Reads a value of that type.
    package static func read(_ value: Value) -> [Element]? {
        guard let values = value.array else { return nil }
        let elements = values.compactMap(Element.read)
        return elements.count == values.count ? elements : nil
    }
    /// The list as a cell's value.
    package var cellValue: Value { .array(map(\.cellValue)) }
}

/// A choice among a few names, which a cell writes with a dot: `.cosine`.
package protocol ArgumentChoice: ArgumentValue, RawRepresentable, CaseIterable where RawValue == String {}

extension ArgumentChoice {
    /// A choice out of all cases.
    package static var argumentType: ValueType { .choice(of: allCases) }
    /// Reads a value of that type.
    package static func read(_ value: Value) -> Self? {
        if case .symbol(let symbol) = value { Self(rawValue: symbol.name) } else { nil }
    }
    /// The case as an implicit member.
    package var cellValue: Value { .symbol(Symbol(rawValue)) }
}

extension ValueType {
    /// Returns the type of a choice among these cases.
    package static func choice<Choice: ArgumentChoice>(of cases: some Collection<Choice>) -> ValueType {
        .symbol(cases.map(\.rawValue))
    }
}

extension ArgumentValue where Self: CellObject {
    /// Reads a value of that type.
    package static func read(_ value: Value) -> Self? { value.object as? Self }
    /// The object as a cell's value.
    package var cellValue: Value { .object(self) }
}
