import Compute
import Foundation
import Platform
import Synchronization

/// When a file's pages are used where they are, and not a copy.
public enum MappingRule: Sendable {
    /// Unless it was written within the last hour: a training may still write it.
    case whereSettled
    /// Always: it is never written in place.
    case always
}

/// A file in memory that stays what it was when it was opened, or says that it did not: ``check()``.
///
/// A file that has not been written for a while is mapped: its pages are read when they are looked at, and shared between
/// processes. One that was written within the last hour, as a training writes its checkpoints, is likely to be
/// written again, and a mapped file changes with what is written. So it is read into memory of its own, all of it.
///
/// See docs/decisions/0019-files-that-change.md.
package final class MappedFile: FileBytes {
    /// The path it was opened by.
    package let path: String
    /// The file's bytes.
    ///
    /// Valid as long as this object is.
    package var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: memory.start, count: memory.count) }

    private let memory: Memory
    private let digest = Mutex<String?>(nil)
    /// What the file was when it was opened.
    private let opened: FileStamp
    /// What it was when it was last found to hold what it held then.
    private let known: Mutex<FileStamp>

    /// Who converts what is read of it.
    package let team: ThreadTeam

    /// Opens the file at `path`.
    ///
    /// - Parameters:
    ///   - rule: whether it is mapped or copied.
    ///   - team: who converts what is read of it.
    ///   - reading: told how far a file is read that is copied; what it throws ends it.
    /// - Throws: ``EngineError/fileMissing(path:)``, ``EngineError/fileUnreadable(path:reason:)``;
    ///   ``EngineError/fileChanged(path:whileReading:)`` when it is written all the time.
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
        known = Mutex(opened)
        // A format tells itself by its first bytes, or has its table of contents at the end.
        try populate(from: 0)
        if bytes.count > Memory.piece { try populate(from: bytes.count - Memory.piece) }
    }

    /// Whether the bytes are the file's own pages, which the system can drop and read again.
    package var isMapped: Bool { memory.guarding != nil }

    /// How many bytes of memory it takes that no other process can share.
    package var ownBytes: Int { isMapped ? 0 : memory.count }

    /// The file as it was when it was opened.
    package var source: SourceFile { SourceFile(path: path, opened) }

    /// Finds out whether all that was read until now is what the file held when it was opened.
    ///
    /// Asks the system once and allocates nothing where that is so.
    ///
    /// - Throws: ``EngineError/fileChanged(path:whileReading:)``;
    ///   ``EngineError/fileUnreadable(path:reason:)`` where its disk failed.
    package func check() throws(EngineError) {
        guard let guarding = memory.guarding else { return }
        var status = stat()
        let isThere = fstat(memory.descriptor, &status) == 0
        let now = FileStamp(status)
        if isThere, !guarding.isBroken, known.withLock({ $0 == now }) { return }
        guard isThere, !guarding.isBroken || now.isWritten(since: opened) else {
            throw .fileUnreadable(path: path, reason: "its disk did not return all of it")
        }
        guard !guarding.isBroken, holdsTheSame(now) else { throw .fileChanged(path: path, whileReading: false) }
        known.withLock { $0 = now }
    }

    /// Whether the file, about which something has changed, still holds what it held.
    ///
    /// Another file that took its name, as most programs write files, has left its bytes alone.
    private func holdsTheSame(_ now: FileStamp) -> Bool {
        if now.isWritten(since: opened) { return false }
        if known.withLock({ now.holdsWhatItHeld(at: $0) }) { return true }
        return digest.withLock { $0 == ContentHash.sha256(of: [bytes]) }
    }

    /// The SHA-256 in hexadecimal of the bytes that the file held when it was opened.
    ///
    /// Worked out once, when first asked for; empty where the file has been written before that.
    package var sha256: String {
        digest.withLock { digest in
            if let digest { return digest }
            let text = ContentHash.sha256(of: [bytes])
            // Not by `check`, which may ask for this digest.
            guard isCertain else { return "" }
            digest = text
            return text
        }
    }

    /// Whether nothing at all has happened to the file.
    var isCertain: Bool {
        guard let guarding = memory.guarding else { return true }
        var status = stat()
        guard fstat(memory.descriptor, &status) == 0, !guarding.isBroken else { return false }
        return known.withLock { FileStamp(status).holdsWhatItHeld(at: $0) }
    }
}
