import Compute
import Foundation
import Models
import Platform
import TestSupport
import Testing

/// The map that a backbone of transformers returns, by configurations that say it in more ways than the fixtures.
@Suite(.timeLimit(.minutes(10))) struct BackboneTests {
    /// An early map is not the last one, though a file names it without listing the names, as older files do.
    @Test(arguments: [
        ("hf_dinov2_backbone", #"["stage1"]"#, "null"), ("hf_dinov2_backbone", "null", "[1]"),
        ("hf_dinov2_backbone", "null", "[-2]"), ("hf_dinov3_convnext_backbone", #"["stage2"]"#, "null"),
        ("hf_dinov3_convnext_backbone", "null", "[-2]"), ("hf_dinov3_convnext_backbone", "[]", "[2]"),
    ])
    func mapsAreFoundWithoutAListOfNames(_ name: String, _ features: String, _ indices: String) throws {
        let (source, folder) = try backbone(name, features, indices)
        let (expected, found) = (try Model.load(source.path), try Model.load(folder.url.path))
        let side = expected.imageSize
        let input = Tensor(
            Reference.pattern(3 * side.height * side.width, seed: 1), shape: [3, side.height, side.width])
        #expect(
            try found.activations(at: "output", of: input).values
                == expected.activations(at: "output", of: input).values)
    }

    /// Maps that the backbone does not have are refused, as transformers refuses them, and not taken for the last one.
    @Test(arguments: [
        ("null", "[4]", "4", "whole numbers from -4 to 3"), ("null", "[1, -5]", "-5", "whole numbers from -4 to 3"),
        (#"["stage7"]"#, "null", "“stage7”", "names among stem, stage1, stage2, stage3"),
    ])
    func mapsThatThereAreNotAreRefused(_ features: String, _ indices: String, _ found: String, _ expected: String)
        throws
    {
        let (_, folder) = try backbone("hf_dinov3_convnext_backbone", features, indices)
        let error = #expect(throws: EngineError.self) { try Model.load(folder.url.path) }
        let message = error.map { "\($0)" } ?? ""
        #expect(message.contains(found) && message.contains(expected), "\(message)")
    }

    /// Returns the folder of a fixture, and one with the same weights whose configuration names its maps otherwise.
    private func backbone(_ name: String, _ features: String, _ indices: String) throws -> (URL, TemporaryFolder) {
        let source = Reference.root.appendingPathComponent("Tests/Fixtures/families/\(name)")
        let folder = try TemporaryFolder()
        try FileManager.default.copyItem(
            at: source.appendingPathComponent("model.safetensors"),
            to: folder.url.appendingPathComponent("model.safetensors"))
        let data = try Data(contentsOf: source.appendingPathComponent("config.json"))
        var settings = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        for key in ["stage_names", "out_features", "out_indices"] { settings[key] = nil }
        let given = try JSONSerialization.jsonObject(
            with: Data("{\"out_features\": \(features), \"out_indices\": \(indices)}".utf8))
        for (key, value) in try #require(given as? [String: Any]) where !(value is NSNull) { settings[key] = value }
        try JSONSerialization.data(withJSONObject: settings).write(to: folder.url.appendingPathComponent("config.json"))
        return (source, folder)
    }
}
