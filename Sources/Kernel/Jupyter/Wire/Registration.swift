import Platform

/// The launcher's endpoint to which a kernel that chooses its own ports reports them (JEP 66).
///
/// If a launcher chooses free ports, another program may take them before the kernel opens them. It may
/// therefore pass a *registration file* instead of the connection file:
///
///     {"kernel_id": "…", "transport": "tcp", "registration_ip": "127.0.0.1", "registration_port": 51587,
///      "signature_scheme": "hmac-sha256", "key": "…"}
///
/// Sources: https://github.com/jupyter/enhancement-proposals/pull/66, and jupyter_client's documentation,
/// “Registration file format” (kernels) and “Kernel startup handshake” (messaging, 5.6).
package struct Registration: Hashable, Sendable {
    /// The form in which the ports are sent.
    package enum Form: Hashable, Sendable {
        /// As in the specification and xeus: from DEALER to ROUTER, one signed frame without a header, with
        /// the ports as strings.
        case content
        /// As in Positron's supervisor and ark, which predate the specification: from REQ to REP, complete
        /// messages, `handshake_request` with the ports as numbers and `handshake_reply` with a status
        /// (https://github.com/posit-dev/ark/pull/576). Their file has `ip` but no `registration_ip`.
        case message
    }

    /// The launcher's address; for `ipc`, the start of its socket's path.
    package var address: String
    /// The ZeroMQ endpoint on which the launcher listens.
    package var endpoint: String
    /// The form in which the launcher expects the ports.
    package var form: Form
    /// The launcher's identifier of the kernel.
    package var kernelID: String
    /// The path of the registration file.
    package var path: String

    /// Reads a registration file; `nil` if it is a connection file.
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
    /// The version of the messaging specification that is used over the connection.
    var protocolVersion: String {
        registration == nil ? Header.protocolVersion : Header.handshakeProtocolVersion
    }
}
