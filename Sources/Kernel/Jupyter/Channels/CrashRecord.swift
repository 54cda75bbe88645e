import Glibc
import Platform

/// A file in which a running kernel records its state, and which it removes when it ends normally.
///
/// A kernel that is killed leaves the file behind, and the next kernel at the same connection reads from it what was
/// lost. A lock distinguishes the file of a running kernel from that of a dead one. Each change is a single write, so
/// that the file always holds a complete line.
final class CrashRecord {
    private var loss: String?
    private let path: String
    private let descriptor: Int32
    private var running: [String: String] = [:]
    private var count = 0
    private var unsavedState: [String] = []

    /// How many seconds the files of dead kernels are kept.
    private static let keptSeconds = 7 * 24 * 3600

    /// Opens or creates the file; returns nil if it cannot be written or belongs to a running kernel.
    init?(path: String) {
        makeFolder(for: path)
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return nil }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            return nil
        }
        self.path = path
        loss = Self.loss(in: Self.line(of: descriptor))
        Self.removeForgotten(in: String(path.prefix(upTo: path.lastIndex(of: "/") ?? path.startIndex)))
        write()
    }

    deinit { close(descriptor) }

    /// Returns what was lost when the previous kernel was killed, in words. Returns nil if nothing was, and at every
    /// later call.
    func takeLoss() -> String? {
        defer { loss = nil }
        return loss
    }

    /// Records that a cell starts.
    func begin(_ cell: CellRequest) {
        count = cell.executionCount
        running[cell.id] = cell.request.code
        write()
    }

    /// Records that a cell has ended, and the state that the kernel now has.
    func end(_ cell: CellRequest, unsavedState: [String]) {
        running[cell.id] = nil
        self.unsavedState = unsavedState
        write()
    }

    /// Removes the file, because the kernel ends normally.
    func finish() { unlink(path) }

    private func write() {
        let line: JSON = [
            "count": .integer(count), "running": .array(running.values.sorted().map { .string(firstWords($0)) }),
            "holdings": .array(unsavedState.map { .string($0) }),
        ]
        let bytes = line.bytes + [UInt8(ascii: "\n")]
        _ = pwrite(descriptor, bytes, bytes.count, 0)
    }

    /// Reads the first line. What follows it is the rest of an earlier, longer line.
    private static func line(of descriptor: Int32) -> JSON? {
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        guard count > 0, let end = bytes[..<count].firstIndex(of: UInt8(ascii: "\n")) else { return nil }
        return try? JSON(parsing: Array(bytes[..<end]))
    }

    private static func loss(in line: JSON?) -> String? {
        let running = line?["running"]?.array?.compactMap(\.string) ?? []
        let unsavedState = line?["holdings"]?.array?.compactMap(\.string) ?? []
        if running.isEmpty && unsavedState.isEmpty { return nil }
        let cells = running.map { "`\($0)`" }.joined(separator: " and ")
        let moment =
            running.isEmpty ? "after cell \(line?["count"]?.integer ?? 0)" : "while it ran \(cells)"
        let lost = unsavedState.isEmpty ? "" : " Lost with it: \(unsavedState.joined(separator: "; "))."
        return "The previous kernel was killed \(moment), perhaps because memory ran out.\(lost) "
            + "The cells' output is still in the notebook; rerun the cells that define what you need.\n"
    }

    private static func removeForgotten(in folder: String) {
        guard let listing = opendir(folder) else { return }
        defer { closedir(listing) }
        while let entry = readdir(listing) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard name.hasSuffix(CrashRecord.suffix) else { continue }
            var status = stat()
            if stat("\(folder)/\(name)", &status) == 0, status.st_mtim.tv_sec + keptSeconds < time(nil) {
                unlink("\(folder)/\(name)")
            }
        }
    }

    /// The suffix of the files' names.
    private static let suffix = ".kernel"

    /// Returns the path of the record for a connection file, beside the history; nil if the history has no file.
    static func path(ofConnectionFile file: String) -> String? {
        guard case .file(let history) = HistoryLocation.standard, let end = history.lastIndex(of: "/"),
            let whole = realpath(file, nil)
        else { return nil }
        defer { free(whole) }
        // File names are limited in length and cannot contain slashes.
        let name = String(cString: whole).utf8.reduce(into: "") { name, byte in
            name +=
                UnicodeScalar(byte).properties.isAlphabetic || (48...57).contains(byte)
                ? String(UnicodeScalar(byte)) : "_"
        }
        return history[..<end] + "/kernels/" + name.suffix(200) + suffix
    }
}

/// Returns the first line of a cell, truncated to fit into a sentence.
private func firstWords(_ code: String) -> String {
    let line = oneLine(String(code.drop { $0.isWhitespace }.prefix { !$0.isNewline }))
    return line.count > 60 ? line.prefix(60) + "…" : line
}
