import Foundation
import Jupyter
import Platform
import TestKernel

/// A front-end: sends messages to a kernel, as Jupyter's clients do, and reads what comes back.
///
/// What comes is kept until somebody asks for it, so the order in which a test asks does not matter.
final class FrontEnd {
    /// Longer than any answer takes on a busy machine.
    static let patience = EchoRunner.patience

    let session = UUID().uuidString
    let link: any Link
    /// The kernel in this process that it belongs to, which lives as long.
    private let keptKernel: RunningKernel?
    private var kept: [Channel: [Message]] = [:]
    private var sent = 0

    enum Channel: Hashable, CaseIterable { case shell, control, stdin, iopub }

    struct TimedOut: Error { let waitedFor: String }

    init(_ link: any Link, of kernel: RunningKernel?) {
        self.link = link
        keptKernel = kernel
    }

    /// A front-end at a connection, over real ZeroMQ.
    convenience init(
        _ connection: ConnectionFile, identity: String = UUID().uuidString, subscribes: Bool = true,
        of kernel: RunningKernel? = nil
    ) throws {
        self.init(try SocketLink(connection, identity: identity, subscribes: subscribes), of: kernel)
    }

    /// A front-end of a new kernel in this process, which has answered.
    convenience init(over transport: Transport, history: HistoryLocation = .memory) throws {
        let kernel = try RunningKernel(over: transport, history: history)
        self.init(try kernel.link(), of: kernel)
        try waitUntilReady()
    }

    /// The kernel in this process that it was made with.
    var kernel: RunningKernel {
        guard let keptKernel else { preconditionFailure("The kernel is not in this process.") }
        return keptKernel
    }

    /// The sockets of a front-end that is connected by them.
    var sockets: SocketLink {
        guard let sockets = link as? SocketLink else { preconditionFailure("It is not connected by sockets.") }
        return sockets
    }

    /// The lines of a front-end that writes them.
    var lines: LineLink {
        guard let lines = link as? LineLink else { preconditionFailure("It does not write lines.") }
        return lines
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
        try link.send(message, on: channel)
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
    func reply(
        to id: String, on channel: Channel = .shell, within seconds: Double = FrontEnd.patience
    ) throws -> Message {
        try next(on: channel, within: seconds, "the reply to \(id)") { $0.parentID == id }
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

    /// What the heartbeat channel answers; lines have none.
    func beat(_ bytes: [UInt8], within seconds: Double = FrontEnd.patience) throws -> [[UInt8]]? {
        try sockets.beat(bytes, within: seconds)
    }

    /// Waits until the kernel answers.
    func waitUntilReady() throws {
        _ = try next(on: .iopub, "the welcome") { $0.header.type == "iopub_welcome" }
        _ = try ask("kernel_info_request")
    }

    private func receive(until deadline: Double) throws -> Bool {
        let messages = try link.receive(until: deadline)
        for (channel, message) in messages { kept[channel, default: []].append(message) }
        return !messages.isEmpty
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
