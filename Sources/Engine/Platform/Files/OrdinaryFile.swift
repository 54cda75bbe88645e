import Foundation

/// A file that is open for reading, and is one.
///
/// A pipe, a device or a socket in its place would keep the reader for ever or never end, so it is told by what it is and
/// never read. It is not even opened, which may do something to a device.
package struct OrdinaryFile: ~Copyable {
    /// The path that it was opened by.
    package let path: String
    /// The open file.
    package let descriptor: Int32
    /// What it was when it was opened.
    package let stamp: FileStamp

    /// Opens the file at `path`.
    ///
    /// - Throws: ``EngineError/fileMissing(path:)``, ``EngineError/fileUnreadable(path:reason:)``.
    package init(_ path: String) throws(EngineError) {
        var status = stat()
        guard stat(path, &status) == 0 else { throw Self.error(path, errno) }
        if let kind = kindOtherThanFile(status) { throw .fileUnreadable(path: path, reason: "it is \(kind)") }
        // Without waiting, should it have become a pipe by now or another program keep it to itself.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else { throw Self.error(path, errno) }
        guard fstat(descriptor, &status) == 0 else {
            let code = errno
            close(descriptor)
            throw Self.error(path, code)
        }
        if let kind = kindOtherThanFile(status) {
            close(descriptor)
            throw .fileUnreadable(path: path, reason: "it is \(kind)")
        }
        self.path = path
        self.descriptor = descriptor
        stamp = FileStamp(status)
    }

    deinit { close(descriptor) }

    /// All that the file at `path` holds.
    ///
    /// - Parameters:
    ///   - path: relative to the working folder; `~` is the user's home.
    ///   - limit: the most bytes that are read.
    /// - Throws: ``EngineError/fileMissing(path:)``; ``EngineError/fileUnreadable(path:reason:)``, also for a file that is
    ///   longer than `limit`.
    package static func contents(of path: String, limit: Int = 1 << 30) throws(EngineError) -> [UInt8] {
        let file: OrdinaryFile
        do throws(EngineError) {
            file = try OrdinaryFile((path as NSString).expandingTildeInPath)
        } catch {
            // The user's own spelling.
            switch error {
            case .fileMissing: throw .fileMissing(path: path)
            case .fileUnreadable(_, let reason): throw .fileUnreadable(path: path, reason: reason)
            default: throw error
            }
        }
        guard let bytes = file.contents(limit: limit) else {
            throw .fileUnreadable(path: path, reason: words(for: errno))
        }
        guard bytes.count <= limit else {
            throw .fileUnreadable(path: path, reason: "it is larger than \(Platform.byteCount(limit))")
        }
        return bytes
    }

    /// Its bytes, at most one more than `limit`; nil where reading fails, with the system's error in `errno`.
    private borrowing func contents(limit: Int) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(min(stamp.byteCount, limit) + 1)
        // Until nothing more comes, for the system's own files say that they are empty.
        while bytes.count <= limit {
            let room = min(max(stamp.byteCount - bytes.count, 1 << 16), limit + 1 - bytes.count)
            let piece = [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
                count = max(read(into: UnsafeMutableRawBufferPointer(buffer), from: bytes.count), -1)
                if count < 0 { count = 0 } else { errno = 0 }
            }
            if piece.isEmpty { return errno == 0 ? bytes : nil }
            bytes += piece
        }
        return bytes
    }

    /// Reads into all of `target` what stands from `offset` on.
    ///
    /// - Returns: how many bytes there were, fewer than there is room for where the file ends; −1 where reading fails, with
    ///   the system's error in `errno`.
    package borrowing func read(into target: UnsafeMutableRawBufferPointer, from offset: Int) -> Int {
        var count = 0
        while count < target.count, let start = target.baseAddress {
            let found = pread(descriptor, start + count, target.count - count, offset + count)
            if found < 0, errno == EINTR { continue }
            if found < 0 { return -1 }
            if found == 0 { break }
            count += found
        }
        return count
    }

    /// The system's error for a file that cannot be opened.
    private static func error(_ path: String, _ code: Int32) -> EngineError {
        switch code {
        case ENOENT, ENOTDIR: .fileMissing(path: path)
        case EWOULDBLOCK:
            .fileUnreadable(path: path, reason: "another program is using it; try again")
        default: .fileUnreadable(path: path, reason: words(for: code))
        }
    }
}
