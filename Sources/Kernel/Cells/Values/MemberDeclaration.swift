/// The declaration of a member, known without reading its value.
public struct MemberDeclaration: Sendable {
    /// The kinds of members.
    public enum Kind: String, Sendable {
        /// `object.name`
        case property
        /// `object.name(…)`
        case method
    }

    /// The name without its dot.
    public var name: String
    /// Whether it is a property or a method.
    public var kind: Kind
    /// The type of the property, or of the method's result.
    public var type: ValueType
    /// One line on what it is.
    public var summary: String
    /// The signature of a method.
    public var signature: Signature?

    /// Returns the declaration of a property.
    public static func property(_ name: String, _ type: ValueType, _ summary: String) -> MemberDeclaration {
        MemberDeclaration(name: name, kind: .property, type: type, summary: summary, signature: nil)
    }

    /// Returns the declaration of a method.
    public static func method(_ signature: Signature) -> MemberDeclaration {
        MemberDeclaration(
            name: signature.name, kind: .method, type: signature.result, summary: signature.summary,
            signature: signature)
    }
}
