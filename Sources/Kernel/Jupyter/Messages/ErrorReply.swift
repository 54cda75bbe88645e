import Platform

/// A reply to a malformed request.
struct ErrorReply: Sendable {
    /// The type of the request.
    var requestType: String
    /// The error.
    package var failure: CellFailure

    /// The reply's type: `execute_reply` to `execute_request`.
    package var type: String {
        let suffix = "_request"
        return requestType.hasSuffix(suffix)
            ? requestType.dropLast(suffix.count) + "_reply" : requestType + "_reply"
    }

    /// The message's content.
    package var content: JSON { .object(failure.members.merging(["status": "error"]) { $1 }) }
}
