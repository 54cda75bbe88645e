/// A value behind a lock, and threads that wait for it to change.
///
/// `Mutex` cannot be waited on; this can. Nothing here belongs on Swift's cooperative threads.
package final class Monitor<State>: @unchecked Sendable {
    private let condition = Condition()
    private var state: State

    /// Guards `state`.
    package init(_ state: State) { self.state = state }

    /// Runs `body` with the value, alone.
    package func withLock<Result, Failure: Error>(
        _ body: (inout State) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        condition.lock()
        defer { condition.unlock() }
        return try body(&state)
    }

    /// Makes every waiting thread look again.
    package func wake() { condition.broadcast() }

    /// Waits until `take` returns something.
    ///
    /// `take` is called with the value, alone, now and at each ``wake()``.
    package func wait<Result>(_ take: (inout State) -> Result?) -> Result {
        condition.lock()
        defer { condition.unlock() }
        while true {
            if let result = take(&state) { return result }
            condition.wait()
        }
    }

    /// Waits until `take` returns something, at most `seconds`; then `nil`.
    package func wait<Result>(seconds: Double, _ take: (inout State) -> Result?) -> Result? {
        let deadline = Condition.Deadline(inSeconds: seconds)
        condition.lock()
        defer { condition.unlock() }
        while true {
            if let result = take(&state) { return result }
            if !condition.wait(until: deadline) { return take(&state) }
        }
    }
}
