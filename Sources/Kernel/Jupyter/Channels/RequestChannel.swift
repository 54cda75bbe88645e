import Logging

/// A channel on which front-ends send messages and get replies: shell, control or stdin.
final class RequestChannel {
    /// Which one it is.
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

    /// The next message; `nil` when none has come.
    ///
    /// What is malformed is dropped, with a line in the log.
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

    /// Answers a request.
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

    /// Answers a request.
    func reply(_ content: some MessageContent, to request: Message, metadata: [String: JSON] = [:]) {
        reply(type: Swift.type(of: content).type, content.content, to: request, metadata: metadata)
    }

    /// Sends a message to where a request came from.
    ///
    /// - Returns: the message's name.
    func send(_ content: some MessageContent, to request: Message) throws(WireError) -> String {
        let message = session.message(
            type: Swift.type(of: content).type, content: content.content, parent: request.header.json,
            identities: request.identities)
        try port.send(message)
        return message.header.id
    }
}

/// The text without line breaks and control characters, cut to a length that suits a log.
func oneLine(_ text: String) -> String {
    var line = ""
    for scalar in text.unicodeScalars.prefix(300) {
        line.unicodeScalars.append(scalar.properties.generalCategory == .control ? " " : scalar)
    }
    return line
}
