import CZeroMQ
import Glibc
import Synchronization

/// Where sockets live.
///
/// One per kernel.
package final class SocketContext: @unchecked Sendable {
    // ZeroMQ's contexts may be used by any thread; sockets may not.
    fileprivate let handle: UnsafeMutableRawPointer
    private let isTerminated = Atomic<Bool>(false)

    /// A context of its own.
    package init() throws(WireError) {
        guard let handle = zmq_ctx_new() else { throw lastError("zmq_ctx_new") }
        self.handle = handle
    }

    /// Has every waiting call on the context's sockets throw, so that their threads can end.
    package func shutDown() {
        zmq_ctx_shutdown(handle)
    }

    /// Waits until every socket is closed and what lingers in them is sent, at most their linger time.
    package func terminate() {
        guard !isTerminated.exchange(true, ordering: .relaxed) else { return }
        while zmq_ctx_term(handle) != 0, zmq_errno() == EINTR {}
    }

    /// Each open socket keeps its context, so all are closed by now.
    deinit { terminate() }
}

/// A ZeroMQ socket.
///
/// It belongs to the thread that made it.
package struct Socket: ~Copyable {
    /// What a socket does with messages.
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

    /// More frames than this in one message are taken for an attack.
    static let frameLimit = 4096
    /// Frames of so many bytes are lent to ZeroMQ, smaller ones copied.
    private static let lentBytes = 32 << 10
    /// Larger frames make ZeroMQ drop the connection; larger messages are dropped here.
    static let byteLimit = 512 << 20

    fileprivate let handle: UnsafeMutableRawPointer
    private let lent = LentBytes()
    private let context: SocketContext

    /// A socket of this kind, neither bound nor connected.
    ///
    /// A closed router or publisher still sends what it can for a second.
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

    /// Hears only clients that know the public key, and encrypts what is said.
    ///
    /// To be set before it binds.
    package func serve(with keys: CurveKeys) throws(WireError) {
        try set(ZMQ_CURVE_SERVER, to: Int32(1), of: handle)
        try set(ZMQ_CURVE_SECRETKEY, to: keys.secretKey.utf8, of: handle)
    }

    /// Talks only with the server that has the secret of this public key, and shows it keys of its own.
    ///
    /// To be set before it connects.
    package func trust(serverKey: String, with keys: CurveKeys) throws(WireError) {
        try set(ZMQ_CURVE_SERVERKEY, to: serverKey.utf8, of: handle)
        try set(ZMQ_CURVE_PUBLICKEY, to: keys.publicKey.utf8, of: handle)
        try set(ZMQ_CURVE_SECRETKEY, to: keys.secretKey.utf8, of: handle)
    }

    /// Opens a kernel's channel: at the port that the connection has for it, or else at a free one.
    func bind(_ channel: ConnectionFile.Channel, of connection: ConnectionFile) throws(WireError) {
        if let keys = connection.curveKeys { try serve(with: keys) }
        try bind(connection.endpoint(of: channel))
    }

    /// The port that was bound last; for `ipc`, the end of the socket's path.
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

    /// Opens the endpoint for others to connect to.
    package func bind(_ endpoint: String) throws(WireError) {
        try allowAddress(of: endpoint)
        guard zmq_bind(handle, endpoint) == 0 else {
            throw .notBound(endpoint: endpoint, reason: String(cString: zmq_strerror(zmq_errno())))
        }
    }

    /// Connects to an endpoint, now or when it opens.
    package func connect(_ endpoint: String) throws(WireError) {
        try allowAddress(of: endpoint)
        guard zmq_connect(handle, endpoint) == 0 else { throw lastError("zmq_connect") }
    }

    /// ZeroMQ refuses addresses of IPv6 (`tcp://[::1]:5001`) unless told otherwise.
    private func allowAddress(of endpoint: String) throws(WireError) {
        if endpoint.hasPrefix("tcp://[") { try set(ZMQ_IPV6, to: Int32(1), of: handle) }
    }

    /// The name by which routers know this socket.
    ///
    /// To be set before it connects.
    package func setIdentity(_ identity: String) throws(WireError) {
        try set(ZMQ_ROUTING_ID, to: identity.utf8, of: handle)
    }

    /// Receives what is published with a first frame that starts with `topic`.
    package func subscribe(to topic: String = "") throws(WireError) {
        try set(ZMQ_SUBSCRIBE, to: topic.utf8, of: handle)
    }

    /// Has a router throw, not silently drop, what is sent to a peer that is not connected.
    package func setMandatory() throws(WireError) {
        try set(ZMQ_ROUTER_MANDATORY, to: Int32(1), of: handle)
    }

    /// How many bytes of large frames were sent and are not yet with every receiver.
    package var bytesOnTheirWay: Int { lent.count.load(ordering: .relaxed) }

    /// Sends the frames as one message.
    ///
    /// Nothing is sent when the receiver's queue is full.
    package func send(_ frames: [[UInt8]]) throws(WireError) {
        for (index, frame) in frames.enumerated() {
            let flags = ZMQ_DONTWAIT | (index < frames.count - 1 ? ZMQ_SNDMORE : 0)
            if frame.count >= Socket.lentBytes {
                var message = zmq_msg_t()
                lend(frame, to: &message, countedIn: lent)
                // A message that was sent is empty by now.
                defer { zmq_msg_close(&message) }
                try checked { zmq_msg_send(&message, handle, flags) }
            } else {
                try checked { zmq_send(handle, frame, frame.count, flags) }
            }
        }
    }

    /// Calls until no signal comes between.
    private func checked(_ send: () -> Int32) throws(WireError) {
        while send() < 0 {
            if zmq_errno() == EHOSTUNREACH { throw .unreachable }
            if zmq_errno() != EINTR { throw lastError("zmq_send") }
        }
    }

    /// The frames of the next message; `nil` when none has come.
    ///
    /// - Throws: `.tooLarge` when the message is; it is then gone. `.zeroMQ` when the context ended.
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

    /// Waits until a message has come, at most `milliseconds`; −1 waits for ever.
    ///
    /// - Throws: `.zeroMQ` when the context ended.
    package func waits(milliseconds: Int) throws(WireError) -> Bool {
        var item = zmq_pollitem_t(socket: handle, fd: 0, events: Int16(ZMQ_POLLIN), revents: 0)
        let count = zmq_poll(&item, 1, milliseconds)
        if count < 0 {
            if zmq_errno() == EINTR { return false }
            throw lastError("zmq_poll")
        }
        return count > 0
    }

}

