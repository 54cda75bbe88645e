import Platform

/// A request to end the kernel.
package struct ShutdownRequest: RequestContent {
    package static let type = "shutdown_request"

    /// Whether the kernel will be restarted.
    package var restarts: Bool

    package init(_ content: JSON) throws(FieldError) {
        restarts = try content.flag("restart", default: false)
    }
}

/// A reply that confirms that the kernel ends.
struct ShutdownReply: MessageContent {
    package static let type = "shutdown_reply"

    /// Whether the kernel will be restarted.
    package var restarts: Bool

    package var content: JSON { ["status": "ok", "restart": .bool(restarts)] }
}
