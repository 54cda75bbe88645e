/// Answers a request that could not be understood.
package struct ErrorReply: Sendable {
    /// The type of the request.
    package var requestType: String
    /// What is wrong with it.
    package var failure: CellFailure

    /// The reply's type: `execute_reply` to `execute_request`.
    package var type: String {
        let suffix = "_request"
        return requestType.hasSuffix(suffix)
            ? requestType.dropLast(suffix.count) + "_reply" : requestType + "_reply"
    }

    /// The content as it is sent.
    package var content: JSON { .object(failure.members.merging(["status": "error"]) { $1 }) }
}
