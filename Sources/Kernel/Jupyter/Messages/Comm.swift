/// Opens a comm, from either side.
package struct CommOpen: RequestContent, MessageContent {
    package static let type = "comm_open"

    /// The comm's name.
    package var id: String
    /// What should answer it.
    package var target: String
    /// What it starts with.
    package var data: [String: JSON]
    package var metadata: [String: JSON] = [:]
    package var buffers: [[UInt8]] = []

    /// Opens a comm of this name.
    package init(
        id: String, target: String, data: [String: JSON] = [:], metadata: [String: JSON] = [:], buffers: [[UInt8]] = []
    ) {
        self.id = id
        self.target = target
        self.data = data
        self.metadata = metadata
        self.buffers = buffers
    }

    package init(_ content: JSON) throws(FieldError) {
        id = try content.text("comm_id")
        target = try content.text("target_name", default: "")
        data = try content.members("data", default: [:])
    }

    package var content: JSON { ["comm_id": .string(id), "target_name": .string(target), "data": .object(data)] }
}

/// Says something over a comm, from either side.
package struct CommMessage: RequestContent, MessageContent {
    package static let type = "comm_msg"

    /// The comm's name.
    package var id: String
    /// What is said.
    package var data: [String: JSON]
    package var buffers: [[UInt8]] = []

    /// Says something over the comm of this name.
    package init(id: String, data: [String: JSON], buffers: [[UInt8]] = []) {
        self.id = id
        self.data = data
        self.buffers = buffers
    }

    package init(_ content: JSON) throws(FieldError) {
        id = try content.text("comm_id")
        data = try content.members("data", default: [:])
    }

    package var content: JSON { ["comm_id": .string(id), "data": .object(data)] }
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
