import Jupyter
import TestKernel
import Testing

/// Frames and lines made by chance, from good ones: the kernel answers the next good request, always.
@Suite(.timeLimit(.minutes(10)), .serialized) struct FuzzTests {
    @Test(arguments: 1...4 as ClosedRange<UInt64>) func noFramesHurt(_ seed: UInt64) throws {
        let frontEnd = try FrontEnd(over: .sockets)
        let link = frontEnd.sockets
        var chance = Chance(state: seed)
        try expectAnswers(frontEnd) {
            var parts = chance.message(from: frontEnd).frames(signedBy: link.signer)
            chance.change(&parts)
            // Half of them with a good signature, so that they get past it.
            if chance.isLucky { parts.signature = link.signer.signature(of: parts) }
            var frames = parts.frames
            if chance.isLucky { chance.change(&frames) }
            try link.send(frames: frames.isEmpty ? [[]] : frames, on: chance.channel)
        }
    }

    @Test(arguments: 1...4 as ClosedRange<UInt64>) func noLinesHurt(_ seed: UInt64) throws {
        let frontEnd = try FrontEnd(over: .lines)
        var chance = Chance(state: seed)
        try expectAnswers(frontEnd) {
            var line = chance.message(from: frontEnd).line(on: chance.channel.kind)
            line.removeLast()
            chance.change(&line)
            try frontEnd.lines.write(bytes: line + [0x0A])
        }
    }

    /// The front-end is answered however often something is sent beside.
    private func expectAnswers(_ frontEnd: FrontEnd, beside send: () throws -> Void) throws {
        for _ in 0..<4 {
            for _ in 0..<100 { try send() }
            #expect(try frontEnd.ask("kernel_info_request").reply.status == "ok")
            #expect(try frontEnd.ask("kernel_info_request", on: .control).reply.status == "ok")
        }
        #expect(try frontEnd.run("value 1").reply.type == "execute_reply")
    }
}

/// Good messages, and damage to them, made by chance.
extension Chance {
    fileprivate var isLucky: Bool {
        mutating get { Bool.random(using: &self) }
    }

    /// Where a message is sent.
    fileprivate var channel: FrontEnd.Channel {
        mutating get { ([.shell, .control, .stdin] as [FrontEnd.Channel]).randomElement(using: &self) ?? .shell }
    }

    /// A good message of any type that does not end the kernel.
    fileprivate mutating func message(from frontEnd: FrontEnd) -> Message {
        let types = [
            "execute_request", "complete_request", "inspect_request", "history_request", "comm_open",
            "is_complete_request", "kernel_info_request", "input_reply", "comm_info_request", "interrupt_request",
        ]
        return frontEnd.make(
            types.randomElement(using: &self) ?? "",
            ["code": "value 1", "cursor_pos": 3, "value": "x", "hist_access_type": "search", "comm_id": "c"])
    }

    fileprivate mutating func change(_ parts: inout Multipart) {
        switch Int.random(in: 0..<5, using: &self) {
        case 0: change(&parts.header)
        case 1: change(&parts.parent)
        case 2: change(&parts.metadata)
        case 3: change(&parts.content)
        default: change(&parts.signature)
        }
    }

    fileprivate mutating func change(_ frames: inout [[UInt8]]) {
        let place = Int.random(in: frames.indices, using: &self)
        switch Int.random(in: 0..<4, using: &self) {
        case 0: frames.remove(at: place)
        case 1: frames.insert(frames[place], at: place)
        case 2: frames.swapAt(place, frames.count - 1)
        default: change(&frames[place])
        }
    }

    fileprivate mutating func change(_ bytes: inout [UInt8]) {
        for _ in 0..<Int.random(in: 1...4, using: &self) {
            let place = Int.random(in: 0...bytes.count, using: &self)
            switch Int.random(in: 0..<4, using: &self) {
            case 0 where place < bytes.count: bytes[place] = .random(in: 0...255, using: &self)
            case 1 where place < bytes.count: bytes.removeSubrange(place...)
            case 2: bytes.insert(contentsOf: "{[\"".utf8, at: place)
            default: bytes.insert(.random(in: 0...255, using: &self), at: place)
            }
        }
    }
}
