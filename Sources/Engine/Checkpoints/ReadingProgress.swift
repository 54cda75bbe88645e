import Compute
import Foundation
import Platform

/// How far the reading of a file is.
public struct ReadingProgress: Sendable {
    /// The file's name, without its folder.
    public let fileName: String
    /// How many bytes are in memory.
    public let doneBytes: Int
    /// How many the file has.
    public let totalBytes: Int

    /// So many bytes of a file.
    package init(fileName: String, doneBytes: Int, totalBytes: Int) {
        self.fileName = fileName
        self.doneBytes = doneBytes
        self.totalBytes = totalBytes
    }
}

extension MappedFile {
    /// Reads the whole file into the system's cache and maps its pages in one go.
    ///
    /// One page after the other, when each is first looked at, takes more than twice as long. Where the system cannot
    /// do it, or has no room for the file, nothing happens and the pages come as they are looked at.
    ///
    /// - Parameter progress: told after each piece; what it throws ends the reading.
    package func readAhead(
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

    /// Reads and maps a piece of a mapped file from `offset` on, with the beginning of its page; whether the system can.
    ///
    /// - Throws: ``EngineError/cancelled``.
    @discardableResult
    func populate(from offset: Int) throws(EngineError) -> Bool {
        guard isMapped else { return false }
        // The pages stay mapped as long as a thread that hangs waits for them.
        return try Disk.wait { [self] in
            guard let start = bytes.baseAddress else { return false }
            let page = offset & ~(Self.pageBytes - 1)
            let length = min(offset + Memory.piece, bytes.count) - page
            return madvise(UnsafeMutableRawPointer(mutating: start + page), length, Self.populateRead) == 0
        }
    }

    private static let pageBytes = Int(getpagesize())

    /// Linux 5.14's MADV_POPULATE_READ, which older headers lack.
    private static let populateRead: Int32 = 22
}
