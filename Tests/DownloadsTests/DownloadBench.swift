import Crypto
import Downloads
import Foundation
import Models
import Platform
import Synchronization

/// Folders, servers and settings for the tests of downloads.
final class DownloadBench: Sendable {
    let folder: String

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("downloads-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    var torchFolder: String { "\(folder)/torch/hub/checkpoints" }
    var hubFolder: String { "\(folder)/huggingface/hub" }

    /// Settings whose caches lie in the folder, that wait for milliseconds where people wait for seconds.
    func settings(_ variables: [String: String] = [:]) -> DownloadSettings {
        let ours = ["HOME": folder, "XDG_CACHE_HOME": folder]
        var settings = DownloadSettings(DownloadEnvironment(ours.merging(variables) { _, theirs in theirs }))
        settings.retries.firstPause = 0.01
        settings.retries.longestPause = 0.02
        settings.connectSeconds = 5
        settings.stallSeconds = 5
        return settings
    }

    /// A source that asks `server` instead of PyTorch's, for one of its models.
    func source(
        torch server: TestServer, _ variables: [String: String] = [:],
        _ change: (inout DownloadSettings) -> Void = { _ in }
    ) -> ModelSource {
        var settings = settings(
            variables.merging(["VITRINE_MIRRORS": "https://dl.fbaipublicfiles.com=\(server.url)"]) { first, _ in first }
        )
        change(&settings)
        return ModelSource(settings)
    }

    func bytes(_ path: String) -> [UInt8]? {
        FileManager.default.contents(atPath: path).map { Array($0) }
    }

    func files(_ path: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
    }

    /// Bytes that look like no others.
    static func noise(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
        var state = seed &* 0x9E37_79B9_7F4A_7C15
        return (0..<count).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: state >> 33)
        }
    }

    static func sha256(_ bytes: [UInt8]) -> String { hexadecimal(SHA256.hash(data: bytes)) }

    static func gitBlob(_ bytes: [UInt8]) -> String {
        hexadecimal(Insecure.SHA1.hash(data: Array("blob \(bytes.count)\0".utf8) + bytes))
    }

    private static func hexadecimal(_ digest: some Sequence<UInt8>) -> String {
        digest.map { String(format: "%02x", $0) }.joined()
    }
}

/// A value that handlers on other threads change.
final class Tries: Sendable {
    private let value = Mutex(0)

    /// Counts, and returns how many there were before.
    @discardableResult func next() -> Int {
        value.withLock { value in
            defer { value += 1 }
            return value
        }
    }

    var count: Int { value.withLock { $0 } }
}

/// The reason of a download that failed, or nil.
func failure(_ body: () throws -> Void) -> DownloadFailure? {
    do {
        try body()
    } catch {
        return (error as? EngineError)?.other(as: DownloadError.self)?.reason
    }
    return nil
}
