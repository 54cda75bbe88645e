import Foundation
import Models
import Platform
import Testing

/// What is done with a cache that others have filled, or that was left half filled.
@Suite(.timeLimit(.minutes(10))) struct HubCacheTests {
    private let bench: DownloadBench
    private let name = "timm/mixer_tiny.none_in1k"
    private let weights = DownloadBench.noise(120_000)
    private let configuration = Array(#"{"architecture":"mixer_tiny"}"#.utf8)
    private var folder: String { "\(bench.hubFolder)/models--timm--mixer_tiny.none_in1k" }
    private var snapshot: String { "\(folder)/snapshots/\(TestHub.commit)" }

    init() throws { bench = try DownloadBench() }

    private func hub() throws -> TestHub {
        try TestHub([
            name: TestHub.Repository(
                files: ["config.json": configuration, "model.safetensors": weights], large: ["model.safetensors"])
        ])
    }

    /// Puts files where Python's timm puts them.
    private func fill(_ files: [String: [UInt8]]) throws {
        for (file, bytes) in files.merging(
            ["../../refs/main": Array(TestHub.commit.utf8)], uniquingKeysWith: { a, _ in a })
        {
            let url = URL(fileURLWithPath: "\(snapshot)/\(file)").standardizedFileURL
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(bytes).write(to: url)
        }
    }

    @Test func whatTimmFetchedIsFound() throws {
        let hub = try hub()
        try fill(["config.json": configuration, "model.safetensors": weights])
        let found = try hub.source(bench).resolve(name)
        #expect(found.path == snapshot && found.usesImageNetClasses)
        #expect(hub.server.requests.isEmpty)
    }

    @Test func configurationAloneIsNoModel() throws {
        let hub = try hub()
        try fill(["config.json": configuration])
        #expect(!hub.source(bench).downloadable().contains { $0.name == name })
        #expect(
            failure { _ = try hub.source(bench, ["HF_HUB_OFFLINE": "1"]).resolve(name) }
                == .offline(variable: "HF_HUB_OFFLINE", cached: []))
        _ = try hub.source(bench).resolve(name)
        #expect(bench.bytes("\(snapshot)/model.safetensors") == weights)
        // The configuration was there.
        #expect(hub.asked.filter { $0.hasPrefix("GET") }.count == 1)
    }

    @Test(arguments: ["HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "VITRINE_OFFLINE"])
    func offlineUsesWhatIsThere(variable: String) throws {
        let hub = try hub()
        // Without a configuration something might have to be asked; offline, nobody is.
        try fill(["model.safetensors": weights])
        #expect(try hub.source(bench, [variable: "yes"]).resolve(name).path == snapshot)
        #expect(
            failure { _ = try hub.source(bench, [variable: "ON"]).resolve("facebook/dinov2-small") }
                == .offline(variable: variable, cached: [name]))
        #expect(hub.server.requests.isEmpty)
    }

    @Test func withoutNetworkWhatIsThereIsUsed() throws {
        try fill(["model.safetensors": weights])
        let port = try TestServer.closedPort()
        let source = ModelSource(bench.settings(["HF_ENDPOINT": "http://127.0.0.1:\(port)"]))
        #expect(try source.resolve(name).path == snapshot)
        #expect(try source.resolve(name, update: true).path == snapshot)
        guard case .noConnection = failure({ _ = try source.resolve("facebook/dinov2-small") }) else {
            Issue.record("connected")
            return
        }
    }

    @Test func incompleteBlobsAreCompleted() throws {
        let hub = try hub()
        let blob = "\(folder)/blobs/\(DownloadBench.sha256(weights))"
        try FileManager.default.createDirectory(atPath: "\(folder)/blobs", withIntermediateDirectories: true)
        try Data(weights[..<50_000]).write(to: URL(fileURLWithPath: blob + ".incomplete"))
        _ = try hub.source(bench).resolve(name)
        #expect(bench.bytes(blob) == weights)
        #expect(hub.store.requests.map { $0.headers["range"] } == ["bytes=50000-"])
        #expect(bench.files("\(folder)/blobs").allSatisfy { !$0.hasSuffix("incomplete") })
    }

    @Test func completeButUncheckedBlobsAreChecked() throws {
        let hub = try hub()
        let blob = "\(folder)/blobs/\(DownloadBench.sha256(weights))"
        try FileManager.default.createDirectory(atPath: "\(folder)/blobs", withIntermediateDirectories: true)
        try Data(weights).write(to: URL(fileURLWithPath: blob + ".incomplete"))
        _ = try hub.source(bench).resolve(name)
        #expect(bench.bytes(blob) == weights && hub.store.requests.isEmpty)
        // One of the right length and with other bytes.
        try FileManager.default.removeItem(atPath: folder)
        try FileManager.default.createDirectory(atPath: "\(folder)/blobs", withIntermediateDirectories: true)
        try Data(DownloadBench.noise(120_000, seed: 8)).write(to: URL(fileURLWithPath: blob + ".incomplete"))
        _ = try hub.source(bench).resolve(name)
        #expect(bench.bytes(blob) == weights)
    }

    @Test func brokenLinksAreMended() throws {
        let hub = try hub()
        try FileManager.default.createDirectory(atPath: snapshot, withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(
            atPath: "\(snapshot)/model.safetensors", withDestinationPath: "../../blobs/gone")
        _ = try hub.source(bench).resolve(name)
        #expect(bench.bytes("\(snapshot)/model.safetensors") == weights)
    }

    @Test func severalAtOnceFetchItOnce() async throws {
        let hub = try hub()
        let source = hub.source(bench)
        let paths = try await withThrowingTaskGroup { group in
            for _ in 0..<4 { group.addTask { [name] in try source.resolve(name).path } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(paths == Array(repeating: snapshot, count: 4))
        #expect(hub.store.requests.count == 1)
        #expect(bench.bytes("\(snapshot)/model.safetensors") == weights)
    }

    @Test func interruptedRepositoriesGoOn() throws {
        let hub = try hub()
        let cancellation = Cancellation()
        #expect(throws: EngineError.cancelled) {
            try hub.source(bench).resolve(name, cancellation: cancellation) { progress in
                if progress.fileName == "model.safetensors" { cancellation.request() }
            }
        }
        #expect(!FileManager.default.fileExists(atPath: "\(folder)/refs/main"))
        #expect(try hub.source(bench).resolve(name).path == snapshot)
    }
}
