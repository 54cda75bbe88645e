import Platform

/// A request for documentation of the name at the cursor.
package struct InspectRequest: RequestContent {
    package static let type = "inspect_request"

    /// The cell's source.
    package var code: String
    /// The cursor, in Unicode scalars; the end of the code if the request has none.
    package var cursor: Int
    /// 0 for a summary, 1 for everything.
    package var detail: Int

    package init(_ content: JSON) throws(FieldError) {
        code = try content.text("code", default: "")
        cursor = try content.cursor(in: code)
        detail = try content.count("detail_level", default: 0)
    }
}

/// A reply with documentation of the name at the cursor.
struct InspectReply: MessageContent {
    package static let type = "inspect_reply"

    /// The documentation, if there is any.
    package var bundle: MIMEBundle?

    package var content: JSON {
        [
            "status": "ok", "found": .bool(bundle != nil), "data": .object(bundle?.data ?? [:]),
            "metadata": .object(bundle?.metadata ?? [:]),
        ]
    }
}