/// Makes the frame a message of ZeroMQ's, which gives it back from a thread of its own when it was sent to everybody.
private func lend(_ frame: [UInt8], to message: inout zmq_msg_t, countedIn lent: LentBytes) {
    let held = Unmanaged.passRetained(HeldFrame(frame, lent))
    // The bytes of an array that is held and never changed stay where they are.
    frame.withUnsafeBytes { bytes in
        _ = zmq_msg_init_data(
            &message, UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count,
            { _, held in if let held { Unmanaged<HeldFrame>.fromOpaque(held).release() } }, held.toOpaque())
    }
}

private final class HeldFrame: Sendable {
    private let bytes: [UInt8]
    private let lent: LentBytes

    init(_ bytes: [UInt8], _ lent: LentBytes) {
        self.bytes = bytes
        self.lent = lent
        lent.count.add(bytes.count, ordering: .relaxed)
    }

    deinit { lent.count.subtract(bytes.count, ordering: .relaxed) }
}

/// How many bytes ZeroMQ has of a socket's large frames.
private final class LentBytes: Sendable {
    let count = Atomic<Int>(0)
}

private func configure(_ socket: UnsafeMutableRawPointer, as kind: Socket.Kind) throws(WireError) {
    try set(ZMQ_MAXMSGSIZE, to: Int64(Socket.byteLimit), of: socket)
    switch kind {
    case .router:
        try set(ZMQ_LINGER, to: Int32(1000), of: socket)
        // A client that comes back with its identity takes the place of its old connection.
        try set(ZMQ_ROUTER_HANDOVER, to: Int32(1), of: socket)
    case .publisher:
        try set(ZMQ_LINGER, to: Int32(1000), of: socket)
        // Every subscription is reported, also one to a topic that is known, and a slow reader
        // may fall behind by this many messages before it loses some.
        try set(ZMQ_XPUB_VERBOSE, to: Int32(1), of: socket)
        try set(ZMQ_SNDHWM, to: Int32(20_000), of: socket)
    case .dealer, .request, .subscriber:
        // The kernel may be gone; it is not waited for.
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

/// Waits for any of several sockets, or of several file descriptors.
package struct Poll {
    private var items: [zmq_pollitem_t] = []

    /// Nothing to wait for yet.
    package init() {}

    /// Also waits for this socket; returns its place among what is waited for.
    @discardableResult
    package mutating func add(_ socket: borrowing Socket) -> Int {
        items.append(zmq_pollitem_t(socket: socket.handle, fd: 0, events: Int16(ZMQ_POLLIN), revents: 0))
        return items.count - 1
    }

    /// Also waits for this file descriptor; returns its place among what is waited for.
    @discardableResult
    package mutating func add(descriptor: Int32) -> Int {
        items.append(zmq_pollitem_t(socket: nil, fd: descriptor, events: Int16(ZMQ_POLLIN), revents: 0))
        return items.count - 1
    }

    /// Waits, at most `milliseconds`; −1 waits for ever.
    ///
    /// Then ``isReady(_:)`` says who has something.
    package mutating func wait(milliseconds: Int) throws(WireError) {
        for index in items.indices { items[index].revents = 0 }
        if zmq_poll(&items, Int32(items.count), milliseconds) < 0, zmq_errno() != EINTR {
            throw lastError("zmq_poll")
        }
    }

    /// Whether the one at this place had something when the wait ended.
    package func isReady(_ place: Int) -> Bool {
        items[place].revents != 0
    }
}

private func lastError(_ call: String) -> WireError {
    .zeroMQ(call: call, reason: String(cString: zmq_strerror(zmq_errno())))
}
