import Foundation
import Kernel
import Logging
import Testing

/// The same kernel over lines of JSON, without ZeroMQ.
@Suite struct StdioTests {
    private let kernel = LineKernel()

    @Test func itSaysWhatItIs() throws {
        kernel.send("kernel_info_request", id: "1")
        let reply = try kernel.next("kernel_info_reply")
        #expect(reply["channel"] == "shell" && reply["parent_header"]?["msg_id"] == "1")
        #expect(reply["content"]?["implementation"] == "echo" && reply["buffers"] == [])
        #expect(reply["header"]?["msg_id"]?.string?.isEmpty == false)
        #expect(try kernel.next("status", of: "1")["content"]?["execution_state"] == "busy")
        #expect(try kernel.next("status", of: "1")["content"]?["execution_state"] == "idle")
    }

    @Test func whoReadsHearsEverythingFromTheStart() throws {
        #expect(try kernel.next("iopub_welcome")["channel"] == "iopub")
        #expect(try kernel.next("status")["content"]?["execution_state"] == "starting")
    }

    @Test func aCellRuns() throws {
        kernel.send("execute_request", id: "1", ["code": "print héllo\nvalue 7"])
        #expect(try kernel.next("execute_input", of: "1")["content"]?["execution_count"] == 1)
        #expect(try kernel.next("stream", of: "1")["content"] == ["name": "stdout", "text": "héllo\n"])
        #expect(try kernel.next("execute_result", of: "1")["content"]?["data"] == ["text/plain": "7"])
        #expect(try kernel.next("execute_reply", of: "1")["content"]?["status"] == "ok")
        kernel.send("execute_request", id: "2", ["code": "fail on purpose"])
        #expect(try kernel.next("error", of: "2")["content"]?["evalue"] == "on purpose")
    }

    @Test func itAnswersAndIsInterruptedWhileACellRuns() throws {
        kernel.send("execute_request", id: "1", ["code": "forever"])
        _ = try kernel.next("execute_input", of: "1")
        kernel.send("complete_request", id: "2", ["code": "ab", "cursor_pos": 2])
        #expect(try kernel.next("complete_reply", of: "2")["content"]?["matches"] == ["ab!"])
        kernel.send("interrupt_request", id: "3", on: "control")
        #expect(try kernel.next("interrupt_reply", of: "3")["channel"] == "control")
        #expect(try kernel.next("execute_reply", of: "1")["content"]?["ename"] == "Interrupted")
    }

    @Test func aCellAsks() throws {
        kernel.send("execute_request", id: "1", ["code": "ask Name?", "allow_stdin": true])
        let question = try kernel.next("input_request", of: "1")
        #expect(question["channel"] == "stdin" && question["content"]?["prompt"] == "Name?")
        kernel.send("input_reply", id: "2", ["value": "Ada"], on: "stdin")
        #expect(try kernel.next("stream", of: "1")["content"]?["text"] == "[Ada]\n")
    }

    @Test func subshellsRunBesideTheMainShell() throws {
        kernel.send("create_subshell_request", id: "1", on: "control")
        let subshell = try #require(try kernel.next("create_subshell_reply")["content"]?["subshell_id"])
        kernel.send("execute_request", id: "2", ["code": "forever"])
        kernel.send("execute_request", id: "3", ["code": "value 3"], header: ["subshell_id": subshell])
        #expect(try kernel.next("execute_reply", of: "3")["content"]?["status"] == "ok")
        kernel.send("interrupt_request", id: "4", on: "control")
        #expect(try kernel.next("execute_reply", of: "2")["content"]?["ename"] == "Interrupted")
    }

    @Test(arguments: [
        "no JSON", "[1]", "{}", #"{"header": {"msg_type": "x"}}"#, #"{"header": {"msg_id": 1, "msg_type": "x"}}"#,
        #"{"channel": "iopub", "header": {"msg_id": "1", "msg_type": "x"}}"#,
        #"{"channel": "none", "header": {"msg_id": "1", "msg_type": "x"}}"#,
        #"{"header": {"msg_id": "1", "msg_type": "x"}, "content": []}"#,
        #"{"header": {"msg_id": "1", "msg_type": "x"}, "buffers": ["%"]}"#,
        String(repeating: "[", count: 100_000), "\u{0}", "{\"header\": ",
    ])
    func aBadLineIsDroppedWithOneLineInTheLog(_ line: String) throws {
        kernel.write(line)
        kernel.send("kernel_info_request", id: "after")
        _ = try kernel.next("kernel_info_reply", of: "after")
        #expect(kernel.log.lines.count == 1, "\(kernel.log.lines)")
        #expect(kernel.log.lines.first?.hasPrefix("Dropped a line: ") == true)
    }

