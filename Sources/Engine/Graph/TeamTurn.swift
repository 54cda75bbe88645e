import Foundation

/// Whose turn it is to use a team, where several threads want it.
///
/// A thread that has its turn may take it again inside. One that comes back at once goes on, as handing over wakes a thread
/// and leaves the cores idle meanwhile; after ``slice`` the one that waits longest is next.
final class TeamTurn: @unchecked Sendable {
    /// For how long a thread may come back while others wait.
    static let slice: Duration = .milliseconds(50)

    private let lock = NSLock()
    /// Who has the turn, and how often it took it.
    private var owner: pthread_t?
    private var depth = 0
    /// Who had the turn last, and since when nobody else has had it.
    private var last: (thread: pthread_t, since: ContinuousClock.Instant)?
    private var waiting: [Waiter] = []

    private final class Waiter {
        let thread = pthread_self()
        let mayTry = DispatchSemaphore(value: 0)
    }

    /// Calls `body` when it is this thread's turn.
    func take<Result, Failure: Error>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
        begin()
        defer { end() }
        return try body()
    }

    private var isMine: Bool { owner.map { pthread_equal($0, pthread_self()) != 0 } ?? false }

    private func begin() {
        lock.lock()
        defer { lock.unlock() }
        if owner != nil, !isMine { wait() }
        if owner == nil { own(pthread_self()) }
        depth += 1
    }

    /// Returns when nobody has the turn, or this thread was given it.
    private func wait() {
        let waiter = Waiter()
        waiting.append(waiter)
        while owner != nil, !isMine {
            lock.unlock()
            waiter.mayTry.wait()
            lock.lock()
        }
        waiting.removeAll { $0 === waiter }
    }

    private func own(_ thread: pthread_t) {
        owner = thread
        if last.map({ pthread_equal($0.thread, thread) == 0 }) ?? true { last = (thread, .now) }
    }

    private func end() {
        lock.lock()
        defer { lock.unlock() }
        depth -= 1
        guard depth == 0 else { return }
        owner = nil
        guard let next = waiting.first else { return }
        if let last, .now - last.since >= Self.slice { own(next.thread) }
        next.mayTry.signal()
    }
}
