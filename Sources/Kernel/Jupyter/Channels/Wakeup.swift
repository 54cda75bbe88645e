import Glibc

/// A pipe that ends another thread's wait.
///
/// Signal handlers may use it too.
final class Wakeup: Sendable {
    /// What the waiting thread waits for.
    let readEnd: Int32
    /// Where a byte ends the wait.
    let writeEnd: Int32

    init() {
        var ends: [Int32] = [-1, -1]
        precondition(pipe(&ends) == 0, "No pipe could be made.")
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

    /// Ends the wait.
    ///
    /// A full pipe already does.
    func ring() {
        var byte: UInt8 = 0
        _ = write(writeEnd, &byte, 1)
    }

    /// The bytes that were written since the last call.
    func answer() -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 512)
        let count = read(readEnd, &bytes, bytes.count)
        return count > 0 ? Array(bytes[..<count]) : []
    }
}
