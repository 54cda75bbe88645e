import Glibc

/// A lock, and threads that wait until something under it changes.
///
/// Timed waits follow a clock that nobody sets. Nothing here belongs on Swift's cooperative threads.
package final class Condition: @unchecked Sendable {
    // A POSIX mutex must not move, hence the pointers.
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    /// Makes a lock that is open.
    package init() {
        pthread_mutex_init(mutex, nil)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(condition, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    /// Takes the lock.
    package func lock() { pthread_mutex_lock(mutex) }

    /// Gives the lock back.
    package func unlock() { pthread_mutex_unlock(mutex) }

    /// Gives the lock back, waits for ``broadcast()`` and takes the lock again.
    package func wait() { pthread_cond_wait(condition, mutex) }

    /// Waits until ``broadcast()`` or `deadline`.
    ///
    /// - Returns: false when the deadline has passed.
    package func wait(until deadline: Deadline) -> Bool {
        var time = deadline.time
        return pthread_cond_timedwait(condition, mutex, &time) != ETIMEDOUT
    }

    /// Wakes all that wait.
    package func broadcast() { pthread_cond_broadcast(condition) }

    /// A moment by the clock of timed waits.
    package struct Deadline {
        fileprivate var time = timespec()

        /// The moment in `seconds` from now.
        package init(inSeconds seconds: Double) {
            clock_gettime(CLOCK_MONOTONIC, &time)
            let nanoseconds = time.tv_nsec + Int(seconds * 1e9)
            time.tv_sec += nanoseconds / 1_000_000_000
            time.tv_nsec = nanoseconds % 1_000_000_000
        }
    }
}