    @Test func bytesThatAreNoTextAreDropped() throws {
        kernel.write(bytes: [0xFF, 0xFE, 0x22, 0x0A, 0x0A, 0x20, 0x0D, 0x0A])
        kernel.send("kernel_info_request", id: "1")
        _ = try kernel.next("kernel_info_reply", of: "1")
        #expect(kernel.log.lines.count == 1, "empty lines are nothing")
    }

    /// As `cat requests | vitrine kernel --stdio`: everything is answered before the end.
    @Test func theEndOfTheInputEndsItAfterWhatWasAsked() throws {
        for number in 0..<100 { kernel.send("execute_request", id: "\(number)", ["code": "value \(number)"]) }
        kernel.send("complete_request", id: "c", ["code": "ab", "cursor_pos": 2])
        kernel.send("history_request", id: "h", ["hist_access_type": "tail", "n": 1])
        kernel.send("execute_request", id: "ask", ["code": "ask Anybody?", "allow_stdin": true])
        kernel.closeInput()
        #expect(try kernel.next("execute_reply", of: "99")["content"]?["status"] == "ok")
        #expect(try kernel.next("execute_reply", of: "ask")["content"]?["status"] == "error")
        _ = try kernel.next("complete_reply", of: "c")
        _ = try kernel.next("history_reply", of: "h")
        #expect(kernel.ends())
    }

    @Test func itEndsWhenAskedTo() throws {
        kernel.send("shutdown_request", id: "1", ["restart": false], on: "control")
        #expect(try kernel.next("shutdown_reply", of: "1")["content"] == ["status": "ok", "restart": false])
        #expect(kernel.ends())
    }

    @Test func itEndsWhenNobodyReads() {
        kernel.closeOutput()
        kernel.send("kernel_info_request", id: "1")
        #expect(kernel.ends())
    }
}

/// A kernel in this process behind two pipes.
private final class LineKernel {
    let log = Log()
    private let requests = Pipe()
    private let answers = Pipe()
    private let serving: ServingThread
    private var unread: [UInt8] = []
    private var kept: [JSON] = []

    init() {
        signal(SIGPIPE, SIG_IGN)
        let log = log
        serving = ServingThread(
            KernelServer(
                input: requests.fileHandleForReading.fileDescriptor,
                output: answers.fileHandleForWriting.fileDescriptor, runner: EchoRunner(),
                options: .init(handlesSignals: false, watchesParent: false, history: .memory),
                logger: Logger(label: "test") { _ in log }), log: log)
    }

    deinit {
        serving.stop()
        closeInput()
    }

    func send(
        _ type: String, id: String, _ content: JSON = [:], on channel: String = "shell", header: [String: JSON] = [:]
    ) {
        let header = JSON.object(header.merging(["msg_id": .string(id), "msg_type": .string(type)]) { $1 })
        let line: JSON = ["channel": .string(channel), "header": header, "content": content]
        write(bytes: line.bytes + [0x0A])
    }

    func write(_ line: String) { write(bytes: Array((line + "\n").utf8)) }

    func write(bytes: [UInt8]) { try? requests.fileHandleForWriting.write(contentsOf: Data(bytes)) }

    func closeInput() { try? requests.fileHandleForWriting.close() }

    func closeOutput() {
        try? answers.fileHandleForReading.close()
    }

    /// The next message of a type, caused by a request when that is given.
    func next(_ type: String, of id: String? = nil) throws -> JSON {
        let deadline = steadySeconds() + FrontEnd.patience
        while true {
            let place = kept.firstIndex { message in
                message["header"]?["msg_type"]?.string == type
                    && (id == nil || message["parent_header"]?["msg_id"]?.string == id)
            }
            if let place { return kept.remove(at: place) }
            guard try receive(until: deadline) else { throw FrontEnd.TimedOut(waitedFor: type) }
        }
    }

    func ends() -> Bool { serving.ends() }

    private func receive(until deadline: Double) throws -> Bool {
        let descriptor = answers.fileHandleForReading.fileDescriptor
        var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&waiting, 1, Int32(max(deadline - steadySeconds(), 0) * 1000)) > 0 else { return false }
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        let count = read(descriptor, &chunk, chunk.count)
        guard count > 0 else { return false }
        unread += chunk[..<count]
        while let end = unread.firstIndex(of: 0x0A) {
            kept.append(try JSON(parsing: Array(unread[..<end])))
            unread.removeSubrange(...end)
        }
        return true
    }
}
