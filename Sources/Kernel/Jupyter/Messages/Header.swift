import Glibc

/// A message's header: what it is and who sent it.
package struct Header: Hashable, Sendable {
    /// The version of the messaging specification that is spoken here.
    package static let protocolVersion = "5.5"
    /// The version that is spoken with a launcher who lets the kernel choose its ports: 5.6 adds just that.
    package static let handshakeProtocolVersion = "5.6"

    /// Unique to the message: `msg_id`.
    package var id: String
    /// The message's type, such as `execute_request`: `msg_type`.
    package var type: String
    /// Unique to the sender's life: `session`.
    package var session: String
    /// Who sent it: `username`.
    package var user: String
    /// When, in ISO 8601; empty when the sender did not say.
    package var date: String
    /// The specification's version that the sender speaks.
    package var version: String
    /// The subshell that it is for, JEP 91: `subshell_id`; nil for the main shell.
    package var subshellID: String?
    /// The header as it came: replies carry it back unchanged.
    package var json: JSON

    /// The header of a new message.
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

    /// Reads a header that came.
    ///
    /// Whoever sent it waits for a reply with the same header, whatever is in it: only what the kernel needs must be as
    /// the specification has it.
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

/// A moment in ISO 8601 with microseconds, in UTC: `2026-01-31T09:30:00.000000Z`.
///
/// Now, unless given in seconds since 1970.
package func timestamp(_ moment: Double? = nil) -> String {
    var seconds = moment ?? secondsSince1970()
    var microseconds = Int(((seconds - seconds.rounded(.down)) * 1e6).rounded(.down))
    seconds.round(.down)
    if microseconds > 999_999 { microseconds = 999_999 }
    var time = time_t(seconds)
    var parts = tm()
    gmtime_r(&time, &parts)
    func padded(_ value: Int, _ width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
    let day =
        "\(padded(Int(parts.tm_year) + 1900, 4))-\(padded(Int(parts.tm_mon) + 1, 2))-\(padded(Int(parts.tm_mday), 2))"
    let hour =
        "\(padded(Int(parts.tm_hour), 2)):\(padded(Int(parts.tm_min), 2)):\(padded(Int(parts.tm_sec), 2))"
    return "\(day)T\(hour).\(padded(microseconds, 6))Z"
}

/// The wall clock.
package func secondsSince1970() -> Double {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    return Double(now.tv_sec) + Double(now.tv_nsec) / 1e9
}

/// A clock that never jumps, for deadlines.
///
/// In seconds.
package func steadySeconds() -> Double {
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    return Double(now.tv_sec) + Double(now.tv_nsec) / 1e9
}
