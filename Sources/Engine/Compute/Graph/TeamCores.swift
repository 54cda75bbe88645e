import CProcessor
import Glibc
import Synchronization

/// The placement of a team's threads, which keeps them on different cores.
///
/// If another program keeps a core busy, the system often lets two of a team's threads share the other one, even if that
/// program has a lower priority: a helper that finds itself on its caller's core moves to another. And a helper may lose its
/// core in the middle of a part: a caller that has nothing else to do moves it to its own core instead of waiting.
final class TeamCores: Sendable {
    private static let nowhere = -1
    /// The core on which the caller computes.
    private let caller = Atomic<Int>(nowhere)
    private let helpers: [Helper]

    private final class Helper: Sendable {
        /// The system's identifier of the thread.
        let thread = Atomic<Int>(0)
        /// The clock of its processor time.
        let clock = Atomic<Int>(0)
        let hasPart = Atomic(false)

        /// Whether it runs on a core, measured over some microseconds.
        var isRunning: Bool {
            let (start, before) = (ContinuousClock.now, computed)
            while ContinuousClock.now - start < .microseconds(20) {}
            return computed - before > 5000
        }

        /// Its processor time in nanoseconds.
        private var computed: Int {
            var time = timespec()
            clock_gettime(clockid_t(truncatingIfNeeded: clock.load(ordering: .acquiring)), &time)
            return time.tv_sec * 1_000_000_000 + time.tv_nsec
        }
    }

    /// Creates the placement of a team of `count` threads, none of which computes yet.
    init(count: Int) { helpers = (1..<max(count, 1)).map { _ in Helper() } }

    /// Registers the calling thread as a helper.
    func registerHelper(_ worker: Int) {
        var clock = clockid_t()
        pthread_getcpuclockid(pthread_self(), &clock)
        helpers[worker - 1].clock.store(Int(clock), ordering: .releasing)
        helpers[worker - 1].thread.store(Int(vitrine_thread()), ordering: .releasing)
    }

    /// Records the core on which a thread computes, and moves a helper on the caller's core to another one.
    @inline(__always)
    func enter(_ worker: Int) {
        let core = Int(vitrine_core())
        if worker == 0 {
            caller.store(core, ordering: .relaxed)
        } else if core == caller.load(ordering: .relaxed) {
            vitrine_leave_core(Int32(core), getpid())
        }
    }

    /// Records whether a thread has a part.
    @inline(__always)
    func setHasPart(_ hasPart: Bool, _ worker: Int) {
        if worker > 0 { helpers[worker - 1].hasPart.store(hasPart, ordering: .relaxed) }
    }

    /// Moves a helper that has a part but no core, if there is one, to the core of the caller, which goes to sleep.
    func lendToHelper() {
        caller.store(Self.nowhere, ordering: .relaxed)
        for helper in helpers where helper.hasPart.load(ordering: .relaxed) && !helper.isRunning {
            return vitrine_move_thread(Int32(helper.thread.load(ordering: .acquiring)), vitrine_core())
        }
    }
}
