import CProcessor
import Glibc
import Synchronization

/// Keeps a team's threads out of each other's way on the cores.
///
/// Where another program keeps a core busy, the system often lets two of a team's threads share the other, though the
/// program counts for less: a helper that finds itself on its caller's core leaves for another. And a helper may lose its
/// core in the middle of a part: a caller that has nothing else to do lends it its own, instead of waiting for its turn.
final class TeamCores: Sendable {
    private static let nowhere = -1
    /// The core on which the caller computes.
    private let caller = Atomic<Int>(nowhere)
    private let helpers: [Helper]

    private final class Helper: Sendable {
        /// The system's number of the thread.
        let thread = Atomic<Int>(0)
        /// The clock of its time on a core.
        let clock = Atomic<Int>(0)
        let hasPart = Atomic(false)

        /// Whether it runs on a core, as far as some microseconds tell.
        var isRunning: Bool {
            let (start, before) = (ContinuousClock.now, computed)
            while ContinuousClock.now - start < .microseconds(20) {}
            return computed - before > 5000
        }

        /// Nanoseconds on a core.
        private var computed: Int {
            var time = timespec()
            clock_gettime(clockid_t(truncatingIfNeeded: clock.load(ordering: .acquiring)), &time)
            return time.tv_sec * 1_000_000_000 + time.tv_nsec
        }
    }

    /// Nobody computes.
    init(count: Int) { helpers = (1..<max(count, 1)).map { _ in Helper() } }

    /// Says which thread a helper is; called by it.
    func isHelper(_ worker: Int) {
        var clock = clockid_t()
        pthread_getcpuclockid(pthread_self(), &clock)
        helpers[worker - 1].clock.store(Int(clock), ordering: .releasing)
        helpers[worker - 1].thread.store(Int(vitrine_thread()), ordering: .releasing)
    }

    /// Says where a thread computes: the caller, or a helper, which leaves if it is in the caller's way.
    @inline(__always)
    func enter(_ worker: Int) {
        let core = Int(vitrine_core())
        if worker == 0 {
            caller.store(core, ordering: .relaxed)
        } else if core == caller.load(ordering: .relaxed) {
            vitrine_leave_core(Int32(core), getpid())
        }
    }

    /// Says that a thread has a part, or has it no longer.
    @inline(__always)
    func has(_ hasPart: Bool, _ worker: Int) {
        if worker > 0 { helpers[worker - 1].hasPart.store(hasPart, ordering: .relaxed) }
    }

    /// The caller, which sleeps now, lends its core to a helper that has a part and no core, if there is one.
    func lendToHelper() {
        caller.store(Self.nowhere, ordering: .relaxed)
        for helper in helpers where helper.hasPart.load(ordering: .relaxed) && !helper.isRunning {
            return vitrine_move_thread(Int32(helper.thread.load(ordering: .acquiring)), vitrine_core())
        }
    }
}
