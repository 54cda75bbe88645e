import Glibc
import Platform

/// The addresses and keys of a kernel, which Jupyter writes to a file.
package struct ConnectionFile: Hashable, Sendable {
    /// A channel of a kernel.
    package enum Channel: String, CaseIterable, Sendable {
        case shell, iopub, stdin, control
        case heartbeat = "hb"
    }

    /// `tcp` or `ipc`.
    package var transport: String
    /// The address to listen on; for `ipc`, the start of the sockets' paths.
    package var address: String
    /// The port of each channel; for `ipc`, the end of its socket's path. The kernel chooses those that are
    /// missing.
    package var ports: [Channel: Int]
    /// The key of the signatures; empty if messages are not signed.
    package var key: String
    /// The signature scheme.
    package var scheme: SignatureScheme
    /// The keys that encrypt the channels; `nil` if they are not encrypted.
    package var curveKeys: CurveKeys?
    /// Where the kernel registers the ports that it chooses; `nil` if the file has the ports.
    package var registration: Registration?
    /// The path of the file; `nil` if the connection was not read from one.
    package var path: String?

    /// Creates a connection from its parts.
    package init(
        transport: String, address: String, ports: [Channel: Int], key: String, scheme: SignatureScheme = .sha256,
        curveKeys: CurveKeys? = nil, registration: Registration? = nil
    ) {
        self.transport = transport
        self.address = address
        self.ports = ports
        self.key = key
        self.scheme = scheme
        self.curveKeys = curveKeys
        self.registration = registration
    }

    /// Reads a file that Jupyter wrote.
    package init(path: String) throws(ConnectionFileError) {
        guard let file = fopen(path, "rb") else {
            throw ConnectionFileError(path: path, reason: systemMessage(for: errno))
        }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while bytes.count < 1 << 20 {
            let count = fread(&chunk, 1, chunk.count, file)
            if count == 0 { break }
            bytes.append(contentsOf: chunk[..<count])
        }
        if ferror(file) != 0 {
            throw ConnectionFileError(path: path, reason: systemMessage(for: errno))
        }
        let json: JSON
        do throws(JSONError) {
            json = try JSON(parsing: bytes, .python)
        } catch {
            throw ConnectionFileError(path: path, reason: "it is not JSON: \(error)")
        }
        do throws(FieldError) {
            try self.init(json, path: path)
            self.path = path
        } catch {
            throw ConnectionFileError(path: path, reason: error.reason)
        }
    }

    /// Returns a channel's ZeroMQ endpoint: `tcp://127.0.0.1:5001`, `ipc:///run/kernel-1`.
    ///
    /// If the channel has no port, this is `tcp://127.0.0.1:*`, which stands for any free port.
    package func endpoint(of channel: Channel) -> String {
        ConnectionFile.endpoint(transport: transport, address: address, port: ports[channel])
    }

    /// Returns the ZeroMQ endpoint of an address and a port.
    static func endpoint(transport: String, address: String, port: Int?) -> String {
        let port = port.map { "\($0)" } ?? "*"
        return transport == "ipc" ? "ipc://\(address)-\(port)" : "tcp://\(bracketed(address)):\(port)"
    }

    private init(_ json: JSON, path: String) throws(FieldError) {
        guard case .object = json else { throw FieldError(reason: "it holds \(json.kind), not an object") }
        let transport = try json.text("transport", default: "tcp")
        guard transport == "tcp" || transport == "ipc" else {
            throw FieldError(reason: "its transport must be tcp or ipc, not “\(transport)”")
        }
        let named = try json.text("signature_scheme", default: SignatureScheme.sha256.rawValue)
        guard let scheme = SignatureScheme(rawValue: named) else {
            let known = SignatureScheme.allCases.map(\.rawValue)
            throw FieldError(
                reason:
                    "its signature scheme is “\(named)”; it must be \(known.dropLast().joined(separator: ", ")) or "
                    + known[known.count - 1])
        }
        let registration = try Registration(json, transport: transport, path: path)
        let fallback = registration?.address ?? (transport == "tcp" ? "127.0.0.1" : nil)
        self.init(
            transport: transport, address: try json.text("ip", default: fallback),
            ports: registration == nil ? try channelPorts(json) : [:],
            key: try json.text("key", default: ""), scheme: scheme, curveKeys: try CurveKeys(json),
            registration: registration)
    }
}

private func channelPorts(_ json: JSON) throws(FieldError) -> [ConnectionFile.Channel: Int] {
    var ports: [ConnectionFile.Channel: Int] = [:]
    for channel in ConnectionFile.Channel.allCases {
        guard let port = json[channel.portName] else { continue }
        guard let port = port.integer, (1...65535).contains(port) else {
            throw FieldError(reason: "\(channel.portName) must be a number from 1 to 65535")
        }
        ports[channel] = port
    }
    if ports.isEmpty {
        throw FieldError(
            reason: "it has neither the channels' ports, such as shell_port, nor a registration_port")
    }
    for channel in ConnectionFile.Channel.allCases where ports[channel] == nil {
        throw FieldError(reason: "\(channel.portName) is missing")
    }
    return ports
}

extension ConnectionFile.Channel {
    /// The member of connection files that holds the channel's port.
    package var portName: String { "\(rawValue)_port" }
}

private func bracketed(_ address: String) -> String {
    address.contains(":") && !address.hasPrefix("[") ? "[\(address)]" : address
}

/// The reason why a connection file cannot be used.
package struct ConnectionFileError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The path of the file.
    package let path: String
    /// What is wrong with it.
    package let reason: String

    /// The error in words.
    package var description: String { "The connection file “\(path)” cannot be used: \(reason)." }
}
