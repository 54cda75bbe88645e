import Foundation
import Jupyter
import Platform
import Testing

@Suite(.timeLimit(.minutes(10)), .serialized) struct QuestionTests {
    @Test(arguments: Transport.allCases) func kernelInfo(_ transport: Transport) throws {
        let frontEnd = try FrontEnd(over: transport)
        let (reply, published) = try frontEnd.ask("kernel_info_request")
        #expect(published.map(\.summary) == ["busy", "idle"])
        #expect(reply.type == "kernel_info_reply")
        let content = reply.content
        #expect(content["status"] == "ok")
        #expect(content["protocol_version"] == "5.5")
        #expect(content["implementation"] == "echo")
        #expect(content["banner"] == "Echo")
        #expect(content["language_info"]?["name"] == "echo")
        #expect(content["language_info"]?["file_extension"] == ".swift")
        #expect(content["help_links"] == [["text": "Echo", "url": "https://example.org/echo"]])
    }

    @Test(arguments: Transport.allCases) func kernelInfoIsAnsweredOnControlToo(_ transport: Transport) throws {
        let frontEnd = try FrontEnd(over: transport)
        #expect(try frontEnd.ask("kernel_info_request", on: .control).reply.status == "ok")
        #expect(try frontEnd.ask("complete_request", ["code": "a"], on: .control).reply.status == "ok")
    }

    @Test(arguments: Transport.allCases) func completionCountsUnicodeScalars(_ transport: Transport) throws {
        let frontEnd = try FrontEnd(over: transport)
        // The family is 7 scalars and one character; the cursor stands after “xy”.
        let code = "👩‍👩‍👧‍👦 xy z"
        let reply = try frontEnd.ask("complete_request", ["code": .string(code), "cursor_pos": 10]).reply
        #expect(
            reply.content == [
                "status": "ok", "matches": ["xy!"], "cursor_start": 8, "cursor_end": 10,
                "metadata": ["word": "xy"],
            ])
        let end = try frontEnd.ask("complete_request", ["code": .string(code)]).reply
        #expect(end.content["cursor_end"] == 12)
        let beyond = try frontEnd.ask("complete_request", ["code": "ab", "cursor_pos": 99]).reply
        #expect(beyond.content["cursor_end"] == 2)
    }

    @Test(arguments: Transport.allCases) func inspection(_ transport: Transport) throws {
        let frontEnd = try FrontEnd(over: transport)
        let found = try frontEnd.ask(
            "inspect_request", ["code": "known", "cursor_pos": 3, "detail_level": 1]
        ).reply
        let data: JSON = ["text/plain": "detail 1 at 3"]
        #expect(found.content == ["status": "ok", "found": true, "data": data, "metadata": [:]])
        let missing = try frontEnd.ask("inspect_request", ["code": "x", "cursor_pos": 0]).reply
        #expect(missing.content == ["status": "ok", "found": false, "data": [:], "metadata": [:]])
    }

    @Test(arguments: Transport.allCases) func completeness(_ transport: Transport) throws {
        let frontEnd = try FrontEnd(over: transport)
        func answer(_ code: JSON) throws -> JSON {
            try frontEnd.ask("is_complete_request", ["code": code]).reply.content
        }
        #expect(try answer("x") == ["status": "complete"])
        #expect(try answer("open") == ["status": "incomplete", "indent": "    "])
        #expect(try answer("wrong") == ["status": "invalid"])
        #expect(try answer("odd") == ["status": "unknown"])
    }

    @Test(arguments: Transport.allCases) func questionsAreAnsweredWhileACellRuns(_ transport: Transport) throws {
        let frontEnd = try FrontEnd(over: transport)
        let running = try frontEnd.execute("print on\nforever")
        _ = try frontEnd.next(on: .iopub, "the cell's text") { $0.type == "stream" }
        for (type, content) in [
            ("kernel_info_request", [:]), ("complete_request", ["code": "a", "cursor_pos": 1]),
            ("inspect_request", ["code": "known", "cursor_pos": 1]), ("is_complete_request", ["code": "a"]),
            ("history_request", ["hist_access_type": "tail", "n": 1]), ("comm_info_request", [:]),
        ] as [(String, JSON)] {
            let (reply, published) = try frontEnd.ask(type, content)
            #expect(reply.status == "ok" || reply.status == "complete", "\(type)")
            #expect(published.map(\.summary) == ["busy", "idle"], "\(type)")
        }
        #expect(try frontEnd.ask("usage_request", on: .control).reply.status == "ok")
        if transport == .sockets { #expect(try frontEnd.beat([1, 2, 0, 255]) == [[1, 2, 0, 255]]) }
        // The front-end is told again that the cell keeps the kernel busy.
        try frontEnd.send("interrupt_request", on: .control)
        let states = try frontEnd.published(by: running).compactMap(\.state)
        #expect(states.dropLast().allSatisfy { $0 == "busy" })
        #expect(try frontEnd.reply(to: running).content["ename"] == "Interrupted")
    }

    @Test(arguments: Transport.allCases) func usage(_ transport: Transport) throws {
        let frontEnd = try FrontEnd(over: transport)
        let content = try frontEnd.ask("usage_request", on: .control).reply.content
        #expect(content["pid"]?.integer == Int(ProcessInfo.processInfo.processIdentifier))
        #expect((content["kernel_memory"]?.integer ?? 0) > 1 << 20)
        #expect((content["cpu_count"]?.integer ?? 0) > 0)
        #expect(content["hostname"]?.string?.isEmpty == false)
        #expect(content["host_cpu_percent"] == nil, "there is nothing yet to compare with")
        usleep(50_000)
        let share = try frontEnd.ask("usage_request", on: .control).reply.content["host_cpu_percent"]?.number
        #expect((0...100).contains(share ?? -1))
        let memory = content["host_virtual_memory"]
        #expect((memory?["active"]?.integer ?? 0) > 0)
        #expect((memory?["total"]?.integer ?? 0) > (memory?["available"]?.integer ?? .max))
    }

    @Test(arguments: Transport.allCases) func aCommToNobodyIsClosed(_ transport: Transport) throws {
        let frontEnd = try FrontEnd(over: transport)
        let id = try frontEnd.send("comm_open", ["comm_id": "c1", "target_name": "nobody", "data": [:]])
        let published = try frontEnd.published(by: id)
        #expect(published.map(\.summary) == ["busy", "comm_close", "idle"])
        #expect(published[1].content == ["comm_id": "c1", "data": [:]])
        for type in ["comm_msg", "comm_close"] {
            let id = try frontEnd.send(type, ["comm_id": "c1", "data": [:]])
            #expect(try frontEnd.published(by: id).map(\.summary) == ["busy", "idle"])
        }
        #expect(
            try frontEnd.ask("comm_info_request", ["target_name": "x"]).reply.content == [
                "status": "ok", "comms": [:],
            ])
    }

    @Test(arguments: Transport.allCases) func anUnknownRequestIsOverAtOnce(_ transport: Transport) throws {
        let frontEnd = try FrontEnd(over: transport)
        for (type, channel) in [
            ("debug_request", FrontEnd.Channel.control), ("sing_request", .shell), ("x", .shell),
        ] {
            let id = try frontEnd.send(type, on: channel)
            #expect(try frontEnd.published(by: id).map(\.summary) == ["busy", "idle"])
        }
        #expect(try frontEnd.rest(on: .shell).isEmpty)
        #expect(try frontEnd.rest(on: .control).isEmpty)
    }
}
