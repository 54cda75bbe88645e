/// The type of a value, of a parameter, of a call's result, or of a member.
///
/// It checks and converts values, and describes itself in words.
package indirect enum ValueType: Sendable {
    /// Any value.
    case any
    /// `true` or `false`.
    case boolean
    /// A whole number.
    case integer
    /// A number; a whole number is converted.
    case number
    /// Text.
    case string
    /// A list whose elements all have a type; a range of whole numbers is converted to a list.
    case list(ValueType)
    /// A dictionary.
    case dictionary
    /// A range of whole numbers.
    case range
    /// A function or closure.
    case function
    /// An object of this kind, or with it among its ``CellObject/kinds``.
    case object(ValueKind)
    /// One of these implicit members: `.dot`, `.cosine`. An empty list accepts any.
    case symbol([String])
    /// The first of these types that accepts the value.
    case oneOf([ValueType])
    /// The type, or `nil`.
    case optional(ValueType)

    /// A dictionary whose keys and values have these types.
    case pairs(ValueType, ValueType)
    /// A tuple whose elements have these types; an empty list stands for any tuple.
    case tuple([ValueType])
    /// A set whose elements have a type.
    case set(ValueType)
    /// A type that is known only by name: a user-defined one, or one that cells do not check.
    case named(String)
    /// A function or closure with these parameters and this result.
    case closure([ValueType], ValueType)
    /// The result of a call that returns nothing.
    case void
    /// `nil` and nothing else.
    case nothing

    /// Converts a value to this type; returns nil if it does not fit.
    ///
    /// - Parameters:
    ///   - fraction: the value of a division of whole literals if a number is expected.
    ///   - strictly: whether a whole number is refused for a number, as in Swift. Commands accept it.
    package func converted(_ value: Value, fraction: Double? = nil, strictly: Bool = false) -> Value? {
        switch (self, value) {
        case (.any, _), (.boolean, .boolean), (.integer, .integer), (.string, .string), (.number, .number),
            (.dictionary, .dictionary), (.range, .range), (.function, .function), (.optional, .nothing):
            value
        case (.number, .integer(let whole)): strictly ? nil : .number(fraction ?? Double(whole))
        case (.list(let element), .array(let elements)):
            Self.converted(elements, to: element, strictly: strictly)
        case (.list(let element), .range(let range)):
            range.count <= Limits.elements && !strictly
                ? Self.converted(range.map { .integer($0) }, to: element, strictly: strictly) : nil
        case (.closure, .function): value
        case (.named(let name), .object(let object as any UserValue)): object.type.name == name ? value : nil
        case (.named, _): value
        case (.set(let element), .array(let elements)):
            elements.compactMap { element.converted($0, strictly: strictly) }.count == elements.count
                ? (try? SetValue(elements)).map { .object($0) } : nil
        case (.set(let element), .object(let set as SetValue)):
            set.items.keys.allSatisfy { element.converted($0, strictly: strictly) != nil } ? value : nil
        case (.pairs(let key, let element), .dictionary(let dictionary)):
            Self.converted(dictionary, key, element, strictly: strictly)
        case (.tuple(let types), .tuple(let elements)):
            Self.converted(elements, to: types, strictly: strictly)
        case (.object(let kind), .object(let object)): object.kinds.contains(kind) ? value : nil
        case (.symbol(let choices), .symbol(let symbol)): Self.choice(symbol, among: choices)
        case (.oneOf(let types), _):
            types.lazy.compactMap { $0.converted(value, fraction: fraction, strictly: strictly) }.first
        case (.optional(let type), _): type.converted(value, fraction: fraction, strictly: strictly)
        default: nil
        }
    }

    /// Returns the choice as declared, in British or American spelling.
    private static func choice(_ symbol: Symbol, among choices: [String]) -> Value? {
        if choices.isEmpty || choices.contains(symbol.name) { return .symbol(symbol) }
        let name = americanSpelling(symbol.name)
        return choices.contains(name) ? .symbol(Symbol(name, arguments: symbol.arguments)) : nil
    }

    private static func converted(_ elements: [Value], to type: ValueType, strictly: Bool) -> Value? {
        if case .any = type { return .array(elements) }
        var result: [Value] = []
        result.reserveCapacity(elements.count)
        for element in elements {
            guard let fitting = type.converted(element, strictly: strictly) else { return nil }
            result.append(fitting)
        }
        return .array(result)
    }

    private static func converted(
        _ dictionary: ValueDictionary, _ key: ValueType, _ element: ValueType, strictly: Bool
    ) -> Value? {
        var result = ValueDictionary()
        for pair in dictionary.pairs {
            guard let fittingKey = key.converted(pair.key, strictly: strictly),
                let fitting = element.converted(pair.value, strictly: strictly)
            else { return nil }
            result[fittingKey] = fitting
        }
        return .dictionary(result)
    }

    private static func converted(_ elements: [TupleElement], to types: [ValueType], strictly: Bool) -> Value? {
        guard elements.count == types.count else { return nil }
        var result: [TupleElement] = []
        for (element, type) in zip(elements, types) {
            guard let fitting = type.converted(element.value, strictly: strictly) else { return nil }
            result.append(TupleElement(label: element.label, fitting))
        }
        return .tuple(result)
    }
}

