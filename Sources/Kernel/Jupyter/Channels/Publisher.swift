import Logging

/// The IOPub channel: what every front-end sees.
///
/// Text is gathered for 50 ms or 64 kB, whichever comes first, and sent before anything that comes
/// after it: front-ends choke on a message a line.
///
/// What is published before anybody listens would be lost. So messages are held back until the first
/// subscription comes, at most for a second; requests are answered meanwhile.
final class Publisher {
    private static let gatheringSeconds = 0.05
    private static let gatheredBytes = 64 << 10
    private static let heldSeconds = 1.0
    /// Cells wait for a listener that is so many bytes behind …
    private static let longestWay = 64 << 20
    /// … and that took some within so many seconds.
    private static let patience = 10.0
    /// Large messages are dropped when a listener that is not waited for any longer is so many bytes behind …
    private static let mostOnTheirWay = 512 << 20
    /// … which are those of so many bytes.
    private static let largeBytes = 32 << 10

    let port: any PublishingPort
    private let session: ProtocolSession
    private let logger: Logger
    private var text: GatheredText?
    /// How far a listener was behind when it was last seen to take something.
    private var behind: (bytes: Int, since: Double)?
    /// Whether a listener took nothing for so long that it is not waited for.
    private var gaveUp = false
    private var held: (messages: [Message], until: Double)? = ([], steadySeconds() + Publisher.heldSeconds)

    init(over port: any PublishingPort, session: ProtocolSession, logger: Logger) {
        self.port = port
        self.session = session
        self.logger = logger
    }

    /// When ``meetDeadline()`` is to be called, by the steady clock.
    var deadline: Double? {
        switch (text?.deadline, held?.until) {
        case (let text?, let held?): min(text, held)
        case (let text, let held): text ?? held
        }
    }

    /// Sends what has been gathered, or held back, for long enough.
    func meetDeadline() {
        let now = steadySeconds()
        if let text, now >= text.deadline { flush() }
        if let held, now >= held.until { release() }
    }

    /// Returns whether a listener is so far behind that nothing should be published for now.
    ///
    /// One that takes nothing for ten seconds is not waited for any longer, as others listen too. Once it is half a gigabyte
    /// behind, large messages are dropped until it takes some or goes, so that memory does not grow without bound.
    func shouldWait() -> Bool {
        let bytes = port.bytesOnTheirWay
        guard bytes > Self.longestWay else {
            behind = nil
            gaveUp = false
            return false
        }
        let now = steadySeconds()
        guard let last = behind, bytes >= last.bytes else {
            behind = (bytes, now)
            return !gaveUp
        }
        if !gaveUp, now - last.since >= Self.patience {
            gaveUp = true
            logger.warning("A front-end has read nothing for 10 seconds and may miss pictures.")
        }
        return !gaveUp
    }

    /// Sends what was held back, and holds back nothing any more.
    func release() {
        let messages = held?.messages ?? []
        held = nil
        for message in messages { send(message) }
    }

    /// Publishes a message, caused by `request`.
    func publish(_ content: some MessageContent, parent request: Message?) {
        flush()
        send(content, parent: request?.header.json ?? .emptyObject)
    }

    /// Publishes what the kernel does with a comm, caused by `request`.
    func publish(_ event: CommEvent, parent request: Message) {
        switch event.kind {
        case .open(let target):
            publish(
                CommOpen(
                    id: event.id, target: target, data: event.data, metadata: event.metadata, buffers: event.buffers),
                parent: request)
        case .message: publish(CommMessage(id: event.id, data: event.data, buffers: event.buffers), parent: request)
        case .close: publish(CommClose(id: event.id, data: event.data), parent: request)
        }
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

    /// Welcomes new subscribers, and gives the first what was held back for it.
    func welcomeSubscribers() {
        for topic in port.newTopics() {
            let welcome = IOPubWelcome(subscription: String(decoding: topic, as: UTF8.self))
            send(message(welcome, parent: .emptyObject, topic: topic))
            release()
        }
    }

    private func send(_ content: some MessageContent, parent: JSON) {
        let message = message(content, parent: parent, topic: nil)
        if held == nil {
            send(message)
        } else {
            held?.messages.append(message)
        }
    }

    private func message<Content: MessageContent>(_ content: Content, parent: JSON, topic: [UInt8]?) -> Message {
        let topic = topic ?? Array("kernel.\(session.id).\(Content.type)".utf8)
        return session.message(
            type: Content.type, content: content.content, parent: parent, identities: [topic],
            metadata: content.metadata, buffers: content.buffers)
    }

    private func send(_ message: Message) {
        if gaveUp, port.bytesOnTheirWay > Self.mostOnTheirWay, message.content.byteCount > Self.largeBytes { return }
        do throws(WireError) {
            try port.publish(message)
        } catch {
            logger.warning("Could not publish a message: \(error).")
        }
    }
}

private struct GatheredText {
    var stream: OutputStream
    var request: Message
    var pieces: String
    var deadline: Double
}
