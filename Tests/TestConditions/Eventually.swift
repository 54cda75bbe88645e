import Foundation
import Testing

/// Waits until `condition` holds, and records an issue when it does not in time: what never comes fails its test instead of
/// keeping it for ever.
///
/// - Parameters:
///   - seconds: how long to wait by the monotonic clock; longer than the slowest machine takes, since nothing is timed here.
///   - pause: between two looks, in microseconds.
///   - what: what is waited for, for the issue.
/// - Returns: whether the condition held in time.
@discardableResult
public func eventually(
    within seconds: Double = 120, pause: UInt32 = 1_000, _ what: Comment = "What was waited for has not come.",
    sourceLocation: SourceLocation = #_sourceLocation, _ condition: () throws -> Bool
) rethrows -> Bool {
    let end = ContinuousClock.now + .seconds(seconds)
    while try !condition() {
        guard ContinuousClock.now < end else {
            Issue.record(what, sourceLocation: sourceLocation)
            return false
        }
        usleep(pause)
    }
    return true
}
