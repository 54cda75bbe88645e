import Foundation
import Jupyter

package enum Executable {
    package static var path: String {
        let tests = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
        return tests.deletingLastPathComponent().appendingPathComponent("vitrine").path
    }

    package static var isBuilt: Bool { FileManager.default.isExecutableFile(atPath: path) }

    package static func start(curveKeys: CurveKeys? = nil) throws -> RunningExecutable {
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

    package static func run(_ arguments: [String]) throws -> (status: Int32, output: String, errors: String) {
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

    package static func makeFolder() throws -> URL {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "x\(UInt32.random(in: 0...(.max)))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder
    }

    /// Free ports, as Jupyter finds them: by having the system choose, and letting go.
    package static func connection(in folder: URL) -> ConnectionFile {
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

    package static func write(_ connection: ConnectionFile, to folder: URL) throws -> URL {
        let file = folder.appendingPathComponent("connection.json")
        try Data(connection.json.text.utf8).write(to: file)
        return file
    }
}

package final class RunningExecutable {
    package let process: Process
    package let connection: ConnectionFile
    private let folder: URL

    package init(process: Process, connection: ConnectionFile, folder: URL) {
        self.process = process
        self.connection = connection
        self.folder = folder
    }

    deinit {
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        try? FileManager.default.removeItem(at: folder)
    }
}
