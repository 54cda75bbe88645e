import Platform

/// A message's header, which holds its type, its sender and its date.
package struct Header: Hashable, Sendable {
    /// The version of the messaging specification that the kernel implements.
    package static let protocolVersion = "5.5"
    /// The version for a launcher that lets the kernel choose its ports, which 5.6 adds.
    static let handshakeProtocolVersion = "5.6"

    /// The message's unique identifier: `msg_id`.
    package var id: String
    /// The message's type, such as `execute_request`: `msg_type`.
    package var type: String
    /// The identifier of the sender's session: `session`.
    package var session: String
    /// The sender's user name: `username`.
    package var user: String
    /// The date in ISO 8601; empty if the sender gave none.
    package var date: String
    /// The version of the specification that the sender implements.
    package var version: String
    /// The subshell that should handle it (JEP 91): `subshell_id`; nil for the main shell.
    package var subshellID: String?
    /// The header as received, which replies return unchanged.
    package var json: JSON

    /// Creates the header of a new message.
    package init(
        id: String, type: String, session: String, user: String = "kernel", date: String = timestamp(),
        version: String = Header.protocolVersion, subshellID: String? = nil
    ) {
        self.id = id
        self.type = type
        self.session = session
        self.user = user
        self.date = date
        self.version = version
        self.subshellID = subshellID
        var members: [String: JSON] = [
            "msg_id": .string(id), "msg_type": .string(type), "session": .string(session),
            "username": .string(user),
            "date": .string(date), "version": .string(version),
        ]
        if let subshellID { members["subshell_id"] = .string(subshellID) }
        json = .object(members)
    }

    /// Reads a received header.
    ///
    /// The sender waits for a reply with the same header. Only the members that the kernel needs must therefore conform
    /// to the specification.
    package init(_ json: JSON) throws(FieldError) {
        guard let id = json["msg_id"], !id.isNull else { throw FieldError(reason: "“msg_id” is missing") }
        self.id = id.string ?? id.text
        type = try json.text("msg_type")
        session = json["session"]?.string ?? ""
        user = json["username"]?.string ?? ""
        date = json["date"]?.string ?? ""
        version = json["version"]?.string ?? "5.0"
        subshellID = try json.optionalText("subshell_id")
        self.json = json
    }
}
