/// A Jupyter message as frames, before it is parsed.
///
///     identities… | <IDS|MSG> | signature | header | parent header | metadata | content | buffers…
package struct Multipart: Hashable, Sendable {
    /// The frame between the identities and the message.
    package static let delimiter = Array("<IDS|MSG>".utf8)

    /// The routing identities of the sender; for IOPub, the topic.
    package var identities: [[UInt8]]
    /// The signature, in hexadecimal; empty if messages are not signed.
    package var signature: [UInt8]
    /// The message's header, as JSON.
    package var header: [UInt8]
    /// The header of the request that caused it, as JSON.
    package var parent: [UInt8]
    /// The message's metadata, as JSON.
    package var metadata: [UInt8]
    /// The message's content, as JSON.
    package var content: [UInt8]
    /// Raw bytes that belong to the content.
    package var buffers: [[UInt8]]

    /// Creates a message from its frames.
    package init(
        identities: [[UInt8]], signature: [UInt8], header: [UInt8], parent: [UInt8], metadata: [UInt8],
        content: [UInt8], buffers: [[UInt8]] = []
    ) {
        self.identities = identities
        self.signature = signature
        self.header = header
        self.parent = parent
        self.metadata = metadata
        self.content = content
        self.buffers = buffers
    }

    /// Reads a message from received frames.
    ///
    /// - Throws: `.noDelimiter`, `.tooFewFrames`.
    package init(frames: [[UInt8]]) throws(WireError) {
        guard let delimiter = frames.firstIndex(of: Multipart.delimiter) else {
            throw .noDelimiter(frames: frames.count)
        }
        let rest = frames[(delimiter + 1)...]
        guard rest.count >= 5 else { throw .tooFewFrames(rest.count) }
        let first = rest.startIndex
        self.init(
            identities: Array(frames[..<delimiter]), signature: rest[first], header: rest[first + 1],
            parent: rest[first + 2], metadata: rest[first + 3], content: rest[first + 4],
            buffers: Array(rest[(first + 5)...]))
    }

    /// The frames to send.
    package var frames: [[UInt8]] {
        identities + [Multipart.delimiter, signature, header, parent, metadata, content] + buffers
    }
}
