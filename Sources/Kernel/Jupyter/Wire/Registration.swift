/// Where a kernel that chooses its own ports says which ones it chose (JEP 66).
///
/// A launcher that finds free ports can lose them to another program before the kernel opens them. So it may
/// pass a *registration file* in the connection file's place:
///
///     {"kernel_id": "…", "transport": "tcp", "registration_ip": "127.0.0.1", "registration_port": 51587,
///      "signature_scheme": "hmac-sha256", "key": "…"}
///
/// Sources: https://github.com/jupyter/enhancement-proposals/pull/66, and jupyter_client's documentation,
/// “Registration file format” (kernels) and “Kernel startup handshake” (messaging, 5.6).
package struct Registration: Hashable, Sendable {
    /// How the ports are said.
    package enum Form: Hashable, Sendable {
        /// As the specification has it, and xeus: from DEALER to ROUTER, one signed frame without a header,
        /// its ports as strings.
        case content
        /// As Positron's supervisor and ark had it before the specification did: from REQ to REP, whole
        /// messages, `handshake_request` with its ports as numbers and `handshake_reply` with a status
        /// (https://github.com/posit-dev/ark/pull/576). Their file has `ip` and no `registration_ip`.
        case message
    }

    /// The launcher's host; for `ipc`, the start of its socket's path.
    package var address: String
    /// Where the launcher listens, as ZeroMQ has it.
    package var endpoint: String
    /// How the launcher expects the ports.
    package var form: Form
    /// The name by which the launcher knows the kernel.
    package var kernelID: String
    /// The registration file.
    package var path: String

    /// What a registration file says; `nil` when the file is none.
    init?(_ json: JSON, transport: String, path: String) throws(FieldError) {
        guard let member = json["registration_port"] else { return nil }
        // xeus reads the port as a string, the specification shows a number.
        guard let port = member.integer ?? member.string.flatMap({ Int($0) }), (1...65535).contains(port) else {
            throw FieldError(reason: "registration_port must be a number from 1 to 65535")
        }
        if json["registration_ip"] == nil, json["ip"] != nil {
            form = .message
            address = try json.text("ip")
            kernelID = try json.text("kernel_id", default: "")
        } else {
            form = .content
            address = try json.text("registration_ip", default: transport == "tcp" ? "127.0.0.1" : nil)
            kernelID = try json.text("kernel_id")
        }
        endpoint = ConnectionFile.endpoint(transport: transport, address: address, port: port)
        self.path = path
    }
}

extension ConnectionFile {
    /// The specification's version that is spoken over the connection.
    var protocolVersion: String {
        registration == nil ? Header.protocolVersion : Header.handshakeProtocolVersion
    }
}
