import Jupyter
import Platform
import Testing

/// Comms from either side.
@Suite(.timeLimit(.minutes(10)), .serialized) struct CommTests {
    @Test(arguments: Transport.allCases) func whatIsSaidIsAnsweredBeforeIdleAndUnderTheMessage(_ transport: Transport)
        throws
    {
        let frontEnd = try FrontEnd(over: transport)
        let open = try frontEnd.send("comm_open", ["comm_id": "c1", "target_name": "echo", "data": [:]])
        #expect(try frontEnd.published(by: open).map(\.summary) == ["busy", "idle"])
        let id = try frontEnd.send(
            "comm_msg", ["comm_id": "c1", "data": ["x": [1, "ü"]]], buffers: [[1, 2, 3], [0]])
        let published = try frontEnd.published(by: id)
        #expect(published.map(\.summary) == ["busy", "comm_msg", "comm_msg", "idle"])
        for echo in published[1...2] {
            #expect(echo.content == ["comm_id": "c1", "data": ["x": [1, "ü"]]])
            #expect(echo.buffers == [[1, 2, 3], [0]])
        }
    }

    @Test(arguments: Transport.allCases) func openCommsAreListedByTarget(_ transport: Transport) throws {
        let frontEnd = try FrontEnd(over: transport)
        for name in ["c1", "c2"] {
            let id = try frontEnd.send("comm_open", ["comm_id": .string(name), "target_name": "echo"])
            _ = try frontEnd.published(by: id)
        }
        let both: JSON = ["status": "ok", "comms": ["c1": ["target_name": "echo"], "c2": ["target_name": "echo"]]]
        #expect(try frontEnd.ask("comm_info_request").reply.content == both)
        #expect(try frontEnd.ask("comm_info_request", ["target_name": "echo"]).reply.content == both)
        #expect(
            try frontEnd.ask("comm_info_request", ["target_name": "x"]).reply.content == ["status": "ok", "comms": [:]])
        let id = try frontEnd.send("comm_close", ["comm_id": "c1"])
        #expect(try frontEnd.published(by: id).map(\.summary) == ["busy", "idle"])
        #expect(
            try frontEnd.ask("comm_info_request").reply.content["comms"] == ["c2": ["target_name": "echo"]])
    }

    @Test(arguments: Transport.allCases) func aCellOpensACommAlsoWhenItIsSilent(_ transport: Transport) throws {
        let frontEnd = try FrontEnd(over: transport)
        for isSilent in [false, true] {
            let published = try frontEnd.run("open there", ["silent": .bool(isSilent)]).published
            let open = try #require(published.first { $0.type == "comm_open" })
            #expect(open.content == ["comm_id": "cell's", "target_name": "there", "data": ["a": 1]])
            #expect(open.metadata == ["version": "2"])
            #expect(open.buffers == [[0, 255], []])
        }
    }

    @Test(arguments: Transport.allCases) func commsAnswerWhileACellRuns(_ transport: Transport) throws {
        let frontEnd = try FrontEnd(over: transport)
        let open = try frontEnd.send("comm_open", ["comm_id": "c1", "target_name": "echo"])
        _ = try frontEnd.published(by: open)
        let cell = try frontEnd.execute("forever")
        _ = try frontEnd.next(on: .iopub) { $0.type == "execute_input" }
        let id = try frontEnd.send("comm_msg", ["comm_id": "c1", "data": [:]])
        #expect(try frontEnd.published(by: id).map(\.summary) == ["busy", "comm_msg", "comm_msg", "idle"])
        try frontEnd.ask("interrupt_request", on: .control)
        #expect(try frontEnd.reply(to: cell).status == "error")
    }

    /// What is missing takes its default; what cannot be understood is refused, and the kernel goes on.
    @Test(arguments: Transport.allCases, ["comm_open", "comm_msg", "comm_close"])
    func aCommWithoutANameIsRefused(_ transport: Transport, type: String) throws {
        let frontEnd = try FrontEnd(over: transport)
        for content: JSON in [[:], ["comm_id": 3], ["comm_id": "c", "data": "text"], ["comm_id": "c", "data": [1]]] {
            let id = try frontEnd.send(type, content)
            #expect(try frontEnd.published(by: id).map(\.summary) == ["busy", "idle"])
        }
        #expect(try frontEnd.run("value 3").reply.status == "ok")
    }
}
