import Platform

/// A request for completions at the cursor.
package struct CompleteRequest: RequestContent {
    package static let type = "complete_request"

    /// The cell's source.
    package var code: String
    /// The cursor, in Unicode scalars; the end of the code if the request has none.
    package var cursor: Int

    package init(_ content: JSON) throws(FieldError) {
        code = try content.text("code", default: "")
        cursor = try content.cursor(in: code)
    }
}

/// A reply with completions at the cursor.
struct CompleteReply: MessageContent {
    package static let type = "complete_reply"

    /// The completions.
    package var completions: Completions

    package var content: JSON {
        [
            "status": "ok", "matches": .array(completions.matches.map { .string($0) }),
            "cursor_start": .integer(completions.start), "cursor_end": .integer(completions.end),
            "metadata": .object(completions.metadata),
        ]
    }
}

extension JSON {
    /// Returns `cursor_pos`, clamped to the code.
    ///
    /// Older clients use −1 for the end.
    func cursor(in code: String) throws(FieldError) -> Int {
        let end = code.unicodeScalars.count
        let cursor = try count("cursor_pos", default: end)
        return cursor < 0 ? end : min(cursor, end)
    }
}
