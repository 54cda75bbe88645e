import Foundation
import Jupyter
import Platform
import TestConditions
import Testing

/// What is particular to lines of JSON: their form, bad lines, and the ends of input and output.
///
/// Every test of messages runs over them too, see ``Transport``.
@Suite(.timeLimit(.minutes(10)), .serialized) struct StdioTests {
    @Test func aLineHasTheFormThatIsPromised() throws {
        let (kernel, link) = try start()
        try link.write(#"{"channel": "shell", "header": {"msg_id": "1", "msg_type": "kernel_info_request"}}"#)
        var lines: [JSON] = []
        while lines.last?["content"]?["execution_state"] != "idle" {
            for line in try link.receiveLines(until: steadySeconds() + FrontEnd.patience) {
                lines.append(try JSON(parsing: line))
            }
        }
        let types = lines.map { $0["header"]?["msg_type"]?.string }
        #expect(types == ["iopub_welcome", "status", "status", "kernel_info_reply", "status"])
        let names: Set = ["channel", "header", "parent_header", "metadata", "content", "buffers"]
        for line in lines { #expect(line.object.map { Set($0.keys) } == names) }
        #expect(lines.map { $0["channel"]?.string } == ["iopub", "iopub", "iopub", "shell", "iopub"])
        #expect(lines[3]["parent_header"] == ["msg_id": "1", "msg_type": "kernel_info_request"])
        #expect(lines[3]["buffers"] == [] && lines[3]["header"]?["msg_id"]?.string?.isEmpty == false)
        _ = kernel
    }

    @Test func whatIsLeftOutIsAssumed() throws {
        let frontEnd = try FrontEnd(over: .lines)
        try frontEnd.lines.write(#"{"header": {"msg_id": "1", "msg_type": "kernel_info_request"}, "metadata": null}"#)
        #expect(try frontEnd.reply(to: "1").status == "ok")
        try frontEnd.lines.write("  " + #"{"header":{"msg_id":"2","msg_type":"kernel_info_request"}}"# + "\r")
        #expect(try frontEnd.reply(to: "2").status == "ok")
    }

    @Test(arguments: [
        "no JSON", "[1]", "{}", "null", "NaN", #"{"header": {"msg_type": "x"}}"#, #"{"header": {"msg_id": "1"}}"#,
        #"{"header": {"msg_id": null, "msg_type": "x"}}"#, #"{"header": "x"}"#,
        #"{"channel": "iopub", "header": {"msg_id": "1", "msg_type": "x"}}"#,
        #"{"channel": "heartbeat", "header": {"msg_id": "1", "msg_type": "x"}}"#,
        #"{"channel": "none", "header": {"msg_id": "1", "msg_type": "x"}}"#,
        #"{"channel": 1, "header": {"msg_id": "1", "msg_type": "x"}}"#,
        #"{"header": {"msg_id": "1", "msg_type": "x"}} {}"#,
        String(repeating: "[", count: 1_000_000), String(repeating: #"{"content":"#, count: 100_000), "\u{0}",
        "{\"header\": ",
    ])
    func aBadLineIsDroppedWithOneLineInTheLog(_ line: String) throws {
        try expectDropped { try $0.write(line) }
    }

    @Test func bytesThatAreNoTextAreDropped() throws {
        // Empty lines are nothing.
        try expectDropped { try $0.write(bytes: [0xFF, 0xFE, 0x22, 0x0A, 0x0A, 0x20, 0x0D, 0x0A]) }
    }

    @Test(.needs(.time)) func aHundredMegabytesOfNothingAreDropped() throws {
        try expectDropped { try $0.write(bytes: [UInt8](repeating: 0x78, count: 100 << 20) + [0x0A]) }
    }

    @Test(.needs(.time)) func aLineBeyondTheLimitIsDroppedWhateverItIs() throws {
        try expectDropped("longer than 268435456 bytes") { link in
            try link.write(bytes: Array(#"{"header": {"msg_id": "1", "msg_type": "kernel_info_request"}}"#.utf8))
            let blanks = [UInt8](repeating: 0x20, count: 16 << 20)
            for _ in 0..<17 { try link.write(bytes: blanks) }
            try link.write("")
        }
    }

    @Test(.needs(.time)) func aHundredMegabytesOfCodeAreACell() throws {
        let frontEnd = try FrontEnd(over: .lines)
        let id = try frontEnd.execute("value 1\n" + String(repeating: " ", count: 100 << 20))
        #expect(try frontEnd.reply(to: id, within: 120).status == "ok")
        #expect(frontEnd.kernel.log.lines.isEmpty)
    }

    /// As `cat requests | vitrine kernel --stdio`: everything is answered before the end.
    @Test func theEndOfTheInputEndsItAfterWhatWasAsked() throws {
        let frontEnd = try FrontEnd(over: .lines)
        let cells = try (0..<100).map { try frontEnd.execute("value \($0)") }
        let completion = try frontEnd.send("complete_request", ["code": "ab", "cursor_pos": 2])
        let history = try frontEnd.send("history_request", ["hist_access_type": "tail", "n": 1])
        let asking = try frontEnd.execute("ask Anybody?", ["allow_stdin": true])
        // The last line need not end.
        let last = frontEnd.make("kernel_info_request")
        try frontEnd.lines.write(bytes: Array(last.line(on: .shell).dropLast()))
        frontEnd.lines.closeInput()
        for cell in cells { #expect(try frontEnd.reply(to: cell).status == "ok") }
        #expect(try frontEnd.reply(to: asking).status == "error")
        for id in [completion, history, last.header.id] { #expect(try frontEnd.reply(to: id).status == "ok") }
        #expect(frontEnd.kernel.ends())
    }

    @Test func itEndsWhenNobodyReads() throws {
        let (kernel, link) = try start()
        link.closeOutput()
        try link.write(#"{"header": {"msg_id": "1", "msg_type": "kernel_info_request"}}"#)
        #expect(kernel.ends())
    }

    /// A kernel that nobody has spoken to.
    private func start() throws -> (RunningKernel, LineLink) {
        let kernel = try RunningKernel(over: .lines)
        return (kernel, try #require(try kernel.link() as? LineLink))
    }

    /// What is written is dropped with one line in the log, and the next good line is answered.
    private func expectDropped(_ reason: String = "", _ write: (LineLink) throws -> Void) throws {
        let frontEnd = try FrontEnd(over: .lines)
        try write(frontEnd.lines)
        #expect(try frontEnd.ask("kernel_info_request").reply.status == "ok")
        // The log is written on another thread than the answer.
        eventually(within: FrontEnd.patience) { !frontEnd.kernel.log.lines.isEmpty }
        #expect(frontEnd.kernel.log.lines.count == 1, "\(frontEnd.kernel.log.lines)")
        #expect(frontEnd.kernel.log.lines.first?.hasPrefix("Dropped a line") == true)
        if !reason.isEmpty { #expect(frontEnd.kernel.log.lines.first?.contains(reason) == true) }
    }
}
