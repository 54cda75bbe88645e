import Commands
import Foundation
import Testing

/// What a cluster is told, and what is made of its answers. `Tests/Slurm` asks a real one.
@Suite(.timeLimit(.minutes(10))) struct SlurmTests {
    @Test func numbersAsAnArrayTakesThem() {
        #expect(SlurmScript.list([3, 0, 1, 2, 7, 9, 10]) == "0-3,7,9-10")
        #expect(SlurmScript.list([5]) == "5")
        #expect(SlurmScript.list([]) == "")
    }

    /// A shell makes the same words of them.
    @Test func wordsAreQuoted() throws {
        let words = ["plain", "two words", "it's", "$HOME `id` \\ \"", "", "blocks.*.mlp"]
        let shell = Process()
        shell.executableURL = URL(fileURLWithPath: "/bin/sh")
        shell.arguments = ["-c", "printf '%s\\n' " + words.map(SlurmScript.quoted).joined(separator: " ")]
        let output = Pipe()
        shell.standardOutput = output
        try shell.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        #expect(text == words.map { $0 + "\n" }.joined())
    }

    /// A task runs the program with its part, and says how it ended, whatever that was.
    @Test func aTaskSaysHowItEnded() throws {
        let folder = FileManager.default.temporaryDirectory.path + "/it's \(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try FileManager.default.createDirectory(atPath: folder + "/slurm", withIntermediateDirectories: true)
        let program = folder + "/program"
        try Data("#!/bin/sh\necho \"$@|$VITRINE_SHARDS|$VITRINE_THREADS\" > \"\(folder)/seen\"\nexit 7\n".utf8)
            .write(to: URL(fileURLWithPath: program))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program)
        let script = SlurmScript(
            executable: program, arguments: ["vit", "--layers", "blocks.*.mlp"], folder: folder, shards: 12)
        let shell = Process()
        shell.executableURL = URL(fileURLWithPath: "/bin/bash")
        shell.arguments = ["-c", script.task]
        shell.environment = [
            "SLURM_ARRAY_JOB_ID": "41", "SLURM_ARRAY_TASK_ID": "3", "SLURMD_NODENAME": "n1", "PATH": "/bin:/usr/bin",
            "SLURM_CPUS_PER_TASK": "4",
        ]
        try shell.run()
        shell.waitUntilExit()
        #expect(shell.terminationStatus == 7)
        func text(_ name: String) -> String? { try? String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8) }
        #expect(text("seen") == "atlas vit --layers blocks.*.mlp --out \(folder)|12|4\n")
        #expect(text("slurm/41_3.begun") == "n1\n")
        #expect(text("slurm/41_3.ended") == "7 n1\n")
    }

    @Test func whatFailedIsTriedAgainSoManyTimes() {
        var shards = SlurmShards(count: 4, tries: 2)
        shards.end(0, .init(status: 0, node: "n1"))
        // Pictures that cannot be made are no reason to try again.
        shards.end(1, .init(status: 1, node: "n1"))
        shards.end(2, .init(status: 137, node: "n2"))
        shards.end(3, .init(status: nil, node: nil))
        #expect(shards.open.isEmpty && shards.retries == [2, 3] && shards.lost.isEmpty)
        shards.resubmit()
        #expect(shards.open == [2, 3] && shards.retries.isEmpty)
        shards.end(2, .init(status: 0, node: "n1"))
        shards.end(3, .init(status: 2, node: "n2"))
        // Heard of twice.
        shards.end(3, .init(status: 2, node: "n2"))
        #expect(shards.retries.isEmpty)
        #expect(shards.lost == [.init(shard: 3, ending: .init(status: 2, node: "n2"))])
        #expect(shards.failuresInWords == "Tasks failed on n2 (2 times), an unknown node (once).")
    }
}
