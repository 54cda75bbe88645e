import Foundation
import Platform

/// A NumPy file of a matrix that is written row by row, so that it may be larger than the memory.
///
/// The rows go to a temporary file beside the path, which gets its name when ``finish()`` is called: what was at the
/// path before stays until then, and a program that is killed leaves no half file of that name.
package final class NumPyRows {
    /// How many numbers a row has.
    package let columns: Int
    /// How many rows were written.
    package private(set) var rowCount = 0

    private let path: String
    private let temporary: String
    private let file: FileHandle
    private var isFinished = false

    /// The room for the header: any number of rows fits into it. In NumPy's own files the data begin at a multiple of
    /// 64 bytes.
    private static let headerBytes = 128

    /// Begins a file.
    ///
    /// - Parameter path: relative to the working folder; `~` is the user's home.
    /// - Throws: ``EngineError/fileUnwritable(path:reason:)``.
    package init(path: String, columns: Int) throws(EngineError) {
        self.path = path
        self.columns = columns
        let place = (path as NSString).expandingTildeInPath
        temporary = "\(place).\(ProcessInfo.processInfo.globallyUniqueString).part"
        // Tells what is wrong with a path that cannot be written.
        try writeWholeFile(temporary, [UInt8](repeating: 0, count: Self.headerBytes))
        guard let file = FileHandle(forWritingAtPath: temporary) else {
            throw .fileUnwritable(path: path, reason: "its temporary file is gone")
        }
        self.file = file
        _ = try? file.seekToEnd()
    }

    deinit {
        guard !isFinished else { return }
        try? file.close()
        unlink(temporary)
    }

    /// Appends rows.
    ///
    /// - Precondition: they are whole rows.
    /// - Throws: ``EngineError/fileUnwritable(path:reason:)`` for a full disk.
    package func append(_ rows: [Float]) throws(EngineError) {
        precondition(rows.count % max(columns, 1) == 0, "\(rows.count) numbers are no rows of \(columns)")
        let data = rows.withUnsafeBytes { Data($0) }
        do {
            try file.write(contentsOf: data)
        } catch {
            throw .fileUnwritable(path: path, reason: "the disk is full, or was taken away")
        }
        rowCount += rows.count / max(columns, 1)
    }

    /// Writes the header for the rows so far, and gives the file its name.
    ///
    /// - Throws: ``EngineError/fileUnwritable(path:reason:)``.
    package func finish() throws(EngineError) {
        var text = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(rowCount), \(columns)), }"
        text += String(repeating: " ", count: Self.headerBytes - 11 - text.utf8.count) + "\n"
        var head = NumPyHeader.magic + [1, 0]
        withUnsafeBytes(of: UInt16(text.utf8.count).littleEndian) { head.append(contentsOf: $0) }
        head.append(contentsOf: text.utf8)
        do {
            try file.seek(toOffset: 0)
            try file.write(contentsOf: Data(head))
            try file.close()
        } catch {
            throw .fileUnwritable(path: path, reason: "the disk is full, or was taken away")
        }
        guard rename(temporary, (path as NSString).expandingTildeInPath) == 0 else {
            throw .fileUnwritable(path: path, reason: systemMessage(for: errno))
        }
        isFinished = true
    }
}
