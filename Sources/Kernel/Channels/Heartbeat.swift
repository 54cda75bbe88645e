/// Echoes whatever comes on the heartbeat channel, on a thread of its own, whatever else goes on.
enum Heartbeat {
    /// Starts the thread; it ends when the context is shut down.
    ///
    /// - Throws: `.notBound` when the endpoint cannot be opened.
    static func start(endpoint: String, in context: SocketContext) throws(WireError) {
        let opening = Monitor<Result<Void, WireError>?>(nil)
        startThread(name: "heartbeat", stackBytes: 1 << 20) {
            do throws(WireError) {
                let socket = try Socket(.router, in: context)
                try socket.bind(endpoint)
                opening.withLock { $0 = .success(()) }
                opening.wake()
                while true {
                    guard try socket.waits(milliseconds: -1) else { continue }
                    // Too large to echo: nobody's heart beats so.
                    guard let frames = try? socket.receive() else { continue }
                    try? socket.send(frames)
                }
            } catch {
                opening.withLock { if $0 == nil { $0 = .failure(error) } }
                opening.wake()
            }
        }
        let outcome: Result<Void, WireError> = opening.wait { $0 }
        try outcome.get()
    }
}
