import Foundation
import Kernel
import Testing

@Suite struct ConnectionFileTests {
    private let good = """
        {"transport": "tcp", "ip": "127.0.0.1", "shell_port": 1, "iopub_port": 2, "stdin_port": 3,
         "control_port": 4, "hb_port": 65535, "key": "k", "signature_scheme": "hmac-sha256", "kernel_name": "v"}
        """

    @Test func endpoints() throws {
        let tcp = try read(good)
        #expect(tcp.key == "k")
        #expect(tcp.endpoint(of: .shell) == "tcp://127.0.0.1:1")
        #expect(tcp.endpoint(of: .heartbeat) == "tcp://127.0.0.1:65535")
        let six = try read(good.replacingOccurrences(of: "127.0.0.1", with: "::1"))
        #expect(six.endpoint(of: .iopub) == "tcp://[::1]:2")
        let ipc = try read(
            good.replacingOccurrences(of: "tcp", with: "ipc").replacingOccurrences(
                of: "127.0.0.1", with: "/run/k"))
        #expect(ipc.endpoint(of: .control) == "ipc:///run/k-4")
    }

    @Test(arguments: [
        ("", "it is not JSON: The text ends where a value should be at byte 0"),
        ("[]", "it holds a list, not an object"),
        ("{}", "shell_port is missing"),
        ("{\"shell_port\": 0}", "shell_port should be a number from 1 to 65535"),
        ("{\"shell_port\": \"1\"}", "shell_port should be a number from 1 to 65535"),
        ("{\"transport\": \"udp\"}", "its transport is “udp”; it should be tcp or ipc"),
        ("{\"signature_scheme\": \"md5\"}", "its signature scheme is “md5”; it should be hmac-sha256"),
        ("{\"transport\": 5}", "“transport” should be a string and is a number"),
    ]) func whatIsWrongIsSaid(_ text: String, _ reason: String) {
        let error = #expect(throws: ConnectionFileError.self) { try read(text) }
        #expect(error?.reason == reason)
    }

    @Test func aFolderIsNoFile() {
        let error = #expect(throws: ConnectionFileError.self) { try ConnectionFile(path: "/") }
        #expect(error?.description == "The connection file “/” cannot be used: Is a directory.")
    }

    private func read(_ text: String) throws -> ConnectionFile {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent(
            "c\(UInt32.random(in: 0...(.max)))")
        try Data(text.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        return try ConnectionFile(path: file.path)
    }
}
