import Jupyter
import Platform
import Testing

@Suite(.timeLimit(.minutes(10)), .serialized) struct ExecuteTests {
    @Test(arguments: Transport.allCases) func aCellIsAnsweredInOrder(_ transport: Transport) throws {
        let frontEnd = try FrontEnd(over: transport)
        let (reply, published) = try frontEnd.run("print hello, world\nvalue 42")
        #expect(
            published.map(\.summary) == [
                "busy", "execute_input", "stdout:hello, world\n", "execute_result", "idle",
            ])
        #expect(published[1].content["code"]?.string == "print hello, world\nvalue 42")
        #expect(published[1].content["execution_count"] == 1)
        #expect(published[3].content["data"] == ["text/plain": "42"])
        #expect(published[3].content["metadata"] == [:])
        #expect(published[3].content["execution_count"] == 1)
        #expect(reply.type == "execute_reply")
        #expect(
            reply.content == ["status": "ok", "execution_count": 1, "user_expressions": [:], "payload": []])
        #expect(reply.metadata["started"]?.string?.hasSuffix("Z") == true)
        #expect(reply.header.version == "5.5")
    }

    @Test(arguments: Transport.allCases) func repliesCarryTheRequestsHeader(_ transport: Transport) throws {
        let frontEnd = try FrontEnd(over: transport)
        let message = frontEnd.make("execute_request", ["code": "value 1"])
        try frontEnd.link.send(message, on: .shell)
        #expect(try frontEnd.reply(to: message.header.id).parent == message.header.json)
        for published in try frontEnd.published(by: message.header.id) {
            #expect(published.parent == message.header.json)
        }
    }

    @Test(arguments: Transport.allCases) func theCountGoesUpOnlyWithHistory(_ transport: Transport) throws {
        let frontEnd = try FrontEnd(over: transport)
        #expect(try frontEnd.run("count").reply.content["execution_count"] == 1)
        #expect(try frontEnd.run("count", ["store_history": false]).reply.content["execution_count"] == 1)
        #expect(try frontEnd.run("count", ["silent": true]).reply.content["execution_count"] == 1)
        let (reply, published) = try frontEnd.run("count")
        #expect(reply.content["execution_count"] == 2)
        #expect(published.first { $0.type == "execute_result" }?.content["data"] == ["text/plain": "2"])
    }

    @Test(arguments: Transport.allCases) func aSilentCellLeavesNoTrace(_ transport: Transport) throws {
        let frontEnd = try FrontEnd(over: transport)
        let (reply, published) = try frontEnd.run("print a\nshow b\nvalue 3", ["silent": true])
        #expect(published.map(\.summary) == ["busy", "idle"])
        #expect(reply.status == "ok")
        let failed = try frontEnd.run("fail x", ["silent": true])
        #expect(failed.published.map(\.summary) == ["busy", "idle"])
        #expect(failed.reply.content["ename"] == "Failure")
    }

    @Test(arguments: Transport.allCases) func anErrorIsShownAndReplied(_ transport: Transport) throws {
        let frontEnd = try FrontEnd(over: transport)
        let (reply, published) = try frontEnd.run("print before\nfail oh no")
        #expect(published.map(\.summary) == ["busy", "execute_input", "stdout:before\n", "error", "idle"])
        let expected: JSON = ["ename": "Failure", "evalue": "oh no", "traceback": ["Failure: oh no"]]
        #expect(published[3].content == expected)
        #expect(reply.status == "error")
        #expect(reply.content["evalue"] == "oh no")
        #expect(reply.content["execution_count"] == 1)
    }

    @Test(arguments: Transport.allCases) func expressionsAreEvaluatedAfterASuccess(_ transport: Transport) throws {
        let frontEnd = try FrontEnd(over: transport)
        let expressions: JSON = ["a": "1 + 1", "b": "bad"]
        let values = try frontEnd.run("value 1", ["user_expressions": expressions]).reply.content[
            "user_expressions"]
        #expect(values?["a"] == ["status": "ok", "data": ["text/plain": "1 + 1"], "metadata": [:]])
        #expect(values?["b"]?["status"] == "error")
        #expect(values?["b"]?["ename"] == "Failure")
        #expect(
            try frontEnd.run("fail", ["user_expressions": expressions]).reply.content["user_expressions"]
                == [:])
    }

    @Test(arguments: Transport.allCases) func outputKeepsItsOrder(_ transport: Transport) throws {
        let frontEnd = try FrontEnd(over: transport)
        let code = "print a\nwarn b\nprint c\nshow d\nprint e\nupdate f\nclear wait\nprint g"
        let published = try frontEnd.run(code).published
        #expect(
            published.map(\.summary) == [
                "busy", "execute_input", "stdout:a\n", "stderr:b\n", "stdout:c\n", "display_data",
                "stdout:e\n",
                "update_display_data", "clear_output", "stdout:g\n", "idle",
            ])
        #expect(published[5].content["transient"] == ["display_id": "d1", "extra": 1])
        #expect(published[7].content["transient"] == ["display_id": "d1"])
        #expect(published[7].content["data"] == ["text/plain": "f"])
        #expect(published[8].content == ["wait": true])
    }

    @Test(arguments: Transport.allCases) func manyLinesAreFewMessages(_ transport: Transport) throws {
        let frontEnd = try FrontEnd(over: transport)
        let streams = try frontEnd.run("lines 20000").published.filter { $0.type == "stream" }
        #expect(streams.count < 200)
        let text = streams.compactMap { $0.content["text"]?.string }.joined()
        #expect(text == (0..<20000).map { "line \($0)\n" }.joined())
    }

    @Test(arguments: Transport.allCases) func textIsShownWhileTheCellRuns(_ transport: Transport) throws {
        let frontEnd = try FrontEnd(over: transport)
        let id = try frontEnd.execute("print early\nforever")
        let text = try frontEnd.next(on: .iopub, "the early text") { $0.type == "stream" }
        #expect(text.content["text"] == "early\n")
        try frontEnd.send("interrupt_request", on: .control)
        #expect(try frontEnd.reply(to: id).status == "error")
    }

    @Test(arguments: Transport.allCases) func numbersThatJSONLacksBecomeNull(_ transport: Transport) throws {
        let frontEnd = try FrontEnd(over: transport)
        let published = try frontEnd.run("numbers").published
        let result = try #require(published.first { $0.type == "execute_result" })
        // In process no bytes are made of it; wherever they are, this is what they say.
        #expect(try JSON(parsing: result.content.bytes)["data"] == ["application/json": [nil, nil, 1.5]])
    }

    @Test(arguments: Transport.allCases) func thePagerIsAPayload(_ transport: Transport) throws {
        let frontEnd = try FrontEnd(over: transport)
        let payload = try frontEnd.run("page").reply.content["payload"]
        #expect(payload == [["source": "page", "data": ["text/plain": "help"], "start": 0]])
    }

    @Test(arguments: Transport.allCases) func anErrorAbortsWhatWaits(_ transport: Transport) throws {
        let frontEnd = try FrontEnd(over: transport)
        let failing = try frontEnd.execute("sleep 0.3\nfail stop")
        let waiting = [try frontEnd.execute("value 1"), try frontEnd.execute("value 2")]
        #expect(try frontEnd.reply(to: failing).status == "error")
        for id in waiting {
            #expect(try frontEnd.reply(to: id).content == ["status": "aborted", "execution_count": 1])
            #expect(try frontEnd.published(by: id).map(\.summary) == ["busy", "idle"])
        }
        #expect(try frontEnd.run("value 3").reply.status == "ok")
    }

    @Test(arguments: Transport.allCases) func anErrorAbortsWhatWasOnItsWay(_ transport: Transport) throws {
        let frontEnd = try FrontEnd(over: transport)
        // As from a client whose second request was written before the first one failed.
        let before = timestamp(secondsSince1970() - 1)
        #expect(try frontEnd.run("fail stop").reply.status == "error")
        let late = try frontEnd.send("execute_request", ["code": "value 1"], date: before)
        #expect(try frontEnd.reply(to: late).status == "aborted")
        #expect(try frontEnd.run("value 2").reply.status == "ok")
    }

    /// Who has read the error and then sends a cell means it, however fast.
    @Test(arguments: Transport.allCases) func aCellSentInAnswerToAnErrorRuns(_ transport: Transport) throws {
        let frontEnd = try FrontEnd(over: transport)
        for _ in 0..<200 {
            #expect(try frontEnd.reply(to: try frontEnd.execute("fail stop")).status == "error")
            #expect(try frontEnd.reply(to: try frontEnd.execute("print on")).status == "ok")
        }
    }

    @Test(arguments: Transport.allCases) func withoutStopOnErrorTheRestRuns(_ transport: Transport) throws {
        let frontEnd = try FrontEnd(over: transport)
        try frontEnd.execute("sleep 0.2\nfail go on", ["stop_on_error": false])
        let next = try frontEnd.execute("value 1")
        #expect(try frontEnd.reply(to: next).status == "ok")
    }

    @Test(arguments: Transport.allCases) func textIsCarriedWhole(_ transport: Transport) throws {
        let frontEnd = try FrontEnd(over: transport)
        let text = "“Zürich” 👩‍👩‍👧‍👦 \u{1F1E8}\u{1F1ED} e\u{301} \u{0} \t \\ \""
        let published = try frontEnd.run("print \(text)").published
        #expect(published.first { $0.type == "stream" }?.content["text"]?.string == text + "\n")
    }
}
