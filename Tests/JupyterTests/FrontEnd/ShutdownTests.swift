import Testing

@Suite(.timeLimit(.minutes(10)), .serialized) struct ShutdownTests {
    @Test(arguments: Transport.allCases, [FrontEnd.Channel.control, .shell]) func theKernelSaysThatItEnds(
        _ transport: Transport, _ channel: FrontEnd.Channel
    ) throws {
        for restart in [true, false] { try expectEnd(FrontEnd(over: transport), restart, on: channel) }
    }

    private func expectEnd(_ frontEnd: FrontEnd, _ restart: Bool, on channel: FrontEnd.Channel) throws {
        let (reply, published) = try frontEnd.ask(
            "shutdown_request", ["restart": .bool(restart)], on: channel)
        #expect(reply.type == "shutdown_reply")
        #expect(reply.content == ["status": "ok", "restart": .bool(restart)])
        #expect(published.map(\.summary) == ["busy", "shutdown_reply", "idle"])
        #expect(frontEnd.kernel.ends())
    }

    @Test(arguments: Transport.allCases) func aRunningCellDoesNotHoldItUp(_ transport: Transport) throws {
        let frontEnd = try FrontEnd(over: transport)
        try frontEnd.execute("print on\nforever")
        _ = try frontEnd.next(on: .iopub, "the text") { $0.type == "stream" }
        let id = try frontEnd.send("shutdown_request", on: .control)
        #expect(try frontEnd.reply(to: id, on: .control).content["restart"] == false)
        #expect(frontEnd.kernel.ends())
    }
}
