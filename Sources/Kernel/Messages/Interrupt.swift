/// Asks for the running cell to be stopped.
package struct InterruptRequest: RequestContent {
    package static let type = "interrupt_request"

    package init(_ content: JSON) {}
}

/// Says that the running cell was asked to stop.
package struct InterruptReply: MessageContent {
    package static let type = "interrupt_reply"

    package var content: JSON { ["status": "ok"] }
}
