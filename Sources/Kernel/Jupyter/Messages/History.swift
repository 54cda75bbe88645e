import Platform

/// A request for cells from the history.
package struct HistoryRequest: RequestContent {
    package static let type = "history_request"

    /// Which cells are requested.
    package enum Access: Hashable, Sendable {
        /// The last `count` cells.
        case tail(count: Int)
        /// The cells of one session from line `start` up to, but not including, `stop`. Session 0 is the current
        /// one; negative numbers count back from it.
        case range(session: Int, start: Int, stop: Int?)
        /// The last `count` cells that match the glob `pattern`; each source only once if `unique`.
        case search(pattern: String, count: Int?, unique: Bool)
    }

    /// Which cells are requested.
    package var access: Access
    /// Whether to include the cells' results.
    package var withOutput: Bool

    package init(_ content: JSON) throws(FieldError) {
        withOutput = try content.flag("output", default: false)
        let kind = try content.text("hist_access_type", default: "tail")
        switch kind {
        case "tail":
            access = .tail(count: try content.count("n", default: 10))
        case "range":
            access = .range(
                session: try content.count("session", default: 0),
                start: try content.count("start", default: 1),
                stop: try content.optionalCount("stop"))
        case "search":
            access = .search(
                pattern: try content.text("pattern", default: "*"),
                count: try content.optionalCount("n"),
                unique: try content.flag("unique", default: false))
        default:
            throw FieldError(reason: "“hist_access_type” must be tail, range or search, not “\(kind)”")
        }
    }
}

/// A reply with cells from the history.
struct HistoryReply: MessageContent {
    package static let type = "history_reply"

    /// A cell of the history.
    package struct Entry: Hashable, Sendable {
        /// The number of the session in which it ran.
        package var session: Int
        /// The number in front of it.
        package var line: Int
        /// The cell's source.
        package var source: String
        /// The cell's result as plain text.
        package var output: String?
    }

    /// The cells, oldest first.
    package var entries: [Entry]
    /// Whether to include the cells' results.
    package var withOutput: Bool

    package var content: JSON {
        ["status": "ok", "history": .array(entries.map(triple))]
    }

    private func triple(_ entry: Entry) -> JSON {
        let source = JSON.string(entry.source)
        let output = entry.output.map { JSON.string($0) } ?? .null
        return [.integer(entry.session), .integer(entry.line), withOutput ? [source, output] : source]
    }
}
