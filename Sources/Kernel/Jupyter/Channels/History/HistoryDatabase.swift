import Glibc
import Logging
import Platform

/// The history's tables and queries.
///
/// Used by the history's thread alone.
///
/// A history that cannot be opened or written never blocks a cell: the kernel logs a warning once and
/// keeps the history in memory until it ends.
final class HistoryDatabase: @unchecked Sendable {
    private let location: HistoryLocation
    private let logger: Logger
    private var connection: SQLiteConnection?
    private var session = 0

    init(location: HistoryLocation, logger: Logger) {
        self.location = location
        self.logger = logger
    }

    /// Opens the file and starts a session.
    func open() {
        if case .file(let path) = location {
            do throws(SQLiteError) {
                makeFolder(for: path)
                try begin(SQLiteConnection(path: path))
                return
            } catch {
                logger.warning(
                    "History is kept in memory only, because “\(path)” cannot be used: \(error.reason).")
            }
        }
        openInMemory()
    }

    func record(line: Int, source: String) {
        write(
            "INSERT OR REPLACE INTO cells (session, line, source) VALUES (?, ?, ?)",
            [
                .integer(session), .integer(line), .text(source),
            ])
    }

    func record(output: String, line: Int) {
        write(
            "UPDATE cells SET output = ? WHERE session = ? AND line = ?",
            [
                .text(output), .integer(session), .integer(line),
            ])
    }

    /// Returns the requested cells, oldest first; none if the history cannot be read.
    func find(_ access: HistoryRequest.Access) -> [HistoryReply.Entry] {
        let columns = "SELECT session, line, source, output FROM cells"
        switch access {
        case .tail(let count):
            return query("\(columns) ORDER BY session DESC, line DESC LIMIT ?", [.integer(max(0, count))])
                .reversed()
        case .range(let number, let start, let stop):
            // 0 and below count back from this session.
            let wanted = number > 0 ? number : session &+ number
            return query(
                "\(columns) WHERE session = ? AND line >= ? AND line < ? ORDER BY line",
                [.integer(wanted), .integer(start), .integer(stop ?? Int.max)])
        case .search(let pattern, let count, let isUnique):
            let source =
                isUnique
                ? "(SELECT max(session * 1000000 + line), session, line, source, output "
                    + "FROM cells GROUP BY source)" : "cells"
            return query(
                "SELECT session, line, source, output FROM \(source) WHERE source GLOB ? "
                    + "ORDER BY session DESC, line DESC LIMIT ?",
                [.text(pattern), .integer(count.map { max(0, $0) } ?? -1)]
            ).reversed()
        }
    }

    func close() {
        connection = nil
    }

    private func begin(_ connection: SQLiteConnection) throws(SQLiteError) {
        // Two kernels may write at the same time without long waits.
        try connection.run("PRAGMA journal_mode = WAL")
        try connection.run("PRAGMA synchronous = NORMAL")
        // In KiB. The default of two thousand would fill up, although cells are only ever added.
        try connection.run("PRAGMA cache_size = -256")
        try connection.run(
            "CREATE TABLE IF NOT EXISTS sessions (session INTEGER PRIMARY KEY AUTOINCREMENT, started TEXT)")
        try connection.run(
            "CREATE TABLE IF NOT EXISTS cells (session INTEGER, line INTEGER, source TEXT, output TEXT, "
                + "PRIMARY KEY (session, line))")
        try connection.run("INSERT INTO sessions (started) VALUES (?)", [.text(timestamp())])
        session = connection.lastRow
        self.connection = connection
    }

    private func openInMemory() {
        do throws(SQLiteError) {
            try begin(SQLiteConnection(path: ":memory:"))
        } catch {
            logger.warning("There is no history: \(error.reason).")
        }
    }

    private func write(_ statement: String, _ values: [SQLiteValue]) {
        do throws(SQLiteError) {
            try connection?.run(statement, values)
        } catch {
            logger.warning("History is kept in memory only from now on: \(error.reason).")
            openInMemory()
            _ = try? connection?.run(statement, values)
        }
    }

    private func query(_ statement: String, _ values: [SQLiteValue]) -> [HistoryReply.Entry] {
        let rows: [[SQLiteValue]]
        do throws(SQLiteError) {
            rows = try connection?.run(statement, values) ?? []
        } catch {
            logger.warning("The history cannot be read: \(error.reason).")
            return []
        }
        return rows.compactMap { row in
            guard row.count == 4, case .integer(let session) = row[0], case .integer(let line) = row[1],
                case .text(let source) = row[2]
            else { return nil }
            var output: String?
            if case .text(let text) = row[3] { output = text }
            return HistoryReply.Entry(session: session, line: line, source: source, output: output)
        }
    }
}

/// Creates the file's folder and its parents, accessible to this user only.
func makeFolder(for path: String) {
    var folder = ""
    for part in path.split(separator: "/", omittingEmptySubsequences: false).dropLast() {
        folder += part + "/"
        mkdir(folder, 0o700)
    }
}
