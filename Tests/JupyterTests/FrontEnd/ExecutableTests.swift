import Foundation
import Jupyter
import Platform
import TestConditions
import TestKernel
import Testing

/// The built executable, as Jupyter starts it.
///
/// It lies beside the tests when it was built with them; otherwise these tests are skipped.
@Suite(.timeLimit(.minutes(10)), .serialized, .enabled(if: Executable.isBuilt, "The executable was not built."))
struct ExecutableTests {
    @Test func itServesOverTCPAndEnds() throws {
        let kernel = try Executable.start()
        let frontEnd = try FrontEnd(kernel.connection)
        let info = try frontEnd.ask("kernel_info_request").reply.content
        #expect(info["implementation"] == "vitrine")
        #expect(info["language_info"]?["name"] == "swift")
        #expect(try frontEnd.run("1 + 1").reply.status == "ok")
        #expect(try frontEnd.beat([7]) == [[7]])
        let id = try frontEnd.send("shutdown_request", ["restart": false], on: .control)
        #expect(try frontEnd.reply(to: id, on: .control).content["restart"] == false)
        kernel.process.waitUntilExit()
        #expect(kernel.process.terminationStatus == 0)
    }

    @Test func anInterruptSignalWithoutACellDoesNothing() throws {
        let kernel = try Executable.start()
        let frontEnd = try FrontEnd(kernel.connection)
        _ = try frontEnd.ask("kernel_info_request")
        kill(kernel.process.processIdentifier, SIGINT)
        // `kill` returns before the signal has come: a cell sent at once could be the one that is interrupted.
        Thread.sleep(forTimeInterval: 0.5)
        #expect(try frontEnd.run("1 + 1").reply.status == "ok")
        kernel.process.terminate()
        kernel.process.waitUntilExit()
        #expect(kernel.process.terminationStatus == 0)
    }

    @Test func itEndsWithItsParent() throws {
        // The parent is a shell that ends at once.
        let folder = try Executable.makeFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let connection = Executable.connection(in: folder)
        let file = try Executable.write(connection, to: folder)
        let shell = Process()
        shell.executableURL = URL(fileURLWithPath: "/bin/sh")
        shell.arguments = [
            "-c", "JPY_PARENT_PID=$$ \"$0\" kernel -f \"$1\" & echo $!; sleep 3", Executable.path, file.path,
        ]
        let output = Pipe()
        shell.standardOutput = output
        try shell.run()
        let frontEnd = try FrontEnd(connection)
        _ = try frontEnd.ask("kernel_info_request")
        shell.waitUntilExit()
        let kernel = pid_t(
            String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
                .trimmingCharacters(in: .whitespacesAndNewlines))
        let found = try #require(kernel)
        eventually(within: FrontEnd.patience, "The kernel goes on without its parent.") { kill(found, 0) == -1 }
    }

    @Test func aConnectionFileThatCannotBeUsedIsSaid() throws {
        let folder = try Executable.makeFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let missing = try Executable.run(["kernel", "--connection-file", "/nowhere.json"])
        #expect(missing.status == 1)
        #expect(
            missing.errors
                == "vitrine: The connection file “/nowhere.json” cannot be used: no such file or directory.\n"
        )
        let file = folder.appendingPathComponent("c.json")
        try Data("{".utf8).write(to: file)
        let garbled = try Executable.run(["kernel", "--connection-file", file.path])
        #expect(garbled.status == 1)
        #expect(garbled.errors.contains("it is not JSON"))
    }

    @Test func itInstallsItself() throws {
        let folder = try Executable.makeFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let installed = try Executable.run(["install", "--prefix", folder.path, "--name", "test"])
        #expect(installed.status == 0)
        let place = folder.appendingPathComponent("share/jupyter/kernels/test")
        #expect(installed.output == "Installed the kernelspec “test” in \(place.path)\n")
        let specification = try JSON(
            parsing: Array(Data(contentsOf: place.appendingPathComponent("kernel.json"))))
        #expect(specification["display_name"] == "Vitrine")
        #expect(specification["language"] == "swift")
        #expect(specification["interrupt_mode"] == "message")
        #expect(specification["kernel_protocol_version"] == "5.5")
        #expect(specification["metadata"]?["supported_encryption"] == ["curve"])
        let arguments = specification["argv"]?.array?.compactMap(\.string) ?? []
        #expect(arguments.prefix(2) == ["/bin/sh", "{resource_dir}/launch.sh"])
        #expect(arguments.dropFirst(3) == ["kernel", "--connection-file", "{connection_file}"])
        #expect(FileManager.default.isExecutableFile(atPath: arguments[2]))
        for logo in ["launch.sh", "logo-32x32.png", "logo-64x64.png", "logo-svg.svg"] {
            #expect(FileManager.default.fileExists(atPath: place.appendingPathComponent(logo).path))
        }
        let refused = try Executable.run(["install", "--prefix", "/proc/nowhere"])
        #expect(refused.status == 1)
        #expect(refused.errors.contains("could not be written"))
    }
}
