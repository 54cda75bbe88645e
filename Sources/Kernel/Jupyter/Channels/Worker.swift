import Platform

/// A thread that runs jobs one after another.
///
/// Work that blocks or needs a deep stack runs here, never on Swift's cooperative threads.
final class Worker: Sendable {
    /// The stack size for cells, which may recurse; untouched pages use no memory.
    static let cellStackBytes = 64 << 20

    private let queue = Monitor<Queue>(Queue())

    /// Starts the thread.
    ///
    /// - Parameter name: the thread's name in debuggers and `top -H`, at most 15 bytes.
    init(name: String, stackBytes: Int = 8 << 20) {
        startThread(name: name, stackBytes: stackBytes) { [queue] in
            while let job = queue.wait({ $0.next() }) ?? nil { job() }
            queue.withLock { $0.isFinished = true }
            queue.wake()
        }
    }

    /// Queues a job, which runs after those before it.
    func perform(_ job: @escaping @Sendable () -> Void) {
        queue.withLock { $0.jobs.append(job) }
        queue.wake()
    }

    /// Ends the thread after all queued jobs, waiting at most `seconds`.
    ///
    /// - Returns: whether it has ended.
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

        /// Removes and returns the next job; `.some(nil)` if no more will be queued, `nil` if one may be.
        mutating func next() -> (@Sendable () -> Void)?? {
            if !jobs.isEmpty { return .some(jobs.removeFirst()) }
            return isClosed ? .some(nil) : nil
        }
    }
}
