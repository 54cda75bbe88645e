import Platform

/// An error of sockets or messages.
package enum WireError: Error, Hashable, Sendable {
    /// A ZeroMQ function, `call`, failed. `reason` is in ZeroMQ's words.
    case zeroMQ(call: String, reason: String)
    /// No peer with this identity is connected. Thrown after ``Socket/setMandatory()`` only.
    case unreachable
    /// An endpoint could not be bound.
    case notBound(endpoint: String, reason: String)
    /// A message has more frames or bytes than are accepted.
    case tooLarge(frames: Int, bytes: Int)
    /// There is no `<IDS|MSG>` frame between the identities and the message.
    case noDelimiter(frames: Int)
    /// Fewer than five frames follow the delimiter: signature, header, parent header, metadata and content.
    case tooFewFrames(Int)
    /// The signature is invalid.
    case badSignature
    /// The signature was seen before, so the message is a repetition.
    case replayed
    /// A frame is not a JSON object.
    case notAnObject(frame: String, reason: String)
    /// A member of the header is missing or has the wrong type.
    case badHeader(String)
    /// A line is not a message.
    case badLine(String)
    /// The launcher did not acknowledge the ports that the kernel chose.
    case notAcknowledged(endpoint: String, seconds: Int)
    /// The launcher's answer does not acknowledge the ports.
    case badAcknowledgment(endpoint: String, reason: String)
}

extension WireError: CustomStringConvertible {
    /// The error in words, on one line.
    package var description: String {
        switch self {
        case .zeroMQ(let call, let reason): "\(call) failed: \(reason)"
        case .unreachable: "the receiver is not connected"
        case .notBound(let endpoint, let reason): "\(endpoint) could not be opened: \(reason)"
        case .tooLarge(let frames, let bytes): "it is too large (\(frames) frames, \(bytes) bytes)"
        case .noDelimiter(let frames): "it has no delimiter (\(frames) frames)"
        case .tooFewFrames(let count): "only \(count) of 5 frames follow its delimiter"
        case .badSignature: "its signature is wrong"
        case .replayed: "its signature was seen before"
        case .notAnObject(let frame, let reason): "its \(frame) is not a JSON object: \(reason)"
        case .badHeader(let reason): "its header is wrong: \(reason)"
        case .badLine(let reason): reason
        case .notAcknowledged(let endpoint, let seconds):
            "the launcher at \(endpoint) did not acknowledge the kernel's ports within \(seconds) s; "
                + "it must be listening there and use the key of the registration file"
        case .badAcknowledgment(let endpoint, let reason):
            "the launcher at \(endpoint) did not acknowledge the kernel's ports: \(reason)"
        }
    }
}
