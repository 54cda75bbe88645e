import Foundation
import Synchronization

/// A file mapped into memory: its pages are read when they are looked at, and shared between processes.
package final class MappedFile: Sendable {
    /// The path it was opened by.
    package let path: String
    /// The file's bytes.
    ///
    /// Valid as long as this object is.
    package var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: start, count: count) }

    private nonisolated(unsafe) let start: UnsafeRawPointer?
    private let count: Int
    private let digest = Mutex<String?>(nil)

    /// Maps the file at `path`.
    ///
    /// - Throws: ``EngineError/fileMissing(path:)``, ``EngineError/fileUnreadable(path:reason:)``.
    package init(_ path: String) throws(EngineError) {
        self.path = path
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT || errno == ENOTDIR { throw .fileMissing(path: path) }
            throw .fileUnreadable(path: path, reason: Self.reason(errno))
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            throw .fileUnreadable(path: path, reason: Self.reason(errno))
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            let isFolder = status.st_mode & S_IFMT == S_IFDIR
            throw .fileUnreadable(
                path: path, reason: isFolder ? "it is a folder" : "it is not an ordinary file")
        }
        count = Int(status.st_size)
        guard count > 0 else {
            start = nil
            return
        }
        guard let address = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0), address != MAP_FAILED
        else {
            throw .fileUnreadable(path: path, reason: Self.reason(errno))
        }
        start = UnsafeRawPointer(address)
    }

    deinit {
        if let start { munmap(UnsafeMutableRawPointer(mutating: start), count) }
    }

    /// The SHA-256 of the bytes in hexadecimal.
    ///
    /// Worked out once, when first asked for.
    package var sha256: String {
        digest.withLock { digest in
            let text = digest ?? FileDigest.sha256(of: [bytes])
            digest = text
            return text
        }
    }

    private static func reason(_ code: Int32) -> String {
        String(cString: strerror(code)).lowercased()
    }
}
