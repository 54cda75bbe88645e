import Jupyter
import Platform
import Testing

/// How a front-end's messages reach a kernel and come back.
protocol Link: AnyObject {
    /// Sends a message.
    func send(_ message: Message, on channel: FrontEnd.Channel) throws

    /// The messages that have come, after waiting for some.
    ///
    /// - Returns: none when the deadline, by the steady clock, has passed or nothing can come any more.
    func receive(until deadline: Double) throws -> [(FrontEnd.Channel, Message)]
}

/// What tests of messages run over: one dispatcher serves all of them.
enum Transport: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case sockets = "ZeroMQ"
    case lines = "lines of JSON"
    case direct = "in process"

    var testDescription: String { rawValue }
}

extension FrontEnd.Channel {
    /// The channel as the kernel calls it.
    var kind: ConnectionFile.Channel {
        switch self {
        case .shell: .shell
        case .control: .control
        case .stdin: .stdin
        case .iopub: .iopub
        }
    }

    /// A front-end's channel; nil for the heartbeat.
    init?(_ kind: ConnectionFile.Channel) {
        guard let channel = Self.allCases.first(where: { $0.kind == kind }) else { return nil }
        self = channel
    }
}
