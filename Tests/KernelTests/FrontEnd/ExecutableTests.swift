import Commands
import Foundation
import Jupyter
import Testing

/// The built executable, as Jupyter starts it.
///
/// It lies beside the tests when it was built with them; otherwise these tests are skipped.
@Suite(.serialized, .enabled(if: Executable.isBuilt, "The executable was not built.")) struct ExecutableTests {
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
        let deadline = steadySeconds() + FrontEnd.patience
        while let kernel, kill(kernel, 0) == 0, steadySeconds() < deadline { usleep(50_000) }
        #expect(kernel.map { kill($0, 0) } == -1)
    }

    @Test func aConnectionFileThatCannotBeUsedIsSaid() throws {
        let folder = try Executable.makeFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let missing = try Executable.run(["kernel", "--connection-file", "/nowhere.json"])
        #expect(missing.status == 1)
        #expect(
            missing.errors
                == "vitrine: The connection file “/nowhere.json” cannot be used: No such file or directory.\n"
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

enum Executable {
    static var path: String {
        let tests = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
        return tests.deletingLastPathComponent().appendingPathComponent("vitrine").path
    }

    static var isBuilt: Bool { FileManager.default.isExecutableFile(atPath: path) }

    static func start(curveKeys: CurveKeys? = nil) throws -> RunningExecutable {
        let folder = try makeFolder()
        var connection = connection(in: folder)
        connection.curveKeys = curveKeys
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = ["kernel", "--connection-file", try write(connection, to: folder).path]
        process.environment = ProcessInfo.processInfo.environment.merging(["VITRINE_HISTORY": ":memory:"]) {
            $1
        }
        try process.run()
        return RunningExecutable(process: process, connection: connection, folder: folder)
    }

    static func run(_ arguments: [String]) throws -> (status: Int32, output: String, errors: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        let output = Pipe()
        let errors = Pipe()
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        let texts = [output, errors].map {
            String(decoding: $0.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        }
        process.waitUntilExit()
        return (process.terminationStatus, texts[0], texts[1])
    }

    static func makeFolder() throws -> URL {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "x\(UInt32.random(in: 0...(.max)))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder
    }

    /// Free ports, as Jupyter finds them: by having the system choose, and letting go.
    static func connection(in folder: URL) -> ConnectionFile {
        var sockets: [Int32] = []
        defer { for socket in sockets { close(socket) } }
        var ports: [ConnectionFile.Channel: Int] = [:]
        for channel in ConnectionFile.Channel.allCases {
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            sockets.append(descriptor)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            withUnsafeMutablePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                    _ = bind(descriptor, address, length)
                    _ = getsockname(descriptor, address, &length)
                }
            }
            ports[channel] = Int(UInt16(bigEndian: address.sin_port))
        }
        return ConnectionFile(transport: "tcp", address: "127.0.0.1", ports: ports, key: "a key")
    }

    static func write(_ connection: ConnectionFile, to folder: URL) throws -> URL {
        let file = folder.appendingPathComponent("connection.json")
        try Data(connection.json.text.utf8).write(to: file)
        return file
    }
}

final class RunningExecutable {
    let process: Process
    let connection: ConnectionFile
    private let folder: URL

    init(process: Process, connection: ConnectionFile, folder: URL) {
        self.process = process
        self.connection = connection
        self.folder = folder
    }

    deinit {
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        try? FileManager.default.removeItem(at: folder)
    }
}
