/// The declaration of a member, known without reading its value.
package struct MemberDeclaration: Sendable {
    /// The kinds of members.
    package enum Kind: String, Sendable {
        /// `object.name`
        case property
        /// `object.name(…)`
        case method
    }

    /// The name without its dot.
    package var name: String
    /// Whether it is a property or a method.
    package var kind: Kind
    /// The type of the property, or of the method's result.
    package var type: ValueType
    /// One line on what it is.
    package var summary: String
    /// The signature of a method.
    package var signature: Signature?

    /// Returns the declaration of a property.
    package static func property(_ name: String, _ type: ValueType, _ summary: String) -> MemberDeclaration {
        MemberDeclaration(name: name, kind: .property, type: type, summary: summary, signature: nil)
    }

    /// Returns the declaration of a method.
    package static func method(_ signature: Signature) -> MemberDeclaration {
        MemberDeclaration(
            name: signature.name, kind: .method, type: signature.result, summary: signature.summary,
            signature: signature)
    }
}
