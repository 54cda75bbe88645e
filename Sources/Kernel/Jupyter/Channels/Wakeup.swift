import Glibc

/// A pipe that wakes a thread waiting in a poll.
///
/// Signal handlers may use it too.
final class Wakeup: Sendable {
    /// The descriptor that the waiting thread polls.
    let readEnd: Int32
    /// The descriptor to which a byte is written to wake it.
    let writeEnd: Int32

    init() {
        var ends: [Int32] = [-1, -1]
        precondition(pipe(&ends) == 0, "A pipe could not be created.")
        for end in ends {
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
        }
        readEnd = ends[0]
        writeEnd = ends[1]
    }

    deinit {
        close(readEnd)
        close(writeEnd)
    }

    /// Wakes the waiting thread.
    ///
    /// If the pipe is full, it is already awake.
    func signal() {
        var byte: UInt8 = 0
        _ = write(writeEnd, &byte, 1)
    }

    /// Returns the bytes that were written since the last call.
    func drain() -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 512)
        let count = read(readEnd, &bytes, bytes.count)
        return count > 0 ? Array(bytes[..<count]) : []
    }
}
