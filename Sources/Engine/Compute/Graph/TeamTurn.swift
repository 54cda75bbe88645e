import Foundation
import Platform

/// The right to use a team, which serializes the threads that share it, fairly by time used.
///
/// A thread that has the turn may take it again inside. One that comes back within the ``gracePeriod`` goes on, since handing
/// over wakes a thread and leaves the cores idle meanwhile; after a ``slice``, or after as long as the turn before its first
/// took, the thread that has waited longest is next. So a render of short steps gets as much time as one of long steps.
package final class TeamTurn: @unchecked Sendable {
    /// The least time for which a thread may keep coming back while others wait.
    package static let slice: Duration = .milliseconds(50)
    /// The time within which it has to come back. A render takes less between two steps, unless it shows a picture.
    package static let gracePeriod: Duration = .milliseconds(1)

    private let now: @Sendable () -> ContinuousClock.Instant
    /// The lock of the properties below, which signals their changes.
    private let lock = Condition()
    /// The thread that has the turn, and how often it took it.
    private var owner: pthread_t?
    private var depth = 0
    private var began: ContinuousClock.Instant
    private var last: Last?
    /// The waiting threads, longest first. Its capacity is reserved, so that waiting allocates nothing.
    private var waiting: [pthread_t] = []

    /// The thread that had the turn last.
    private struct Last {
        let thread: pthread_t
        /// Until when it may come back while others wait.
        let until: ContinuousClock.Instant
        var ended: ContinuousClock.Instant
        /// The duration of its last turn.
        var duration = Duration.zero
    }

    /// Creates a turn that is free.
    ///
    /// - Parameter now: returns the time.
    package init(now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }) {
        self.now = now
        began = now()
        waiting.reserveCapacity(32)
    }

    /// Calls `body` when it is this thread's turn.
    package func take<Result, Failure: Error>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
        _ = begin(unless: nil)
        defer { end() }
        return try body()
    }

    /// Calls `body` when it is this thread's turn; returns nil if `cancellation` is requested while it waits.
    package func take<Result, Failure: Error>(
        unless cancellation: Cancellation, _ body: () throws(Failure) -> Result
    ) throws(Failure) -> Result? {
        guard begin(unless: cancellation) else { return nil }
        defer { end() }
        return try body()
    }

    private func begin(unless cancellation: Cancellation?) -> Bool {
        lock.lock()
        defer { lock.unlock() }
        let thread = pthread_self()
        guard isFree(for: thread) || wait(thread, unless: cancellation) else { return false }
        if owner == nil { own(thread) }
        if depth == 0 { began = now() }
        depth += 1
        return true
    }

    /// Returns whether a thread has the turn or may take it.
    private func isFree(for thread: pthread_t) -> Bool {
        if let owner { return pthread_equal(owner, thread) != 0 }
        if let last, pthread_equal(last.thread, thread) != 0 { return true }
        // A later thread does not overtake.
        if let first = waiting.first, pthread_equal(first, thread) == 0 { return false }
        guard let last else { return true }
        let time = now()
        return time >= last.until || time - last.ended >= Self.gracePeriod
    }

    /// Waits for the thread's turn; returns false if that was cancelled.
    private func wait(_ thread: pthread_t, unless cancellation: Cancellation?) -> Bool {
        waiting.append(thread)
        // Another may be first now.
        defer { waiting.removeAll { pthread_equal($0, thread) != 0 } }
        while !isFree(for: thread) {
            if cancellation?.isRequested == true { return false }
            if owner == nil {
                // No wake-up follows if the last owner never returns.
                _ = lock.wait(until: Condition.Deadline(inSeconds: Self.gracePeriod / .seconds(1)))
            } else if cancellation != nil {
                _ = lock.wait(until: Condition.Deadline(inSeconds: Self.interruptInterval))
            } else {
                lock.wait()
            }
        }
        return true
    }

    /// The seconds between two checks of a waiting thread's cancellation.
    private static let interruptInterval = 0.05

    private func own(_ thread: pthread_t) {
        owner = thread
        if let last, pthread_equal(last.thread, thread) != 0 { return }
        let time = now()
        last = Last(thread: thread, until: time + max(Self.slice, last?.duration ?? .zero), ended: time)
    }

    private func end() {
        lock.lock()
        defer { lock.unlock() }
        depth -= 1
        guard depth == 0 else { return }
        owner = nil
        let time = now()
        last?.ended = time
        last?.duration = time - began
        guard let next = waiting.first else { return }
        if let last, time >= last.until { own(next) }
        lock.broadcast()
    }
}
