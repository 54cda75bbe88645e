import Platform

/// A request to create a subshell, whose cells run concurrently with those of the main shell.
///
/// Source: Jupyter Enhancement Proposal 91.
struct CreateSubshellRequest: RequestContent {
    package static let type = "create_subshell_request"

    package init(_ content: JSON) {}
}

/// A reply with the new subshell's identifier, which requests to it carry in their headers.
struct CreateSubshellReply: MessageContent {
    package static let type = "create_subshell_reply"

    /// The subshell's identifier.
    package var id: String

    package var content: JSON { ["status": "ok", "subshell_id": .string(id)] }
}

/// A request to delete a subshell.
struct DeleteSubshellRequest: RequestContent {
    package static let type = "delete_subshell_request"

    /// The subshell's identifier.
    package var id: String

    package init(_ content: JSON) throws(FieldError) {
        id = try content.text("subshell_id")
    }
}

/// A reply that confirms that the subshell was deleted.
struct DeleteSubshellReply: MessageContent {
    package static let type = "delete_subshell_reply"

    package var content: JSON { ["status": "ok"] }
}

/// A request for the identifiers of all subshells.
struct ListSubshellRequest: RequestContent {
    package static let type = "list_subshell_request"

    package init(_ content: JSON) {}
}

/// A reply with the identifiers of all subshells.
struct ListSubshellReply: MessageContent {
    package static let type = "list_subshell_reply"

    /// The identifiers, oldest first.
    package var ids: [String]

    package var content: JSON { ["status": "ok", "subshell_id": .array(ids.map { .string($0) })] }
}
