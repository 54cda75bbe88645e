import Glibc

/// Sleeps for `seconds`, and wakes up within 20 ms of an interrupt.
///
/// - Throws: ``EngineError/cancelled``.
package func pause(seconds: Double, _ cancellation: Cancellation) throws(EngineError) {
    let end = ContinuousClock.now + .milliseconds(Int64(seconds * 1000))
    while ContinuousClock.now < end {
        try cancellation.check()
        usleep(20_000)
    }
    try cancellation.check()
}
