import Downloads
import Foundation
import Models
import Testing

/// Weights in several files, found on this disk by what they hold.
@Suite(.timeLimit(.minutes(10))) struct WeightsSearchTests {
    private let bench: DownloadBench
    private let parts = ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"]
    private var index: [UInt8] { Array(#"{"weight_map":{"a":"\#(parts[1])","b":"\#(parts[0])"}}"#.utf8) }
    private let contents = [DownloadBench.noise(70_000, seed: 1), DownloadBench.noise(1_200_000, seed: 2)]

    init() throws { bench = try DownloadBench() }

    private var search: WeightsSearch {
        WeightsSearch(
            sha256: DownloadBench.sha256(contents[0] + contents[1]), environment: bench.settings().environment)
    }

    private func write(_ bytes: [UInt8], _ path: String) throws {
        let url = URL(fileURLWithPath: "\(bench.folder)/\(path)")
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: url)
    }

    private func writeModel(in folder: String, second: [UInt8]? = nil) throws {
        try write(index, "\(folder)/model.safetensors.index.json")
        try write(contents[0], "\(folder)/\(parts[0])")
        try write(second ?? contents[1], "\(folder)/\(parts[1])")
    }

    @Test func theyAreFoundBesideThePicture() throws {
        try write(index, "beside/other.index.json")
        #expect(try search.find(in: ["\(bench.folder)/beside"], called: "mine") == nil)
        try writeModel(in: "beside")
        let found = try search.find(in: ["\(bench.folder)/beside"], called: "mine")
        #expect(found?.name == "\(bench.folder)/beside/model.safetensors.index.json" && found?.weights == nil)
    }

    /// The working folder is looked through too.
    @Test func theyAreFoundWhereTheKernelWorks() throws {
        let name = "weights-search-\(UUID().uuidString).safetensors"
        try Data(contents[0] + contents[1]).write(to: URL(fileURLWithPath: name))
        defer { try? FileManager.default.removeItem(atPath: name) }
        #expect(try search.find(in: [""], called: "mine") == WeightsSearch.Found(name: name))
    }

    @Test(arguments: ["mine", "another"]) func theyAreFoundInAFolder(_ name: String) throws {
        try writeModel(in: "beside/\(name)")
        // A folder of another name is a model's where it holds a configuration.
        try write(Array("{}".utf8), "beside/another/config.json")
        // And one whose parts are other ones is not meant.
        try writeModel(in: "beside/damaged", second: contents[0])
        try write(Array("{}".utf8), "beside/damaged/config.json")
        let found = try search.find(in: ["\(bench.folder)/beside"], called: "mine")
        #expect(found == WeightsSearch.Found(name: "\(bench.folder)/beside/\(name)"))
        // A folder is loaded by its first file, which holds something else here.
        try write(contents[0], "beside/\(name)/model.safetensors")
        let other = try search.find(in: ["\(bench.folder)/beside"], called: "mine")
        #expect(other?.name == "\(bench.folder)/beside/\(name)/model.safetensors.index.json")
    }

    @Test func theyAreFoundInTheHubsCacheWhateverTheyWereCalled() throws {
        let commit = String(repeating: "c", count: 40)
        for (repository, second) in [("a--small", contents[0]), ("b--large", contents[1])] {
            let folder = "huggingface/hub/models--\(repository)"
            try write(Array(commit.utf8), "\(folder)/refs/main")
            try writeModel(in: "\(folder)/snapshots/\(commit)", second: second)
        }
        #expect(try search.find(in: [], called: "a/small") == WeightsSearch.Found(name: "b/large"))
    }
}
