import Foundation
import Platform

/// A partially downloaded file, and the hash of its bytes so far.
final class PartialFile {
    let path: String
    /// The number of bytes so far.
    private(set) var count = 0
    private let descriptor: Int32
    private let expected: ExpectedHash?
    private var hash: RunningHash

    /// Opens or creates the file at `path`.
    ///
    /// - Throws: ``EngineError/fileUnwritable(path:reason:)``.
    init(_ path: String, hash expected: ExpectedHash?) throws(EngineError) {
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw .fileUnwritable(path: path, reason: systemMessage(for: errno)) }
        self.path = path
        self.expected = expected
        hash = RunningHash(expected)
        var status = stat()
        if fstat(descriptor, &status) == 0 { count = Int(status.st_size) }
    }

    deinit { close(descriptor) }

    /// Hashes the bytes from an earlier try, and continues after them.
    func resume(_ cancellation: Cancellation) throws(EngineError) {
        hash = RunningHash(expected)
        lseek(descriptor, 0, SEEK_SET)
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        var done = 0
        while done < count {
            try cancellation.check()
            let read = buffer.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
            guard read > 0 else {
                throw .fileUnreadable(path: path, reason: systemMessage(for: read < 0 ? errno : EIO))
            }
            buffer.withUnsafeBytes { hash.update(UnsafeRawBufferPointer(rebasing: $0[..<read])) }
            done += read
        }
        count = done
        lseek(descriptor, off_t(count), SEEK_SET)
    }

    /// Discards all bytes.
    func restart() throws(EngineError) {
        if count > 0, ftruncate(descriptor, 0) != 0 {
            throw .fileUnwritable(path: path, reason: systemMessage(for: errno))
        }
        lseek(descriptor, 0, SEEK_SET)
        count = 0
        hash = RunningHash(expected)
    }

    /// Appends `bytes`.
    ///
    /// - Throws: ``TransferError`` with ``DownloadFailure/diskFull(folder:neededBytes:availableBytes:)`` or
    ///   ``EngineError/fileUnwritable(path:reason:)``.
    func append(_ bytes: UnsafeRawBufferPointer) throws(TransferError) {
        var rest = bytes
        while !rest.isEmpty {
            let written = write(descriptor, rest.baseAddress, rest.count)
            if written < 0 {
                if errno == EINTR { continue }
                if errno == ENOSPC || errno == EDQUOT {
                    throw .failed(
                        .diskFull(folder: folder(of: path), neededBytes: rest.count, availableBytes: 0))
                }
                throw .stopped(.fileUnwritable(path: path, reason: systemMessage(for: errno)))
            }
            hash.update(UnsafeRawBufferPointer(rebasing: rest[..<written]))
            count += written
            rest = UnsafeRawBufferPointer(rebasing: rest[written...])
        }
    }

    /// Returns the hash of the file if it is not the expected one.
    func mismatch() throws(EngineError) -> String? {
        try hash.mismatch { () throws(EngineError) in
            Data(try OrdinaryFile.contents(of: path, limit: .max - 1))
        }
    }

    /// Renames the complete file to `destination`.
    func move(to destination: String) throws(EngineError) {
        // So that a power failure does not leave an incomplete file under the name of a checked one.
        fsync(descriptor)
        guard rename(path, destination) == 0 else {
            throw .fileUnwritable(path: destination, reason: systemMessage(for: errno))
        }
    }

    /// Removes the file.
    func remove() { unlink(path) }
}
