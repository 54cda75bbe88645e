import Foundation
import Models
import TestConditions
import Testing

/// Secure connections, to a server whose certificate nobody knows. It is OpenSSL's own, where that is installed.
@Suite(
    .timeLimit(.minutes(10)),
    .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/openssl"), "there is no openssl"))
struct CertificateTests {
    private let bench: DownloadBench
    private let model = "dinov2_vits14"

    init() throws { bench = try DownloadBench() }

    @Test func certificatesAreChecked() throws {
        let bytes = DownloadBench.noise(50_000)
        let site = "\(bench.folder)/site/dinov2/dinov2_vits14"
        try FileManager.default.createDirectory(atPath: site, withIntermediateDirectories: true)
        // `-HTTP` sends the file as it is, head included.
        let head = Array("HTTP/1.0 200 OK\r\nContent-Length: \(bytes.count)\r\n\r\n".utf8)
        try Data(head + bytes).write(to: URL(fileURLWithPath: "\(site)/dinov2_vits14_pretrain.pth"))
        let port = try TestServer.closedPort()
        try openssl([
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
            "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", "key.pem",
            "-out", "certificate.pem",
        ]).waitUntilExit()
        let server = try openssl(
            [
                "s_server", "-accept", "127.0.0.1:\(port)", "-key", "../key.pem", "-cert", "../certificate.pem",
                "-HTTP",
                "-quiet",
            ], in: "\(bench.folder)/site")
        defer { server.terminate() }
        try waitForConnection(port: port)

        let mirror = ["VITRINE_MIRRORS": "https://dl.fbaipublicfiles.com=https://127.0.0.1:\(port)"]
        let doubting = ModelSource(bench.settings(mirror))
        guard case .notSecure("127.0.0.1", _) = failure({ _ = try doubting.resolve(model) }) else {
            Issue.record("trusted")
            return
        }
        let certificates = ["SSL_CERT_FILE": "\(bench.folder)/certificate.pem"]
        let trusting = ModelSource(bench.settings(mirror.merging(certificates) { first, _ in first }))
        #expect(bench.bytes(try trusting.resolve(model).path) == bytes)
        // Its name is part of what is trusted.
        let other = ["VITRINE_MIRRORS": "https://dl.fbaipublicfiles.com=https://127.0.0.2:\(port)"]
        let elsewhere = ModelSource(bench.settings(other.merging(certificates) { first, _ in first }))
        #expect(failure { _ = try elsewhere.resolve("dinov2_vitb14") } != nil)
    }

    @Test func serversWithoutSecurityAreNotTakenForSecure() throws {
        let server = try TestServer { _ in .file([1]) }
        let mirror = ["VITRINE_MIRRORS": "https://dl.fbaipublicfiles.com=https://127.0.0.1:\(server.port)"]
        guard case .notSecure = failure({ _ = try ModelSource(bench.settings(mirror)).resolve(model) }) else {
            Issue.record("trusted")
            return
        }
    }

    @discardableResult private func openssl(_ arguments: [String], in folder: String? = nil) throws -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: folder ?? bench.folder)
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        process.standardInput = Pipe()
        try process.run()
        return process
    }

    /// Waits until a server listens.
    private func waitForConnection(port: Int) throws {
        guard eventually(within: 20, pause: 50_000, "Nothing listens at \(port).", { Self.accepts(port: port) }) else {
            throw POSIXError(.ECONNREFUSED)
        }
    }

    private static func accepts(port: Int) -> Bool {
        let connection = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(connection) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(connection, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        } == 0
    }
}
