import Platform

/// A transport between a kernel and its only front-end in the same process, which passes messages without encoding
/// them.
///
/// The front-end's functions may be called from any thread.
package final class DirectTransport: Sendable {
    private let channels = QueuedChannels()
    private let answers = Monitor(Answers())

    private struct Answers {
        var messages: [(channel: ConnectionFile.Channel, message: Message)] = []
        var isClosed = false

        /// Removes and returns the pending messages: none once closed, nil while more may arrive.
        mutating func take() -> [(channel: ConnectionFile.Channel, message: Message)]? {
            if messages.isEmpty, !isClosed { return nil }
            defer { messages = [] }
            return messages
        }
    }

    /// Creates a transport that neither a kernel nor a front-end uses yet.
    package init() {}

    /// Sends the kernel a message.
    ///
    /// - Throws: `.badLine` if the channel does not accept messages.
    package func send(_ message: Message, on channel: ConnectionFile.Channel) throws(WireError) {
        try channels.add(message, to: channel)
    }

    /// Waits for messages from the kernel; returns none when it has ended or the transport was closed.
    package func receive() -> [(channel: ConnectionFile.Channel, message: Message)] {
        answers.wait { $0.take() }
    }

    /// Waits for messages from the kernel for at most `seconds`.
    package func receive(within seconds: Double) -> [(channel: ConnectionFile.Channel, message: Message)] {
        answers.wait(seconds: seconds) { $0.take() } ?? []
    }

    /// Ends all waits for messages.
    package func close() {
        answers.withLock { $0.isClosed = true }
        answers.wake()
    }

    /// Returns the channels, for the I/O thread.
    func ports() -> Ports {
        channels.ports { [answers] (message, channel) throws(WireError) in
            answers.withLock { $0.messages.append((channel, message)) }
            answers.wake()
        }
    }
}
