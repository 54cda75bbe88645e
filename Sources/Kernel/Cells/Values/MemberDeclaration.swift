/// What is known of a member without asking for its value.
public struct MemberDeclaration: Sendable {
    /// How a member is used.
    public enum Kind: String, Sendable {
        /// `object.name`
        case property
        /// `object.name(…)`
        case method
    }

    /// The name without its dot.
    public var name: String
    /// Whether it is called.
    public var kind: Kind
    /// The type in the user's words: "a layer".
    public var typeWords: String
    /// One line on what it is.
    public var summary: String
    /// How it is called, for methods.
    public var signature: Signature?

    /// A property.
    public static func property(_ name: String, _ typeWords: String, _ summary: String) -> MemberDeclaration {
        MemberDeclaration(name: name, kind: .property, typeWords: typeWords, summary: summary, signature: nil)
    }

    /// A method.
    public static func method(_ signature: Signature) -> MemberDeclaration {
        MemberDeclaration(
            name: signature.name, kind: .method, typeWords: signature.result, summary: signature.summary,
            signature: signature)
    }
}
