/// Asks for running cells to be stopped.
///
/// The specification's request is empty and stops what runs in every shell. One that has a `subshell_id` stops the cell of
/// that subshell alone, null naming the main shell.
package struct InterruptRequest: RequestContent {
    package static let type = "interrupt_request"

    /// Where cells are to be stopped.
    package enum Shell: Hashable, Sendable {
        /// In the main shell and every subshell.
        case all
        /// In one subshell; nil is the main shell.
        case one(String?)
    }

    /// Where cells are to be stopped.
    package var shell: Shell

    package init(_ content: JSON) throws(FieldError) {
        shell = content["subshell_id"] == nil ? .all : .one(try content.optionalText("subshell_id"))
    }
}

/// Says that the running cell was asked to stop.
package struct InterruptReply: MessageContent {
    package static let type = "interrupt_reply"

    package var content: JSON { ["status": "ok"] }
}
