import Foundation
import Jupyter
import Platform
import Testing

@Suite(.timeLimit(.minutes(10)), .serialized) struct HistoryTests {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
        "h\(UInt32.random(in: 0...(.max)))")
    var location: HistoryLocation { .file(folder.appendingPathComponent("a/b/history.sqlite").path) }

    @Test(arguments: Transport.allCases) func cellsOutliveTheKernel(_ transport: Transport) throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        do {
            let frontEnd = try FrontEnd(over: transport, history: location)
            for cell in ["value 1", "print x", "value 1"] { _ = try frontEnd.run(cell) }
            _ = try frontEnd.run("value hidden", ["silent": true])
            _ = try frontEnd.run("value hidden", ["store_history": false])
            _ = try frontEnd.ask("shutdown_request", on: .control)
        }
        let frontEnd = try FrontEnd(over: transport, history: location)
        _ = try frontEnd.run("value [2]")
        func history(_ content: JSON) throws -> JSON? {
            try frontEnd.ask("history_request", content).reply.content["history"]
        }
        let all: JSON = [[1, 1, "value 1"], [1, 2, "print x"], [1, 3, "value 1"], [2, 1, "value [2]"]]
        #expect(try history(["hist_access_type": "tail", "n": 10]) == all)
        #expect(try history(["hist_access_type": "tail", "n": 1]) == [[2, 1, "value [2]"]])
        #expect(
            try history(["hist_access_type": "tail", "n": 2, "output": true])
                == [[1, 3, ["value 1", "1"]], [2, 1, ["value [2]", "[2]"]]])
        #expect(
            try history(["hist_access_type": "range", "session": 0, "start": 1]) == [[2, 1, "value [2]"]])
        #expect(
            try history(["hist_access_type": "range", "session": -1, "start": 2, "stop": 3]) == [
                [1, 2, "print x"]
            ])
        #expect(
            try history(["hist_access_type": "range", "session": 1, "start": 2])
                == [[1, 2, "print x"], [1, 3, "value 1"]])
        #expect(
            try history(["hist_access_type": "search", "pattern": "val*", "n": 2])
                == [[1, 3, "value 1"], [2, 1, "value [2]"]])
        #expect(
            try history(["hist_access_type": "search", "pattern": "*[1x]", "unique": true])
                == [[1, 2, "print x"], [1, 3, "value 1"]])
    }

    @Test(arguments: Transport.allCases) func aFileThatCannotBeUsedIsNoObstacle(_ transport: Transport) throws {
        let frontEnd = try FrontEnd(over: transport, history: .file("/proc/nowhere/history.sqlite"))
        _ = try frontEnd.run("value 1")
        let reply = try frontEnd.ask("history_request", ["hist_access_type": "tail", "n": 5]).reply
        #expect(reply.content["history"] == [[1, 1, "value 1"]])
        #expect(frontEnd.kernel.log.lines.count == 1)
        #expect(frontEnd.kernel.log.lines[0].hasPrefix("History is kept in memory only"))
    }

    @Test(arguments: Transport.allCases) func aFileThatIsNoDatabaseIsNoObstacle(_ transport: Transport) throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let file = folder.appendingPathComponent("history.sqlite")
        try Data("This is no database, though it is long enough to look like one at first.".utf8).write(
            to: file)
        let frontEnd = try FrontEnd(over: transport, history: .file(file.path))
        _ = try frontEnd.run("value 1")
        #expect(try frontEnd.ask("history_request").reply.content["history"] == [[1, 1, "value 1"]])
        #expect(frontEnd.kernel.log.lines.count == 1)
    }
}
