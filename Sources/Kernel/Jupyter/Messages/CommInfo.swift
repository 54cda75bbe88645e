import Platform

/// A request for the open comms.
package struct CommInfoRequest: RequestContent {
    package static let type = "comm_info_request"

    /// The target whose comms are requested; all if `nil`.
    package var target: String?

    package init(_ content: JSON) throws(FieldError) {
        let target = try content.text("target_name", default: "")
        self.target = target.isEmpty ? nil : target
    }
}

/// A reply with the open comms.
struct CommInfoReply: MessageContent {
    package static let type = "comm_info_reply"

    /// The target of each comm, by the comm's identifier.
    package var targets: [String: String]

    package var content: JSON {
        ["status": "ok", "comms": .object(targets.mapValues { ["target_name": .string($0)] })]
    }
}
