/// A kind of object of the language or its host: a model, a layer, a picture.
///
/// A host declares each of its kinds once: `extension ValueKind { static let model = ValueKind("a model", swift: "Model") }`.
package struct ValueKind: Hashable, Sendable {
    /// The name in the user's words with its article: "a model".
    package let words: String
    /// The plural: "models".
    package let plural: String
    /// The name of its type in a Swift declaration: `Model`.
    package let swift: String

    /// Creates a kind.
    ///
    /// - Parameter plural: the plural; only the kinds that lists hold need it.
    package init(_ words: String, plural: String? = nil, swift: String) {
        self.words = words
        self.plural = plural ?? words
        self.swift = swift
    }
}

// The kinds of the language itself.
extension ValueKind {
    static let date = ValueKind("a date", swift: "Date")
    static let clock = ValueKind("a clock", swift: "Clock")
    static let instant = ValueKind("an instant", swift: "Instant")
    static let duration = ValueKind("a duration", swift: "Duration")
    static let fractionRange = ValueKind("a range of numbers", swift: "Range<Double>")
    static let set = ValueKind("a set", swift: "Set")

    /// Returns the kind of a type itself, `Int` or a user-defined one.
    static func type(_ name: String) -> ValueKind { ValueKind("the type `\(name)`", swift: "\(name).Type") }

    /// Returns the kind of the values of a user-defined type.
    static func value(of name: String) -> ValueKind { ValueKind(withArticle(name), swift: name) }
}
