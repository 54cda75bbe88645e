import Compute
import Foundation
import Platform
import Synchronization

/// When a file is mapped and not copied.
public enum MappingRule: Sendable {
    /// Unless it was written within the last hour, because a training run may write it again.
    case whereSettled
    /// Always, for a file that is never written in place.
    case always
}

/// A file in memory whose contents stay as they were when it was opened; ``check()`` throws an error if they did not.
///
/// A file that has not been written for a while is mapped: its pages are read on first access, and shared between
/// processes. A file that was written within the last hour, such as a checkpoint of a training run, is likely to be
/// written again, which would change a mapped file. So it is copied into memory.
///
/// See docs/decisions/0019-files-that-change.md.
package final class MappedFile: FileBytes {
    /// The path by which it was opened.
    package let path: String
    /// The file's bytes.
    ///
    /// Valid as long as this object is.
    package var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: memory.start, count: memory.count) }

    private let memory: Memory
    private let digest = Mutex<String?>(nil)
    /// The file's stamp when it was opened.
    private let opened: FileStamp
    /// The file's stamp when its contents were last found unchanged.
    private let lastVerified: Mutex<FileStamp>

    /// The threads that convert what is read.
    package let team: ThreadTeam

    /// Opens the file at `path`.
    ///
    /// - Parameters:
    ///   - rule: whether it is mapped or copied.
    ///   - team: the threads that convert what is read.
    ///   - reading: called with the progress of copying; an error that it throws ends it.
    /// - Throws: ``EngineError/fileMissing(path:)``, ``EngineError/fileUnreadable(path:reason:)``;
    ///   ``EngineError/fileChanged(path:whileReading:)`` if it is written continuously.
    package init(
        _ path: String, _ rule: MappingRule = .whereSettled, team: ThreadTeam = CPUBackend.shared.team,
        reading: (ReadingProgress) throws(EngineError) -> Void = { _ in }
    ) throws(EngineError) {
        self.path = path
        self.team = team
        let file = try OrdinaryFile(path)
        if rule == .whereSettled, let copy = try Memory.copy(of: file, reading) {
            (memory, opened) = copy
        } else {
            memory = try Memory(mapping: file)
            opened = file.stamp
        }
        lastVerified = Mutex(opened)
        // A format is recognized by its first bytes, or has its table of contents at the end.
        try populate(from: 0)
        if bytes.count > Memory.piece { try populate(from: bytes.count - Memory.piece) }
    }

    /// Whether the file is mapped, so that the system can drop its pages and read them again.
    private var isMapped: Bool { memory.mapGuard != nil }

    /// The number of bytes in private memory, which no other process can share.
    package var ownBytes: Int { isMapped ? 0 : memory.count }

    /// The file as it was when it was opened.
    package var source: SourceFile { SourceFile(path: path, opened) }

    /// Checks that everything that was read until now is what the file held when it was opened.
    ///
    /// If so, this takes one system call and no allocation.
    ///
    /// - Throws: ``EngineError/fileChanged(path:whileReading:)``;
    ///   ``EngineError/fileUnreadable(path:reason:)`` if its disk failed.
    package func check() throws(EngineError) {
        guard let mapGuard = memory.mapGuard else { return }
        var status = stat()
        let isThere = fstat(memory.descriptor, &status) == 0
        let now = FileStamp(status)
        if isThere, !mapGuard.isBroken, lastVerified.withLock({ $0 == now }) { return }
        guard isThere, !mapGuard.isBroken || now.wasWritten(since: opened) else {
            throw .fileUnreadable(path: path, reason: "its disk did not return all of its bytes")
        }
        guard !mapGuard.isBroken, hasSameContents(now) else { throw .fileChanged(path: path, whileReading: false) }
        lastVerified.withLock { $0 = now }
    }

    /// Returns whether the file, about which something has changed, still has the same contents.
    ///
    /// A file that was replaced by another of its name, as most programs write files, keeps its contents.
    private func hasSameContents(_ now: FileStamp) -> Bool {
        if now.wasWritten(since: opened) { return false }
        if lastVerified.withLock({ now.hasSameContents(as: $0) }) { return true }
        return digest.withLock { $0 == ContentHash.sha256(of: [bytes]) }
    }

    /// The SHA-256 in hexadecimal of the bytes that the file held when it was opened.
    ///
    /// Computed once, on first use; empty if the file was written before that.
    package var sha256: String {
        digest.withLock { digest in
            if let digest { return digest }
            let text = ContentHash.sha256(of: [bytes])
            // Not `check()`, which may use this digest.
            guard isUntouched else { return "" }
            digest = text
            return text
        }
    }

    /// Whether nothing about the file has changed that could affect its contents.
    var isUntouched: Bool {
        guard let mapGuard = memory.mapGuard else { return true }
        var status = stat()
        guard fstat(memory.descriptor, &status) == 0, !mapGuard.isBroken else { return false }
        return lastVerified.withLock { FileStamp(status).hasSameContents(as: $0) }
    }
}

