/// Asks which comms are open.
package struct CommInfoRequest: RequestContent {
    package static let type = "comm_info_request"

    /// Only those of this target; all when `nil`.
    package var target: String?

    package init(_ content: JSON) throws(FieldError) {
        let target = try content.text("target_name", default: "")
        self.target = target.isEmpty ? nil : target
    }
}

/// Says which comms are open.
package struct CommInfoReply: MessageContent {
    package static let type = "comm_info_reply"

    /// The target of each comm, by the comm's name.
    package var targets: [String: String]

    package var content: JSON {
        ["status": "ok", "comms": .object(targets.mapValues { ["target_name": .string($0)] })]
    }
}
