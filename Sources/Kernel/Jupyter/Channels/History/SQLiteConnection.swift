import CSQLite

/// A value in a database table.
enum SQLiteValue: Hashable, Sendable {
    case null
    case integer(Int)
    case text(String)
}

/// An SQLite error, in SQLite's own words.
struct SQLiteError: Error, Hashable {
    let reason: String
}

/// An open SQLite database.
///
/// Used by one thread at a time.
final class SQLiteConnection {
    private let handle: OpaquePointer

    /// Opens the file, or creates it.
    init(path: String) throws(SQLiteError) {
        var handle: OpaquePointer?
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX
        let status = sqlite3_open_v2(path, &handle, flags, nil)
        guard status == SQLITE_OK, let handle else {
            let reason = String(cString: sqlite3_errstr(status))
            sqlite3_close_v2(handle)
            throw SQLiteError(reason: reason)
        }
        self.handle = handle
        sqlite3_busy_timeout(handle, 1000)
    }

    deinit { sqlite3_close_v2(handle) }

    /// The identifier of the last inserted row.
    var lastRow: Int { Int(sqlite3_last_insert_rowid(handle)) }

    /// Runs one statement and returns its rows.
    @discardableResult
    func run(_ statement: String, _ values: [SQLiteValue] = []) throws(SQLiteError) -> [[SQLiteValue]] {
        var prepared: OpaquePointer?
        guard sqlite3_prepare_v2(handle, statement, -1, &prepared, nil) == SQLITE_OK else { throw lastError }
        defer { sqlite3_finalize(prepared) }
        for (index, value) in values.enumerated() { bind(value, to: Int32(index + 1), of: prepared) }
        var rows: [[SQLiteValue]] = []
        while true {
            switch sqlite3_step(prepared) {
            case SQLITE_ROW:
                rows.append((0..<sqlite3_column_count(prepared)).map { column($0, of: prepared) })
            case SQLITE_DONE: return rows
            default: throw lastError
            }
        }
    }

    private var lastError: SQLiteError {
        SQLiteError(reason: String(cString: sqlite3_errmsg(handle)))
    }

    private func bind(_ value: SQLiteValue, to index: Int32, of statement: OpaquePointer?) {
        switch value {
        case .null: sqlite3_bind_null(statement, index)
        case .integer(let number): sqlite3_bind_int64(statement, index, Int64(number))
        case .text(var text):
            // SQLite would read a null pointer as NULL, not as an empty text.
            if text.isEmpty {
                sqlite3_bind_text(statement, index, "", 0, nil)
                return
            }
            // SQLite copies the text before the call returns.
            let copies = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
            text.withUTF8 { bytes in
                bytes.withMemoryRebound(to: CChar.self) { characters in
                    _ = sqlite3_bind_text64(
                        statement, index, characters.baseAddress, UInt64(characters.count), copies,
                        UInt8(SQLITE_UTF8))
                }
            }
        }
    }

    private func column(_ index: Int32, of statement: OpaquePointer?) -> SQLiteValue {
        switch sqlite3_column_type(statement, index) {
        case SQLITE_INTEGER: return .integer(Int(sqlite3_column_int64(statement, index)))
        case SQLITE_NULL: return .null
        default:
            guard let bytes = sqlite3_column_text(statement, index) else { return .null }
            let count = Int(sqlite3_column_bytes(statement, index))
            return .text(String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self))
        }
    }
}
