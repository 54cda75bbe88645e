import Jupyter
import TestKernel
import Testing

/// Channels that are encrypted with the keys of the connection file (CurveZMQ).
@Suite(.timeLimit(.minutes(10)), .serialized, .enabled(if: CurveKeys.areSupported, "ZeroMQ was built without CURVE."))
struct EncryptionTests {
    @Test func aClientWithTheKeysIsAnsweredOnEveryChannel() throws {
        let kernel = try RunningKernel(curveKeys: .generate())
        try expectAnswersOnEveryChannel(kernel.connect())
    }

    @Test func aClientWithoutKeysIsNeverHeard() throws {
        let kernel = try RunningKernel(curveKeys: .generate())
        var open = kernel.connection
        open.curveKeys = nil
        try expectNothing(for: FrontEnd(open), of: kernel)
    }

    @Test func aClientWithOtherKeysIsNeverHeard() throws {
        let kernel = try RunningKernel(curveKeys: .generate())
        var wrong = kernel.connection
        wrong.curveKeys = try .generate()
        try expectNothing(for: FrontEnd(wrong), of: kernel)
    }

    @Test(.enabled(if: Executable.isBuilt, "The executable was not built."))
    func theExecutableTakesKeysFromItsConnectionFile() throws {
        let kernel = try Executable.start(curveKeys: .generate())
        var open = kernel.connection
        open.curveKeys = nil
        let stranger = try FrontEnd(open)
        _ = try? stranger.send("kernel_info_request")
        let frontEnd = try FrontEnd(kernel.connection)
        _ = try frontEnd.ask("kernel_info_request")
        #expect(try frontEnd.run("1 + 1").reply.status == "ok")
        #expect(try frontEnd.beat([7]) == [[7]])
        #expect(try stranger.rest(on: .shell, after: 0).isEmpty)
        #expect(try stranger.rest(on: .iopub, after: 0).isEmpty)
    }

    /// The stranger asks on every channel; the front-end with the keys is served before and after.
    private func expectNothing(for stranger: FrontEnd, of kernel: RunningKernel) throws {
        let frontEnd = try kernel.connect()
        // ZeroMQ may have dropped the refused connection already, and then says that nothing can be sent.
        _ = try? stranger.send("kernel_info_request")
        _ = try? stranger.send("kernel_info_request", on: .control)
        _ = try? stranger.send("shutdown_request", ["restart": false], on: .control)
        _ = try? stranger.send("input_reply", ["value": "forged"], on: .stdin)
        let echo = try? stranger.beat([1], within: 1)
        #expect(echo == nil)
        try expectAnswersOnEveryChannel(frontEnd)
        for channel in FrontEnd.Channel.allCases {
            #expect(try stranger.rest(on: channel).isEmpty)
        }
        #expect(kernel.log.lines.isEmpty)
    }
}

/// Speaks on each of a kernel's five channels, whatever they are made of.
func expectAnswersOnEveryChannel(_ frontEnd: FrontEnd) throws {
    #expect(try frontEnd.ask("kernel_info_request").reply.status == "ok")
    #expect(try frontEnd.ask("kernel_info_request", on: .control).reply.status == "ok")
    #expect(try frontEnd.beat([1, 2, 3]) == [[1, 2, 3]])
    let id = try frontEnd.execute("ask Name?", ["allow_stdin": true])
    let question = try frontEnd.next(on: .stdin)
    #expect(question.content["prompt"] == "Name?")
    try frontEnd.send("input_reply", ["value": "Ada"], on: .stdin, parent: question.header.json)
    #expect(try frontEnd.reply(to: id).status == "ok")
    #expect(try frontEnd.published(by: id).map(\.summary).contains("stdout:[Ada]\n"))
}
