import Foundation
import TestKernel
import Testing

/// The script that Jupyter starts the kernel with.
@Suite(.timeLimit(.minutes(10))) struct LaunchTests {
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
                + "Install it again: `make install` in its repository, "
                + "or `pip install --force-reinstall` with its wheel.\n")
    }

    /// No library can be taken off this machine, so a copy of the executable asks for one that nobody has.
    @Test(.enabled(if: Executable.isBuilt, "the executable is not built"))
    func namesTheLibrariesThatAreMissingAndTheirPackages() throws {
        let folder = try Executable.makeFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        var bytes = try Data(contentsOf: URL(fileURLWithPath: Executable.path))
        for (name, other) in [("libzmq.so.5", "libzmq.so.0"), ("libpng16.so.16", "libpng16.so.00")] {
            let place = try #require(bytes.range(of: Data("\(name)\0".utf8)))
            bytes.replaceSubrange(place, with: Data("\(other)\0".utf8))
        }
        let executable = folder.appendingPathComponent("vitrine")
        try bytes.write(to: executable)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: executable.path)

        let (status, output) = try launch(executable.path, "kernel")
        #expect(status == 1)
        let lines = output.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
        #expect(
            lines.first == "vitrine: The kernel cannot start, because this machine lacks libraries that it needs:")
        #expect(lines.contains("libzmq.so.0 (Debian's package libzmq5)"))
        #expect(lines.contains("libpng16.so.00 (Debian's package libpng16-16)"))
        #expect(lines.last == "On Debian and its like: sudo apt-get install libpng16-16 libzmq5")
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