extension ValueType {
    /// The type in the user's words: "a whole number", "a list of text", "`.dot` or `.cosine`".
    package var words: String {
        switch self {
        case .any: "a value"
        case .named(let name): withArticle(name)
        case .set: "a set"
        case .boolean: "true or false"
        case .integer: "a whole number"
        case .number: "a number"
        case .string: "text"
        case .list(.any): "a list"
        case .list(let element): "a list of \(element.pluralWords)"
        case .dictionary, .pairs: "a dictionary"
        case .range: "a range"
        case .tuple(let types): types.isEmpty ? "a tuple" : "a tuple of \(types.count)"
        case .function, .closure: "a function"
        case .object(let kind): kind.words
        case .void: "nothing"
        case .nothing: "nil"
        case .symbol(let choices): choices.isEmpty ? "a choice" : joined(choices.map { "`.\($0)`" })
        case .oneOf, .optional: joined(alternatives)
        }
    }

    /// The alternatives that it accepts: "a whole number", "a list of whole numbers", "nil".
    private var alternatives: [String] {
        switch self {
        case .oneOf(let types): types.flatMap(\.alternatives)
        case .optional(let type): type.alternatives + ["nil"]
        case .symbol(let choices) where !choices.isEmpty: choices.map { "`.\($0)`" }
        default: [words]
        }
    }

    /// The type as in a Swift declaration: `Int`, `[String]`, `Model`.
    package var swiftText: String {
        switch self {
        case .any: "Any"
        case .named(let name): name
        case .set(let element): "Set<\(element.swiftText)>"
        case .boolean: "Bool"
        case .integer: "Int"
        case .number: "Double"
        case .string: "String"
        case .list(let element): "[\(element.swiftText)]"
        case .dictionary: "Dictionary"
        case .pairs(let key, let element): "[\(key.swiftText): \(element.swiftText)]"
        case .tuple(let types): types.isEmpty ? "Tuple" : "(" + types.map(\.swiftText).joined(separator: ", ") + ")"
        case .range: "Range"
        case .function: "Function"
        case .closure(let types, let result):
            "(" + types.map(\.swiftText).joined(separator: ", ") + ") -> \(result.swiftText)"
        case .object(let kind): kind.swift
        case .void: "Void"
        case .nothing: "nil"
        case .symbol(let choices):
            choices.isEmpty ? "Choice" : choices.map { ".\($0)" }.joined(separator: " | ")
        case .oneOf(let types): types.map(\.swiftText).joined(separator: " | ")
        case .optional(let type): "\(type.swiftText)?"
        }
    }

    /// The choices, if it accepts only certain implicit members.
    var choices: [String] {
        switch self {
        case .symbol(let choices): choices
        case .oneOf(let types): types.flatMap(\.choices)
        case .optional(let type): type.choices
        default: []
        }
    }

    /// Whether it accepts an implicit member, alone or in a list.
    var takesChoices: Bool {
        switch self {
        case .symbol: true
        case .list(let element): element.takesChoices
        case .oneOf(let types): types.contains(where: \.takesChoices)
        case .optional(let type): type.takesChoices
        default: false
        }
    }

    /// Whether it accepts a function or closure.
    var takesFunction: Bool {
        switch self {
        case .function, .closure: true
        case .oneOf(let types): types.contains(where: \.takesFunction)
        case .optional(let type): type.takesFunction
        default: false
        }
    }

    private var pluralWords: String {
        switch self {
        case .integer: "whole numbers"
        case .number: "numbers"
        case .string: "text"
        case .boolean: "truth values"
        case .list: "lists"
        case .range: "ranges"
        case .function, .closure: "functions"
        case .symbol([]): "choices"
        case .object(let kind): kind.plural
        default: words
        }
    }
}

private func joined(_ parts: [String]) -> String {
    switch parts.count {
    case 0: ""
    case 1: parts[0]
    default: parts.dropLast().joined(separator: ", ") + " or " + parts[parts.count - 1]
    }
}
