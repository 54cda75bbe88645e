import Platform

/// A message that opens a comm, from either side.
package struct CommOpen: RequestContent, MessageContent {
    package static let type = "comm_open"

    /// The comm's identifier.
    package var id: String
    /// The name of its handler on the other side.
    package var target: String
    /// The comm's initial data.
    package var data: [String: JSON]
    package var metadata: [String: JSON] = [:]
    package var buffers: [[UInt8]] = []

    /// Creates a message that opens a comm.
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

/// A message over a comm, from either side.
package struct CommMessage: RequestContent, MessageContent {
    package static let type = "comm_msg"

    /// The comm's identifier.
    package var id: String
    /// The message's data.
    package var data: [String: JSON]
    package var buffers: [[UInt8]] = []

    /// Creates a message over the comm `id`.
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

/// A message that closes a comm, from either side.
package struct CommClose: RequestContent, MessageContent {
    package static let type = "comm_close"

    /// The comm's identifier.
    package var id: String
    /// The comm's final data.
    package var data: [String: JSON]

    /// Creates a message that closes the comm `id`.
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
