import Platform

/// The state of retries: counts consecutive failures and waits before the next try.
struct RetryState {
    private let policy: RetryPolicy
    private let meter: ProgressMeter
    private let cancellation: Cancellation
    private var failures = 0
    private var hasResponse = false

    init(_ policy: RetryPolicy, meter: ProgressMeter, cancellation: Cancellation) {
        self.policy = policy
        self.meter = meter
        self.cancellation = cancellation
    }

    /// Records that bytes were received, which resets the count of failures.
    mutating func recordProgress() {
        failures = 0
        hasResponse = true
    }

    /// Records that a server has responded, with any status.
    mutating func recordResponse() { hasResponse = true }

    /// Waits before the next try, if there should be one.
    ///
    /// - Throws: `failure` if there should not; ``EngineError/cancelled``.
    mutating func wait(after failure: DownloadFailure) throws(TransferError) {
        failures += 1
        if case .noConnection = failure, !hasResponse {
            // No server has responded: a user without a network should be told immediately.
            throw .failed(failure)
        }
        guard failure.isTransient, let seconds = policy.pause(after: failures, asked: failure.wait) else {
            throw .failed(failure)
        }
        meter.setNote(note(failure, seconds: seconds))
        try locally { () throws(EngineError) in try pause(seconds: seconds, cancellation) }
        meter.setNote(nil)
    }

    private func note(_ failure: DownloadFailure, seconds: Double) -> String {
        let what =
            switch failure {
            case .tooManyRequests: "the server asks to wait"
            case .server(let status): "the server answered \(status)"
            default: "the connection was lost"
            }
        return "\(what); trying again in \(seconds.formatted(digits: seconds < 10 ? 1 : 0)) s"
    }
}
