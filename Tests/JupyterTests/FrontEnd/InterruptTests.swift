import Glibc
import Jupyter
import Platform
import Testing

@Suite(.timeLimit(.minutes(10)), .serialized) struct InterruptTests {
    @Test(arguments: Transport.allCases) func aRunningCellIsStoppedAndTheKernelGoesOn(_ transport: Transport) throws {
        let frontEnd = try FrontEnd(over: transport)
        let id = try frontEnd.execute("print partial\nforever")
        _ = try frontEnd.next(on: .iopub, "the text") { $0.type == "stream" }
        let (reply, published) = try frontEnd.ask("interrupt_request", on: .control)
        #expect(reply.type == "interrupt_reply")
        #expect(reply.content == ["status": "ok"])
        #expect(published.map(\.summary) == ["busy", "idle"])
        #expect(try frontEnd.reply(to: id).content["ename"] == "Interrupted")
        #expect(try frontEnd.published(by: id).map(\.summary).suffix(2) == ["error", "idle"])
        #expect(frontEnd.kernel.runner.interruptCount == 1)
        #expect(try frontEnd.run("value 1").reply.content["execution_count"] == 2)
    }

    @Test(arguments: Transport.allCases) func withoutACellNothingIsStopped(_ transport: Transport) throws {
        let frontEnd = try FrontEnd(over: transport)
        #expect(try frontEnd.ask("interrupt_request", on: .control).reply.status == "ok")
        #expect(frontEnd.kernel.runner.interruptCount == 0)
        #expect(try frontEnd.run("value 1").reply.status == "ok")
    }

    @Test(arguments: Transport.allCases) func anInterruptAbortsWhatWaits(_ transport: Transport) throws {
        let frontEnd = try FrontEnd(over: transport)
        let running = try frontEnd.execute("print on\nforever")
        _ = try frontEnd.next(on: .iopub, "the text") { $0.type == "stream" }
        let waiting = try frontEnd.execute("value 1")
        // Both channels are read by one thread, but nothing orders them: see that the request has come.
        _ = try frontEnd.ask("kernel_info_request")
        try frontEnd.send("interrupt_request", on: .control)
        #expect(try frontEnd.reply(to: running).content["ename"] == "Interrupted")
        #expect(try frontEnd.reply(to: waiting).status == "aborted")
    }

    /// An interrupt for a cell that ended while it was on its way does not stop the next one.
    @Test(.timeLimit(.minutes(1)), arguments: Transport.allCases)
    func aLateInterruptDoesNotStopTheNextCell(_ transport: Transport) throws {
        let frontEnd = try FrontEnd(over: transport)
        #expect(try frontEnd.run("value 1").reply.status == "ok")
        let before = timestamp()
        usleep(5_000)
        let id = try frontEnd.execute("print on\nforever")
        _ = try frontEnd.next(on: .iopub, "the text") { $0.type == "stream" }
        let late = try frontEnd.send("interrupt_request", on: .control, date: before)
        #expect(try frontEnd.reply(to: late, on: .control).status == "ok")
        #expect(frontEnd.kernel.runner.interruptCount == 0)
        // One of a front-end whose clock is behind does.
        try frontEnd.send("interrupt_request", on: .control, date: "2026-01-01T00:00:00.000000Z")
        #expect(try frontEnd.reply(to: id).content["ename"] == "Interrupted")
    }

    @Test func handlersAreCalledOnce() {
        let execution = Execution(executionCount: 1, allowsInput: false) { _ in }
        let log = Log()
        execution.onInterrupt { log.add("early") }
        execution.interrupt()
        execution.interrupt()
        execution.onInterrupt { log.add("late") }
        #expect(log.lines == ["early", "late"])
        #expect(execution.isInterrupted)
    }
}
