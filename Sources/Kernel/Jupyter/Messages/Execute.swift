/// Asks for a cell to be run.
package struct ExecuteRequest: RequestContent {
    package static let type = "execute_request"

    /// The cell's source.
    package var code: String
    /// Whether to run it without a trace: no output, no history, no count.
    package var isSilent: Bool
    /// Whether it counts and is remembered; never for a silent one.
    package var storesHistory: Bool
    /// Expressions to evaluate afterwards, by the names that their values get in the reply.
    package var userExpressions: [String: String]
    /// Whether the cell may ask for input.
    package var allowsInput: Bool
    /// Whether an error aborts the requests that wait behind this one.
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

/// Answers ``ExecuteRequest``.
package struct ExecuteReply: MessageContent {
    package static let type = "execute_reply"

    /// What became of the cell.
    package enum Status: Sendable {
        /// It ran.
        case ok(userExpressions: [String: ExpressionOutcome], payload: [JSON])
        /// It failed.
        case error(CellFailure)
        /// It did not run, because one before it failed.
        case aborted
    }

    /// What became of the cell.
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
    /// The failure as replies and `error` messages say it.
    package var members: [String: JSON] {
        [
            "ename": .string(name), "evalue": .string(message),
            "traceback": .array(traceback.map { .string($0) }),
        ]
    }
}
