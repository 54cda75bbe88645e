import Glibc
import Platform

/// A lock between programs, as a locked file.
///
/// It uses `flock`, as Python's filelock does, so that huggingface_hub and this program wait for each other. The system
/// releases it when a program ends, however it ends.
final class FileLock {
    private let path: String
    private let descriptor: Int32
    private let removesFile: Bool

    /// Acquires the lock at `path`, and waits until no other program holds it.
    ///
    /// - Parameters:
    ///   - removesFile: whether the file is removed when the lock is released.
    ///   - wait: called repeatedly while another program holds it.
    /// - Returns: nil if the file system does not support locks.
    /// - Throws: ``EngineError/cancelled``, ``EngineError/fileUnwritable(path:reason:)``.
    init?(
        _ path: String, removesFile: Bool, cancellation: Cancellation, wait: () -> Void
    ) throws(EngineError) {
        while true {
            // Writable by the group, which may share the cache.
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
            // Its last holder removed the file, so that the next program would lock another file of that name.
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
