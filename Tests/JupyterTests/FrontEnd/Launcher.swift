import Foundation
import Jupyter
import Platform
import TestKernel

/// A launcher that lets kernels choose their ports: listens on a registration socket and acknowledges.
final class Launcher {
    let folder: URL
    let key: String
    private let form: Registration.Form
    private let transport: String
    private let host: String
    private let scheme: SignatureScheme
    private let context: SocketContext
    private let socket: Socket
    private let port: Int
    private var identities: [[UInt8]] = []

    init(
        _ form: Registration.Form = .content, transport: String = "tcp", key: String = "secret",
        host: String = "127.0.0.1", scheme: SignatureScheme = .sha256
    ) throws {
        self.form = form
        self.host = host
        self.scheme = scheme
        self.transport = transport
        self.key = key
        folder = try Executable.makeFolder()
        context = try SocketContext()
        // A router can answer both sockets that kernels register with.
        socket = try Socket(.router, in: context)
        try socket.bind(transport == "tcp" ? "tcp://127.0.0.1:*" : "ipc://\(folder.path)/r-1")
        port = try socket.port()
    }

    private var address: String { transport == "tcp" ? host : "\(folder.path)/r" }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// Writes a registration file.
    func write(key: String? = nil) throws -> String {
        var members: [String: JSON] = [
            "transport": .string(transport), "signature_scheme": .string(scheme.rawValue),
            "key": .string(key ?? self.key),
            "registration_port": .integer(port),
        ]
        switch form {
        case .content:
            members["registration_ip"] = .string(address)
            members["kernel_id"] = "k1"
        case .message: members["ip"] = .string(address)
        }
        let file = folder.appendingPathComponent("registration.json")
        try Data(JSON.object(members).text.utf8).write(to: file)
        return file.path
    }

    /// The next kernel's connection, from what it says about itself.
    func receive() throws -> (connection: ConnectionFile, content: JSON) {
        guard try socket.waitForMessage(milliseconds: Int(FrontEnd.patience * 1000)), let frames = try socket.receive()
        else { throw FrontEnd.TimedOut(waitedFor: "a registration") }
        let content: JSON
        switch form {
        case .content:
            guard frames.count == 4, frames[1] == Multipart.delimiter else { throw WireError.noDelimiter(frames: 0) }
            guard Signer(key: key, scheme: scheme).accepts(frames[2], of: frames[3]) else {
                throw WireError.badSignature
            }
            identities = [frames[0]]
            content = try JSON(parsing: frames[3])
        case .message:
            let parts = try Multipart(frames: frames)
            guard Signer(key: key, scheme: scheme).accepts(parts) else { throw WireError.badSignature }
            let message = try Message(parts)
            guard message.type == "handshake_request" else { throw WireError.badHeader(message.type) }
            identities = parts.identities
            content = message.content
        }
        var ports: [ConnectionFile.Channel: Int] = [:]
        for channel in ConnectionFile.Channel.allCases {
            let port = content[channel.portName]
            ports[channel] = form == .content ? port?.string.flatMap { Int($0) } : port?.integer
        }
        let connection = ConnectionFile(transport: transport, address: address, ports: ports, key: key, scheme: scheme)
        return (connection, content)
    }

    /// Acknowledges what was received last.
    func acknowledge(status: JSON = "ok", key: String? = nil) throws {
        let signer = Signer(key: key ?? self.key, scheme: scheme)
        switch form {
        case .content:
            // Not JSON, as xeus has it.
            let content = Array("ACK".utf8)
            try socket.send(identities + [Multipart.delimiter, signer.signature(of: content), content])
        case .message:
            let reply = Message(
                identities: identities, header: Header(id: "1", type: "handshake_reply", session: "s"),
                content: ["status": status])
            try socket.send(reply.frames(signedBy: signer).frames)
        }
    }
}
