import Logging
import Platform

/// The IOPub channel, whose messages go to all front-ends.
///
/// Text is buffered for up to 50 ms or 64 kB, and sent before any later message, because front-ends
/// cannot keep up with one message per line.
///
/// Messages published before the first subscription would be lost. They are therefore held until it
/// arrives, for at most a second. Requests are answered meanwhile.
final class Publisher {
    private static let bufferSeconds = 0.05
    private static let bufferBytes = 64 << 10
    private static let heldSeconds = 1.0
    /// The number of bytes in flight above which cells wait for a slow subscriber …
    private static let backlogLimit = 64 << 20
    /// … unless it has received nothing for this many seconds.
    private static let stallTimeout = 10.0
    /// The number of bytes in flight above which large messages are dropped, once cells no longer wait …
    private static let dropThreshold = 512 << 20
    /// … and the size in bytes above which a message is large.
    private static let largeBytes = 32 << 10

    let port: any PublishingPort
    private let session: ProtocolSession
    private let logger: Logger
    private var text: BufferedText?
    /// The bytes in flight when a slow subscriber last received something, and the time.
    private var behind: (bytes: Int, since: Double)?
    /// Whether a subscriber has stalled, so that cells no longer wait for it.
    private var hasStalled = false
    private var held: (messages: [Message], until: Double)? = ([], steadySeconds() + Publisher.heldSeconds)

    init(over port: any PublishingPort, session: ProtocolSession, logger: Logger) {
        self.port = port
        self.session = session
        self.logger = logger
    }

    /// When to call ``meetDeadline()``, by the monotonic clock.
    var deadline: Double? {
        switch (text?.deadline, held?.until) {
        case (let text?, let held?): min(text, held)
        case (let text, let held): text ?? held
        }
    }

    /// Sends buffered text and held messages that are due.
    func meetDeadline() {
        let now = steadySeconds()
        if let text, now >= text.deadline { flush() }
        if let held, now >= held.until { release() }
    }

    /// Returns whether a subscriber is so far behind that nothing should be published for now.
    ///
    /// A subscriber that receives nothing for ten seconds is no longer waited for, because there may be others. Once it
    /// is half a gigabyte behind, large messages are dropped until it catches up or disconnects, which bounds memory.
    func shouldWait() -> Bool {
        let bytes = port.bytesInFlight
        guard bytes > Self.backlogLimit else {
            behind = nil
            hasStalled = false
            return false
        }
        let now = steadySeconds()
        guard let last = behind, bytes >= last.bytes else {
            behind = (bytes, now)
            return !hasStalled
        }
        if !hasStalled, now - last.since >= Self.stallTimeout {
            hasStalled = true
            logger.warning("A front-end has read nothing for 10 seconds and may miss pictures.")
        }
        return !hasStalled
    }

    /// Sends the held messages and stops holding new ones.
    func release() {
        let messages = held?.messages ?? []
        held = nil
        for message in messages { send(message) }
    }

    /// Publishes a message whose parent is `request`.
    func publish(_ content: some MessageContent, parent request: Message?) {
        flush()
        send(content, parent: request?.header.json ?? .emptyObject)
    }

    /// Publishes a comm event of the kernel whose parent is `request`.
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

    /// Publishes text, combined with text that follows soon.
    func write(_ more: String, to stream: OutputStream, parent request: Message) {
        if let text, text.stream != stream || text.request.header.id != request.header.id { flush() }
        let deadline = text?.deadline ?? steadySeconds() + Publisher.bufferSeconds
        // Appending in place needs a unique reference.
        var pieces = text?.pieces ?? ""
        text = nil
        pieces += more
        text = BufferedText(stream: stream, request: request, pieces: pieces, deadline: deadline)
        if pieces.utf8.count >= Publisher.bufferBytes { flush() }
    }

    /// Sends buffered text now.
    func flush() {
        guard let text else { return }
        self.text = nil
        send(StreamText(stream: text.stream, text: text.pieces), parent: text.request.header.json)
    }

    /// Sends a welcome message to new subscribers, and the held messages to the first.
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
        if hasStalled, port.bytesInFlight > Self.dropThreshold, message.content.byteCount > Self.largeBytes { return }
        do throws(WireError) {
            try port.publish(message)
        } catch {
            logger.warning("Could not publish a message: \(error).")
        }
    }
}

private struct BufferedText {
    var stream: OutputStream
    var request: Message
    var pieces: String
    var deadline: Double
}
