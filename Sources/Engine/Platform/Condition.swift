import Glibc

/// A lock with a condition variable: threads wait until what the lock guards changes.
///
/// Timed waits use the monotonic clock. Do not block Swift's cooperative threads with it.
package final class Condition: @unchecked Sendable {
    // A POSIX mutex must not move, hence the pointers.
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    /// Creates an unlocked lock.
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

    /// Acquires the lock.
    package func lock() { pthread_mutex_lock(mutex) }

    /// Releases the lock.
    package func unlock() { pthread_mutex_unlock(mutex) }

    /// Releases the lock, waits for ``broadcast()`` and acquires the lock again.
    package func wait() { pthread_cond_wait(condition, mutex) }

    /// Releases the lock, waits for ``broadcast()`` or `deadline`, and acquires the lock again.
    ///
    /// - Returns: false when the deadline has passed.
    package func wait(until deadline: Deadline) -> Bool {
        var time = deadline.time
        return pthread_cond_timedwait(condition, mutex, &time) != ETIMEDOUT
    }

    /// Wakes all waiting threads.
    package func broadcast() { pthread_cond_broadcast(condition) }

    /// A moment on the monotonic clock.
    package struct Deadline {
        fileprivate var time = timespec()

        /// Creates the deadline `seconds` from now.
        package init(inSeconds seconds: Double) {
            clock_gettime(CLOCK_MONOTONIC, &time)
            let nanoseconds = time.tv_nsec + Int(seconds * 1e9)
            time.tv_sec += nanoseconds / 1_000_000_000
            time.tv_nsec = nanoseconds % 1_000_000_000
        }
    }
}
