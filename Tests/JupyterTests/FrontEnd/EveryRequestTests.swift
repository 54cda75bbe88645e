import Jupyter
import Platform
import Testing

/// Whatever a message of any type says or leaves out: it is answered, between busy and idle, and the kernel goes on.
@Suite(.timeLimit(.minutes(10)), .serialized) struct EveryRequestTests {
    /// A type, the channel on which it belongs, and every field that it knows, with a value of the right kind.
    struct Request: CustomTestStringConvertible {
        let type: String
        var channel = FrontEnd.Channel.shell
        let fields: [String: JSON]
        /// Those that have no default.
        var needed: Set<String> = []
        /// Those on which it depends which fields are read.
        var kept: Set<String> = []

        var testDescription: String { type }

        static let all: [Request] = [
            Request(
                type: "execute_request",
                fields: [
                    "code": "value 1", "silent": false, "store_history": true, "user_expressions": [:],
                    "allow_stdin": false, "stop_on_error": false,
                ], needed: ["code"]),
            Request(type: "complete_request", fields: ["code": "a", "cursor_pos": 1]),
            Request(
                type: "inspect_request", fields: ["code": "a", "cursor_pos": 1, "detail_level": 0]),
            Request(type: "is_complete_request", fields: ["code": "a"]),
            Request(type: "history_request", fields: ["hist_access_type": "tail", "n": 1, "output": false]),
            Request(
                type: "history_request",
                fields: ["hist_access_type": "range", "session": 0, "start": 0, "stop": 1], kept: ["hist_access_type"]),
            Request(
                type: "history_request",
                fields: ["hist_access_type": "search", "pattern": "*", "n": 2, "unique": false],
                kept: ["hist_access_type"]),
            Request(type: "comm_info_request", fields: ["target_name": "x"]),
            Request(type: "kernel_info_request", fields: [:]),
            Request(type: "interrupt_request", channel: .control, fields: ["subshell_id": nil]),
            Request(type: "usage_request", channel: .control, fields: [:]),
            Request(type: "create_subshell_request", channel: .control, fields: [:]),
            Request(type: "list_subshell_request", channel: .control, fields: [:]),
            Request(
                type: "delete_subshell_request", channel: .control, fields: ["subshell_id": "none"],
                needed: ["subshell_id"]),
        ]
    }

    @Test(arguments: Request.all) func anythingIsAnswered(_ request: Request) throws {
        let frontEnd = try FrontEnd(over: .sockets)
        func ask(_ content: [String: JSON], _ comment: Comment) throws -> Message {
            let (reply, published) = try frontEnd.ask(request.type, .object(content), on: request.channel)
            #expect(reply.type == request.type.replacing("_request", with: "_reply"), comment)
            #expect(published.first?.state == "busy" && published.last?.state == "idle", comment)
            #expect(published.count { $0.type == "status" } == 2, comment)
            return reply
        }
        let whole = try ask(request.fields, "whole")
        if request.type != "delete_subshell_request" { #expect(whole.status != "error") }
        for (field, value) in request.fields where !request.kept.contains(field) {
            var content = request.fields
            content[field] = nil
            let isError = try ask(content, "without \(field)").status == "error"
            if request.type != "delete_subshell_request" {
                #expect(isError == request.needed.contains(field), "without \(field)")
            }
            content[field] = .null
            #expect(try (ask(content, "\(field) null").status == "error") == isError)
            if value.isNull { continue }
            for wrong: JSON in ["text", 7, 1.5, true, [1], ["a": [1]]] where wrong.kind != value.kind {
                content[field] = wrong
                #expect(try ask(content, "\(field) \(wrong)").status == "error", "\(field) \(wrong)")
            }
        }
        #expect(try frontEnd.run("value 3").reply.status == "ok")
    }

    @Test(arguments: Transport.allCases, [FrontEnd.Channel.shell, .control]) func whatIsUnknownIsDone(
        _ transport: Transport, _ channel: FrontEnd.Channel
    ) throws {
        let frontEnd = try FrontEnd(over: transport)
        for type in ["debug_request", "nonsense", "execute_reply", "apply_request", ""] {
            let id = try frontEnd.send(type, ["anything": 1], on: channel)
            #expect(try frontEnd.published(by: id).map(\.summary) == ["busy", "idle"], "\(type)")
        }
        #expect(try frontEnd.rest(on: channel).isEmpty)
    }

    @Test(arguments: Transport.allCases) func aRequestOnTheWrongChannelIsToldSo(_ transport: Transport) throws {
        let frontEnd = try FrontEnd(over: transport)
        for (type, channel, words) in [
            ("execute_request", FrontEnd.Channel.control, "cells run on the shell channel"),
            ("create_subshell_request", .shell, "control channel"),
            ("list_subshell_request", .shell, "control channel"),
            ("delete_subshell_request", .shell, "control channel"),
        ] {
            let (reply, published) = try frontEnd.ask(type, ["code": "value 1"], on: channel)
            #expect(reply.status == "error" && reply.content["evalue"]?.string?.contains(words) == true, "\(type)")
            #expect(published.map(\.summary) == ["busy", "idle"], "\(type)")
        }
    }

    @Test(arguments: Transport.allCases) func anUnknownSubshellIsToldSo(_ transport: Transport) throws {
        let frontEnd = try FrontEnd(over: transport)
        for type in ["execute_request", "complete_request", "kernel_info_request", "nonsense"] {
            let id = try frontEnd.send(type, ["code": "value 1"], subshell: "gone")
            #expect(try frontEnd.published(by: id).map(\.summary) == ["busy", "idle"], "\(type)")
            if type != "nonsense" { #expect(try frontEnd.reply(to: id).status == "error") }
        }
    }
}
