import Jupyter
import Platform

/// Limits the rate of frames, and the share of the time that they take.
package struct FramePace: Sendable {
    /// The smallest time between two frames in seconds.
    private let interval: Double
    /// The largest share of the time that frames may take.
    private let share: Double
    private var next: Double

    /// Creates a pace whose first frame is due after `delay` seconds.
    package init(interval: Double, share: Double, delay: Double = 0) {
        self.interval = interval
        self.share = share
        next = steadySeconds() + delay
    }

    /// The pace of pictures: at most ten frames a second and a thirtieth of the time.
    static var picture: FramePace { FramePace(interval: 0.1, share: 1.0 / 30) }

    /// Calls a closure that shows a frame, if one is due.
    ///
    /// - Parameter count: the number of displays that share this pace, by which each one's rate is divided.
    package mutating func showIfDue(sharedBy count: Int = 1, _ frame: () -> Void) {
        let start = steadySeconds()
        guard start >= next else { return }
        frame()
        let end = steadySeconds()
        next = max(start + Double(count) * interval, end + Double(count) * (end - start) / share)
    }
}
