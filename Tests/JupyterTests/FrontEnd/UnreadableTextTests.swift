import Foundation
import Jupyter
import Platform
import Testing

/// Text that is not UTF-8 and what only Python takes for JSON, in messages whose signature is right: each gets its reply
/// and its `idle`, or whoever sent it would wait for ever.
@Suite(.timeLimit(.minutes(10)), .serialized) struct UnreadableTextTests {
    /// Frames as a front-end would sign them, with the named ones replaced.
    private func send(
        _ type: String, content: [UInt8], parent: String = "{}", metadata: String = "{}", header: [UInt8]? = nil,
        from frontEnd: FrontEnd
    ) throws -> String {
        let good = frontEnd.make(type)
        var parts = Multipart(
            identities: [], signature: [], header: header ?? good.header.json.bytes, parent: Array(parent.utf8),
            metadata: Array(metadata.utf8), content: content)
        parts.signature = frontEnd.sockets.signer.signature(of: parts)
        try frontEnd.sockets.send(frames: parts.frames)
        return good.header.id
    }

    /// A lone surrogate, as Python's file names have it: escaped, and as the byte that it stands for.
    @Test(
        .timeLimit(.minutes(1)),
        arguments: [
            Array(#"print caf\ud800 au lait"#.utf8), Array(#"print caf\udce9 au lait"#.utf8),
            Array("print caf".utf8) + [0xE9] + Array(" au lait".utf8),
            // A surrogate in three bytes, which UTF-8 has not.
            Array("print caf".utf8) + [0xED, 0xA0, 0x80] + Array(" au lait".utf8),
        ])
    func aCellIsRunWithReplacements(_ code: [UInt8]) throws {
        let frontEnd = try FrontEnd(over: .sockets)
        let content = Array("{\"code\": \"".utf8) + code + Array("\"}".utf8)
        let id = try send("execute_request", content: content, from: frontEnd)
        #expect(try frontEnd.reply(to: id).status == "ok")
        let published = try frontEnd.published(by: id)
        #expect(published.first?.state == "busy" && published.last?.state == "idle")
        let text = try #require(published.first { $0.type == "stream" }?.content["text"]?.string)
        #expect(text.hasPrefix("caf\u{FFFD}") && text.hasSuffix(" au lait\n"))
        #expect(frontEnd.kernel.log.lines.isEmpty)
    }

    /// Every kind of request, with a byte that belongs to no text in each of its texts.
    @Test(
        .timeLimit(.minutes(1)),
        arguments: [
            "execute_request", "complete_request", "inspect_request", "is_complete_request", "history_request",
            "comm_info_request", "kernel_info_request",
        ])
    func everyRequestIsAnswered(_ type: String) throws {
        let frontEnd = try FrontEnd(over: .sockets)
        let content =
            Array("{\"code\": \"count ".utf8) + [0xFF] + Array("\", \"cursor_pos\": 3, \"target_name\": \"".utf8) + [
                0xC3
            ]
            + Array("\", \"hist_access_type\": \"tail\", \"n\": 1, \"pattern\": \"".utf8) + [0xFE] + Array("\"}".utf8)
        let id = try send(type, content: content, from: frontEnd)
        let status = try frontEnd.reply(to: id).status
        // What is asked whether it is complete is answered so.
        #expect(type == "is_complete_request" ? status != "error" && status != nil : status == "ok")
        #expect(try frontEnd.published(by: id).last?.state == "idle")
    }

    /// A user whose name is no text.
    @Test(.timeLimit(.minutes(1))) func aHeaderToo() throws {
        let frontEnd = try FrontEnd(over: .sockets)
        let good = frontEnd.make("kernel_info_request").header.json.text
        let header = Array(good.replacing("tester", with: "\u{1}").utf8).flatMap { $0 == 1 ? [0xE9] : [$0] as [UInt8] }
        let parts = try #require(try JSON(parsing: good)["msg_id"]?.string)
        _ = try send("kernel_info_request", content: Array("{}".utf8), header: header, from: frontEnd)
        #expect(try frontEnd.reply(to: parts).status == "ok")
    }

    @Test(
        .timeLimit(.minutes(1)),
        arguments: [
            ("null", "null"), ("null", "{}"), ("{}", "null"), (#"{"a": NaN}"#, #"{"b": [-Infinity, Infinity, 1e999]}"#),
        ])
    func emptyPartsAndNumbersOfPython(_ parent: String, _ metadata: String) throws {
        let frontEnd = try FrontEnd(over: .sockets)
        let id = try send(
            "execute_request", content: Array(#"{"code": "value 7", "x": NaN}"#.utf8), parent: parent,
            metadata: metadata,
            from: frontEnd)
        #expect(try frontEnd.reply(to: id).status == "ok")
        let published = try frontEnd.published(by: id)
        #expect(published.contains { $0.content["data"]?["text/plain"] == "7" } && published.last?.state == "idle")
    }

    /// What cannot be read gets an answer that says so.
    @Test(
        .timeLimit(.minutes(1)),
        arguments: [
            (#"{"code": NaN}"#, "{}", "{}", "“code” must be a string, not a number"),
            (#"{"code": "#, "{}", "{}", "its content is not a JSON object"),
            ("null", "{}", "{}", "“code” is missing"),
            ("[]", "{}", "{}", "its content is not a JSON object"),
            (#"{"code": "value 1"}"#, "3", "{}", "its parent header is not a JSON object"),
            (#"{"code": "value 1"}"#, "{}", "[1]", "its metadata is not a JSON object"),
            (
                #"{"code": "value 1"}"#, "{}", String(repeating: "[", count: 100_000),
                "its metadata is not a JSON object"
            ),
        ])
    func whatCannotBeReadIsSaid(_ content: String, _ parent: String, _ metadata: String, _ reason: String) throws {
        let frontEnd = try FrontEnd(over: .sockets)
        let id = try send(
            "execute_request", content: Array(content.utf8), parent: parent, metadata: metadata, from: frontEnd)
        let reply = try frontEnd.reply(to: id)
        #expect(reply.status == "error")
        #expect(reply.content["evalue"]?.string?.contains(reason) == true, "\(reply.content["evalue"]?.string ?? "")")
        #expect(try frontEnd.published(by: id).map(\.summary) == ["busy", "idle"])
    }

    @Test(
        .timeLimit(.minutes(1)),
        arguments: [
            (#""content": []"#, "“content” must be an object, not a list"),
            (#""content": {"code": NaN}"#, "“code” must be a string, not a number"),
            (#""parent_header": "y""#, "“parent_header” must be an object, not a string"),
            (#""metadata": 1"#, "“metadata” must be an object, not a number"),
            (#""buffers": ["%"]"#, "“buffers” must hold base64"), (#""buffers": {}"#, "“buffers” must be a list"),
        ])
    func whatCannotBeReadOfALineIsSaid(_ part: String, _ reason: String) throws {
        let frontEnd = try FrontEnd(over: .lines)
        try frontEnd.lines.write(#"{"header": {"msg_id": "1", "msg_type": "execute_request"}, \#(part)}"#)
        #expect(try frontEnd.reply(to: "1").content["evalue"]?.string == reason)
        #expect(try frontEnd.published(by: "1").map(\.summary) == ["busy", "idle"])
    }

    /// What only the sender reads is taken back as it came.
    @Test(
        .timeLimit(.minutes(1)),
        arguments: [
            #""msg_id": "a", "session": null, "username": 3, "date": 17.5, "version": null"#,
            #""msg_id": "a", "session": [], "username": {}"#, #""msg_id": "a""#,
        ])
    func headersThatOtherProgramsWrite(_ members: String) throws {
        let frontEnd = try FrontEnd(over: .lines)
        let header = #"{\#(members), "msg_type": "execute_request"}"#
        try frontEnd.lines.write(#"{"header": \#(header), "content": {"code": "value 7"}}"#)
        let reply = try frontEnd.reply(to: "a")
        #expect(reply.status == "ok")
        #expect(try reply.parent == JSON(parsing: header))
        #expect(try frontEnd.published(by: "a").last?.state == "idle")
    }

    /// The same over lines.
    @Test(.timeLimit(.minutes(1))) func linesToo() throws {
        let frontEnd = try FrontEnd(over: .lines)
        let id = "line-1"
        let head = #"{"channel": "shell", "header": {"msg_id": "\#(id)", "msg_type": "execute_request"}, "#
        let line =
            Array((head + #""parent_header": null, "metadata": null, "content": {"code": "value caf"#).utf8) + [0xE9]
            + Array(#"", "x": NaN}}"#.utf8)
        try frontEnd.lines.write(bytes: line + [UInt8(ascii: "\n")])
        #expect(try frontEnd.reply(to: id).status == "ok")
        let published = try frontEnd.published(by: id)
        #expect(published.contains { $0.content["data"]?["text/plain"] == "caf\u{FFFD}" })
    }
}
