/// Opens a comm from the front-end.
package struct CommOpen: RequestContent {
    package static let type = "comm_open"

    /// The comm's name.
    package var id: String
    /// What should answer it.
    package var target: String
    /// What it starts with.
    package var data: [String: JSON]

    package init(_ content: JSON) throws(FieldError) {
        id = try content.text("comm_id")
        target = try content.text("target_name", default: "")
        data = try content.members("data", default: [:])
    }
}

/// Says something over a comm.
package struct CommMessage: RequestContent {
    package static let type = "comm_msg"

    /// The comm's name.
    package var id: String
    /// What is said.
    package var data: [String: JSON]

    package init(_ content: JSON) throws(FieldError) {
        id = try content.text("comm_id")
        data = try content.members("data", default: [:])
    }
}

/// Closes a comm, from either side.
package struct CommClose: RequestContent, MessageContent {
    package static let type = "comm_close"

    /// The comm's name.
    package var id: String
    /// Last words.
    package var data: [String: JSON]

    /// Closes the comm of this name.
    package init(id: String, data: [String: JSON] = [:]) {
        self.id = id
        self.data = data
    }

    package init(_ content: JSON) throws(FieldError) {
        id = try content.text("comm_id")
        data = try content.members("data", default: [:])
    }

    package var content: JSON { ["comm_id": .string(id), "data": .object(data)] }
}
