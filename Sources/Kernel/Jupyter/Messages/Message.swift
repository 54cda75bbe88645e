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
    /// Why a part of it could not be read, which then is empty; nil where everything could.
    ///
    /// Its sender waits for an answer all the same, and is told this.
    package var problem: String?

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
    ///
    /// - Throws: where the header cannot be read, without which no answer is possible. What is wrong with another part is
    ///   the message's ``problem``.
    package init(_ frames: Multipart) throws(WireError) {
        let header = try object(frames.header, frame: "header")
        var problem: String?
        /// An empty object where there is none.
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

    /// The message as signed frames.
    package func frames(signedBy signer: Signer) -> Multipart {
        var frames = Multipart(
            identities: identities, signature: [], header: header.json.bytes, parent: parent.bytes,
            metadata: JSON.object(metadata).bytes, content: content.bytes, buffers: buffers)
        frames.signature = signer.signature(of: frames)
        return frames
    }
}

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
