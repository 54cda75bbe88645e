import Compute
import Foundation
import Platform

extension MappedFile {
    /// The bytes of a file: its pages, or a copy of them.
    final class Memory: Sendable {
        /// The first byte; nil where there is none.
        nonisolated(unsafe) let start: UnsafeRawPointer?
        /// How many there are.
        let count: Int
        /// The file that is mapped, kept open to be asked about; −1 for a copy.
        let descriptor: Int32
        /// What watches over the pages; nil for a copy.
        let guarding: MapGuard?

        /// A file that was written less than so many seconds ago is copied.
        private static let settlingSeconds = 3600.0
        /// So long is waited for a file that is being written, in seconds.
        private static let patience = 3.0
        /// How often it is looked at then, in seconds.
        private static let interval = 0.05
        /// How much is read between two looks at what else is wanted: a tenth of a second of a slow disk.
        static let piece = 16 << 20

        /// The pages of `file`.
        ///
        /// - Throws: ``EngineError/fileUnreadable(path:reason:)``.
        init(mapping file: borrowing OrdinaryFile) throws(EngineError) {
            count = file.stamp.byteCount
            guard count > 0 else {
                (start, descriptor, guarding) = (nil, -1, nil)
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
            guard let guarding = MapGuard(address, count: file.stamp.byteCount) else {
                close(descriptor)
                throw .fileUnreadable(path: file.path, reason: "too many files are open already")
            }
            (start, self.descriptor, self.guarding) = (UnsafeRawPointer(address), descriptor, guarding)
        }

        private init(copy: UnsafeRawPointer?, count: Int) {
            (start, self.count, descriptor, guarding) = (copy, count, -1, nil)
        }

        deinit {
            if guarding == nil, let start { munmap(UnsafeMutableRawPointer(mutating: start), count) }
            if descriptor >= 0 { close(descriptor) }
        }

        /// A copy of `file` where it may be written soon, and what it was when it was read; nil where it is to be mapped.
        ///
        /// Read whole between two looks at its dates, so that it is what the file held at one moment.
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
                // Who writes twice within a tick of the clock is not seen to have written the second time.
                if before.age < before.timestampResolution, before.age > -1 {
                    try pause(max(before.timestampResolution - before.age, 0.001), name, before, reading)
                    guard stamp(of: file) == before else { continue }
                }
                if let memory = try copy(of: file, byteCount: before.byteCount, name, reading),
                    stamp(of: file).map({ $0.hasSameContents(as: before) }) == true
                {
                    return (memory, before)
                }
                guard (ContinuousClock.now - start).inSeconds < patience else {
                    throw .fileChanged(path: file.path, whileReading: true)
                }
                try pause(interval, name, before, reading)
            }
        }

        /// A copy of the first bytes of `file`; nil where it ends before.
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
            // Gives the memory back, whatever happens.
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

        /// Waits, and asks meanwhile whether it should.
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
