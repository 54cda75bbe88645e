import Checkpoints
import Compute
import Foundation
import Models
import Platform
import TestSupport
import Testing

/// Low-rank adapters, which `Fixtures/make_adapter_fixtures.py` made with PEFT, are merged into the weights: the logits are
/// PyTorch's.
@Suite(.timeLimit(.minutes(10))) struct AdaptedModelTests {
    private static let fixtures = Reference.root.appendingPathComponent("Tests/Fixtures")
    private static let folder = fixtures.appendingPathComponent("adapters")
    private static let base = fixtures.appendingPathComponent("nested/plain.safetensors").path

    private static func tensor(_ file: String, _ name: String) throws -> Tensor {
        try Safetensors(path: fixtures.appendingPathComponent(file).path).parameter(name).tensor
    }

    private func expect(_ model: Model, gives name: String) throws {
        let logits = try model.logits(of: Self.tensor("nested/reference.safetensors", "input"))
        let expected = try Self.tensor("adapters/reference.safetensors", name)
        #expect(Reference.distance(logits.values, expected.values) < 1e-5)
        #expect(model.warnings.contains("Low-rank adapters are merged into 4 layers."))
    }

    /// Copies a fixture, with some keys of its configuration changed.
    private func copy(_ name: String, into folder: TemporaryFolder, _ changes: [String: Any] = [:]) throws -> String {
        let place = folder.url.appendingPathComponent(name)
        try FileManager.default.copyItem(at: Self.folder.appendingPathComponent(name), to: place)
        let file = place.appendingPathComponent("adapter_config.json")
        var config = try #require(
            try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any])
        config.merge(changes) { _, new in new }
        try JSONSerialization.data(withJSONObject: config).write(to: file)
        return place.path
    }

    /// α is 3 for a rank of 2, stabilized: 3 / √2. The head is its trained copy.
    @Test func besideTheirWeights() throws {
        let model = try Model.load(Self.folder.appendingPathComponent("beside/state.safetensors").path)
        try expect(model, gives: "beside")
        let plain = try Model.load(Self.base)
        #expect(model.parameterCount == plain.parameterCount && model.layers == plain.layers)
        #expect(model.weightsHash != plain.weightsHash)
    }

    /// α is 8 for a rank of 2: 4. The weights are those of the model that PEFT has written down.
    @Test func aloneWithTheNameOfTheirModel() throws {
        let folder = try TemporaryFolder()
        let path = try copy("alone", into: folder, ["base_model_name_or_path": Self.base])
        try expect(try Model.load(path), gives: "alone")
        // Another strength is another model, with pictures of its own.
        let other = try TemporaryFolder()
        let changed = try copy("alone", into: other, ["base_model_name_or_path": Self.base, "lora_alpha": 4])
        #expect(try Model.load(changed).weightsHash != Model.load(path).weightsHash)
    }

    @Test func whatCannotBeMergedSaysWhy() throws {
        let changes: [(String, Any, String)] = [
            ("use_dora", true, "“use_dora”"), ("alpha_pattern", ["qkv": 4], "“alpha_pattern”"),
            ("peft_type", "IA3", "Supported: LORA"),
            ("base_model_name_or_path", "/no/such/model.safetensors", "/no/such"),
        ]
        for (key, value, words) in changes {
            let folder = try TemporaryFolder()
            let path = try copy(
                "alone", into: folder, ["base_model_name_or_path": Self.base].merging([key: value]) { $1 })
            let text = message { _ = try Model.load(path) }
            #expect(text.contains(words), "\(text)")
        }
        // Without PEFT's file nothing says how strong they are.
        let folder = try TemporaryFolder()
        let path = try copy("beside", into: folder)
        try FileManager.default.removeItem(atPath: path + "/adapter_config.json")
        let text = message { _ = try Model.load(path) }
        #expect(text.contains("adapter_config.json") && text.contains("merge_and_unload()"), "\(text)")
        // Adapters of a model with other layers.
        let other = Self.fixtures.appendingPathComponent("wrapped/plain.safetensors").path
        let second = try TemporaryFolder()
        let wrong = try copy("alone", into: second, ["base_model_name_or_path": other])
        let missing = message { _ = try Model.load(wrong) }
        #expect(missing.contains("blocks.1.attn.qkv.weight"), "\(missing)")
    }
}
