import Glibc

/// Where a kernel listens and how it signs: what Jupyter writes for it.
public struct ConnectionFile: Hashable, Sendable {
    /// A channel of a kernel.
    package enum Channel: String, CaseIterable, Sendable {
        case shell, iopub, stdin, control
        case heartbeat = "hb"
    }

    /// `tcp` or `ipc`.
    package var transport: String
    /// The address to listen on; for `ipc`, the start of the sockets' paths.
    package var address: String
    /// The port of each channel; for `ipc`, the end of its socket's path.
    package var ports: [Channel: Int]
    /// The key of the signatures; empty when messages are not signed.
    package var key: String

    /// A connection of these parts.
    package init(transport: String, address: String, ports: [Channel: Int], key: String) {
        self.transport = transport
        self.address = address
        self.ports = ports
        self.key = key
    }

    /// Reads the file that Jupyter wrote.
    public init(path: String) throws(ConnectionFileError) {
        guard let file = fopen(path, "rb") else {
            throw ConnectionFileError(path: path, reason: String(cString: strerror(errno)))
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
            throw ConnectionFileError(path: path, reason: String(cString: strerror(errno)))
        }
        let json: JSON
        do throws(JSONError) {
            json = try JSON(parsing: bytes)
        } catch {
            throw ConnectionFileError(path: path, reason: "it is not JSON: \(error)")
        }
        do throws(FieldError) {
            try self.init(json)
        } catch {
            throw ConnectionFileError(path: path, reason: error.reason)
        }
    }

    /// What `endpoint` means to ZeroMQ: `tcp://127.0.0.1:5001`, `ipc:///run/kernel-1`.
    package func endpoint(of channel: Channel) -> String {
        let port = ports[channel] ?? 0
        return transport == "ipc" ? "ipc://\(address)-\(port)" : "tcp://\(bracketed(address)):\(port)"
    }

    private init(_ json: JSON) throws(FieldError) {
        guard case .object = json else { throw FieldError(reason: "it holds \(json.kind), not an object") }
        let transport = try json.text("transport", default: "tcp")
        guard transport == "tcp" || transport == "ipc" else {
            throw FieldError(reason: "its transport is “\(transport)”; it should be tcp or ipc")
        }
        let scheme = try json.text("signature_scheme", default: "hmac-sha256")
        guard scheme == "hmac-sha256" else {
            throw FieldError(reason: "its signature scheme is “\(scheme)”; it should be hmac-sha256")
        }
        var ports: [Channel: Int] = [:]
        for channel in Channel.allCases {
            let name = "\(channel.rawValue)_port"
            guard let port = json[name] else { throw FieldError(reason: "\(name) is missing") }
            guard let port = port.integer, (1...65535).contains(port) else {
                throw FieldError(reason: "\(name) should be a number from 1 to 65535")
            }
            ports[channel] = port
        }
        let address = try json.text("ip", default: transport == "tcp" ? "127.0.0.1" : nil)
        self.init(
            transport: transport, address: address, ports: ports, key: try json.text("key", default: ""))
    }
}

private func bracketed(_ address: String) -> String {
    address.contains(":") && !address.hasPrefix("[") ? "[\(address)]" : address
}

/// Why a connection file cannot be used.
public struct ConnectionFileError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file.
    public let path: String
    /// What is wrong with it.
    public let reason: String

    /// The error in words.
    public var description: String { "The connection file “\(path)” cannot be used: \(reason)." }
}
