import Downloads
import Foundation
import Models
import Platform
import Testing

/// Dictionaries of latents by their repository's name.
@Suite(.timeLimit(.minutes(10))) struct DictionaryDownloadTests {
    private let bench: DownloadBench
    private let name = "someone/sae"
    private let weights = DownloadBench.noise(100_000)
    private let settings = Array(#"{"k":16}"#.utf8)
    private var snapshot: String { "\(bench.hubFolder)/models--someone--sae/snapshots/\(TestHub.commit)" }

    init() throws { bench = try DownloadBench() }

    private func hub(
        _ files: [String: [UInt8]], _ change: (inout TestHub.Repository) -> Void = { _ in }
    ) throws -> TestHub {
        var repository = TestHub.Repository(
            files: files, large: Set(files.keys.filter { $0.hasSuffix(".pt") }), license: "mit")
        change(&repository)
        return try TestHub([name: repository])
    }

    private func message(_ body: () throws -> String) throws -> String {
        try #require(throws: EngineError.self) { _ = try body() }.message
    }

    @Test func theOnlyDictionaryIsFetchedWithItsSettings() throws {
        let hub = try hub(["sae.pt": weights, "config.json": settings, "README.md": [1]])
        var told: [DownloadProgress] = []
        let path = try hub.source(bench).resolveDictionary(name) { told.append($0) }
        #expect(path == "\(snapshot)/sae.pt")
        #expect(bench.bytes(path) == weights && bench.files(snapshot) == ["config.json", "sae.pt"])
        #expect(told.first?.plan.totalBytes == weights.count + settings.count && told.first?.plan.license == "mit")
        #expect(bench.bytes("\(bench.hubFolder)/models--someone--sae/refs/main") == Array(TestHub.commit.utf8))
        // Nothing moves a second time.
        let moved = hub.store.requests.count
        #expect(try hub.source(bench).resolveDictionary(name) == path)
        #expect(hub.store.requests.count == moved)
        let offline = hub.source(bench, ["HF_HUB_OFFLINE": "1"])
        #expect(try offline.resolveDictionary(name) == path)
    }

    @Test func oneOfSeveralIsNamedByItsPlace() throws {
        let other = DownloadBench.noise(50_000, seed: 5)
        let hub = try hub([
            "layer-6/sae.pt": weights, "layer-6/config.json": settings, "layer-11/sae.pt": other, "notes.txt": [1],
        ])
        let unclear = try message { try hub.source(bench).resolveDictionary(name) }
        #expect(unclear.contains("several dictionaries"), "\(unclear)")
        #expect(unclear.contains("load(\"someone/sae/layer-11/sae.pt\", on: …)"), "\(unclear)")
        let file = try hub.source(bench).resolveDictionary("\(name)/layer-6/sae.pt")
        #expect(bench.bytes(file) == weights && bench.files("\(snapshot)/layer-6") == ["config.json", "sae.pt"])
        let folder = try hub.source(bench).resolveDictionary("\(name)/layer-11")
        #expect(bench.bytes(folder) == other)
        // With one of them in the cache, the repository still has several.
        #expect(try message { try hub.source(bench).resolveDictionary(name) }.contains("several dictionaries"))
        // A named one needs no request.
        let count = hub.server.requests.count
        #expect(try hub.source(bench).resolveDictionary("\(name)/layer-6/sae.pt") == file)
        #expect(hub.server.requests.count == count)
    }

    @Test func hubsWithoutListingsAreAskedForSaevsFile() throws {
        let hub = try hub(["sae.pt": weights]) { $0.hasListing = false }
        #expect(try bench.bytes(hub.source(bench).resolveDictionary(name)) == weights)
    }

    @Test func whatIsNotThereIsSaid() throws {
        let hub = try hub(["README.md": [1]])
        let none = try message { try hub.source(bench).resolveDictionary(name) }
        #expect(none.contains("no dictionary of latents"), "\(none)")
        let missing = try message { try hub.source(bench).resolveDictionary("someone/else") }
        #expect(missing.contains("no such repository"), "\(missing)")
        #expect(try message { try hub.source(bench).resolveDictionary("folder/sae.pt") }.contains("folder/sae.pt"))
        #expect(throws: EngineError.fileMissing(path: "./sae")) { try hub.source(bench).resolveDictionary("./sae") }
        let unsafe = try message { try hub.source(bench).resolveDictionary("\(name)/../../sae.pt") }
        #expect(unsafe.contains("outside the cache"), "\(unsafe)")
        let offline = hub.source(bench, ["HF_HUB_OFFLINE": "1"])
        #expect(try message { try offline.resolveDictionary(name) }.contains("HF_HUB_OFFLINE"))
    }

    @Test func aPathComesFirst() throws {
        let hub = try hub([:])
        #expect(try hub.source(bench).resolveDictionary(bench.folder) == bench.folder)
        #expect(hub.server.requests.isEmpty)
    }
}
