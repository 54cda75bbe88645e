/// The transport of one channel, such as a ZeroMQ socket or lines of JSON.
protocol MessagePort: AnyObject {
    /// Returns the next message; nil if none has arrived.
    ///
    /// - Throws: the reason why an incoming message was dropped; `.zeroMQ` if nothing can be received.
    func receive() throws(WireError) -> Message?

    /// Sends a message to the receiver that its identities name.
    func send(_ message: Message) throws(WireError)

    /// Adds the channel's messages to `poll`; returns the index in `poll`.
    func watch(in poll: inout Poll) -> Int
}

/// The transport of the IOPub channel.
protocol PublishingPort: AnyObject {
    /// Sends a message to all subscribers.
    func publish(_ message: Message) throws(WireError)

    /// The number of published bytes that not every subscriber has received.
    var bytesInFlight: Int { get }

    /// Returns the topics that were subscribed to since the last call; an empty topic matches everything.
    func newTopics() -> [[UInt8]]

    /// Adds the channel's subscriptions to `poll`; returns the index in `poll`.
    func watch(in poll: inout Poll) -> Int
}

/// The channels of a kernel, except the heartbeat.
struct Ports {
    /// The session that creates the kernel's messages.
    let session: ProtocolSession
    let shell: any MessagePort
    let control: any MessagePort
    let stdin: any MessagePort
    let iopub: any PublishingPort
}
