import Glibc
import Platform

extension ConnectionFile {
    /// Returns the connection with a path for each channel that has none, if the transport is `ipc`.
    ///
    /// For `tcp`, the system chooses free ports. A socket's path must be chosen here, and must be unused, because
    /// ZeroMQ would take it over from its owner.
    func choosingPaths() -> ConnectionFile {
        guard transport == "ipc" else { return self }
        var connection = self
        for channel in Channel.allCases where connection.ports[channel] == nil {
            var port = 0
            repeat {
                port = Int.random(in: 1...65535)
            } while connection.ports.values.contains(port) || access("\(address)-\(port)", F_OK) == 0
            connection.ports[channel] = port
        }
        return connection
    }

    /// Writes a connection file beside the registration file, as JEP 66 requires, so that other front-ends find
    /// the kernel.
    ///
    /// Only its owner can read it.
    ///
    /// - Returns: the path of the file, which the kernel removes when it ends; `nil` if the launcher chose the ports.
    func writeConnectionFile() throws(ConnectionFileError) -> String? {
        guard let registration else { return nil }
        let folder = registration.path.lastIndex(of: "/").map { String(registration.path[...$0]) } ?? ""
        let isPlain = !registration.kernelID.isEmpty && !registration.kernelID.utf8.contains(UInt8(ascii: "/"))
        let name = "kernel-\(isPlain ? registration.kernelID : "\(getpid())")"
        var path = "\(folder)\(name).json"
        if path == registration.path { path = "\(folder)\(name)-ports.json" }
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw ConnectionFileError(path: path, reason: systemMessage(for: errno))
        }
        defer { close(descriptor) }
        guard writeAll(json.bytes, to: descriptor) else {
            throw ConnectionFileError(path: path, reason: systemMessage(for: errno))
        }
        return path
    }

    /// The content of the connection file.
    package var json: JSON {
        var members: [String: JSON] = [
            "transport": .string(transport), "ip": .string(address), "key": .string(key),
            "signature_scheme": .string(scheme.rawValue), "kernel_name": "vitrine",
        ]
        for (channel, port) in ports { members[channel.portName] = .integer(port) }
        if let curveKeys {
            members["curve_publickey"] = .string(curveKeys.publicKey)
            members["curve_secretkey"] = .string(curveKeys.secretKey)
        }
        return .object(members)
    }
}
