import Foundation
import Testing

/// The script that Jupyter starts the kernel with.
@Suite struct LaunchTests {
    private let script = repository.appendingPathComponent("kernelspec/launch.sh").path

    @Test func startsTheExecutableWithItsArguments() throws {
        let (status, output) = try launch("/bin/echo", "one", "two words")
        #expect(status == 0)
        #expect(output == "one two words\n")
    }

    @Test func saysWhereTheExecutableWas() throws {
        let (status, output) = try launch("/nowhere/vitrine")
        #expect(status == 1)
        #expect(
            output
                == "vitrine: The kernel is no longer at /nowhere/vitrine.\n"
                + "Build it again with `make build`, then `make install`.\n")
    }

    /// An executable that asks the loader what it lacks gets the answer from `LD_TRACE_LOADED_OBJECTS`; a script
    /// that prints what the loader would stands in for one, since no library can be taken off this machine.
    @Test func namesTheLibrariesThatAreMissingAndTheirPackages() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let executable = folder.appendingPathComponent("vitrine")
        let answer = "\tlibzmq.so.5 => not found\n\tlibc.so.6 => /lib/libc.so.6 (0x0)\n\tlibodd.so.1 => not found\n"
        try Data("#!/bin/sh\nprintf '\(answer)'\n".utf8).write(to: executable)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: executable.path)
        let (status, output) = try launch(executable.path, "kernel")
        #expect(status == 1)
        #expect(
            output.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) } == [
                "vitrine: The kernel cannot start, because this machine lacks libraries that it needs:",
                "libzmq.so.5 (Debian's package libzmq5)", "libodd.so.1",
                "`make system` in Vitrine's repository installs the packages.",
            ])
    }

    private func launch(_ arguments: String...) throws -> (status: Int32, output: String) {
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = [script] + arguments
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: output, as: UTF8.self))
    }
}
