import Platform

/// A request to run a cell.
package struct ExecuteRequest: RequestContent {
    package static let type = "execute_request"

    /// The cell's source.
    package var code: String
    /// Whether to run it without output, history or execution count.
    package var isSilent: Bool
    /// Whether it is counted and recorded in the history; never for a silent cell.
    package var storesHistory: Bool
    /// Expressions to evaluate afterwards, by the names of their values in the reply.
    package var userExpressions: [String: String]
    /// Whether the cell may ask for input.
    package var allowsInput: Bool
    /// Whether an error aborts the requests that are queued after this one.
    package var stopsOnError: Bool

    package init(_ content: JSON) throws(FieldError) {
        code = try content.text("code")
        isSilent = try content.flag("silent", default: false)
        let storesHistory = try content.flag("store_history", default: true)
        self.storesHistory = storesHistory && !isSilent
        userExpressions = try content.texts("user_expressions")
        allowsInput = try content.flag("allow_stdin", default: true)
        stopsOnError = try content.flag("stop_on_error", default: true)
    }
}

/// A reply to ``ExecuteRequest``.
package struct ExecuteReply: MessageContent {
    package static let type = "execute_reply"

    /// The cell's outcome.
    package enum Status: Sendable {
        /// The cell ran to its end.
        case ok(userExpressions: [String: ExpressionOutcome], payload: [JSON])
        /// The cell failed.
        case error(CellFailure)
        /// The cell did not run, because an earlier one failed.
        case aborted
    }

    /// The cell's outcome.
    package var status: Status
    /// The number in front of the cell.
    package var executionCount: Int

    package var content: JSON {
        var members: [String: JSON] = ["execution_count": .integer(executionCount)]
        switch status {
        case .ok(let userExpressions, let payload):
            members["status"] = "ok"
            members["user_expressions"] = .object(userExpressions.mapValues(\.content))
            members["payload"] = .array(payload)
        case .error(let failure):
            members.merge(failure.members) { $1 }
            members["status"] = "error"
            members["user_expressions"] = .emptyObject
            members["payload"] = []
        case .aborted:
            members["status"] = "aborted"
        }
        return .object(members)
    }
}

extension ExpressionOutcome {
    fileprivate var content: JSON {
        switch self {
        case .value(let bundle):
            ["status": "ok", "data": .object(bundle.data), "metadata": .object(bundle.metadata)]
        case .failure(let failure):
            .object(failure.members.merging(["status": "error"]) { $1 })
        }
    }
}

extension CellFailure {
    /// The members of replies and `error` messages that describe the failure.
    package var members: [String: JSON] {
        [
            "ename": .string(name), "evalue": .string(message),
            "traceback": .array(traceback.map { .string($0) }),
        ]
    }
}
