import Foundation
import Jupyter
import TestKernel
import Testing

/// Kernels that choose their ports and tell their launcher (JEP 66).
@Suite(.timeLimit(.minutes(10)), .serialized) struct HandshakeTests {
    @Test func theKernelChoosesItsPortsAndSaysThem() throws {
        let launcher = try Launcher()
        let kernel = try start(launcher)
        let (connection, content) = try launcher.receive()
        #expect(content["kernel_id"] == "k1")
        #expect(Set(connection.ports.values).count == 5)
        try launcher.acknowledge()
        let frontEnd = try FrontEnd(connection)
        try frontEnd.waitUntilReady()
        try expectAnswersOnEveryChannel(frontEnd)
        let info = try frontEnd.ask("kernel_info_request").reply
        #expect(info.content["protocol_version"] == "5.6")
        #expect(info.header.version == "5.6")
        #expect(kernel.log.lines.isEmpty)
    }

    /// Positron's form of it: whole messages, from REQ to REP.
    @Test func theKernelRegistersWithAMessage() throws {
        let launcher = try Launcher(.message)
        let kernel = try start(launcher)
        let (connection, content) = try launcher.receive()
        #expect(content["kernel_id"] == nil)
        try launcher.acknowledge()
        let frontEnd = try FrontEnd(connection)
        try frontEnd.waitUntilReady()
        try expectAnswersOnEveryChannel(frontEnd)
        #expect(kernel.log.lines.isEmpty)
    }

    @Test func theKernelChoosesItsSocketsPaths() throws {
        let launcher = try Launcher(transport: "ipc")
        let kernel = try start(launcher)
        let (connection, _) = try launcher.receive()
        try launcher.acknowledge()
        let frontEnd = try FrontEnd(connection)
        try frontEnd.waitUntilReady()
        try expectAnswersOnEveryChannel(frontEnd)
        _ = kernel
    }

    /// Hosts that are named, and every way to sign.
    @Test(.timeLimit(.minutes(1)), arguments: SignatureScheme.allCases) func aHostsNameAndOtherSignatures(
        _ scheme: SignatureScheme
    ) throws {
        let launcher = try Launcher(host: "localhost", scheme: scheme)
        let kernel = try start(launcher)
        let (connection, _) = try launcher.receive()
        try launcher.acknowledge()
        let frontEnd = try FrontEnd(connection)
        try frontEnd.waitUntilReady()
        #expect(try frontEnd.run("value 1").reply.status == "ok")
        #expect(try frontEnd.beat([1, 2]) == [[1, 2]])
        let written = try ConnectionFile(path: launcher.folder.appendingPathComponent("kernel-k1.json").path)
        #expect(written.scheme == scheme)
        #expect(kernel.log.lines.isEmpty)
    }

    @Test(.timeLimit(.minutes(1))) func aHostThatNobodyKnowsEndsTheKernel() throws {
        let folder = try Executable.makeFolder()
        let ports = Dictionary(uniqueKeysWithValues: ConnectionFile.Channel.allCases.map { ($0, 0) })
        let connection = ConnectionFile(
            transport: "tcp", address: "no-such-host.invalid", ports: ports, key: "secret")
        let kernel = RunningKernel(connection, in: folder)
        #expect(kernel.ends())
        #expect(kernel.log.lines.last?.contains("there is no host “no-such-host.invalid”") == true)
    }

    @Test func otherFrontEndsFindTheKernelByAFile() throws {
        let launcher = try Launcher()
        let kernel = try start(launcher)
        let (connection, _) = try launcher.receive()
        try launcher.acknowledge()
        let path = launcher.folder.appendingPathComponent("kernel-k1.json").path
        var written = try ConnectionFile(path: path)
        written.path = nil
        #expect(written == connection)
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
        #expect(mode as? Int == 0o600)
        let other = try FrontEnd(written)
        try other.send("shutdown_request", ["restart": false], on: .control)
        #expect(kernel.ends())
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test(arguments: [Registration.Form.content, .message])
    func aLauncherThatIsSilentEndsTheKernel(_ form: Registration.Form) throws {
        let launcher = try Launcher(form)
        let kernel = try start(launcher)
        let (connection, _) = try launcher.receive()
        #expect(kernel.ends())
        let line = try #require(kernel.log.lines.last)
        #expect(line.contains("did not acknowledge the kernel's ports within 1 s"))
        #expect(line.contains(try #require(kernel.connection.registration).endpoint))
        #expect(try FrontEnd(connection).beat([1], within: 0.5) == nil)
    }

    @Test(arguments: [Registration.Form.content, .message])
    func anAcknowledgmentWithAnotherKeyEndsTheKernel(_ form: Registration.Form) throws {
        let launcher = try Launcher(form)
        let kernel = try start(launcher)
        _ = try launcher.receive()
        try launcher.acknowledge(key: "another")
        #expect(kernel.ends())
        #expect(
            kernel.log.lines.last?.hasSuffix("did not acknowledge the kernel's ports: its signature is wrong")
                == true)
    }

    @Test func aRefusalEndsTheKernel() throws {
        let launcher = try Launcher(.message)
        let kernel = try start(launcher)
        _ = try launcher.receive()
        try launcher.acknowledge(status: "error")
        #expect(kernel.ends())
        #expect(kernel.log.lines.last?.contains("it answered handshake_reply with {\"status\":\"error\"}") == true)
    }

    @Test func aLauncherSeesAKernelWithAnotherKey() throws {
        let launcher = try Launcher()
        let kernel = try start(launcher, key: "another")
        #expect(throws: WireError.badSignature) { try launcher.receive() }
        #expect(kernel.ends())
    }

    @Test(.enabled(if: Executable.isBuilt, "The executable was not built."))
    func theExecutableRegisters() throws {
        let launcher = try Launcher()
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Executable.path)
        process.arguments = ["kernel", "--connection-file", try launcher.write()]
        process.environment = ProcessInfo.processInfo.environment.merging(["VITRINE_HISTORY": ":memory:"]) { $1 }
        try process.run()
        defer { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }
        let (connection, _) = try launcher.receive()
        try launcher.acknowledge()
        let frontEnd = try FrontEnd(connection)
        _ = try frontEnd.ask("kernel_info_request")
        #expect(try frontEnd.run("1 + 1").reply.status == "ok")
        try frontEnd.send("shutdown_request", ["restart": false], on: .control)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
    }

    private func start(_ launcher: Launcher, key: String? = nil) throws -> RunningKernel {
        let file = try launcher.write(key: key)
        return RunningKernel(try ConnectionFile(path: file), in: try Executable.makeFolder())
    }
}