// MARK: - Prefetching

extension MappedFile {
    /// Prefetches a mapped file: reads all of it into the page cache and maps its pages.
    ///
    /// Page by page, on first access, this takes more than twice as long. If the system does not support it, or has no
    /// room for the file, nothing happens and the pages are read on first access.
    ///
    /// - Parameter progress: called after each piece; an error that it throws ends the reading.
    func readAhead(
        _ progress: (ReadingProgress) throws(EngineError) -> Void
    ) throws(EngineError) {
        guard isMapped, bytes.count < Workspace.availableBytes else { return }
        let name = URL(fileURLWithPath: path).lastPathComponent
        for offset in stride(from: 0, to: bytes.count, by: Memory.piece) {
            guard try populate(from: offset) else { return }
            try progress(
                ReadingProgress(
                    fileName: name, doneBytes: min(offset + Memory.piece, bytes.count), totalBytes: bytes.count))
        }
    }

    /// Reads and maps a piece of a mapped file from the page of `offset` on, and returns whether the system supports
    /// it.
    ///
    /// - Throws: ``EngineError/cancelled``.
    @discardableResult
    func populate(from offset: Int) throws(EngineError) -> Bool {
        guard isMapped else { return false }
        // Keeps `self`, so that the pages stay mapped while a hanging thread waits for them.
        return try Disk.wait { [self] in
            guard let start = bytes.baseAddress else { return false }
            let page = offset & ~(Self.pageBytes - 1)
            let length = min(offset + Memory.piece, bytes.count) - page
            return madvise(UnsafeMutableRawPointer(mutating: start + page), length, Self.populateRead) == 0
        }
    }

    private static let pageBytes = Int(getpagesize())

    /// MADV_POPULATE_READ of Linux 5.14, which older headers lack.
    private static let populateRead: Int32 = 22
}

// MARK: - Mapping and copying

extension MappedFile {
    /// The bytes of a file: its mapped pages, or a copy.
    private final class Memory: Sendable {
        /// The first byte; nil if the file is empty.
        nonisolated(unsafe) let start: UnsafeRawPointer?
        /// The number of bytes.
        let count: Int
        /// The descriptor of a mapped file, kept open to check it; −1 for a copy.
        let descriptor: Int32
        /// The guard of the mapped pages; nil for a copy.
        let mapGuard: MapGuard?

        /// The age in seconds below which a file is copied instead of mapped.
        private static let settlingSeconds = 3600.0
        /// How long to wait for a file that is being written, in seconds.
        private static let writeTimeout = 3.0
        /// How often it is checked while waiting, in seconds.
        private static let interval = 0.05
        /// How many bytes are read between two checks for cancellation: a tenth of a second on a slow disk.
        static let piece = 16 << 20

        /// Maps `file`.
        ///
        /// - Throws: ``EngineError/fileUnreadable(path:reason:)``.
        init(mapping file: borrowing OrdinaryFile) throws(EngineError) {
            count = file.stamp.byteCount
            guard count > 0 else {
                (start, descriptor, mapGuard) = (nil, -1, nil)
                return
            }
            let descriptor = fcntl(file.descriptor, F_DUPFD_CLOEXEC, 0)
            guard descriptor >= 0 else { throw Self.unreadable(file.path, errno) }
            let address = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0)
            guard let address, address != MAP_FAILED else {
                let code = errno
                close(descriptor)
                throw Self.unreadable(file.path, code)
            }
            guard let mapGuard = MapGuard(address, count: file.stamp.byteCount) else {
                close(descriptor)
                throw .fileUnreadable(path: file.path, reason: "too many files are open already")
            }
            (start, self.descriptor, self.mapGuard) = (UnsafeRawPointer(address), descriptor, mapGuard)
        }

