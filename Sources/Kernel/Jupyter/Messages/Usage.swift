import Platform

/// A request for the kernel's use of memory and processors.
struct UsageRequest: RequestContent {
    package static let type = "usage_request"

    package init(_ content: JSON) {}
}

/// A reply with the kernel's use of memory and processors.
struct UsageReply: MessageContent {
    package static let type = "usage_reply"

    /// The measurements.
    package var usage: [String: JSON]

    package var content: JSON { .object(usage.merging(["status": "ok"]) { $1 }) }
}
