import Foundation

/// File access that may hang in the kernel: a network disk that is gone neither answers nor reacts to an interrupt.
package enum Disk {
    /// What cancels this thread's waits for its disks; nil if nothing does.
    @TaskLocal package static var cancellation: Cancellation?

    /// How often ``cancellation`` is checked, in seconds.
    private static let interval = 0.05

    /// Runs the work on a thread of its own and waits for it, until ``cancellation`` asks to stop.
    ///
    /// A hanging thread is left behind; it ends when its disk answers. So the work must own what it uses.
    ///
    /// - Parameter discard: called with a result that is no longer awaited.
    /// - Throws: ``EngineError/cancelled``.
    package static func wait<Result: Sendable>(
        for work: @escaping @Sendable () -> Result, discard: @escaping @Sendable (Result) -> Void = { _ in }
    ) throws(EngineError) -> Result {
        guard let cancellation else { return work() }
        let outcome = Monitor(Outcome<Result>.awaited)
        startThread(name: "disk", stackBytes: 512 << 10) {
            let result = work()
            let isAwaited = outcome.withLock { outcome in
                if case .abandoned = outcome { return false }
                outcome = .found(result)
                return true
            }
            if isAwaited { outcome.wake() } else { discard(result) }
        }
        while true {
            if let result = outcome.wait(seconds: interval, { $0.result }) { return result }
            guard cancellation.isRequested else { continue }
            // The result may have arrived in between.
            return try outcome.withLock { outcome throws(EngineError) in
                if let result = outcome.result { return result }
                outcome = .abandoned
                throw .cancelled
            }
        }
    }

    private enum Outcome<Result> {
        case awaited
        case found(Result)
        case abandoned

        var result: Result? { if case .found(let result) = self { result } else { nil } }
    }

    /// Opens the file or folder at `path`, if there is one, and reads its first byte or entry.
    ///
    /// - Throws: ``EngineError/cancelled``.
    package static func probe(_ path: String) throws(EngineError) {
        let place = (path as NSString).expandingTildeInPath
        try wait {
            var status = stat()
            guard stat(place, &status) == 0 else { return }
            switch status.st_mode & S_IFMT {
            case S_IFDIR:
                guard let folder = opendir(place) else { return }
                _ = readdir(folder)
                closedir(folder)
            case S_IFREG:
                let descriptor = open(place, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
                guard descriptor >= 0 else { return }
                var byte: UInt8 = 0
                _ = read(descriptor, &byte, 1)
                close(descriptor)
            default: return
            }
        }
    }
}
