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

    /// What is said beside the content.
    var metadata: [String: JSON] { get }

    /// Bytes that belong to the content and travel as they are.
    var buffers: [[UInt8]] { get }
}

extension MessageContent {
    /// Nothing.
    package var metadata: [String: JSON] { [:] }
    /// None.
    package var buffers: [[UInt8]] { [] }
}
