import Compute
import Testing

/// How many threads take part, on machines whose times are made up.
@Suite(.timeLimit(.minutes(10))) struct TeamWidthTests {
    /// So many seconds of runs; a run with `threads` takes `seconds(threads)`, of which a share is lost.
    private func run(
        _ width: inout TeamWidth, _ pace: RunPace, for total: Double, lost: Double, _ seconds: (Int) -> Double
    ) -> (seconds: Double, runs: Int) {
        var (passed, runs) = (0.0, 0)
        while passed < total {
            let one = seconds(width.now)
            _ = width.note(pace, seconds: one, lost: width.now > 1 ? one * lost : 0)
            passed += one
            runs += 1
        }
        return (passed, runs)
    }

    /// On a machine at rest, nothing is ever tried.
    @Test func atRestAllTakePart() {
        var width = TeamWidth(most: 2)
        let pace = RunPace()
        for _ in 0..<10_000 { #expect(width.note(pace, seconds: 0.001, lost: 0.00005) == 2) }
    }

    /// Where two are three times as slow as one, one does the work, and the tries cost less than a tenth.
    @Test func whatIsSlowerTogetherIsDoneAlone() {
        var width = TeamWidth(most: 2)
        let pace = RunPace()
        let (seconds, runs) = run(&width, pace, for: 10, lost: 0.6) { $0 == 1 ? 0.002 : 0.006 }
        #expect(width.now == 1)
        #expect(seconds < 1.1 * Double(runs) * 0.002)
    }

    /// When the machine is free again, all come back within some seconds, and stay.
    @Test func allComeBack() {
        var width = TeamWidth(most: 4)
        let pace = RunPace()
        _ = run(&width, pace, for: 5, lost: 0.6) { [1: 0.002, 2: 0.003, 4: 0.006][$0] ?? 1 }
        #expect(width.now == 1)
        _ = run(&width, pace, for: 10, lost: 0) { [1: 0.002, 2: 0.001, 4: 0.0005][$0] ?? 1 }
        #expect(width.now == 4)
    }

    /// Where much is lost but two are quicker all the same, two go on.
    @Test func whatIsQuickerTogetherStays() {
        var width = TeamWidth(most: 2)
        let pace = RunPace()
        let (seconds, runs) = run(&width, pace, for: 10, lost: 0.3) { $0 == 1 ? 0.002 : 0.0013 }
        #expect(width.now == 2)
        #expect(seconds < 1.05 * Double(runs) * 0.0013)
    }

    /// A try ends with the runs that it began with: of others is not known what they took before.
    @Test func aTryEndsWithItsRuns() {
        var width = TeamWidth(most: 2)
        let pace = RunPace()
        while width.now == 2 { _ = width.note(pace, seconds: 0.001, lost: 0.0009) }
        #expect(width.note(RunPace(), seconds: 0.001, lost: 0) == 2)
    }

    /// A team of one has nothing to try.
    @Test func oneStaysOne() {
        var width = TeamWidth(most: 1)
        for _ in 0..<100 { #expect(width.note(RunPace(), seconds: 1, lost: 1) == 1) }
    }
}
