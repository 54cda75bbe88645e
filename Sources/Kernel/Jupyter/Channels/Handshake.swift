import Platform

/// Tells the launcher which ports the kernel chose, and waits for the acknowledgment.
struct Handshake {
    private let registration: Registration
    private let connection: ConnectionFile
    private let signer: Signer

    /// Creates a handshake for a connection whose ports are all known; `nil` if the launcher chose them.
    init?(_ connection: ConnectionFile) {
        guard let registration = connection.registration else { return nil }
        self.registration = registration
        self.connection = connection
        signer = Signer(key: connection.key, scheme: connection.scheme)
    }

    /// Registers the kernel.
    ///
    /// - Throws: `.notAcknowledged` if no answer arrives within `seconds`, `.badAcknowledgment` if the
    ///   answer is wrong. Either way the launcher cannot reach the kernel, which should end (JEP 66).
    func register(in context: SocketContext, within seconds: Int) throws(WireError) {
        let socket = try Socket(registration.form == .content ? .dealer : .request, in: context)
        try socket.connect(registration.endpoint)
        try socket.send(request)
        let deadline = steadySeconds() + Double(seconds)
        while true {
            let left = deadline - steadySeconds()
            guard left > 0 else {
                throw .notAcknowledged(endpoint: registration.endpoint, seconds: seconds)
            }
            guard try socket.waitForMessage(milliseconds: Int((left * 1000).rounded(.up))) else { continue }
            if let frames = try socket.receive() { return try check(frames) }
        }
    }

    private var request: [[UInt8]] {
        var content: [String: JSON] = [:]
        for (channel, port) in connection.ports {
            content[channel.portName] = registration.form == .content ? .string("\(port)") : .integer(port)
        }
        switch registration.form {
        case .content:
            content["kernel_id"] = .string(registration.kernelID)
            let bytes = JSON.object(content).bytes
            return [Multipart.delimiter, signer.signature(of: bytes), bytes]
        case .message:
            let session = ProtocolSession(
                key: connection.key, scheme: connection.scheme, version: connection.protocolVersion)
            return session.frames(
                of: session.message(
                    type: "handshake_request", content: .object(content), parent: .emptyObject, identities: []))
        }
    }

    private func check(_ frames: [[UInt8]]) throws(WireError) {
        let reason: String?
        do throws(WireError) {
            reason = try refusal(frames)
        } catch {
            reason = "\(error)"
        }
        if let reason { throw .badAcknowledgment(endpoint: registration.endpoint, reason: reason) }
    }

    /// Returns the reason why the launcher refused the kernel; `nil` if it accepted.
    private func refusal(_ frames: [[UInt8]]) throws(WireError) -> String? {
        switch registration.form {
        case .content:
            guard let delimiter = frames.firstIndex(of: Multipart.delimiter) else {
                throw .noDelimiter(frames: frames.count)
            }
            // The specification leaves the content to the launcher.
            guard frames.count > delimiter + 2,
                signer.accepts(frames[delimiter + 1], of: frames[delimiter + 2])
            else { throw .badSignature }
            return nil
        case .message:
            let reply = try ProtocolSession(key: connection.key, scheme: connection.scheme).read(frames)
            guard reply.header.type == "handshake_reply", reply.content["status"] == "ok" else {
                return "it answered \(oneLine(reply.header.type)) with \(oneLine(reply.content.text))"
            }
            return nil
        }
    }
}