        private init(copy: UnsafeRawPointer?, count: Int) {
            (start, self.count, descriptor, mapGuard) = (copy, count, -1, nil)
        }

        deinit {
            if mapGuard == nil, let start { munmap(UnsafeMutableRawPointer(mutating: start), count) }
            if descriptor >= 0 { close(descriptor) }
        }

        /// Copies `file` if it may soon be written again, and returns its stamp as of reading; nil if it should be
        /// mapped.
        ///
        /// It is read completely between two checks of its dates, so that the copy is what the file held at one moment.
        static func copy(
            of file: borrowing OrdinaryFile, _ reading: (ReadingProgress) throws(EngineError) -> Void
        ) throws(EngineError) -> (memory: Memory, stamp: FileStamp)? {
            guard file.stamp.byteCount == 0 || file.stamp.writtenAge < settlingSeconds,
                file.stamp.byteCount < Workspace.availableBytes / 2
            else { return nil }
            let name = URL(fileURLWithPath: file.path).lastPathComponent
            let start = ContinuousClock.now
            while true {
                guard let before = stamp(of: file) else { throw unreadable(file.path, errno) }
                // A second write within the resolution of the timestamps would go unnoticed.
                if before.age < before.timestampResolution, before.age > -1 {
                    try pause(max(before.timestampResolution - before.age, 0.001), name, before, reading)
                    guard stamp(of: file) == before else { continue }
                }
                if let memory = try copy(of: file, byteCount: before.byteCount, name, reading),
                    stamp(of: file).map({ $0.hasSameContents(as: before) }) == true
                {
                    return (memory, before)
                }
                guard (ContinuousClock.now - start).inSeconds < writeTimeout else {
                    throw .fileChanged(path: file.path, whileReading: true)
                }
                try pause(interval, name, before, reading)
            }
        }

        /// Copies the first `byteCount` bytes of `file`; nil if it has fewer.
        private static func copy(
            of file: borrowing OrdinaryFile, byteCount: Int, _ name: String,
            _ reading: (ReadingProgress) throws(EngineError) -> Void
        ) throws(EngineError) -> Memory? {
            guard byteCount > 0 else { return Memory(copy: nil, count: 0) }
            guard
                let address = mmap(
                    nil, byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
                address != MAP_FAILED
            else {
                throw .tooLarge(
                    what: "“\(file.path)”", neededBytes: byteCount, availableBytes: Workspace.availableBytes)
            }
            // Releases the memory if anything throws.
            let memory = Memory(copy: address, count: byteCount)
            for offset in stride(from: 0, to: byteCount, by: piece) {
                let length = min(piece, byteCount - offset)
                let target = UnsafeMutableRawBufferPointer(start: address + offset, count: length)
                let found = try file.read(into: target, from: offset)
                guard found == length else { return nil }
                try reading(
                    ReadingProgress(fileName: name, doneBytes: offset + length, totalBytes: byteCount))
            }
            mprotect(address, byteCount, PROT_READ)
            return memory
        }

        private static func stamp(of file: borrowing OrdinaryFile) -> FileStamp? {
            var status = stat()
            return fstat(file.descriptor, &status) == 0 ? FileStamp(status) : nil
        }

        /// Reports progress, which may throw to cancel, and sleeps.
        private static func pause(
            _ seconds: Double, _ name: String, _ stamp: FileStamp,
            _ reading: (ReadingProgress) throws(EngineError) -> Void
        ) throws(EngineError) {
            try reading(ReadingProgress(fileName: name, doneBytes: 0, totalBytes: stamp.byteCount))
            usleep(UInt32(min(seconds, 2) * 1e6))
        }

        private static func unreadable(_ path: String, _ code: Int32) -> EngineError {
            .fileUnreadable(path: path, reason: systemMessage(for: code))
        }
    }
}
