/// One channel's way to the front-ends and back: a ZeroMQ socket, or lines of JSON.
protocol MessagePort: AnyObject {
    /// The next message; nil when none has come.
    ///
    /// - Throws: why a message that has come is dropped; `.zeroMQ` when nothing can be received.
    func receive() throws(WireError) -> Message?

    /// Sends a message to where its identities say.
    func send(_ message: Message) throws(WireError)

    /// Has `poll` wait for messages; returns the place among what it waits for.
    func watch(in poll: inout Poll) -> Int
}

/// The way of what every front-end sees.
protocol PublishingPort: AnyObject {
    /// Sends a message to all who listen.
    func publish(_ message: Message) throws(WireError)

    /// How many bytes of what was published some listener has not taken.
    var bytesOnTheirWay: Int { get }

    /// What subscribers have begun to listen to since the last call; an empty topic is everything.
    func newTopics() -> [[UInt8]]

    /// Has `poll` wait for listeners; returns the place among what it waits for.
    func watch(in poll: inout Poll) -> Int
}

/// The channels of a kernel but the heartbeat.
struct Ports {
    /// Makes the kernel's messages.
    let session: ProtocolSession
    let shell: any MessagePort
    let control: any MessagePort
    let stdin: any MessagePort
    let iopub: any PublishingPort
}
