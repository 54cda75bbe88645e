import Platform

/// Channels whose messages another thread hands to the I/O thread: from lines of JSON, or from a front-end in this process.
final class QueuedChannels: Sendable {
    /// Sends a message of the kernel's on a channel; called by the I/O thread alone.
    typealias Send = (Message, ConnectionFile.Channel) throws(WireError) -> Void

    private let shell = Arrivals()
    private let control = Arrivals()
    private let stdin = Arrivals()

    /// Hands over a message, from any thread.
    ///
    /// - Throws: `.badLine` when nothing can be sent on the channel.
    func add(_ message: Message, to channel: ConnectionFile.Channel) throws(WireError) {
        switch channel {
        case .shell: shell.add(message)
        case .control: control.add(message)
        case .stdin: stdin.add(message)
        case .iopub, .heartbeat: throw .badLine("nothing can be sent on \(channel.rawValue)")
        }
    }

    /// The channels, for the I/O thread.
    func ports(send: @escaping Send) -> Ports {
        Ports(
            session: ProtocolSession(key: ""), shell: QueuedPort(.shell, shell, send),
            control: QueuedPort(.control, control, send), stdin: QueuedPort(.stdin, stdin, send),
            iopub: QueuedPublisher(send))
    }
}

/// Messages that another thread has for the I/O thread.
private final class Arrivals: Sendable {
    let wakeup = Wakeup()
    private let messages = Monitor<[Message]>([])

    func add(_ message: Message) {
        messages.withLock { $0.append(message) }
        wakeup.ring()
    }

    /// The next one. The wakeup stays rung while there may be more.
    func next() -> Message? {
        if let message = first() { return message }
        _ = wakeup.answer()
        return first()
    }

    private func first() -> Message? { messages.withLock { $0.isEmpty ? nil : $0.removeFirst() } }
}

private final class QueuedPort: MessagePort {
    private let channel: ConnectionFile.Channel
    private let arrivals: Arrivals
    private let sendMessage: QueuedChannels.Send

    init(_ channel: ConnectionFile.Channel, _ arrivals: Arrivals, _ send: @escaping QueuedChannels.Send) {
        self.channel = channel
        self.arrivals = arrivals
        sendMessage = send
    }

    func receive() throws(WireError) -> Message? { arrivals.next() }
    func send(_ message: Message) throws(WireError) { try sendMessage(message, channel) }
    func watch(in poll: inout Poll) -> Int { poll.add(descriptor: arrivals.wakeup.readEnd) }
}

private final class QueuedPublisher: PublishingPort {
    private let wakeup = Wakeup()
    private let sendMessage: QueuedChannels.Send
    private var isNew = true

    init(_ send: @escaping QueuedChannels.Send) {
        sendMessage = send
        wakeup.ring()
    }

    /// Whatever takes the messages keeps up.
    var bytesOnTheirWay: Int { 0 }

    func publish(_ message: Message) throws(WireError) { try sendMessage(message, .iopub) }

    /// The one front-end listens to everything from the beginning.
    func newTopics() -> [[UInt8]] {
        _ = wakeup.answer()
        defer { isNew = false }
        return isNew ? [[]] : []
    }

    func watch(in poll: inout Poll) -> Int { poll.add(descriptor: wakeup.readEnd) }
}
