import Foundation
import Jupyter
import Platform
import VitrineEngine

/// A line of progress in the cell's output: a bar, the speed and the time left.
///
/// Short work shows nothing. For longer work one display is updated at most ten times a second, and at the end it shows
/// what was done.
package final class ProgressLine {
    /// The unit of work.
    package enum Unit: Equatable {
        /// Bytes, with their speed.
        case bytes
        /// Things with this name: "picture".
        case things(String)
        /// Hundredths of work that has no pieces to count.
        case hundredths
    }

    /// The progress at a time.
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
    private var isOver = false
    private var nextFrame: Double
    /// The progress in the last few seconds, which gives the speed. A resumed download does not start at 0.
    private var points: [Point] = []
    private var last: State?

    /// The latest progress.
    private struct State {
        let done: Int
        let total: Int?
        let unit: Unit
        let note: String?
        let secondsLeft: Double?
    }

    /// The smallest time between two frames in seconds.
    private static let interval = 0.1
    /// The time over which the speed is measured, in seconds.
    private static let speedWindow = 5.0

    /// Creates a line in the output of `execution`, which is shown when it is first updated after `delay`.
    ///
    /// - Parameters:
    ///   - title: the name of the work: "vit_b_16.pth".
    ///   - delay: the time before the line is shown, in seconds.
    ///   - now: returns the seconds of a monotonic clock.
    package init(
        in execution: Execution, title: String, delay: Double = 0.5, now: @escaping () -> Double = steadySeconds
    ) {
        self.execution = execution
        self.title = title
        self.now = now
        start = now()
        nextFrame = start + delay
    }

    /// Shows the progress, if an update is due.
    ///
    /// - Parameters:
    ///   - total: the whole amount; nil if unknown.
    ///   - title: the name of the current work, if it has changed.
    ///   - note: why there is no progress, if there is none; shown instead of the speed.
    ///   - secondsLeft: the time left; nil to estimate it by the speed.
    package func update(
        done: Int, of total: Int?, _ unit: Unit, title: String? = nil, note: String? = nil, secondsLeft: Double? = nil
    ) {
        if let title, title != self.title {
            self.title = title
            points = []
        }
        let seconds = now()
        points.append(Point(seconds: seconds, done: done))
        // The newest point before the window is kept, so that a slow start still counts.
        while points.count > 2, points[1].seconds < seconds - Self.speedWindow { points.removeFirst() }
        last = State(done: done, total: total, unit: unit, note: note, secondsLeft: secondsLeft)
        guard seconds >= nextFrame else { return }
        show()
        nextFrame = seconds + Self.interval
    }

    /// Shows what was done, if the line was shown.
    package func finish() {
        guard let last, !isOver else { return }
        let amount = last.done > 0 ? "\(Self.amount(last.done, last.unit)) in " : "ready after "
        end("\(title): \(amount)\(duration(now() - start))")
    }

    /// Shows the progress at which the work was interrupted or failed, if the line was shown.
    package func stop() {
        guard let last, !isOver else { return }
        end("\(title): stopped" + (last.done > 0 ? " at \(amount(last))" : ""))
    }

    private func end(_ words: String) {
        isOver = true
        if isShown { execution.display(MIMEBundle(plain: words), id: id, update: true) }
    }

    private func show() {
        guard let last else { return }
        let bar = ProgressBar(
            done: last.done, of: last.total, words: words(last), secondsLeft: secondsLeft(last), title: title)
        execution.display(MIMEBundle(plain: bar.plain, html: bar.line), id: id, update: isShown)
        isShown = true
    }

    /// Returns the progress in words: "120 MB of 346 MB, 24.1 MB/s", "12 of 50 pictures".
    private func words(_ state: State) -> String {
        if let note = state.note { return state.done > 0 ? "\(amount(state)), \(note)" : note }
        guard state.unit == .bytes, let speed else { return amount(state) }
        return "\(amount(state)), \(byteCount(Int(speed)))/s"
    }

    private func amount(_ state: State) -> String {
        guard let total = state.total else { return Self.amount(state.done, state.unit) }
        switch state.unit {
        case .bytes: return "\(byteCount(state.done)) of \(byteCount(total))"
        case .hundredths: return "\(state.done) %"
        case .things: return "\(state.done) of \(Self.amount(total, state.unit))"
        }
    }

    private static func amount(_ count: Int, _ unit: Unit) -> String {
        switch unit {
        case .bytes: byteCount(count)
        case .hundredths: "\(count) %"
        case .things(let name): "\(count) \(name)\(count == 1 ? "" : "s")"
        }
    }

    /// The amount of work done per second, over the last few seconds; nil before there is any progress.
    private var speed: Double? {
        guard let first = points.first, let last = points.last, last.seconds > first.seconds, last.done > first.done
        else { return nil }
        return Double(last.done - first.done) / (last.seconds - first.seconds)
    }

    private func secondsLeft(_ state: State) -> Double? {
        if let seconds = state.secondsLeft { return seconds }
        guard state.note == nil, let total = state.total, let speed else { return nil }
        return Double(max(0, total - state.done)) / speed
    }
}

extension ProgressLine {
    /// Does work that updates a line, and shows in the line how it ended.
    ///
    /// - Parameter work: called with the line.
    static func during<Result>(_ title: String, in execution: Execution, _ work: (ProgressLine) throws -> Result)
        rethrows -> Result
    {
        let line = ProgressLine(in: execution, title: title)
        do {
            let result = try work(line)
            line.finish()
            return result
        } catch {
            line.stop()
            throw error
        }
    }
}
