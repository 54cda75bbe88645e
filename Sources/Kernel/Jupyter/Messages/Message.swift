import Platform

/// A message of the Jupyter protocol.
package struct Message: Hashable, Sendable {
    /// The routing identities of the sender; for IOPub, the topic.
    package var identities: [[UInt8]]
    /// The message's header.
    package var header: Header
    /// The header of the request that caused it; an empty object if none did.
    package var parent: JSON
    /// The message's metadata.
    package var metadata: [String: JSON]
    /// The message's content, whose members depend on its type.
    package var content: JSON
    /// Raw bytes that belong to the content.
    package var buffers: [[UInt8]]
    /// The reason why a part of it could not be read and is empty; nil if all could.
    ///
    /// The sender still waits for a reply, which contains this reason.
    package var problem: String?

    /// Creates a message from its parts.
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
    ///
    /// - Throws: if the header cannot be read, because no reply is possible then. Errors in other parts become the
    ///   message's ``problem``.
    package init(_ frames: Multipart) throws(WireError) {
        let header = try object(frames.header, frame: "header")
        var problem: String?
        /// Reads a part; returns an empty object if it is malformed.
        func part(_ bytes: [UInt8], _ frame: String) -> [String: JSON] {
            do throws(WireError) {
                return try object(bytes, frame: frame, isOptional: true)
            } catch {
                problem = problem ?? "\(error)"
                return [:]
            }
        }
        identities = frames.identities
        do throws(FieldError) {
            self.header = try Header(.object(header))
        } catch {
            throw .badHeader(error.reason)
        }
        parent = .object(part(frames.parent, "parent header"))
        metadata = part(frames.metadata, "metadata")
        content = .object(part(frames.content, "content"))
        buffers = frames.buffers
        self.problem = problem
    }

    /// Returns the message as signed frames.
    package func frames(signedBy signer: Signer) -> Multipart {
        var frames = Multipart(
            identities: identities, signature: [], header: header.json.bytes, parent: parent.bytes,
            metadata: JSON.object(metadata).bytes, content: content.bytes, buffers: buffers)
        frames.signature = signer.signature(of: frames)
        return frames
    }
}

/// Parses a frame that holds a JSON object.
///
/// - Parameter isOptional: whether `null` stands for an empty object.
private func object(_ bytes: [UInt8], frame: String, isOptional: Bool = false) throws(WireError) -> [String: JSON] {
    let value: JSON
    do throws(JSONError) {
        value = try JSON(parsing: bytes, .python)
    } catch {
        throw .notAnObject(frame: frame, reason: "\(error)")
    }
    if isOptional, value.isNull { return [:] }
    guard case .object(let members) = value else {
        throw .notAnObject(frame: frame, reason: "it is \(value.kind)")
    }
    return members
}
