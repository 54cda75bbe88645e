import Foundation
import Jupyter
import Platform

/// Real ZeroMQ, as Jupyter's clients speak it.
final class SocketLink: Link {
    let signer: Signer
    private let context: SocketContext
    private let shell: Socket
    private let control: Socket
    private let stdin: Socket
    private let iopub: Socket
    private let heartbeat: Socket

    init(_ connection: ConnectionFile, identity: String, subscribes: Bool) throws {
        signer = Signer(key: connection.key, scheme: connection.scheme)
        context = try SocketContext()
        shell = try Socket(.dealer, in: context)
        control = try Socket(.dealer, in: context)
        stdin = try Socket(.dealer, in: context)
        iopub = try Socket(.subscriber, in: context)
        heartbeat = try Socket(.request, in: context)
        try shell.setIdentity(identity)
        try control.setIdentity(identity)
        try stdin.setIdentity(identity)
        if subscribes { try iopub.subscribe() }
        if let keys = connection.curveKeys {
            // As jupyter_client does it: the heartbeat knows only the kernel's public key.
            try shell.trust(serverKey: keys.publicKey, with: keys)
            try control.trust(serverKey: keys.publicKey, with: keys)
            try stdin.trust(serverKey: keys.publicKey, with: keys)
            try iopub.trust(serverKey: keys.publicKey, with: keys)
            try heartbeat.trust(serverKey: keys.publicKey, with: .generate())
        }
        try iopub.connect(connection.endpoint(of: .iopub))
        try shell.connect(connection.endpoint(of: .shell))
        try control.connect(connection.endpoint(of: .control))
        try stdin.connect(connection.endpoint(of: .stdin))
        try heartbeat.connect(connection.endpoint(of: .heartbeat))
    }

    func send(_ message: Message, on channel: FrontEnd.Channel) throws {
        try send(frames: message.frames(signedBy: signer).frames, on: channel)
    }

    /// Sends frames as they are.
    func send(frames: [[UInt8]], on channel: FrontEnd.Channel = .shell) throws {
        switch channel {
        case .shell: try shell.send(frames)
        case .control: try control.send(frames)
        case .stdin: try stdin.send(frames)
        case .iopub: break
        }
    }

    /// What the heartbeat channel answers.
    func beat(_ bytes: [UInt8], within seconds: Double) throws -> [[UInt8]]? {
        try heartbeat.send([bytes])
        return try heartbeat.waitForMessage(milliseconds: Int(seconds * 1000)) ? heartbeat.receive() : nil
    }

    func receive(until deadline: Double) throws -> [(FrontEnd.Channel, Message)] {
        var poll = Poll()
        poll.add(shell)
        poll.add(control)
        poll.add(stdin)
        poll.add(iopub)
        while true {
            let left = deadline - steadySeconds()
            if left < 0 { return [] }
            try poll.wait(milliseconds: Int(left * 1000) + 1)
            let messages =
                try take(shell, .shell) + take(control, .control) + take(stdin, .stdin) + take(iopub, .iopub)
            if !messages.isEmpty { return messages }
        }
    }

    private func take(
        _ socket: borrowing Socket, _ channel: FrontEnd.Channel
    ) throws -> [(FrontEnd.Channel, Message)] {
        var messages: [(FrontEnd.Channel, Message)] = []
        while let frames = try socket.receive() {
            let parts = try Multipart(frames: frames)
            guard signer.accepts(parts) else { throw WireError.badSignature }
            messages.append((channel, try Message(parts)))
        }
        return messages
    }
}
