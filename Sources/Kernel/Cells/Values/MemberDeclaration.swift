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
    /// What it holds, or what its call gives.
    public var type: ValueType
    /// One line on what it is.
    public var summary: String
    /// How it is called, for methods.
    public var signature: Signature?

    /// A property.
    public static func property(_ name: String, _ type: ValueType, _ summary: String) -> MemberDeclaration {
        MemberDeclaration(name: name, kind: .property, type: type, summary: summary, signature: nil)
    }

    /// A method.
    public static func method(_ signature: Signature) -> MemberDeclaration {
        MemberDeclaration(
            name: signature.name, kind: .method, type: signature.result, summary: signature.summary,
            signature: signature)
    }
}
