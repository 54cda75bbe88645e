import Compute
import Foundation
import Models
import TestSupport
import Testing

/// The map that a backbone of transformers returns, by configurations that say it in more ways than the fixtures.
@Suite(.timeLimit(.minutes(10))) struct BackboneTests {
    /// An early map is not the last one, though a file names it without listing the names, as older files do.
    @Test(arguments: [
        ("hf_dinov2_backbone", #"["stage1"]"#, "null"), ("hf_dinov2_backbone", "null", "[1]"),
        ("hf_dinov2_backbone", "null", "[-2]"), ("hf_dinov3_convnext_backbone", #"["stage2"]"#, "null"),
        ("hf_dinov3_convnext_backbone", "null", "[-2]"),
    ])
    func mapsAreFoundWithoutAListOfNames(_ name: String, _ features: String, _ indices: String) throws {
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

        let (expected, found) = (try Model.load(source.path), try Model.load(folder.url.path))
        let side = expected.imageSize
        let input = Tensor(
            Reference.pattern(3 * side.height * side.width, seed: 1), shape: [3, side.height, side.width])
        #expect(
            try found.activations(at: "output", of: input).values
                == expected.activations(at: "output", of: input).values)
    }
}
