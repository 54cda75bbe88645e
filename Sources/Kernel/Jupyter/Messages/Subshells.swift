/// Asks for a subshell: another line of cells, which run beside those of the main shell.
///
/// Source: Jupyter Enhancement Proposal 91.
package struct CreateSubshellRequest: RequestContent {
    package static let type = "create_subshell_request"

    package init(_ content: JSON) {}
}

/// Names the new subshell; requests that carry the name in their header go to it.
package struct CreateSubshellReply: MessageContent {
    package static let type = "create_subshell_reply"

    /// Its name.
    package var id: String

    package var content: JSON { ["status": "ok", "subshell_id": .string(id)] }
}

/// Asks for a subshell to be ended.
package struct DeleteSubshellRequest: RequestContent {
    package static let type = "delete_subshell_request"

    /// Its name.
    package var id: String

    package init(_ content: JSON) throws(FieldError) {
        id = try content.text("subshell_id")
    }
}

/// Says that the subshell takes no more requests.
package struct DeleteSubshellReply: MessageContent {
    package static let type = "delete_subshell_reply"

    package var content: JSON { ["status": "ok"] }
}

/// Asks which subshells there are.
package struct ListSubshellRequest: RequestContent {
    package static let type = "list_subshell_request"

    package init(_ content: JSON) {}
}

/// The names of all subshells, the oldest first.
package struct ListSubshellReply: MessageContent {
    package static let type = "list_subshell_reply"

    /// Their names.
    package var ids: [String]

    package var content: JSON { ["status": "ok", "subshell_id": .array(ids.map { .string($0) })] }
}
