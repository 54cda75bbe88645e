import Glibc
import Logging

/// Where cells are remembered.
public enum HistoryLocation: Hashable, Sendable {
    /// Nowhere beyond the kernel's life.
    case memory
    /// In an SQLite file, made when it is missing.
    case file(String)

    /// `VITRINE_HISTORY` when it is set (`:memory:` for nowhere), or else `vitrine/history.sqlite` where
    /// the XDG specification keeps a program's state.
    public static var standard: HistoryLocation {
        func variable(_ name: String) -> String? {
            getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
        }
        if let path = variable("VITRINE_HISTORY") { return path == ":memory:" ? .memory : .file(path) }
        let state = variable("XDG_STATE_HOME") ?? variable("HOME").map { $0 + "/.local/state" }
        return state.map { .file($0 + "/vitrine/history.sqlite") } ?? .memory
    }
}

/// Remembers cells and finds them again, on a thread of its own: no reply waits for a disk.
final class HistoryStore: Sendable {
    private let worker = Worker(name: "history", stackBytes: 1 << 20)
    private let database: HistoryDatabase

    init(location: HistoryLocation, logger: Logger) {
        database = HistoryDatabase(location: location, logger: logger)
        worker.perform { [database] in database.open() }
    }

    /// Remembers a cell.
    func record(line: Int, source: String) {
        worker.perform { [database] in database.record(line: line, source: source) }
    }

    /// Remembers what a cell resulted in.
    func record(output: String, line: Int) {
        worker.perform { [database] in database.record(output: output, line: line) }
    }

    /// Finds cells; `found` is called on the history's thread.
    func find(_ request: HistoryRequest, found: @escaping @Sendable (HistoryReply) -> Void) {
        worker.perform { [database] in
            found(HistoryReply(entries: database.find(request.access), withOutput: request.withOutput))
        }
    }

    /// Has `body` called when everything that was asked until now is done.
    func whenDone(_ body: @escaping @Sendable () -> Void) { worker.perform(body) }

    /// Waits until everything is written, at most `seconds`.
    func finish(seconds: Double) {
        worker.perform { [database] in database.close() }
        worker.finish(seconds: seconds)
    }
}
