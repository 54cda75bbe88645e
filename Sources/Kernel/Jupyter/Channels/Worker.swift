import Glibc
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

/// Runs `body` on a new thread.
package func startThread(name: String, stackBytes: Int, _ body: @escaping @Sendable () -> Void) {
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    pthread_attr_setstacksize(&attributes, stackBytes)
    pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    var thread = pthread_t()
    let argument = Unmanaged.passRetained(ThreadBody(name: name, run: body)).toOpaque()
    let status = pthread_create(&thread, &attributes, runThread, argument)
    pthread_attr_destroy(&attributes)
    precondition(status == 0, "A thread could not be started: \(String(cString: strerror(status)))")
}

private func runThread(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let argument else { return nil }
    let body = Unmanaged<ThreadBody>.fromOpaque(argument).takeRetainedValue()
    nameThread(body.name)
    body.run()
    return nil
}

/// Names the calling thread, for debuggers and `top -H`. (`pthread_setname_np` is not visible to Swift.)
private func nameThread(_ name: String) {
    guard let file = fopen("/proc/thread-self/comm", "w") else { return }
    fputs(name, file)
    fclose(file)
}

private final class ThreadBody: Sendable {
    let name: String
    let run: @Sendable () -> Void

    init(name: String, run: @escaping @Sendable () -> Void) {
        self.name = name
        self.run = run
    }
}
