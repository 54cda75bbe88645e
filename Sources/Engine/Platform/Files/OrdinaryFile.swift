import Foundation

/// A regular file, open for reading.
///
/// Reading a pipe, a device or a socket in its place could block or go on for ever, so these are refused by their kind.
/// They are not even opened, which may have an effect on a device.
package struct OrdinaryFile: ~Copyable {
    /// The path by which it was opened.
    package let path: String
    /// The file descriptor.
    package let descriptor: Int32
    /// The file's stamp when it was opened.
    package let stamp: FileStamp

    /// Opens the file at `path`.
    ///
    /// - Throws: ``EngineError/fileMissing(path:)``, ``EngineError/fileUnreadable(path:reason:)``,
    ///   ``EngineError/cancelled``.
    package init(_ path: String) throws(EngineError) {
        let opened = try Disk.wait {
            Self.open(path)
        } discard: {
            if case .file(let descriptor, _) = $0 { close(descriptor) }
        }
        let status: stat
        switch opened {
        case .failed(let code): throw Self.error(path, code)
        case .other(let kind): throw .fileUnreadable(path: path, reason: "it is \(kind)")
        case .file(let file, let facts): (descriptor, status) = (file, facts)
        }
        self.path = path
        stamp = FileStamp(status)
    }

    deinit { close(descriptor) }

    /// The outcome of opening a path.
    private enum Opened: Sendable {
        case file(Int32, stat)
        case other(kind: String)
        case failed(Int32)
    }

    private static func open(_ path: String) -> Opened {
        var status = stat()
        guard stat(path, &status) == 0 else { return .failed(errno) }
        if let kind = kindOtherThanFile(status) { return .other(kind: kind) }
        // Without blocking, in case it has become a pipe by now or another program has locked it.
        let descriptor = Foundation.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else { return .failed(errno) }
        guard fstat(descriptor, &status) == 0 else {
            let code = errno
            close(descriptor)
            return .failed(code)
        }
        if let kind = kindOtherThanFile(status) {
            close(descriptor)
            return .other(kind: kind)
        }
        return .file(descriptor, status)
    }

    /// Returns the contents of the file at `path`.
    ///
    /// - Parameters:
    ///   - path: relative to the working folder; `~` is the user's home.
    ///   - limit: the most bytes that are read.
    /// - Throws: ``EngineError/fileMissing(path:)``; ``EngineError/fileUnreadable(path:reason:)``, also for a file that
    ///   is longer than `limit`.
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
        let bytes = try file.contents(limit: limit + 1)
        guard bytes.count <= limit else {
            throw .fileUnreadable(path: path, reason: "it is larger than \(Platform.byteCount(limit))")
        }
        return bytes
    }

    /// Returns its bytes from `offset` on, at most `limit`.
    ///
    /// - Throws: ``EngineError/fileUnreadable(path:reason:)``, ``EngineError/cancelled``.
    package borrowing func contents(from offset: Int = 0, limit: Int) throws(EngineError) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(min(max(stamp.byteCount - offset, 0), limit) + 1)
        // Until the end, because files in /proc and /sys report a size of zero.
        while bytes.count < limit {
            let room = min(max(stamp.byteCount - offset - bytes.count, 1 << 16), limit - bytes.count)
            let piece = try piece(from: offset + bytes.count, count: room)
            if piece.isEmpty { break }
            bytes += piece
        }
        return bytes
    }

    /// Fills `target` with the file's bytes from `offset` on.
    ///
    /// - Returns: the number of bytes read, fewer than `target` has room for if the file ends before.
    /// - Throws: ``EngineError/fileUnreadable(path:reason:)``, ``EngineError/cancelled``.
    package borrowing func read(
        into target: UnsafeMutableRawBufferPointer, from offset: Int
    ) throws(EngineError) -> Int {
        var count = 0
        while count < target.count {
            let piece = try piece(from: offset + count, count: target.count - count)
            if piece.isEmpty { break }
            piece.withUnsafeBytes { UnsafeMutableRawBufferPointer(rebasing: target[count...]).copyMemory(from: $0) }
            count += piece.count
        }
        return count
    }

    /// Reads at most `count` bytes from `offset` on, and at most ``largestPiece``; none at the end of the file.
    private borrowing func piece(from offset: Int, count: Int) throws(EngineError) -> [UInt8] {
        // A descriptor of its own: the file may be closed before a hanging thread has read from it.
        let own = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
        guard own >= 0 else { throw Self.error(path, errno) }
        let (bytes, code) = try Disk.wait { () -> ([UInt8], Int32) in
            var code: Int32 = 0
            let bytes = [UInt8](unsafeUninitializedCapacity: min(count, Self.largestPiece)) { buffer, found in
                while true {
                    let answer = pread(own, buffer.baseAddress, buffer.count, offset)
                    if answer < 0, errno == EINTR { continue }
                    if answer < 0 { code = errno }
                    found = max(answer, 0)
                    break
                }
            }
            close(own)
            return (bytes, code)
        }
        guard code == 0 else { throw .fileUnreadable(path: path, reason: systemMessage(for: code)) }
        return bytes
    }

    /// The most bytes that are read at a time.
    private static let largestPiece = 16 << 20

    /// Returns the error for a file that the system could not open.
    private static func error(_ path: String, _ code: Int32) -> EngineError {
        switch code {
        case ENOENT, ENOTDIR: .fileMissing(path: path)
        case EACCES, EPERM: .fileUnreadable(path: path, reason: "you may not read it")
        case EWOULDBLOCK:
            .fileUnreadable(path: path, reason: "another program is using it; try again")
        default: .fileUnreadable(path: path, reason: systemMessage(for: code))
        }
    }
}

/// Returns what something other than a regular file is, in words: "a folder"; nil for a file.
///
/// Reading a pipe, a device or a socket may block or go on for ever.
package func kindOtherThanFile(_ status: stat) -> String? {
    switch status.st_mode & S_IFMT {
    case S_IFREG: nil
    case S_IFDIR: "a folder"
    case S_IFIFO: "a pipe, not a file"
    case S_IFSOCK: "a socket, not a file"
    default: "a device, not a file"
    }
}
