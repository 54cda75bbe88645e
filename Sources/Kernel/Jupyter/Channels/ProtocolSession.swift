import Glibc
import Platform

/// The kernel's side of the protocol, which creates messages and accepts those that are signed, new and
/// well formed.
final class ProtocolSession {
    /// The session's identifier, unique to each start of the kernel.
    let id: String
    /// The version of the messaging specification in use.
    let version: String
    private let signer: Signer
    private var replayGuard = ReplayGuard()
    private var sentCount = 0

    init(key: String, scheme: SignatureScheme = .sha256, version: String = Header.protocolVersion) {
        id = randomIdentifier()
        self.version = version
        signer = Signer(key: key, scheme: scheme)
    }

    /// Creates a message.
    ///
    /// - Parameters:
    ///   - type: the message's type in the protocol.
    ///   - parent: the header of the request that caused it.
    ///   - identities: the routing identities of the receiver, or the topic.
    func message(
        type: String, content: JSON, parent: JSON, identities: [[UInt8]], metadata: [String: JSON] = [:],
        buffers: [[UInt8]] = []
    ) -> Message {
        sentCount += 1
        let header = Header(id: "\(id)_\(getpid())_\(sentCount)", type: type, session: id, version: version)
        return Message(
            identities: identities, header: header, parent: parent, metadata: metadata, content: content,
            buffers: buffers)
    }

    /// Returns the message as signed frames.
    func frames(of message: Message) -> [[UInt8]] { message.frames(signedBy: signer).frames }

    /// Reads a received message.
    ///
    /// The signature is checked before anything is parsed.
    func read(_ frames: [[UInt8]]) throws(WireError) -> Message {
        let parts = try Multipart(frames: frames)
        guard signer.accepts(parts) else { throw .badSignature }
        if signer.isSigning, !replayGuard.isNew(parts.signature) { throw .replayed }
        return try Message(parts)
    }
}

/// Returns 128 random bits in hexadecimal.
package func randomIdentifier() -> String {
    var generator = SystemRandomNumberGenerator()
    let digits = (0..<2).map { _ in String(generator.next() as UInt64, radix: 16) }
    return digits.map { String(repeating: "0", count: 16 - $0.count) + $0 }.joined()
}
