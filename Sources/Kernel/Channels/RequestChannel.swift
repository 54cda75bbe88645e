import Logging

/// A channel on which front-ends send messages and get replies: shell, control or stdin.
final class RequestChannel {
    /// Which one it is.
    let kind: ConnectionFile.Channel
    let socket: Socket
    private let session: ProtocolSession
    private let logger: Logger

    init(
        _ channel: ConnectionFile.Channel, of connection: ConnectionFile, in context: SocketContext,
        session: ProtocolSession, logger: Logger
    ) throws(WireError) {
        kind = channel
        self.session = session
        self.logger = logger
        let socket = try Socket(.router, in: context)
        // Whoever is asked for input must be there, or the cell would wait for ever.
        if channel == .stdin { try socket.setMandatory() }
        try socket.bind(channel, of: connection)
        self.socket = socket
    }

    /// The next message; `nil` when none has come.
    ///
    /// What is malformed is dropped, with a line in the log.
    func receive() -> Message? {
        while true {
            do throws(WireError) {
                guard let frames = try socket.receive() else { return nil }
                return try session.read(frames)
            } catch {
                if case .zeroMQ = error { return nil }
                logger.warning("Dropped a message on \(kind.rawValue): \(oneLine("\(error)")).")
            }
        }
    }

    /// Answers a request.
    func reply(type: String, _ content: JSON, to request: Message, metadata: [String: JSON] = [:]) {
        let (_, frames) = session.frames(
            type: type, content: content, parent: request.header.json, identities: request.identities,
            metadata: metadata)
        do throws(WireError) {
            try socket.send(frames)
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
        let (id, frames) = session.frames(
            type: Swift.type(of: content).type, content: content.content, parent: request.header.json,
            identities: request.identities)
        try socket.send(frames)
        return id
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
