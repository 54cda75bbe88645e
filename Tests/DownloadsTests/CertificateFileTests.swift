import Downloads
import Foundation
import Testing

/// Where certificates are looked for: the system's first, then those of the Python environment that the program lies in.
@Suite(.timeLimit(.minutes(10))) struct CertificateFileTests {
    private let folder = NSTemporaryDirectory() + "certificates-\(UUID().uuidString)"
    private var executable: String { "\(folder)/lib/vitrine/vitrine" }

    @Test func theSystemsComesFirst() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let system = try file("etc/second.pem")
        _ = try file("lib/python3.12/site-packages/certifi/cacert.pem")
        let found = CertificateFile.find(systemPaths: ["\(folder)/etc/first.pem", system], executable: executable)
        #expect(found == system)
    }

    @Test func elseThatOfThePythonEnvironment() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let pips = try file("lib/python3.12/site-packages/pip/_vendor/certifi/cacert.pem")
        #expect(CertificateFile.find(systemPaths: [], executable: executable) == pips)
        let own = try file("lib/python3.12/site-packages/certifi/cacert.pem")
        #expect(CertificateFile.find(systemPaths: [], executable: executable) == own)
    }

    @Test func elseNone() {
        #expect(CertificateFile.find(systemPaths: ["\(folder)/none.pem"], executable: executable) == nil)
        #expect(CertificateFile.find(systemPaths: [], executable: nil) == nil)
    }

    private func file(_ path: String) throws -> String {
        let url = URL(fileURLWithPath: "\(folder)/\(path)")
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data("certificates".utf8).write(to: url)
        return url.path
    }
}
