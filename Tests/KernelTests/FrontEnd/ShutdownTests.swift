import Kernel
import Testing

@Suite(.serialized) struct ShutdownTests {
    @Test(arguments: [true, false], [FrontEnd.Channel.control, .shell]) func theKernelSaysThatItEnds(
        _ restart: Bool, _ channel: FrontEnd.Channel
    ) throws {
        let kernel = try RunningKernel()
        let frontEnd = try kernel.connect()
        let (reply, published) = try frontEnd.ask(
            "shutdown_request", ["restart": .bool(restart)], on: channel)
        #expect(reply.type == "shutdown_reply")
        #expect(reply.content == ["status": "ok", "restart": .bool(restart)])
        #expect(published.map(\.summary) == ["busy", "shutdown_reply", "idle"])
        #expect(kernel.ends())
    }

    @Test func aRunningCellDoesNotHoldItUp() throws {
        let kernel = try RunningKernel()
        let frontEnd = try kernel.connect()
        try frontEnd.execute("print on\nforever")
        _ = try frontEnd.next(on: .iopub, "the text") { $0.type == "stream" }
        let id = try frontEnd.send("shutdown_request", on: .control)
        #expect(try frontEnd.reply(to: id, on: .control).content["restart"] == false)
        #expect(kernel.ends())
    }
}
