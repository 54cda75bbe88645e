import Checkpoints
import Compute
import Foundation
import Platform
import TestSupport
import Testing

/// Models in several files.
@Suite(.timeLimit(.minutes(10))) struct ShardedCheckpointTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test(arguments: [
        ("sharded-safetensors", "model.safetensors.index.json"), ("sharded-torch", "pytorch_model.bin.index.json"),
    ])
    func everyPartIsRead(_ kind: String, _ index: String) throws {
        for place in ["\(kind)/\(index)", kind] {
            let file = try CheckpointFile.open(CheckpointFixture.path(place))
            #expect(file.path == CheckpointFixture.path("\(kind)/\(index)"))
            #expect(Set(file.names) == ["blocks.0.weight", "blocks.0.bias", "blocks.1.weight", "norm.weight"])
            for name in file.names {
                let shape = try #require(file.shape(name))
                #expect(try file.parameter(name).tensor == CheckpointFixture.values(shape))
            }
            #expect(file.tensorBytes == 60 + 12 + 30 + 10)
            #expect(file.shape("other") == nil)
            #expect(throws: EngineError.missingTensors(path: file.path, names: ["other"], count: 1)) {
                try file.parameter("other")
            }
        }
    }

    @Test func theHashIsOfAllPartsInOrder() throws {
        let file = try CheckpointFile.open(CheckpointFixture.path("sharded-safetensors"))
        // cat model-*.safetensors | sha256sum
        #expect(file.sha256 == "33bbe8eeb444f71177ffa280d098f5249cc7f7404458409c8b33b35ea256eb14")
    }

    @Test func aMissingPartIsNamed() throws {
        let path = try copy(without: "model-00002-of-00002.safetensors")
        #expect(throws: EngineError.missingShard(path: path, shard: "model-00002-of-00002.safetensors")) {
            try CheckpointFile.open(path)
        }
        #expect(
            message { _ = try CheckpointFile.open(path) }
                == "“\(path)” names the part “model-00002-of-00002.safetensors”, which is not in its folder. "
                + "Download it there too.")
    }

    @Test func aDamagedPartIsNamed() throws {
        let path = try copy()
        let part = folder.path("model-00001-of-00002.safetensors")
        let whole = try Data(contentsOf: URL(fileURLWithPath: part))
        try whole.dropLast(3).write(to: URL(fileURLWithPath: part))
        #expect(
            throws: EngineError.fileTruncated(path: part, expectedBytes: whole.count, foundBytes: whole.count - 3)
        ) { try CheckpointFile.open(path) }
    }

    @Test(arguments: [
        ("{}", "it is JSON without a “weight_map” that says which tensor is in which file"),
        ("{", "it is JSON without a “weight_map” that says which tensor is in which file"),
        (#"{"weight_map": {"a": 1}}"#, "it is JSON without a “weight_map” that says which tensor is in which file"),
        (#"{"weight_map": {}}"#, "its “weight_map” is empty"),
        (#"{"weight_map": {"a": "../x.safetensors"}}"#, "its part “../x.safetensors” would lie outside its folder"),
        (#"{"weight_map": {"a": "/etc/passwd"}}"#, "its part “/etc/passwd” would lie outside its folder"),
        (#"{"weight_map": {"a": ""}}"#, "its part “” would lie outside its folder"),
    ])
    func indicesThatMakeNoSenseAreRefused(_ index: String, _ reason: String) throws {
        let path = try folder.write(index.utf8, to: "model.safetensors.index.json")
        #expect(throws: EngineError.notACheckpoint(path: path, reason: reason)) { try CheckpointFile.open(path) }
    }

    @Test func tensorsMustBeWhereTheIndexSays() throws {
        let path = try copy()
        let index = try String(contentsOfFile: path, encoding: .utf8)
        try index.replacingOccurrences(of: "norm.weight", with: "norm.bias")
            .write(toFile: path, atomically: true, encoding: .utf8)
        #expect(
            throws: EngineError.missingTensors(
                path: folder.path("model-00002-of-00002.safetensors"), names: ["norm.bias"], count: 1)
        ) { try CheckpointFile.open(path) }
    }

    @Test func aTensorInTwoPartsIsRefused() throws {
        let path = try copy()
        let (first, second) = ("model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors")
        try FileManager.default.removeItem(atPath: folder.path(second))
        try FileManager.default.copyItem(atPath: folder.path(first), toPath: folder.path(second))
        #expect(
            throws: EngineError.notACheckpoint(
                path: path, reason: "its parts “\(first)” and “\(second)” both hold “blocks.0.bias”")
        ) { try CheckpointFile.open(path) }
    }

    @Test func anIndexIsNoPart() throws {
        let path = try folder.write(#"{"weight_map": {"a": "x.index.json"}}"#.utf8, to: "x.index.json")
        #expect(throws: EngineError.notACheckpoint(path: path, reason: "it is JSON, not weights")) {
            try CheckpointFile.open(path)
        }
    }

    /// Copies the fixture and gives the path of its index.
    private func copy(without missing: String? = nil) throws -> String {
        let source = CheckpointFixture.path("sharded-safetensors")
        for name in try FileManager.default.contentsOfDirectory(atPath: source) where name != missing {
            try FileManager.default.copyItem(atPath: "\(source)/\(name)", toPath: folder.path(name))
        }
        return folder.path("model.safetensors.index.json")
    }
}
