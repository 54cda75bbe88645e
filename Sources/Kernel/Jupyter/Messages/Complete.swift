/// Asks what could stand at the cursor.
package struct CompleteRequest: RequestContent {
    package static let type = "complete_request"

    /// The cell's source.
    package var code: String
    /// The cursor, in Unicode scalars; the end of the code when the request does not say.
    package var cursor: Int

    package init(_ content: JSON) throws(FieldError) {
        code = try content.text("code", default: "")
        cursor = try content.cursor(in: code)
    }
}

/// Says what could stand at the cursor.
package struct CompleteReply: MessageContent {
    package static let type = "complete_reply"

    /// What could stand there.
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
    /// `cursor_pos`, brought into the code.
    ///
    /// Older clients count −1 as the end.
    func cursor(in code: String) throws(FieldError) -> Int {
        let end = code.unicodeScalars.count
        let cursor = try count("cursor_pos", default: end)
        return cursor < 0 ? end : min(cursor, end)
    }
}
