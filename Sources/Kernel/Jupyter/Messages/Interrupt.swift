import Platform

/// A request to interrupt running cells.
///
/// The specification's request is empty and interrupts the cells of all shells. A request with a `subshell_id`
/// interrupts that subshell's cell only; null stands for the main shell.
package struct InterruptRequest: RequestContent {
    package static let type = "interrupt_request"

    /// The shells whose cells to interrupt.
    package enum Shell: Hashable, Sendable {
        /// The main shell and all subshells.
        case all
        /// One subshell; nil stands for the main shell.
        case one(String?)
    }

    /// The shells whose cells to interrupt.
    package var shell: Shell

    package init(_ content: JSON) throws(FieldError) {
        shell = content["subshell_id"] == nil ? .all : .one(try content.optionalText("subshell_id"))
    }
}

/// A reply that confirms that running cells were asked to stop.
struct InterruptReply: MessageContent {
    package static let type = "interrupt_reply"

    package var content: JSON { ["status": "ok"] }
}
