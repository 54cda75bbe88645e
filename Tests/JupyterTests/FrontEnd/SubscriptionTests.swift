import Testing

@Suite(.timeLimit(.minutes(10)), .serialized) struct SubscriptionTests {
    @Test func theFirstSubscriberSeesTheKernelStart() throws {
        let kernel = try RunningKernel()
        let frontEnd = try FrontEnd(kernel.connection)
        let welcome = try frontEnd.next(on: .iopub)
        #expect(welcome.type == "iopub_welcome")
        #expect(welcome.parent == [:])
        #expect(welcome.content == ["subscription": ""])
        #expect(try frontEnd.next(on: .iopub).summary == "starting")
    }

    @Test func everySubscriberIsWelcomed() throws {
        let kernel = try RunningKernel()
        let first = try kernel.connect()
        _ = try first.rest(on: .iopub)
        let second = try FrontEnd(kernel.connection)
        #expect(try second.next(on: .iopub).type == "iopub_welcome")
        let id = try first.execute("print to all")
        #expect(try second.published(by: id).map(\.summary).contains("stdout:to all\n"))
    }

    @Test func aFrontEndThatNeverListensIsAnswered() throws {
        let kernel = try RunningKernel()
        let frontEnd = try FrontEnd(kernel.connection, subscribes: false)
        let id = try frontEnd.send("kernel_info_request")
        #expect(try frontEnd.reply(to: id).status == "ok")
    }

    @Test func aFrontEndThatComesBackIsAnswered() throws {
        let kernel = try RunningKernel()
        let before = try FrontEnd(kernel.connection, identity: "the same")
        try before.waitUntilReady()
        let after = try FrontEnd(kernel.connection, identity: "the same")
        try after.waitUntilReady()
        #expect(try after.run("value 1").reply.status == "ok")
        _ = before
    }
}
