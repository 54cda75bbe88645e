/// A kind of value that the language or its host brings: a model, a layer, a picture.
///
/// A host declares each of its kinds once: `extension ValueKind { static let model = ValueKind("a model", swift: "Model") }`.
public struct ValueKind: Hashable, Sendable {
    /// What one is, in the user's words with their article: "a model".
    public let words: String
    /// Several of them: "models".
    public let plural: String
    /// Its type as a declaration in Swift would name it: `Model`.
    public let swift: String

    /// A kind.
    ///
    /// - Parameter plural: what several are called; only kinds that lists hold need it.
    public init(_ words: String, plural: String? = nil, swift: String) {
        self.words = words
        self.plural = plural ?? words
        self.swift = swift
    }
}

// The language's own.
extension ValueKind {
    static let date = ValueKind("a date", swift: "Date")
    static let clock = ValueKind("a clock", swift: "Clock")
    static let instant = ValueKind("an instant", swift: "Instant")
    static let duration = ValueKind("a duration", swift: "Duration")
    static let fractionRange = ValueKind("a range of numbers", swift: "Range<Double>")
    static let set = ValueKind("a set", swift: "Set")

    /// A type itself, `Int` or one of the user's.
    static func type(_ name: String) -> ValueKind { ValueKind("the type `\(name)`", swift: "\(name).Type") }

    /// Values of a type of the user's.
    static func value(of name: String) -> ValueKind { ValueKind(withArticle(name), swift: name) }
}
