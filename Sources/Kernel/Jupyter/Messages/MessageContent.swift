import Platform

/// The content of a received message of one type.
protocol RequestContent: Sendable {
    /// The message's type.
    static var type: String { get }

    /// Reads the content. Missing members have the specification's defaults.
    init(_ content: JSON) throws(FieldError)
}

/// The content of a message of one type that the kernel sends.
protocol MessageContent: Sendable {
    /// The message's type.
    static var type: String { get }

    /// The content as JSON.
    var content: JSON { get }

    /// The message's metadata.
    var metadata: [String: JSON] { get }

    /// Bytes that belong to the content and are sent unencoded.
    var buffers: [[UInt8]] { get }
}

extension MessageContent {
    /// No metadata.
    package var metadata: [String: JSON] { [:] }
    /// No buffers.
    package var buffers: [[UInt8]] { [] }
}
