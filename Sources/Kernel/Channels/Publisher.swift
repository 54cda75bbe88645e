import Logging

/// The IOPub channel: what every front-end sees.
///
/// Text is gathered for 50 ms or 64 kB, whichever comes first, and sent before anything that comes
/// after it: front-ends choke on a message a line.
final class Publisher {
    private static let gatheringSeconds = 0.05
    private static let gatheredBytes = 64 << 10

    let socket: Socket
    private let session: ProtocolSession
    private let logger: Logger
    private var text: GatheredText?

    init(
        of connection: ConnectionFile, in context: SocketContext, session: ProtocolSession, logger: Logger
    ) throws(WireError) {
        self.session = session
        self.logger = logger
        let socket = try Socket(.publisher, in: context)
        try socket.bind(connection.endpoint(of: .iopub))
        self.socket = socket
    }

    /// When gathered text must be sent, by the steady clock.
    var deadline: Double? { text?.deadline }

    /// Publishes a message, caused by `request`.
    func publish(_ content: some MessageContent, parent request: Message?) {
        flush()
        send(content, parent: request?.header.json ?? .emptyObject)
    }

    /// Publishes text, with what follows it soon.
    func write(_ more: String, to stream: OutputStream, parent request: Message) {
        if let text, text.stream != stream || text.request.header.id != request.header.id { flush() }
        let deadline = text?.deadline ?? steadySeconds() + Publisher.gatheringSeconds
        // Taken out while it grows, so that it grows in place.
        var pieces = text?.pieces ?? ""
        text = nil
        pieces += more
        text = GatheredText(stream: stream, request: request, pieces: pieces, deadline: deadline)
        if pieces.utf8.count >= Publisher.gatheredBytes { flush() }
    }

    /// Sends gathered text now.
    func flush() {
        guard let text else { return }
        self.text = nil
        send(StreamText(stream: text.stream, text: text.pieces), parent: text.request.header.json)
    }

    /// Welcomes new subscribers.
    ///
    /// - Returns: whether there were any.
    func welcomeSubscribers() -> Bool {
        var hasSubscribers = false
        while let frames = try? socket.receive() {
            // A subscription is one byte, 1 to begin and 0 to end it, and the topic.
            guard let frame = frames.first, frame.first == 1 else { continue }
            hasSubscribers = true
            let topic = Array(frame.dropFirst())
            let welcome = IOPubWelcome(subscription: String(decoding: topic, as: UTF8.self))
            send(welcome, parent: .emptyObject, topic: topic)
        }
        return hasSubscribers
    }

    private func send<Content: MessageContent>(_ content: Content, parent: JSON, topic: [UInt8]? = nil) {
        let topic = topic ?? Array("kernel.\(session.id).\(Content.type)".utf8)
        let (_, frames) = session.frames(
            type: Content.type, content: content.content, parent: parent, identities: [topic])
        do throws(WireError) {
            try socket.send(frames)
        } catch {
            logger.warning("Could not publish \(Content.type): \(error).")
        }
    }
}

private struct GatheredText {
    var stream: OutputStream
    var request: Message
    var pieces: String
    var deadline: Double
}
