import Glibc
import Platform

extension ConnectionFile {
    /// The connection with a path for each channel that has none, where the transport is `ipc`.
    ///
    /// The system chooses free ports for `tcp`. A socket's path has to be chosen here, and ZeroMQ would take
    /// one that is in use away from its owner.
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

    /// Writes a connection file beside the registration file, so that other front-ends find the kernel as if
    /// its launcher had chosen the ports (JEP 66 asks for it).
    ///
    /// Only its owner can read it.
    ///
    /// - Returns: its path, for the kernel to remove it; `nil` when the launcher chose the ports.
    func writeForOthers() throws(ConnectionFileError) -> String? {
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
        guard writeWhole(json.bytes, to: descriptor) else {
            throw ConnectionFileError(path: path, reason: systemMessage(for: errno))
        }
        return path
    }

    /// What a connection file says.
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
