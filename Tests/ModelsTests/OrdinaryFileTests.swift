import Checkpoints
import Foundation
import Images
import Models
import Platform
import TestSupport
import Testing

/// What is no file is told by what it is and never waited for.
@Suite(.timeLimit(.minutes(10))) struct OrdinaryFileTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Pipes, devices, sockets and folders, and what is said of them.
    private func things() throws -> [(path: String, words: String)] {
        let pipe = folder.path("pipe")
        mkfifo(pipe, 0o600)
        let socketPath = folder.path("socket")
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: socketPath.utf8.prefix(100)) }
        withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        close(descriptor)
        symlink(pipe, folder.path("link"))
        return [
            (pipe, "it is a pipe, not a file"), (folder.path("link"), "it is a pipe, not a file"),
            ("/dev/zero", "it is a device, not a file"), ("/dev/null", "it is a device, not a file"),
            (socketPath, "it is a socket, not a file"),
        ]
    }

    @Test(.timeLimit(.minutes(1))) func weightsArraysAndTexts() throws {
        for (path, words) in try things() + [(folder.url.path, "it is a folder")] {
            let expected = "“\(path)” could not be opened: \(words)."
            #expect(message { _ = try NumPy.read(path) } == expected)
            #expect(message { _ = try OrdinaryFile.contents(of: path) } == expected)
            #expect(message { _ = try Safetensors(path: path) } == expected)
            guard words != "it is a folder" else { continue }
            #expect(message { _ = try CheckpointFile.open(path) } == expected)
            #expect(message { _ = try Model.load(path) } == expected)
        }
    }

    @Test(.timeLimit(.minutes(1))) func pictures() throws {
        for (path, words) in try things() {
            #expect(message { _ = try Image(contentsOf: path) } == "“\(path)” could not be opened: \(words).")
        }
    }

    /// Weights and configurations in a folder.
    @Test(.timeLimit(.minutes(1))) func inAFolder() throws {
        let place = folder.url.appendingPathComponent("model")
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        let weights = place.appendingPathComponent("model.safetensors").path
        mkfifo(weights, 0o600)
        #expect(
            message { _ = try Model.load(place.path) }
                == "“\(weights)” could not be opened: it is a pipe, not a file.")
        unlink(weights)
        try FileManager.default.copyItem(atPath: Reference.path("tiny_vit"), toPath: weights)
        _ = try Model.load(place.path)
        try FileManager.default.removeItem(atPath: weights)
        let source = Reference.root.appendingPathComponent(
            "Tests/Fixtures/families/hf_vit/model.safetensors")
        try FileManager.default.copyItem(at: source, to: URL(fileURLWithPath: weights))
        let configuration = place.appendingPathComponent("config.json").path
        mkfifo(configuration, 0o600)
        #expect(
            message { _ = try Model.load(place.path) }
                == "“\(configuration)” could not be opened: it is a pipe, not a file.")
    }

    @Test func bytesAreReadWhole() throws {
        let bytes = (0..<200_001).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let path = try folder.write(bytes, to: "a")
        #expect(try OrdinaryFile.contents(of: path) == bytes)
        #expect(try OrdinaryFile.contents(of: path, limit: bytes.count) == bytes)
        #expect(
            message { _ = try OrdinaryFile.contents(of: path, limit: bytes.count - 1) }
                == "“\(path)” could not be opened: it is larger than 200 kB.")
        #expect(try OrdinaryFile.contents(of: folder.write([], to: "empty")) == [])
        // The system's own files say that they are empty.
        #expect(try !OrdinaryFile.contents(of: "/proc/self/status").isEmpty)
        #expect(throws: EngineError.fileMissing(path: "~/no such file")) {
            try OrdinaryFile.contents(of: "~/no such file")
        }
    }
}
