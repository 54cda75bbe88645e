import Engine
import Foundation

/// A line in the cell's output that says how far long work is: a bar, the speed and the time left.
///
/// Work that ends within half a second shows nothing. Then one display is replaced at most ten times a second,
/// and at the end says what was done.
final class ProgressLine {
    /// What is counted.
    enum Unit: Equatable {
        /// Bytes, with their speed.
        case bytes
        /// Things of this name: "picture".
        case things(String)
    }

    /// How far the work is.
    private struct Point {
        let seconds: Double
        let done: Int
    }

    private let execution: Execution
    private let id = UUID().uuidString
    private let now: () -> Double
    private let start: Double
    private var title: String
    private var isShown = false
    private var nextFrame: Double
    /// The last few seconds, which the speed is taken from. A resumed download does not start at 0.
    private var points: [Point] = []
    private var last: (done: Int, total: Int?, unit: Unit)?

    /// Work shorter than this, in seconds, is not shown.
    private static let patience = 0.5
    /// The smallest time between two frames in seconds.
    private static let interval = 0.1
    /// How far back the speed looks, in seconds.
    private static let memory = 5.0

    /// A line in `execution`'s output, which is not shown before there is something to say.
    ///
    /// - Parameters:
    ///   - title: what is done: "vit_b_16.pth".
    ///   - now: seconds on a clock that only goes forward.
    init(in execution: Execution, title: String, now: @escaping () -> Double = steadySeconds) {
        self.execution = execution
        self.title = title
        self.now = now
        start = now()
        nextFrame = start + Self.patience
    }

    /// Shows how far the work is, if it is time.
    ///
    /// - Parameters:
    ///   - total: nil where nobody knows.
    ///   - title: what is done now, if that has changed.
    func update(done: Int, of total: Int?, _ unit: Unit, title: String? = nil) {
        if let title, title != self.title {
            self.title = title
            points = []
        }
        let seconds = now()
        points.append(Point(seconds: seconds, done: done))
        // The newest point before the last seconds stays, so that a slow beginning is not forgotten at once.
        while points.count > 2, points[1].seconds < seconds - Self.memory { points.removeFirst() }
        last = (done, total, unit)
        guard seconds >= nextFrame else { return }
        show()
        nextFrame = seconds + Self.interval
    }

    /// Says what was done, where the line was shown.
    ///
    /// - Parameter words: instead of the last state.
    func finish(_ words: String? = nil) {
        guard isShown, let last else { return }
        execution.display(
            MIMEBundle(plain: words ?? "\(title): \(Self.amount(last.done, last.unit)) in \(duration(now() - start))"),
            id: id, update: true)
    }

    private func show() {
        guard let last else { return }
        let bar = ProgressBar(
            done: last.done, of: last.total, words: words(last), secondsLeft: secondsLeft(last), title: title)
        execution.display(MIMEBundle(plain: bar.plain, html: bar.line), id: id, update: isShown)
        isShown = true
    }

    /// "120 MB of 346 MB, 24.1 MB/s", "12 of 50 pictures".
    private func words(_ state: (done: Int, total: Int?, unit: Unit)) -> String {
        switch state.unit {
        case .bytes:
            let amount = byteCount(state.done) + (state.total.map { " of \(byteCount($0))" } ?? "")
            return amount + (speed.map { ", \(byteCount(Int($0)))/s" } ?? "")
        case .things(let name):
            guard let total = state.total else { return Self.amount(state.done, state.unit) }
            return "\(state.done) of \(Self.amount(total, .things(name)))"
        }
    }

    private static func amount(_ count: Int, _ unit: Unit) -> String {
        switch unit {
        case .bytes: byteCount(count)
        case .things(let name): "\(count) \(name)\(count == 1 ? "" : "s")"
        }
    }

    /// How much is done in a second, over the last few; nil before anything was.
    private var speed: Double? {
        guard let first = points.first, let last = points.last, last.seconds > first.seconds, last.done > first.done
        else { return nil }
        return Double(last.done - first.done) / (last.seconds - first.seconds)
    }

    private func secondsLeft(_ state: (done: Int, total: Int?, unit: Unit)) -> Double? {
        guard let total = state.total, let speed else { return nil }
        return Double(max(0, total - state.done)) / speed
    }
}
