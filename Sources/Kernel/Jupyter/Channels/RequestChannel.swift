import Logging
import Platform

/// A channel on which front-ends send messages and receive replies: shell, control or stdin.
final class RequestChannel {
    /// The channel.
    let kind: ConnectionFile.Channel
    let port: any MessagePort
    private let session: ProtocolSession
    private let logger: Logger

    init(_ kind: ConnectionFile.Channel, over port: any MessagePort, session: ProtocolSession, logger: Logger) {
        self.kind = kind
        self.port = port
        self.session = session
        self.logger = logger
    }

    /// Returns the next message; `nil` if none has arrived.
    ///
    /// Malformed messages are dropped and logged.
    func receive() -> Message? {
        while true {
            do throws(WireError) {
                return try port.receive()
            } catch {
                if case .zeroMQ = error { return nil }
                logger.warning("Dropped a message on \(kind.rawValue): \(oneLine("\(error)")).")
            }
        }
    }

    /// Sends a reply of the given type to a request.
    func reply(type: String, _ content: JSON, to request: Message, metadata: [String: JSON] = [:]) {
        let reply = session.message(
            type: type, content: content, parent: request.header.json, identities: request.identities,
            metadata: metadata)
        do throws(WireError) {
            try port.send(reply)
        } catch {
            logger.warning("Could not answer on \(kind.rawValue): \(error).")
        }
    }

    /// Sends a reply to a request.
    func reply(_ content: some MessageContent, to request: Message, metadata: [String: JSON] = [:]) {
        reply(type: Swift.type(of: content).type, content.content, to: request, metadata: metadata)
    }

    /// Sends a message to the front-end that sent a request.
    ///
    /// - Returns: the message's identifier.
    func send(_ content: some MessageContent, to request: Message) throws(WireError) -> String {
        let message = session.message(
            type: Swift.type(of: content).type, content: content.content, parent: request.header.json,
            identities: request.identities)
        try port.send(message)
        return message.header.id
    }
}

/// Replaces line breaks and control characters by spaces, and truncates the text for a log.
func oneLine(_ text: String) -> String {
    var line = ""
    for scalar in text.unicodeScalars.prefix(300) {
        line.unicodeScalars.append(scalar.properties.generalCategory == .control ? " " : scalar)
    }
    return line
}
