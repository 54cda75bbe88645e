import Glibc
import Logging

/// Where the history of cells is kept.
package enum HistoryLocation: Hashable, Sendable {
    /// In memory, until the kernel ends.
    case memory
    /// In an SQLite file, which is created if it does not exist.
    case file(String)

    /// `VITRINE_HISTORY` if it is set (`:memory:` for no file), or else `vitrine/history.sqlite` in the
    /// state folder of the XDG specification.
    package static var standard: HistoryLocation {
        func variable(_ name: String) -> String? {
            getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
        }
        if let path = variable("VITRINE_HISTORY") { return path == ":memory:" ? .memory : .file(path) }
        let state = variable("XDG_STATE_HOME") ?? variable("HOME").map { $0 + "/.local/state" }
        return state.map { .file($0 + "/vitrine/history.sqlite") } ?? .memory
    }
}

/// Records and finds cells on a thread of its own, so that no reply waits for a disk.
final class HistoryStore: Sendable {
    private let worker = Worker(name: "history", stackBytes: 1 << 20)
    private let database: HistoryDatabase

    init(location: HistoryLocation, logger: Logger) {
        database = HistoryDatabase(location: location, logger: logger)
        worker.perform { [database] in database.open() }
    }

    /// Records a cell's source.
    func record(line: Int, source: String) {
        worker.perform { [database] in database.record(line: line, source: source) }
    }

    /// Records a cell's result.
    func record(output: String, line: Int) {
        worker.perform { [database] in database.record(output: output, line: line) }
    }

    /// Finds cells; `found` is called on the history's thread.
    func find(_ request: HistoryRequest, found: @escaping @Sendable (HistoryReply) -> Void) {
        worker.perform { [database] in
            found(HistoryReply(entries: database.find(request.access), withOutput: request.withOutput))
        }
    }

    /// Calls `body` on the history's thread when all earlier calls are done.
    func whenDone(_ body: @escaping @Sendable () -> Void) { worker.perform(body) }

    /// Closes the history, waiting at most `seconds` until everything is written.
    func finish(seconds: Double) {
        worker.perform { [database] in database.close() }
        worker.finish(seconds: seconds)
    }
}
