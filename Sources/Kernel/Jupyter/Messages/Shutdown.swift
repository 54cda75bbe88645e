/// Asks the kernel to end.
package struct ShutdownRequest: RequestContent {
    package static let type = "shutdown_request"

    /// Whether it will be started again.
    package var restarts: Bool

    package init(_ content: JSON) throws(FieldError) {
        restarts = try content.flag("restart", default: false)
    }
}

/// Says that the kernel ends.
package struct ShutdownReply: MessageContent {
    package static let type = "shutdown_reply"

    /// Whether it will be started again.
    package var restarts: Bool

    package var content: JSON { ["status": "ok", "restart": .bool(restarts)] }
}
