import Platform

/// Counts what fails and waits before the next try.
struct Patience {
    private let policy: RetryPolicy
    private let meter: ProgressMeter
    private let cancellation: Cancellation
    private var failures = 0
    private var hasReached = false

    init(_ policy: RetryPolicy, meter: ProgressMeter, cancellation: Cancellation) {
        self.policy = policy
        self.meter = meter
        self.cancellation = cancellation
    }

    /// Bytes have come: what failed before is forgotten.
    mutating func progressed() {
        failures = 0
        hasReached = true
    }

    /// A server has answered, whatever it said.
    mutating func reached() { hasReached = true }

    /// Waits, if another try makes sense.
    ///
    /// - Throws: `failure` when it does not; ``EngineError/cancelled``.
    mutating func wait(after failure: DownloadFailure) throws(TransferError) {
        failures += 1
        if case .noConnection = failure, !hasReached {
            // No server was ever reached: a person without a network should hear of it at once.
            throw .failed(failure)
        }
        guard failure.isPassing, let seconds = policy.pause(after: failures, asked: failure.wait) else {
            throw .failed(failure)
        }
        meter.say(note(failure, seconds: seconds))
        try locally { () throws(EngineError) in try pause(seconds: seconds, cancellation) }
        meter.say(nil)
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
