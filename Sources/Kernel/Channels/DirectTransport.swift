import Platform

/// A kernel and its one front-end in the same process: messages are handed over as they are, without bytes between them.
///
/// The front-end's side may be used from any thread.
package final class DirectTransport: Sendable {
    private let channels = QueuedChannels()
    private let answers = Monitor(Answers())

    private struct Answers {
        var messages: [(channel: ConnectionFile.Channel, message: Message)] = []
        var isClosed = false

        /// The messages that have come; none once it is closed; nil when some may come.
        mutating func take() -> [(channel: ConnectionFile.Channel, message: Message)]? {
            if messages.isEmpty, !isClosed { return nil }
            defer { messages = [] }
            return messages
        }
    }

    /// A way between a kernel and a front-end that are still to be made.
    package init() {}

    /// Sends the kernel a message.
    ///
    /// - Throws: `.badLine` when nothing can be sent on the channel.
    package func send(_ message: Message, on channel: ConnectionFile.Channel) throws(WireError) {
        try channels.add(message, to: channel)
    }

    /// Waits for the messages that the kernel has sent; none when it has ended or the way was closed.
    package func receive() -> [(channel: ConnectionFile.Channel, message: Message)] {
        answers.wait { $0.take() }
    }

    /// The same, waiting at most `seconds`.
    package func receive(within seconds: Double) -> [(channel: ConnectionFile.Channel, message: Message)] {
        answers.wait(seconds: seconds) { $0.take() } ?? []
    }

    /// Nothing is waited for any more.
    package func close() {
        answers.withLock { $0.isClosed = true }
        answers.wake()
    }

    /// The channels, for the I/O thread.
    func ports() -> Ports {
        channels.ports { [answers] (message, channel) throws(WireError) in
            answers.withLock { $0.messages.append((channel, message)) }
            answers.wake()
        }
    }
}
