import Jupyter
import Platform
import Testing

/// Jupyter Enhancement Proposal 91.
@Suite(.timeLimit(.minutes(10)), .serialized) struct SubshellTests {
    @Test(arguments: Transport.allCases) func theyAreAnnouncedMadeListedAndEnded(_ transport: Transport) throws {
        let frontEnd = try FrontEnd(over: transport)
        let features = try frontEnd.ask("kernel_info_request").reply.content["supported_features"]
        #expect(features == ["kernel subshells"])
        #expect(try frontEnd.subshells() == [])
        let (first, second) = (try frontEnd.createSubshell(), try frontEnd.createSubshell())
        #expect(first != second)
        #expect(try frontEnd.subshells() == [.string(first), .string(second)])
        let reply = try frontEnd.ask("delete_subshell_request", ["subshell_id": .string(first)], on: .control).reply
        #expect(reply.type == "delete_subshell_reply" && reply.status == "ok")
        #expect(try frontEnd.subshells() == [.string(second)])
    }

    @Test(arguments: Transport.allCases) func whatNamesNoSubshellIsRefused(_ transport: Transport) throws {
        let frontEnd = try FrontEnd(over: transport)
        for content: JSON in [["subshell_id": "none"], [:], ["subshell_id": 3]] {
            let (reply, published) = try frontEnd.ask("delete_subshell_request", content, on: .control)
            #expect(reply.status == "error" && reply.type == "delete_subshell_reply")
            #expect(published.map(\.summary) == ["busy", "idle"])
        }
        let id = try frontEnd.execute("value 1", in: "none")
        let reply = try frontEnd.reply(to: id)
        #expect(reply.type == "execute_reply" && reply.status == "error")
        #expect(reply.content["evalue"] == "there is no subshell “none”")
        #expect(try frontEnd.published(by: id).map(\.summary) == ["busy", "idle"])
        let interrupt = try frontEnd.ask("interrupt_request", ["subshell_id": "none"], on: .control).reply
        #expect(interrupt.status == "error")
        #expect(try frontEnd.run("value 2").reply.status == "ok")
    }

    @Test(arguments: Transport.allCases) func cellsRunSideBySide(_ transport: Transport) throws {
        let frontEnd = try FrontEnd(over: transport)
        let subshell = try frontEnd.createSubshell()
        let long = try frontEnd.start("forever")
        let quick = try frontEnd.execute("value 7", in: subshell)
        let reply = try frontEnd.reply(to: quick)
        #expect(reply.status == "ok" && reply.parent["subshell_id"]?.string == subshell)
        #expect(reply.content["execution_count"] == 2, "they count together")
        #expect(try frontEnd.published(by: quick).map(\.type).contains("execute_result"))
        // And the other way round.
        let beside = try frontEnd.start("forever", in: subshell)
        try frontEnd.ask("interrupt_request", ["subshell_id": nil], on: .control)
        #expect(try frontEnd.reply(to: long).content["ename"] == "Interrupted")
        #expect(try frontEnd.run("value 8").reply.status == "ok")
        try frontEnd.ask("interrupt_request", ["subshell_id": .string(subshell)], on: .control)
        #expect(try frontEnd.reply(to: beside).content["ename"] == "Interrupted")
    }

    @Test(arguments: Transport.allCases) func anInterruptThatNamesOneLeavesTheOther(_ transport: Transport) throws {
        let frontEnd = try FrontEnd(over: transport)
        let subshell = try frontEnd.createSubshell()
        let (main, other) = (try frontEnd.start("forever"), try frontEnd.start("forever", in: subshell))
        try frontEnd.ask("interrupt_request", ["subshell_id": .string(subshell)], on: .control)
        #expect(try frontEnd.reply(to: other).content["ename"] == "Interrupted")
        #expect(frontEnd.kernel.runner.interruptCount == 1)
        try frontEnd.ask("interrupt_request", ["subshell_id": nil], on: .control)
        #expect(try frontEnd.reply(to: main).content["ename"] == "Interrupted")
    }

    @Test(arguments: Transport.allCases) func anInterruptThatNamesNoneStopsBoth(_ transport: Transport) throws {
        let frontEnd = try FrontEnd(over: transport)
        let subshell = try frontEnd.createSubshell()
        let (main, other) = (try frontEnd.start("forever"), try frontEnd.start("forever", in: subshell))
        try frontEnd.ask("interrupt_request", on: .control)
        #expect(try frontEnd.reply(to: main).content["ename"] == "Interrupted")
        #expect(try frontEnd.reply(to: other).content["ename"] == "Interrupted")
    }

    @Test(arguments: Transport.allCases) func anErrorAbortsWhatWaitsInItsOwnShellAlone(_ transport: Transport) throws {
        let frontEnd = try FrontEnd(over: transport)
        let subshell = try frontEnd.createSubshell()
        let failing = try frontEnd.start("sleep 0.3\nfail here", in: subshell)
        let aborted = try frontEnd.execute("value 1", in: subshell)
        let main = try frontEnd.execute("sleep 0.5\nvalue 2")
        let waiting = try frontEnd.execute("value 3")
        #expect(try frontEnd.reply(to: failing).status == "error")
        #expect(try frontEnd.reply(to: aborted).status == "aborted")
        #expect(try frontEnd.reply(to: main).status == "ok")
        #expect(try frontEnd.reply(to: waiting).status == "ok")
    }

    @Test(arguments: Transport.allCases) func theFrontEndHearsThatTheOtherIsBusy(_ transport: Transport) throws {
        let frontEnd = try FrontEnd(over: transport)
        let subshell = try frontEnd.createSubshell()
        let main = try frontEnd.start("forever")
        _ = try frontEnd.execute("value 1", in: subshell)
        let busy = try frontEnd.next(on: .iopub, "busy again") { $0.parentID == main && $0.state == "busy" }
        #expect(busy.parentID == main)
        try frontEnd.send("interrupt_request", on: .control)
        _ = try frontEnd.reply(to: main)
    }

    @Test(arguments: Transport.allCases) func bothCanAsk(_ transport: Transport) throws {
        let frontEnd = try FrontEnd(over: transport)
        let subshell = try frontEnd.createSubshell()
        let main = try frontEnd.execute("ask One?", ["allow_stdin": true])
        let first = try frontEnd.next(on: .stdin, "one") { $0.content["prompt"] == "One?" }
        let other = try frontEnd.execute("ask Two?", ["allow_stdin": true], in: subshell)
        let second = try frontEnd.next(on: .stdin, "two") { $0.content["prompt"] == "Two?" }
        try frontEnd.send("input_reply", ["value": "b"], on: .stdin, parent: second.header.json)
        try frontEnd.send("input_reply", ["value": "a"], on: .stdin, parent: first.header.json)
        #expect(try frontEnd.reply(to: main).status == "ok" && frontEnd.reply(to: other).status == "ok")
        #expect(try frontEnd.published(by: main).map(\.summary).contains("stdout:[a]\n"))
        #expect(try frontEnd.published(by: other).map(\.summary).contains("stdout:[b]\n"))
    }

    @Test(arguments: Transport.allCases) func endingOneEndsItsCells(_ transport: Transport) throws {
        let frontEnd = try FrontEnd(over: transport)
        let subshell = try frontEnd.createSubshell()
        let running = try frontEnd.start("forever", in: subshell)
        let waiting = try frontEnd.execute("value 1", in: subshell)
        // The shell channel is read before the answer to this.
        _ = try frontEnd.ask("kernel_info_request")
        #expect(
            try frontEnd.ask("delete_subshell_request", ["subshell_id": .string(subshell)], on: .control).reply.status
                == "ok")
        #expect(try frontEnd.reply(to: waiting).status == "aborted")
        #expect(try frontEnd.reply(to: running).content["ename"] == "Interrupted")
        #expect(try frontEnd.published(by: running).last?.state == "idle")
        #expect(try frontEnd.run("value 2").reply.status == "ok")
    }

    @Test(arguments: Transport.allCases) func theKernelEndsWithThem(_ transport: Transport) throws {
        let frontEnd = try FrontEnd(over: transport)
        let subshell = try frontEnd.createSubshell()
        _ = try frontEnd.start("forever", in: subshell)
        try frontEnd.send("shutdown_request", ["restart": false], on: .control)
        #expect(frontEnd.kernel.ends())
    }
}

extension FrontEnd {
    fileprivate func createSubshell() throws -> String {
        let (reply, published) = try ask("create_subshell_request", on: .control)
        #expect(reply.type == "create_subshell_reply" && reply.status == "ok")
        #expect(published.map(\.summary) == ["busy", "idle"])
        return try #require(reply.content["subshell_id"]?.string)
    }

    fileprivate func subshells() throws -> JSON? {
        try ask("list_subshell_request", on: .control).reply.content["subshell_id"]
    }

    /// Has a cell started, so that what is sent next meets it running.
    fileprivate func start(_ code: String, in subshell: String? = nil) throws -> String {
        let id = try execute(code, ["allow_stdin": true], in: subshell)
        _ = try next(on: .iopub, "its input") { $0.parentID == id && $0.type == "execute_input" }
        return id
    }
}
