/// Asks what the kernel uses of the machine.
package struct UsageRequest: RequestContent {
    package static let type = "usage_request"

    package init(_ content: JSON) {}
}

/// Says what the kernel uses of the machine.
package struct UsageReply: MessageContent {
    package static let type = "usage_reply"

    /// The measurements.
    package var usage: [String: JSON]

    package var content: JSON { .object(usage.merging(["status": "ok"]) { $1 }) }
}
