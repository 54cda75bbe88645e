import Glibc
import Platform

/// A lock that one program holds at a time, as a locked file.
///
/// `flock`, which Python's filelock takes too, so huggingface_hub and this program wait for each other. The system
/// lets go of it when a program ends, however it ends.
final class FileLock {
    private let path: String
    private let descriptor: Int32
    private let removesFile: Bool

    /// Takes the lock at `path`, and waits until whoever holds it lets go.
    ///
    /// - Parameters:
    ///   - removesFile: whether the file goes when the lock does.
    ///   - wait: called again and again while another holds it.
    /// - Returns: nil where the file system knows no locks.
    /// - Throws: ``EngineError/cancelled``, ``EngineError/fileUnwritable(path:reason:)``.
    init?(
        _ path: String, removesFile: Bool, cancellation: Cancellation, wait: () -> Void
    ) throws(EngineError) {
        while true {
            // Others of a group that shares the cache may take it as well.
            let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o664)
            guard descriptor >= 0 else {
                throw .fileUnwritable(path: path, reason: systemMessage(for: errno))
            }
            while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
                guard errno == EWOULDBLOCK || errno == EINTR else {
                    close(descriptor)
                    return nil
                }
                if cancellation.isRequested {
                    close(descriptor)
                    throw .cancelled
                }
                wait()
                usleep(50_000)
            }
            if Self.isStill(descriptor, at: path) {
                self.path = path
                self.descriptor = descriptor
                self.removesFile = removesFile
                return
            }
            // Its last holder removed the file; whoever comes next locks another of that name.
            close(descriptor)
        }
    }

    deinit {
        if removesFile { unlink(path) }
        close(descriptor)
    }

    private static func isStill(_ descriptor: Int32, at path: String) -> Bool {
        var (mine, there) = (stat(), stat())
        guard fstat(descriptor, &mine) == 0, stat(path, &there) == 0 else { return false }
        return mine.st_ino == there.st_ino && mine.st_dev == there.st_dev
    }
}
