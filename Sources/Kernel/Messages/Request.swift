/// What a request of one type says, read from its content.
package protocol RequestContent: Sendable {
    /// The message's type.
    static var type: String { get }

    /// Reads the content. What is missing takes the specification's default.
    init(_ content: JSON) throws(FieldError)
}

/// What the kernel says in a message of one type.
package protocol MessageContent: Sendable {
    /// The message's type.
    static var type: String { get }

    /// The content as it is sent.
    var content: JSON { get }
}
