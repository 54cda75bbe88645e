import Platform

/// A thread that does one job after another.
///
/// Work that blocks or needs a deep stack runs here, never on Swift's cooperative threads.
final class Worker: Sendable {
    /// Room for a cell that recurses: pages are only used when they are touched.
    static let cellStackBytes = 64 << 20

    private let queue = Monitor<Queue>(Queue())

    /// Starts the thread.
    ///
    /// `name` is what debuggers and `top -H` show, at most 15 bytes.
    init(name: String, stackBytes: Int = 8 << 20) {
        startThread(name: name, stackBytes: stackBytes) { [queue] in
            while let job = queue.wait({ $0.next() }) ?? nil { job() }
            queue.withLock { $0.isFinished = true }
            queue.wake()
        }
    }

    /// Has `job` done after those before it.
    func perform(_ job: @escaping @Sendable () -> Void) {
        queue.withLock { $0.jobs.append(job) }
        queue.wake()
    }

    /// Ends the thread after the jobs that were given, and waits for that at most `seconds`.
    ///
    /// - Returns: whether it ended.
    @discardableResult
    func finish(seconds: Double) -> Bool {
        queue.withLock { $0.isClosed = true }
        queue.wake()
        return queue.wait(seconds: seconds) { $0.isFinished ? true : nil } ?? false
    }

    private struct Queue {
        var jobs: [@Sendable () -> Void] = []
        var isClosed = false
        var isFinished = false

        /// The next job; `.some(nil)` when none will come; `nil` when one may.
        mutating func next() -> (@Sendable () -> Void)?? {
            if !jobs.isEmpty { return .some(jobs.removeFirst()) }
            return isClosed ? .some(nil) : nil
        }
    }
}
