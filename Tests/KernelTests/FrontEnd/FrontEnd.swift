import Foundation
import Kernel

/// A front-end: connects to a kernel over real ZeroMQ, as Jupyter's clients do.
///
/// What comes is kept until somebody asks for it, so the order in which a test asks does not matter.
final class FrontEnd {
    /// Longer than any answer takes on a busy machine.
    static let patience = 20.0

    let connection: ConnectionFile
    let signer: Signer
    let session = UUID().uuidString
    let identity: String
    private let context: SocketContext
    private let shell: Socket
    private let control: Socket
    private let stdin: Socket
    private let iopub: Socket
    private let heartbeat: Socket
    private var kept: [Channel: [Message]] = [:]
    private var sent = 0

    enum Channel: Hashable, CaseIterable { case shell, control, stdin, iopub }

    struct TimedOut: Error { let waitedFor: String }

    init(_ connection: ConnectionFile, identity: String = UUID().uuidString, subscribes: Bool = true) throws {
        self.connection = connection
        self.identity = identity
        signer = Signer(key: connection.key)
        context = try SocketContext()
        shell = try Socket(.dealer, in: context)
        control = try Socket(.dealer, in: context)
        stdin = try Socket(.dealer, in: context)
        iopub = try Socket(.subscriber, in: context)
        heartbeat = try Socket(.request, in: context)
        try shell.setIdentity(identity)
        try control.setIdentity(identity)
        try stdin.setIdentity(identity)
        if subscribes { try iopub.subscribe() }
        if let keys = connection.curveKeys {
            // As jupyter_client does it: the heartbeat knows only the kernel's public key.
            try shell.trust(serverKey: keys.publicKey, with: keys)
            try control.trust(serverKey: keys.publicKey, with: keys)
            try stdin.trust(serverKey: keys.publicKey, with: keys)
            try iopub.trust(serverKey: keys.publicKey, with: keys)
            try heartbeat.trust(serverKey: keys.publicKey, with: .generated())
        }
        try iopub.connect(connection.endpoint(of: .iopub))
        try shell.connect(connection.endpoint(of: .shell))
        try control.connect(connection.endpoint(of: .control))
        try stdin.connect(connection.endpoint(of: .stdin))
        try heartbeat.connect(connection.endpoint(of: .heartbeat))
    }

    /// Sends a message.
    ///
    /// - Returns: its name.
    @discardableResult
    func send(
        _ type: String, _ content: JSON = .emptyObject, on channel: Channel = .shell,
        parent: JSON = .emptyObject,
        date: String = timestamp(), subshell: String? = nil, buffers: [[UInt8]] = []
    ) throws -> String {
        var message = make(type, content, parent: parent, date: date, subshell: subshell)
        message.buffers = buffers
        try send(frames: message.frames(signedBy: signer).frames, on: channel)
        return message.header.id
    }

    /// Asks for a cell to be run.
    @discardableResult
    func execute(_ code: String, _ options: [String: JSON] = [:], in subshell: String? = nil) throws -> String {
        try send("execute_request", .object(options.merging(["code": .string(code)]) { $1 }), subshell: subshell)
    }

    /// A message that is not sent yet.
    func make(
        _ type: String, _ content: JSON = .emptyObject, parent: JSON = .emptyObject,
        date: String = timestamp(), subshell: String? = nil
    ) -> Message {
        sent += 1
        let header = Header(
            id: "\(session)_\(sent)", type: type, session: session, user: "tester", date: date, subshellID: subshell)
        return Message(header: header, parent: parent, content: content)
    }

    /// Sends frames as they are.
    func send(frames: [[UInt8]], on channel: Channel = .shell) throws {
        switch channel {
        case .shell: try shell.send(frames)
        case .control: try control.send(frames)
        case .stdin: try stdin.send(frames)
        case .iopub: break
        }
    }

