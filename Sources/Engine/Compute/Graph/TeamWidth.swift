/// The measured times of a run that is repeated, such as an executor's forward pass.
package final class RunPace {
    /// The mean seconds by number of threads, and over how many runs.
    fileprivate var means: [Int: (seconds: Double, runs: Int)] = [:]

    private let parts: Int

    /// Creates the times of a run of `parts` parts, with nothing measured yet.
    package init(parts: Int = 1) {
        self.parts = max(parts, 1)
        means.reserveCapacity(8)
    }

    /// Returns the mean seconds that a thread spends on a part; nil before they are known.
    func secondsOfPart(threads: Int) -> Double? { expected(threads).map { $0 * Double(threads) / Double(parts) } }

    fileprivate func note(_ width: Int, _ seconds: Double) {
        let (mean, runs) = means[width] ?? (0, 0)
        means[width] = (mean + (seconds - mean) / Double(min(runs + 1, 16)), runs + 1)
    }

    /// Returns the seconds that the run takes with `width` threads; nil before they are known.
    fileprivate func expected(_ width: Int) -> Double? {
        means[width].flatMap { $0.runs >= 2 ? $0.seconds : nil }
    }
}

/// The number of a team's threads that take part: all of them, unless fewer are measured to be faster.
///
/// On a busy machine a thread may lose its core in the middle of a part, and the others wait for it. When the caller has been
/// kept from computing, half the threads are tried for some milliseconds, and kept if the same runs take less time; later twice
/// as many are tried again. On an idle machine nothing is tried.
package struct TeamWidth {
    /// The number of threads.
    package let most: Int
    /// The number of threads that take part now.
    package private(set) var now: Int

    private var state = State.steady
    /// The seconds of runs, and the seconds lost of them, since the last decision.
    private var seen = (seconds: 0.0, lost: 0.0)
    /// The seconds of runs between two tries of more, or of fewer, threads; doubled each time that a try does not help.
    private var pause = (more: pauses.lowerBound, fewer: pauses.lowerBound)
    /// The seconds that are left of them.
    private var rest = (more: 0.0, fewer: 0.0)

    private enum State {
        case steady
        /// Another number is tried: the seconds of the runs so far, and what they took before.
        case trying(before: Int, runs: Int, seconds: Double, expected: Double)
    }

    /// Seconds of runs after which the lost time is judged.
    private static let window = 0.01
    /// The lost share of the time that makes fewer threads worth a try.
    private static let suspicious = 0.15
    /// The share of the time that a try has to win.
    private static let won = 0.05
    /// The least seconds and runs of a try.
    private static let trial = (seconds: 0.008, runs: 4)
    /// The range of ``pause``.
    private static let pauses = 0.1...3.2

    /// Creates the width of a team of `most` threads, all of which take part.
    package init(most: Int) {
        self.most = most
        now = most
    }

    /// Records how long a run took, and for how much of that its caller was kept from computing.
    ///
    /// - Returns: how many threads are to take part from now on.
    package mutating func note(_ pace: RunPace, seconds: Double, lost: Double) -> Int {
        guard most > 1 else { return now }
        pace.note(now, seconds)
        switch state {
        case .steady: watch(seconds, lost)
        case .trying(let before, let runs, let soFar, let expected):
            if let one = pace.expected(before) {
                compare(before, runs + 1, soFar + seconds, expected + one)
            } else {
                // Another run has begun whose earlier time is unknown: the try is postponed.
                now = before
                state = .steady
            }
        }
        return now
    }

    /// Begins a try of another number if it is time.
    private mutating func watch(_ seconds: Double, _ lost: Double) {
        rest = (rest.more - seconds, rest.fewer - seconds)
        seen = (seen.seconds + seconds, seen.lost + lost)
        if now < most, rest.more <= 0 { return begin(min(2 * now, most)) }
        guard seen.seconds >= Self.window else { return }
        if now > 1, rest.fewer <= 0, seen.lost > Self.suspicious * seen.seconds { return begin(now / 2) }
        seen = (0, 0)
    }

    private mutating func begin(_ width: Int) {
        state = .trying(before: now, runs: 0, seconds: 0, expected: 0)
        seen = (0, 0)
        now = width
    }

    private mutating func compare(_ before: Int, _ runs: Int, _ seconds: Double, _ expected: Double) {
        state = .trying(before: before, runs: runs, seconds: seconds, expected: expected)
        let isEnough = runs >= Self.trial.runs && seconds >= Self.trial.seconds
        guard isEnough || runs >= 2 && seconds > 1.5 * expected else { return }
        let isMore = now > before
        let hasWon = seconds < (1 - Self.won) * expected
        if !hasWon { now = before }
        if isMore {
            pause.more = hasWon ? Self.pauses.lowerBound : min(2 * pause.more, Self.pauses.upperBound)
        } else if hasWon {
            pause = (Self.pauses.lowerBound, Self.pauses.lowerBound)
        } else {
            pause.fewer = min(2 * pause.fewer, Self.pauses.upperBound)
        }
        rest = (max(pause.more, 10 * seconds), max(pause.fewer, 10 * seconds))
        state = .steady
    }
}
