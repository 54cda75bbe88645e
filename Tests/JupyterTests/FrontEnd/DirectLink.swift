import Jupyter
import Platform

/// A front-end in the kernel's own process, as `vitrine run` is one.
final class DirectLink: Link, Sendable {
    let transport = DirectTransport()

    func send(_ message: Message, on channel: FrontEnd.Channel) throws {
        try transport.send(message, on: channel.kind)
    }

    func receive(until deadline: Double) throws -> [(FrontEnd.Channel, Message)] {
        let messages = transport.receive(within: max(deadline - steadySeconds(), 0))
        return messages.compactMap { kind, message in FrontEnd.Channel(kind).map { ($0, message) } }
    }
}
