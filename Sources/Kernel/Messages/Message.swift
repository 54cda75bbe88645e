/// A message of the Jupyter protocol.
package struct Message: Hashable, Sendable {
    /// The way back to the sender; for IOPub, the topic.
    package var identities: [[UInt8]]
    /// What it is and who sent it.
    package var header: Header
    /// The header of the request that caused it; an empty object when none did.
    package var parent: JSON
    /// More about it.
    package var metadata: [String: JSON]
    /// What it says; which members it has depends on the type.
    package var content: JSON
    /// Raw bytes that belong to the content.
    package var buffers: [[UInt8]]

    /// A message of these parts.
    package init(
        identities: [[UInt8]] = [], header: Header, parent: JSON = .emptyObject,
        metadata: [String: JSON] = [:],
        content: JSON = .emptyObject, buffers: [[UInt8]] = []
    ) {
        self.identities = identities
        self.header = header
        self.parent = parent
        self.metadata = metadata
        self.content = content
        self.buffers = buffers
    }

    /// Reads a message whose signature was checked.
    package init(_ frames: Multipart) throws(WireError) {
        let header = try object(frames.header, frame: "header")
        identities = frames.identities
        do throws(FieldError) {
            self.header = try Header(.object(header))
        } catch {
            throw .badHeader(error.reason)
        }
        parent = .object(try object(frames.parent, frame: "parent header"))
        metadata = try object(frames.metadata, frame: "metadata")
        content = .object(try object(frames.content, frame: "content"))
        buffers = frames.buffers
    }

    /// The message as signed frames.
    package func frames(signedBy signer: Signer) -> Multipart {
        var frames = Multipart(
            identities: identities, signature: [], header: header.json.bytes, parent: parent.bytes,
            metadata: JSON.object(metadata).bytes, content: content.bytes, buffers: buffers)
        frames.signature = signer.signature(of: frames)
        return frames
    }
}

private func object(_ bytes: [UInt8], frame: String) throws(WireError) -> [String: JSON] {
    let value: JSON
    do throws(JSONError) {
        value = try JSON(parsing: bytes)
    } catch {
        throw .notAnObject(frame: frame, reason: "\(error)")
    }
    guard case .object(let members) = value else {
        throw .notAnObject(frame: frame, reason: "it is \(value.kind)")
    }
    return members
}
