import Foundation
import VitrineEngine

extension Cancellation {
    /// The cancellation that SIGINT and SIGTERM request after ``listenToSignals()``.
    static let bySignal = Cancellation()

    /// Installs handlers that request ``bySignal`` on SIGINT and SIGTERM, and ignores SIGPIPE, so that writing to a
    /// closed pipe is an error.
    static func listenToSignals() {
        // Initialized before a handler can read it.
        _ = bySignal
        signal(SIGINT) { _ in Cancellation.bySignal.request() }
        signal(SIGTERM) { _ in Cancellation.bySignal.request() }
        signal(SIGPIPE, SIG_IGN)
    }
}
