import Platform

/// Echoes all messages on the heartbeat channel, on a thread of its own.
enum Heartbeat {
    /// Starts the thread, which ends when the context is shut down.
    ///
    /// - Returns: the port that it listens on.
    /// - Throws: `.notBound` if the endpoint cannot be opened.
    static func start(_ connection: ConnectionFile, in context: SocketContext) throws(WireError) -> Int {
        let opening = Monitor<Result<Int, WireError>?>(nil)
        startThread(name: "heartbeat", stackBytes: 1 << 20) {
            do throws(WireError) {
                let socket = try Socket(.router, in: context)
                try socket.bind(.heartbeat, of: connection)
                let port = try socket.port()
                opening.withLock { $0 = .success(port) }
                opening.wake()
                while true {
                    guard try socket.waitForMessage(milliseconds: -1) else { continue }
                    // A message that is too large to receive is not a heartbeat.
                    guard let frames = try? socket.receive() else { continue }
                    try? socket.send(frames)
                }
            } catch {
                opening.withLock { if $0 == nil { $0 = .failure(error) } }
                opening.wake()
            }
        }
        let outcome: Result<Int, WireError> = opening.wait { $0 }
        return try outcome.get()
    }
}
