import Glibc
import Platform

/// A file in which a kernel says what it holds while it lives, and which goes with it when it ends.
///
/// A kernel that is killed leaves it behind: the next one at the same connection finds in it what was lost. A lock tells
/// a dead kernel's file from a living one's, and one write a change leaves a whole line whenever the kernel is killed.
final class LifeRecord {
    private var loss: String?
    private let path: String
    private let descriptor: Int32
    private var running: [String: String] = [:]
    private var count = 0
    private var holdings: [String] = []

    /// Files of dead kernels that were never asked for are kept this long, in seconds.
    private static let keptSeconds = 7 * 24 * 3600

    /// Takes over the file, or begins it; nil where it cannot be written or belongs to a kernel that lives.
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

    /// What the kernel before this one lost when it was killed, in words; nil when there was none, or this was asked
    /// before.
    func takeLoss() -> String? {
        defer { loss = nil }
        return loss
    }

    /// A cell begins.
    func begin(_ cell: CellRequest) {
        count = cell.executionCount
        running[cell.id] = cell.request.code
        write()
    }

    /// A cell has ended, after which the kernel holds this.
    func end(_ cell: CellRequest, holding holdings: [String]) {
        running[cell.id] = nil
        self.holdings = holdings
        write()
    }

    /// The kernel ends, and nothing of it was lost unawares.
    func finish() { unlink(path) }

    private func write() {
        let line: JSON = [
            "count": .integer(count), "running": .array(running.values.sorted().map { .string(firstWords($0)) }),
            "holdings": .array(holdings.map { .string($0) }),
        ]
        let bytes = line.bytes + [UInt8(ascii: "\n")]
        _ = pwrite(descriptor, bytes, bytes.count, 0)
    }

    /// The first line: what follows is left of a longer one.
    private static func line(of descriptor: Int32) -> JSON? {
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        guard count > 0, let end = bytes[..<count].firstIndex(of: UInt8(ascii: "\n")) else { return nil }
        return try? JSON(parsing: Array(bytes[..<end]))
    }

    private static func loss(in line: JSON?) -> String? {
        let running = line?["running"]?.array?.compactMap(\.string) ?? []
        let holdings = line?["holdings"]?.array?.compactMap(\.string) ?? []
        if running.isEmpty && holdings.isEmpty { return nil }
        let cells = running.map { "`\($0)`" }.joined(separator: " and ")
        let moment =
            running.isEmpty ? "after cell \(line?["count"]?.integer ?? 0)" : "while it ran \(cells)"
        let lost = holdings.isEmpty ? "" : " Lost with it: \(holdings.joined(separator: "; "))."
        return "The previous kernel was killed \(moment), perhaps because memory ran out.\(lost) "
            + "The output of cells is still in the notebook; run those again that define what you need.\n"
    }

    private static func removeForgotten(in folder: String) {
        guard let listing = opendir(folder) else { return }
        defer { closedir(listing) }
        while let entry = readdir(listing) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard name.hasSuffix(LifeRecord.ending) else { continue }
            var status = stat()
            if stat("\(folder)/\(name)", &status) == 0, status.st_mtim.tv_sec + keptSeconds < time(nil) {
                unlink("\(folder)/\(name)")
            }
        }
    }

    /// How the files' names end.
    private static let ending = ".kernel"

    /// Where the kernel of a connection file has its record: beside the history; nil where nothing is kept.
    static func path(ofConnectionFile file: String) -> String? {
        guard case .file(let history) = HistoryLocation.standard, let end = history.lastIndex(of: "/"),
            let whole = realpath(file, nil)
        else { return nil }
        defer { free(whole) }
        // Names of files may be long, and a path holds what no name can.
        let name = String(cString: whole).utf8.reduce(into: "") { name, byte in
            name +=
                UnicodeScalar(byte).properties.isAlphabetic || (48...57).contains(byte)
                ? String(UnicodeScalar(byte)) : "_"
        }
        return history[..<end] + "/kernels/" + name.suffix(200) + ending
    }
}

/// The first line of a cell, cut to what a sentence can hold.
private func firstWords(_ code: String) -> String {
    let line = oneLine(String(code.drop { $0.isWhitespace }.prefix { !$0.isNewline }))
    return line.count > 60 ? line.prefix(60) + "…" : line
}
