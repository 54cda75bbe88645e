/// A transport of one channel over a ZeroMQ socket, with signed messages.
final class SocketPort: MessagePort, PublishingPort {
    let socket: Socket
    private let session: ProtocolSession

    /// Creates and binds the channel's socket.
    init(
        _ channel: ConnectionFile.Channel, of connection: ConnectionFile, in context: SocketContext,
        session: ProtocolSession
    ) throws(WireError) {
        self.session = session
        let socket = try Socket(channel == .iopub ? .publisher : .router, in: context)
        // Input requests to a front-end that is not connected must fail, or the cell would wait forever.
        if channel == .stdin { try socket.setMandatory() }
        try socket.bind(channel, of: connection)
        self.socket = socket
    }

    func receive() throws(WireError) -> Message? {
        guard let frames = try socket.receive() else { return nil }
        return try session.read(frames)
    }

    func send(_ message: Message) throws(WireError) {
        try socket.send(session.frames(of: message))
    }

    func publish(_ message: Message) throws(WireError) {
        try send(message)
    }

    var bytesInFlight: Int { socket.bytesInFlight }

    func newTopics() -> [[UInt8]] {
        var topics: [[UInt8]] = []
        while let frames = try? socket.receive() {
            // A subscription message is a byte, 1 to subscribe or 0 to unsubscribe, followed by the topic.
            if let frame = frames.first, frame.first == 1 { topics.append(Array(frame.dropFirst())) }
        }
        return topics
    }

    func watch(in poll: inout Poll) -> Int { poll.add(socket) }
}
