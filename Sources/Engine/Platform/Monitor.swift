/// A value guarded by a lock, on whose changes threads can wait.
///
/// Unlike `Mutex` it can be waited on. Do not block Swift's cooperative threads with it.
package final class Monitor<State>: @unchecked Sendable {
    private let condition = Condition()
    private var state: State

    /// Creates a monitor that guards `state`.
    package init(_ state: State) { self.state = state }

    /// Runs `body` with exclusive access to the value.
    package func withLock<Result, Failure: Error>(
        _ body: (inout State) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        condition.lock()
        defer { condition.unlock() }
        return try body(&state)
    }

    /// Makes every waiting thread evaluate its condition again.
    package func wake() { condition.broadcast() }

    /// Waits until `take` returns a value.
    ///
    /// `take` is called with exclusive access to the state, now and at each ``wake()``.
    package func wait<Result>(_ take: (inout State) -> Result?) -> Result {
        condition.lock()
        defer { condition.unlock() }
        while true {
            if let result = take(&state) { return result }
            condition.wait()
        }
    }

    /// Waits at most `seconds` until `take` returns a value; nil after that.
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