    /// The next message on a channel that satisfies `condition`.
    func next(
        on channel: Channel, within seconds: Double = FrontEnd.patience, _ what: String = "a message",
        where condition: (Message) -> Bool = { _ in true }
    ) throws -> Message {
        let deadline = steadySeconds() + seconds
        while true {
            if let index = kept[channel, default: []].firstIndex(where: condition) {
                return kept[channel, default: []].remove(at: index)
            }
            guard try receive(until: deadline) else { throw TimedOut(waitedFor: what) }
        }
    }

    /// The reply to a request.
    func reply(to id: String, on channel: Channel = .shell) throws -> Message {
        try next(on: channel, "the reply to \(id)") { $0.parentID == id }
    }

    /// Everything that a request publishes, up to and with its last `idle`.
    func published(by id: String) throws -> [Message] {
        var messages: [Message] = []
        while true {
            let message = try next(on: .iopub, "idle of \(id)") { $0.parentID == id }
            messages.append(message)
            if message.state == "idle" { return messages }
        }
    }

    /// Runs a cell to its end.
    func run(_ code: String, _ options: [String: JSON] = [:]) throws -> (reply: Message, published: [Message]) {
        let id = try execute(code, options)
        return (try reply(to: id), try published(by: id))
    }

    /// Asks a question and waits until it is dealt with.
    @discardableResult
    func ask(
        _ type: String, _ content: JSON = .emptyObject, on channel: Channel = .shell
    ) throws -> (reply: Message, published: [Message]) {
        let id = try send(type, content, on: channel)
        return (try reply(to: id, on: channel), try published(by: id))
    }

    /// Messages that have come on a channel and that nobody asked for, after a while in which more may.
    func rest(on channel: Channel, after seconds: Double = 0.2) throws -> [Message] {
        let deadline = steadySeconds() + seconds
        while try receive(until: deadline) {}
        defer { kept[channel] = [] }
        return kept[channel, default: []]
    }

    /// What the heartbeat channel answers.
    func beat(_ bytes: [UInt8], within seconds: Double = FrontEnd.patience) throws -> [[UInt8]]? {
        try heartbeat.send([bytes])
        return try heartbeat.waits(milliseconds: Int(seconds * 1000)) ? heartbeat.receive() : nil
    }

    /// Waits until the kernel answers.
    func waitUntilReady() throws {
        _ = try next(on: .iopub, "the welcome") { $0.header.type == "iopub_welcome" }
        _ = try ask("kernel_info_request")
    }

    private func receive(until deadline: Double) throws -> Bool {
        var poll = Poll()
        poll.add(shell)
        poll.add(control)
        poll.add(stdin)
        poll.add(iopub)
        while true {
            let left = deadline - steadySeconds()
            if left < 0 { return false }
            try poll.wait(milliseconds: Int(left * 1000) + 1)
            var hasSome = false
            hasSome = try keep(shell, .shell) || hasSome
            hasSome = try keep(control, .control) || hasSome
            hasSome = try keep(stdin, .stdin) || hasSome
            hasSome = try keep(iopub, .iopub) || hasSome
            if hasSome { return true }
        }
    }

    private func keep(_ socket: borrowing Socket, _ channel: Channel) throws -> Bool {
        var hasSome = false
        while let frames = try socket.receive() {
            let parts = try Multipart(frames: frames)
            guard signer.accepts(parts) else { throw WireError.badSignature }
            kept[channel, default: []].append(try Message(parts))
            hasSome = true
        }
        return hasSome
    }
}

extension Message {
    var type: String { header.type }
    var parentID: String? { parent["msg_id"]?.string }
    var state: String? { content["execution_state"]?.string }
    var status: String? { content["status"]?.string }

    /// A word for a published message, with which its order can be compared.
    var summary: String {
        switch type {
        case "status": state ?? "?"
        case "stream": "\(content["name"]?.string ?? "?"):\(content["text"]?.string ?? "?")"
        default: type
        }
    }
}
