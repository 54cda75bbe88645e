import Platform

/// Channels whose messages another thread passes to the I/O thread, read from lines of JSON or sent by a front-end in
/// this process.
final class QueuedChannels: Sendable {
    /// A function that sends a kernel's message on a channel; called only on the I/O thread.
    typealias Send = (Message, ConnectionFile.Channel) throws(WireError) -> Void

    private let shell = Arrivals()
    private let control = Arrivals()
    private let stdin = Arrivals()

    /// Queues a message for the I/O thread, from any thread.
    ///
    /// - Throws: `.badLine` if the channel does not accept messages.
    func add(_ message: Message, to channel: ConnectionFile.Channel) throws(WireError) {
        switch channel {
        case .shell: shell.add(message)
        case .control: control.add(message)
        case .stdin: stdin.add(message)
        case .iopub, .heartbeat: throw .badLine("the kernel does not accept messages on \(channel.rawValue)")
        }
    }

    /// Returns the channels, for the I/O thread.
    func ports(send: @escaping Send) -> Ports {
        Ports(
            session: ProtocolSession(key: ""), shell: QueuedPort(.shell, shell, send),
            control: QueuedPort(.control, control, send), stdin: QueuedPort(.stdin, stdin, send),
            iopub: QueuedPublisher(send))
    }
}

/// A queue of messages for the I/O thread.
private final class Arrivals: Sendable {
    let wakeup = Wakeup()
    private let messages = Monitor<[Message]>([])

    func add(_ message: Message) {
        messages.withLock { $0.append(message) }
        wakeup.signal()
    }

    /// Removes and returns the next message. The wakeup stays signaled while there may be more.
    func next() -> Message? {
        if let message = first() { return message }
        _ = wakeup.drain()
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
        wakeup.signal()
    }

    /// Zero, because messages are sent at once.
    var bytesInFlight: Int { 0 }

    func publish(_ message: Message) throws(WireError) { try sendMessage(message, .iopub) }

    /// Returns one subscription to everything at the first call, for the only front-end.
    func newTopics() -> [[UInt8]] {
        _ = wakeup.drain()
        defer { isNew = false }
        return isNew ? [[]] : []
    }

    func watch(in poll: inout Poll) -> Int { poll.add(descriptor: wakeup.readEnd) }
}
