import Jupyter
import Platform
import Testing

/// Each malformed message is dropped with one line in the log, and the next good one is answered.
///
/// Lines that are malformed are in ``StdioTests``.
@Suite(.timeLimit(.minutes(10)), .serialized) struct MalformedTests {
    @Test(arguments: [FrontEnd.Channel.shell, .control]) func malformedMessagesAreDropped(
        _ channel: FrontEnd.Channel
    ) throws {
        let frontEnd = try FrontEnd(over: .sockets)
        var expected = 0
        for (name, frames) in try malformed(from: frontEnd) {
            try frontEnd.sockets.send(frames: frames, on: channel)
            #expect(try frontEnd.ask("kernel_info_request", on: channel).reply.status == "ok", "\(name)")
            expected += 1
            #expect(frontEnd.kernel.log.lines.count == expected, "\(name): \(frontEnd.kernel.log.lines)")
        }
        #expect(try frontEnd.rest(on: channel).isEmpty)
        #expect(try frontEnd.rest(on: .iopub, after: 0).allSatisfy { $0.type != "execute_input" })
        #expect(frontEnd.kernel.log.lines.allSatisfy { !$0.contains("\n") })
    }

    @Test func aMessageIsTakenOnce() throws {
        let frontEnd = try FrontEnd(over: .sockets)
        let frames = frontEnd.make("execute_request", ["code": "count"]).frames(signedBy: frontEnd.sockets.signer)
            .frames
        try frontEnd.sockets.send(frames: frames)
        try frontEnd.sockets.send(frames: frames)
        #expect(try frontEnd.ask("kernel_info_request").reply.status == "ok")
        try frontEnd.sockets.send(frames: frames, on: .control)
        #expect(try frontEnd.ask("kernel_info_request", on: .control).reply.status == "ok")
        #expect(try frontEnd.run("count").reply.content["execution_count"] == 2)
        #expect(frontEnd.kernel.log.lines.count == 2)
        #expect(frontEnd.kernel.log.lines.allSatisfy { $0.contains("its signature was seen before") })
    }

    @Test(arguments: Transport.allCases) func contentOfTheWrongKindIsRefused(_ transport: Transport) throws {
        let frontEnd = try FrontEnd(over: transport)
        for (type, content) in [
            ("execute_request", ["code": 5]), ("execute_request", [:]),
            ("execute_request", ["code": "a", "silent": "no"]),
            ("execute_request", ["code": "a", "user_expressions": ["a": 1]]),
            ("complete_request", ["code": "a", "cursor_pos": "1"]), ("inspect_request", ["code": []]),
            ("history_request", ["hist_access_type": "all"]), ("is_complete_request", ["code": [:]]),
        ] as [(String, JSON)] {
            let (reply, published) = try frontEnd.ask(type, content)
            #expect(reply.status == "error", "\(type)")
            #expect(reply.type == type.replacing("_request", with: "_reply"))
            #expect(published.map(\.summary) == ["busy", "idle"], "\(type)")
        }
        #expect(frontEnd.kernel.log.lines.count == 8)
        #expect(try frontEnd.run("count").reply.content["execution_count"] == 1)
    }

    @Test func withoutAKeyUnsignedMessagesAreTaken() throws {
        let open = try RunningKernel(key: "")
        let frontEnd = try open.connect()
        #expect(try frontEnd.run("value 1").reply.status == "ok")
        let message = frontEnd.make("kernel_info_request")
        var parts = message.frames(signedBy: frontEnd.sockets.signer)
        parts.signature = Array("whatever".utf8)
        try frontEnd.sockets.send(frames: parts.frames)
        #expect(try frontEnd.reply(to: message.header.id).status == "ok")
    }

    private func malformed(from frontEnd: FrontEnd) throws -> [(String, [[UInt8]])] {
        let forger = Signer(key: "another")
        let good = frontEnd.make("execute_request", ["code": "count"])
        let parts = good.frames(signedBy: frontEnd.sockets.signer)
        var unsigned = parts
        unsigned.signature = []
        var changed = parts
        changed.content = Array("{\"code\": \"value 2\"}".utf8)
        var cut = parts
        cut.signature.removeLast()
        let deep = [UInt8](repeating: UInt8(ascii: "["), count: 1_000_000)
        let frames = parts.frames
        return [
            ("nothing", [[]]),
            ("no delimiter", [[1, 2, 3], [4, 5]]),
            ("only a delimiter", [Multipart.delimiter]),
            ("a frame short", Array(frames.dropLast())),
            ("forged", good.frames(signedBy: forger).frames),
            ("unsigned", unsigned.frames),
            ("changed", changed.frames),
            ("a cut signature", cut.frames),
            ("deep header", signed(by: frontEnd, header: deep)),
            ("header empty", signed(by: frontEnd, header: [])),
            ("header without type", signed(by: frontEnd, header: Array("{\"msg_id\": \"a\"}".utf8))),
            ("header of numbers", signed(by: frontEnd, header: Array("{\"msg_id\": 1, \"msg_type\": 2}".utf8))),
            ("five thousand frames", frames + [[UInt8]](repeating: [0], count: 5000)),
        ]
    }

    /// Frames whose signature is right and whose header is not.
    ///
    /// What is wrong elsewhere is answered: ``UnreadableTextTests``.
    private func signed(by frontEnd: FrontEnd, header: [UInt8]) -> [[UInt8]] {
        let empty = Array("{}".utf8)
        var parts = Multipart(
            identities: [], signature: [], header: header, parent: empty, metadata: empty, content: empty)
        parts.signature = frontEnd.sockets.signer.signature(of: parts)
        return parts.frames
    }
}
