import Foundation
import VitrineEngine

extension Cancellation {
    /// What SIGINT and SIGTERM request after ``listenToSignals()``.
    static let bySignal = Cancellation()

    /// Has SIGINT and SIGTERM request ``bySignal``, and a closed pipe be an error of writing, in this process from now on.
    static func listenToSignals() {
        // Made before a handler can look at it.
        _ = bySignal
        signal(SIGINT) { _ in Cancellation.bySignal.request() }
        signal(SIGTERM) { _ in Cancellation.bySignal.request() }
        signal(SIGPIPE, SIG_IGN)
    }
}
