import Foundation
import Jupyter
import Platform
import VitrineEngine

/// A line in the cell's output that says how far long work is: a bar, the speed and the time left.
///
/// Work that ends soon shows nothing. Then one display is replaced at most ten times a second, and at the end says
/// what was done.
package final class ProgressLine {
    /// What is counted.
    package enum Unit: Equatable {
        /// Bytes, with their speed.
        case bytes
        /// Things of this name: "picture".
        case things(String)
    }

    /// How far the work was at a time.
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
    /// The last few seconds, which the speed is taken from. A resumed download does not start at 0.
    private var points: [Point] = []
    private var last: State?

    /// How far the work is.
    private struct State {
        let done: Int
        let total: Int?
        let unit: Unit
        let note: String?
        let secondsLeft: Double?
    }

    /// The smallest time between two frames in seconds.
    private static let interval = 0.1
    /// How far back the speed looks, in seconds.
    private static let memory = 5.0

    /// A line in `execution`'s output, which is not shown before there is something to say.
    ///
    /// - Parameters:
    ///   - title: what is done: "vit_b_16.pth".
    ///   - patience: work shorter than this, in seconds, is not shown.
    ///   - now: seconds on a clock that only goes forward.
    package init(
        in execution: Execution, title: String, patience: Double = 0.5, now: @escaping () -> Double = steadySeconds
    ) {
        self.execution = execution
        self.title = title
        self.now = now
        start = now()
        nextFrame = start + patience
    }

    /// Shows how far the work is, if it is time.
    ///
    /// - Parameters:
    ///   - total: nil where it is unknown.
    ///   - title: what is done now, if that has changed.
    ///   - note: why nothing moves, if so; stands in the place of the speed.
    ///   - secondsLeft: how long the rest takes, where that is known better than by the speed.
    package func update(
        done: Int, of total: Int?, _ unit: Unit, title: String? = nil, note: String? = nil, secondsLeft: Double? = nil
    ) {
        if let title, title != self.title {
            self.title = title
            points = []
        }
        let seconds = now()
        points.append(Point(seconds: seconds, done: done))
        // The newest point before the last seconds stays, so that a slow beginning is not forgotten at once.
        while points.count > 2, points[1].seconds < seconds - Self.memory { points.removeFirst() }
        last = State(done: done, total: total, unit: unit, note: note, secondsLeft: secondsLeft)
        guard seconds >= nextFrame else { return }
        show()
        nextFrame = seconds + Self.interval
    }

    /// Says what was done, where the line was shown.
    package func finish() {
        guard let last, !isOver else { return }
        let amount = last.done > 0 ? "\(Self.amount(last.done, last.unit)) in " : "ready after "
        end("\(title): \(amount)\(duration(now() - start))")
    }

    /// Says how far it came before it was interrupted or failed, where the line was shown.
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

    /// "120 MB of 346 MB, 24.1 MB/s", "12 of 50 pictures".
    private func words(_ state: State) -> String {
        if let note = state.note { return state.done > 0 ? "\(amount(state)), \(note)" : note }
        guard state.unit == .bytes, let speed else { return amount(state) }
        return "\(amount(state)), \(byteCount(Int(speed)))/s"
    }

    private func amount(_ state: State) -> String {
        guard let total = state.total else { return Self.amount(state.done, state.unit) }
        switch state.unit {
        case .bytes: return "\(byteCount(state.done)) of \(byteCount(total))"
        case .things: return "\(state.done) of \(Self.amount(total, state.unit))"
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

    private func secondsLeft(_ state: State) -> Double? {
        if let seconds = state.secondsLeft { return seconds }
        guard state.note == nil, let total = state.total, let speed else { return nil }
        return Double(max(0, total - state.done)) / speed
    }
}
