import Jupyter
import Platform

/// When to show the next frame of something that changes: not too often, and without costing much of the time.
package struct FramePace: Sendable {
    /// The smallest time between two frames in seconds.
    private let interval: Double
    /// Which part of the time frames may take.
    private let share: Double
    private var next: Double

    /// Frames at this pace, the first after `patience` seconds.
    package init(interval: Double, share: Double, patience: Double = 0) {
        self.interval = interval
        self.share = share
        next = steadySeconds() + patience
    }

    /// Ten frames a second that take a thirtieth of the time, for a picture.
    static var picture: FramePace { FramePace(interval: 0.1, share: 1.0 / 30) }

    /// Has a frame made and shown, if it is time.
    ///
    /// - Parameter count: how many things share this pace: each then shows so many times fewer.
    package mutating func showIfDue(sharedBy count: Int = 1, _ frame: () -> Void) {
        let start = steadySeconds()
        guard start >= next else { return }
        frame()
        let end = steadySeconds()
        next = max(start + Double(count) * interval, end + Double(count) * (end - start) / share)
    }
}
