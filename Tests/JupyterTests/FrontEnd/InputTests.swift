import Jupyter
import Testing

@Suite(.timeLimit(.minutes(10)), .serialized) struct InputTests {
    @Test(arguments: Transport.allCases) func aCellAsksAndGetsItsAnswer(_ transport: Transport) throws {
        let frontEnd = try FrontEnd(over: transport)
        let id = try frontEnd.execute("print first\nask Name?", ["allow_stdin": true])
        let question = try frontEnd.next(on: .stdin)
        #expect(question.type == "input_request")
        #expect(question.content == ["prompt": "Name?", "password": false])
        #expect(question.parentID == id)
        try frontEnd.send("input_reply", ["value": "Ada"], on: .stdin, parent: question.header.json)
        #expect(try frontEnd.reply(to: id).status == "ok")
        let text = try frontEnd.published(by: id).filter { $0.type == "stream" }.map(\.summary)
        #expect(text == ["stdout:first\n", "stdout:[Ada]\n"])
    }

    @Test(arguments: Transport.allCases) func aSecretIsAskedForAsOne(_ transport: Transport) throws {
        let frontEnd = try FrontEnd(over: transport)
        let id = try frontEnd.execute("secret Key?", ["allow_stdin": true])
        #expect(try frontEnd.next(on: .stdin).content == ["prompt": "Key?", "password": true])
        // As jupyter_client does it: without a parent.
        try frontEnd.send("input_reply", ["value": "k"], on: .stdin)
        #expect(try frontEnd.reply(to: id).status == "ok")
    }

    @Test(arguments: Transport.allCases) func aStaleAnswerNeverAnswersTheNextQuestion(_ transport: Transport) throws {
        let frontEnd = try FrontEnd(over: transport)
        try frontEnd.send("input_reply", ["value": "too early"], on: .stdin)
        let first = try frontEnd.execute("ask One?", ["allow_stdin": true])
        let old = try frontEnd.next(on: .stdin)
        try frontEnd.send("interrupt_request", on: .control)
        #expect(try frontEnd.reply(to: first).content["ename"] == "Interrupted")

        try frontEnd.send("input_reply", ["value": "stale"], on: .stdin)
        let second = try frontEnd.execute("ask Two?", ["allow_stdin": true])
        let question = try frontEnd.next(on: .stdin)
        try frontEnd.send("input_reply", ["value": "late"], on: .stdin, parent: old.header.json)
        try frontEnd.send("input_reply", ["value": "right"], on: .stdin, parent: question.header.json)
        #expect(try frontEnd.reply(to: second).status == "ok")
        #expect(try frontEnd.published(by: second).map(\.summary).contains("stdout:[right]\n"))
    }

    @Test func anotherFrontEndCannotAnswer() throws {
        let kernel = try RunningKernel()
        let frontEnd = try kernel.connect()
        let other = try kernel.connect()
        let id = try frontEnd.execute("ask Who?", ["allow_stdin": true])
        let question = try frontEnd.next(on: .stdin)
        try other.send("input_reply", ["value": "me"], on: .stdin, parent: question.header.json)
        _ = try other.ask("kernel_info_request")
        try frontEnd.send("input_reply", ["value": "I"], on: .stdin, parent: question.header.json)
        #expect(try frontEnd.reply(to: id).status == "ok")
        #expect(try frontEnd.published(by: id).map(\.summary).contains("stdout:[I]\n"))
        #expect(try other.rest(on: .stdin, after: 0).isEmpty)
    }

    @Test(arguments: Transport.allCases) func whatACellLeavesRunningIsShownAndCannotAsk(_ transport: Transport) throws {
        let frontEnd = try FrontEnd(over: transport)
        let id = try frontEnd.execute("leave Still there?", ["allow_stdin": true])
        _ = try frontEnd.published(by: id)
        let text = try frontEnd.next(on: .iopub, "the late text") { $0.type == "stream" }
        #expect(text.parentID == id)
        #expect(text.content["text"] == "left: no answer\n")
        #expect(try frontEnd.rest(on: .stdin, after: 0).isEmpty)
    }

    @Test func aFrontEndWithoutStdinIsNotWaitedFor() throws {
        // It says that it can be asked, and is nowhere on the stdin channel.
        let frontEnd = try FrontEnd(over: .sockets)
        let message = frontEnd.make("execute_request", ["code": "ask Name?", "allow_stdin": true])
        let context = try SocketContext()
        let socket = try Socket(.dealer, in: context)
        try socket.setIdentity("deaf")
        try socket.connect(frontEnd.kernel.connection.endpoint(of: .shell))
        try socket.send(message.frames(signedBy: frontEnd.sockets.signer).frames)
        let shown = try frontEnd.published(by: message.header.id)
        let error = shown.first { $0.type == "error" }?.content["evalue"]?.string
        #expect(error == "The front-end that runs this cell cannot ask for input.")
    }

    @Test(arguments: Transport.allCases) func withoutStdinAskingIsAnError(_ transport: Transport) throws {
        let frontEnd = try FrontEnd(over: transport)
        let reply = try frontEnd.run("ask Name?", ["allow_stdin": false]).reply
        #expect(reply.content["evalue"] == "This front-end cannot be asked for input.")
        #expect(try frontEnd.rest(on: .stdin).isEmpty)
    }
}
