import Platform

/// A request whether code is a complete cell.
struct IsCompleteRequest: RequestContent {
    package static let type = "is_complete_request"

    /// The code so far.
    package var code: String

    package init(_ content: JSON) throws(FieldError) {
        code = try content.text("code", default: "")
    }
}

/// A reply whether code is a complete cell.
struct IsCompleteReply: MessageContent {
    package static let type = "is_complete_reply"

    /// The code's completeness.
    package var completeness: Completeness

    package var content: JSON {
        switch completeness {
        case .complete: ["status": "complete"]
        case .incomplete(let indent): ["status": "incomplete", "indent": .string(indent)]
        case .invalid: ["status": "invalid"]
        case .unknown: ["status": "unknown"]
        }
    }
}
