/// What went wrong between sockets and messages, as data.
package enum WireError: Error, Hashable, Sendable {
    /// ZeroMQ refused. `call` is its function, `reason` its own words.
    case zeroMQ(call: String, reason: String)
    /// No peer of this identity is connected. Only of sockets made mandatory.
    case unreachable
    /// An endpoint could not be bound.
    case notBound(endpoint: String, reason: String)
    /// A message has more frames, or more bytes, than is taken.
    case tooLarge(frames: Int, bytes: Int)
    /// No `<IDS|MSG>` frame stands between the identities and the message.
    case noDelimiter(frames: Int)
    /// Fewer than signature, header, parent header, metadata and content follow the delimiter.
    case tooFewFrames(Int)
    /// The signature is not the one that the key gives.
    case badSignature
    /// The signature was seen before: the message is a repetition.
    case replayed
    /// A frame is not the JSON object that it should be.
    case notAnObject(frame: String, reason: String)
    /// The header lacks a member, or it is of the wrong kind.
    case badHeader(String)
    /// A line is no message.
    case badLine(String)
    /// The launcher did not acknowledge the ports that the kernel chose.
    case notAcknowledged(endpoint: String, seconds: Int)
    /// The launcher answered, but not with what acknowledges the ports.
    case badAcknowledgement(endpoint: String, reason: String)
}

extension WireError: CustomStringConvertible {
    /// The error in words, on one line.
    package var description: String {
        switch self {
        case .zeroMQ(let call, let reason): "\(call) failed: \(reason)"
        case .unreachable: "its receiver is not connected"
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
                + "it should be listening there, and have the key of the registration file"
        case .badAcknowledgement(let endpoint, let reason):
            "the launcher at \(endpoint) did not acknowledge the kernel's ports: \(reason)"
        }
    }
}
