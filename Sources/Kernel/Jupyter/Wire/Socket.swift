import CZeroMQ
import Glibc
import Synchronization

/// A ZeroMQ context, which owns sockets and their I/O threads. A kernel has one.
package final class SocketContext: @unchecked Sendable {
    // ZeroMQ's contexts are thread-safe; its sockets are not.
    fileprivate let handle: UnsafeMutableRawPointer
    private let isTerminated = Atomic<Bool>(false)

    /// Creates a context.
    package init() throws(WireError) {
        guard let handle = zmq_ctx_new() else { throw lastError("zmq_ctx_new") }
        self.handle = handle
    }

    /// Makes all blocking calls on the context's sockets throw, so that their threads can end.
    func shutDown() {
        zmq_ctx_shutdown(handle)
    }

    /// Waits until all sockets are closed and their pending messages are sent, at most for their linger time.
    package func terminate() {
        guard !isTerminated.exchange(true, ordering: .relaxed) else { return }
        while zmq_ctx_term(handle) != 0, zmq_errno() == EINTR {}
    }

    /// Each open socket retains its context, so all are closed by now.
    deinit { terminate() }
}

/// A ZeroMQ socket.
///
/// Used only by the thread that created it.
package struct Socket: ~Copyable {
    /// A messaging pattern of a socket.
    package enum Kind: Sendable {
        case router, dealer, request, publisher, subscriber

        fileprivate var code: Int32 {
            switch self {
            case .router: ZMQ_ROUTER
            case .dealer: ZMQ_DEALER
            case .request: ZMQ_REQ
            case .publisher: ZMQ_XPUB
            case .subscriber: ZMQ_SUB
            }
        }
    }

    /// The maximum number of frames in a message; more are treated as an attack.
    static let frameLimit = 4096
    /// The size in bytes from which frames are passed to ZeroMQ without copying.
    private static let zeroCopyThreshold = 32 << 10
    /// The maximum size in bytes. ZeroMQ closes the connection at larger frames; larger messages are dropped.
    static let byteLimit = 512 << 20

    fileprivate let handle: UnsafeMutableRawPointer
    private let inFlight = InFlightBytes()
    private let context: SocketContext

    /// Creates a socket that is neither bound nor connected.
    ///
    /// A closed router or publisher keeps sending pending messages for up to a second.
    package init(_ kind: Kind, in context: SocketContext) throws(WireError) {
        guard let handle = zmq_socket(context.handle, kind.code) else { throw lastError("zmq_socket") }
        do throws(WireError) {
            try configure(handle, as: kind)
        } catch {
            zmq_close(handle)
            throw error
        }
        self.handle = handle
        self.context = context
    }

    deinit { zmq_close(handle) }

    /// Encrypts messages, and accepts only clients that know the public key.
    ///
    /// Must be called before the socket binds.
    package func serve(with keys: CurveKeys) throws(WireError) {
        try set(ZMQ_CURVE_SERVER, to: Int32(1), of: handle)
        try set(ZMQ_CURVE_SECRETKEY, to: keys.secretKey.utf8, of: handle)
    }

    /// Encrypts messages, and connects only to the server with this public key.
    ///
    /// Must be called before the socket connects.
    ///
    /// - Parameter keys: the client's own keys.
    package func trust(serverKey: String, with keys: CurveKeys) throws(WireError) {
        try set(ZMQ_CURVE_SERVERKEY, to: serverKey.utf8, of: handle)
        try set(ZMQ_CURVE_PUBLICKEY, to: keys.publicKey.utf8, of: handle)
        try set(ZMQ_CURVE_SECRETKEY, to: keys.secretKey.utf8, of: handle)
    }

    /// Binds to a channel's port, or to a free port if the connection has none.
    func bind(_ channel: ConnectionFile.Channel, of connection: ConnectionFile) throws(WireError) {
        if let keys = connection.curveKeys { try serve(with: keys) }
        try bind(connection.endpoint(of: channel))
    }

    /// Returns the last bound port; for `ipc`, the end of the socket's path.
    package func port() throws(WireError) -> Int {
        var endpoint = [CChar](repeating: 0, count: 1024)
        var count = endpoint.count
        guard zmq_getsockopt(handle, ZMQ_LAST_ENDPOINT, &endpoint, &count) == 0 else {
            throw lastError("zmq_getsockopt")
        }
        let text = endpoint.prefix { $0 != 0 }.map(UInt8.init(bitPattern:))
        let digits = text.reversed().prefix { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
        return Int(String(decoding: digits.reversed(), as: UTF8.self)) ?? 0
    }

    /// Binds to an endpoint, so that others can connect to it.
    package func bind(_ endpoint: String) throws(WireError) {
        try allowAddress(of: endpoint)
        guard zmq_bind(handle, endpoint) == 0 else {
            throw .notBound(endpoint: endpoint, reason: String(cString: zmq_strerror(zmq_errno())))
        }
    }

    /// Connects to an endpoint, which need not be bound yet.
    package func connect(_ endpoint: String) throws(WireError) {
        try allowAddress(of: endpoint)
        guard zmq_connect(handle, endpoint) == 0 else { throw lastError("zmq_connect") }
    }

    /// Enables IPv6 if the endpoint has an IPv6 address (`tcp://[::1]:5001`), which ZeroMQ refuses by default.
    private func allowAddress(of endpoint: String) throws(WireError) {
        if endpoint.hasPrefix("tcp://[") { try set(ZMQ_IPV6, to: Int32(1), of: handle) }
    }

    /// Sets the identity by which routers address this socket.
    ///
    /// Must be called before the socket connects.
    package func setIdentity(_ identity: String) throws(WireError) {
        try set(ZMQ_ROUTING_ID, to: identity.utf8, of: handle)
    }

    /// Subscribes to messages whose first frame starts with `topic`.
    package func subscribe(to topic: String = "") throws(WireError) {
        try set(ZMQ_SUBSCRIBE, to: topic.utf8, of: handle)
    }

    /// Makes a router throw when a message is sent to a peer that is not connected, instead of dropping it silently.
    func setMandatory() throws(WireError) {
        try set(ZMQ_ROUTER_MANDATORY, to: Int32(1), of: handle)
    }

    /// The number of bytes of large frames that were sent, but not yet received by all peers.
    package var bytesInFlight: Int { inFlight.count.load(ordering: .relaxed) }

    /// Sends the frames as one message.
    ///
    /// Nothing is sent if the receiver's queue is full.
    package func send(_ frames: [[UInt8]]) throws(WireError) {
        for (index, frame) in frames.enumerated() {
            let flags = ZMQ_DONTWAIT | (index < frames.count - 1 ? ZMQ_SNDMORE : 0)
            if frame.count >= Socket.zeroCopyThreshold {
                var message = zmq_msg_t()
                initialize(&message, with: frame, countedIn: inFlight)
                // A sent message is empty by now.
                defer { zmq_msg_close(&message) }
                try checked { zmq_msg_send(&message, handle, flags) }
            } else {
                try checked { zmq_send(handle, frame, frame.count, flags) }
            }
        }
    }

    /// Repeats a call until it is not interrupted by a signal.
    private func checked(_ send: () -> Int32) throws(WireError) {
        while send() < 0 {
            if zmq_errno() == EHOSTUNREACH { throw .unreachable }
            if zmq_errno() != EINTR { throw lastError("zmq_send") }
        }
    }

    /// Receives the frames of the next message; returns `nil` if none has arrived.
    ///
    /// - Throws: `.tooLarge` if the message is too large and was dropped, `.zeroMQ` if the context was shut down.
    package func receive() throws(WireError) -> [[UInt8]]? {
        var frames: [[UInt8]] = []
        var frameCount = 0
        var byteCount = 0
        var message = zmq_msg_t()
        zmq_msg_init(&message)
        defer { zmq_msg_close(&message) }
        repeat {
            while zmq_msg_recv(&message, handle, ZMQ_DONTWAIT) < 0 {
                if zmq_errno() == EAGAIN, frames.isEmpty { return nil }
                if zmq_errno() != EINTR { throw lastError("zmq_msg_recv") }
            }
            frameCount += 1
            byteCount += zmq_msg_size(&message)
            if frameCount <= Socket.frameLimit, byteCount <= Socket.byteLimit {
                let bytes = UnsafeRawBufferPointer(
                    start: zmq_msg_data(&message), count: zmq_msg_size(&message))
                frames.append(Array(bytes))
            } else {
                frames.removeAll()
                frames.append([])
            }
        } while zmq_msg_more(&message) != 0
        guard frameCount <= Socket.frameLimit, byteCount <= Socket.byteLimit else {
            throw .tooLarge(frames: frameCount, bytes: byteCount)
        }
        return frames
    }

    /// Waits for a message for at most `milliseconds`; −1 waits forever.
    ///
    /// - Returns: whether one has arrived.
    /// - Throws: `.zeroMQ` if the context was shut down.
    package func waitForMessage(milliseconds: Int) throws(WireError) -> Bool {
        var item = zmq_pollitem_t(socket: handle, fd: 0, events: Int16(ZMQ_POLLIN), revents: 0)
        let count = zmq_poll(&item, 1, milliseconds)
        if count < 0 {
            if zmq_errno() == EINTR { return false }
            throw lastError("zmq_poll")
        }
        return count > 0
    }
}

/// Initializes a ZeroMQ message with a frame without copying it. ZeroMQ releases the frame on a thread of its own when
/// it has been sent to all peers.
private func initialize(_ message: inout zmq_msg_t, with frame: [UInt8], countedIn inFlight: InFlightBytes) {
    let held = Unmanaged.passRetained(RetainedFrame(frame, inFlight))
    // The bytes of an array that is retained and never mutated do not move.
    frame.withUnsafeBytes { bytes in
        _ = zmq_msg_init_data(
            &message, UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count,
            { _, held in if let held { Unmanaged<RetainedFrame>.fromOpaque(held).release() } }, held.toOpaque())
    }
}

private final class RetainedFrame: Sendable {
    private let bytes: [UInt8]
    private let inFlight: InFlightBytes

    init(_ bytes: [UInt8], _ inFlight: InFlightBytes) {
        self.bytes = bytes
        self.inFlight = inFlight
        inFlight.count.add(bytes.count, ordering: .relaxed)
    }

    deinit { inFlight.count.subtract(bytes.count, ordering: .relaxed) }
}

/// The number of bytes of a socket's large frames that ZeroMQ holds.
private final class InFlightBytes: Sendable {
    let count = Atomic<Int>(0)
}

private func configure(_ socket: UnsafeMutableRawPointer, as kind: Socket.Kind) throws(WireError) {
    try set(ZMQ_MAXMSGSIZE, to: Int64(Socket.byteLimit), of: socket)
    switch kind {
    case .router:
        try set(ZMQ_LINGER, to: Int32(1000), of: socket)
        // A client that reconnects with its identity replaces its old connection.
        try set(ZMQ_ROUTER_HANDOVER, to: Int32(1), of: socket)
    case .publisher:
        try set(ZMQ_LINGER, to: Int32(1000), of: socket)
        // All subscriptions are reported, even to known topics, and a slow subscriber may fall behind by
        // this many messages before it loses some.
        try set(ZMQ_XPUB_VERBOSE, to: Int32(1), of: socket)
        try set(ZMQ_SNDHWM, to: Int32(20_000), of: socket)
    case .dealer, .request, .subscriber:
        // The kernel may have ended, so do not wait for it.
        try set(ZMQ_LINGER, to: Int32(0), of: socket)
    }
}

private func set(
    _ option: Int32, to value: some FixedWidthInteger, of socket: UnsafeMutableRawPointer
) throws(WireError) {
    let status = withUnsafeBytes(of: value) { zmq_setsockopt(socket, option, $0.baseAddress, $0.count) }
    guard status == 0 else { throw lastError("zmq_setsockopt") }
}

private func set(
    _ option: Int32, to bytes: some Collection<UInt8>, of socket: UnsafeMutableRawPointer
) throws(WireError) {
    let bytes = Array(bytes)
    guard zmq_setsockopt(socket, option, bytes, bytes.count) == 0 else { throw lastError("zmq_setsockopt") }
}

/// Waits for any of several sockets and file descriptors.
package struct Poll {
    private var items: [zmq_pollitem_t] = []

    /// Creates a poll without sockets or descriptors.
    package init() {}

    /// Adds a socket and returns its index.
    @discardableResult
    package mutating func add(_ socket: borrowing Socket) -> Int {
        items.append(zmq_pollitem_t(socket: socket.handle, fd: 0, events: Int16(ZMQ_POLLIN), revents: 0))
        return items.count - 1
    }

    /// Adds a file descriptor and returns its index.
    @discardableResult
    package mutating func add(descriptor: Int32) -> Int {
        items.append(zmq_pollitem_t(socket: nil, fd: descriptor, events: Int16(ZMQ_POLLIN), revents: 0))
        return items.count - 1
    }

    /// Waits for input for at most `milliseconds`; −1 waits forever.
    ///
    /// Afterwards, ``isReady(_:)`` tells which sockets and descriptors have input.
    package mutating func wait(milliseconds: Int) throws(WireError) {
        for index in items.indices { items[index].revents = 0 }
        if zmq_poll(&items, Int32(items.count), milliseconds) < 0, zmq_errno() != EINTR {
            throw lastError("zmq_poll")
        }
    }

    /// Returns whether the socket or descriptor at this index had input when the wait ended.
    func isReady(_ index: Int) -> Bool {
        items[index].revents != 0
    }
}

private func lastError(_ call: String) -> WireError {
    .zeroMQ(call: call, reason: String(cString: zmq_strerror(zmq_errno())))
}
