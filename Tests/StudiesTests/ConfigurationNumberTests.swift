import Foundation
import Compute
import Images
import Models
import Platform
import Studies
import TestModels
import TestSupport
import Testing

/// Numbers of configurations and arguments that no model has: a message each, before anything is computed with them.
@Suite(.timeLimit(.minutes(10))) struct ConfigurationNumberTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Loads a family's weights beside files of configuration.
    private func load(_ family: String, _ files: [String: String], size: Int? = nil) throws -> Model {
        let place = folder.url.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        let weights = Reference.root.appendingPathComponent("Tests/Fixtures/families/\(family)")
        let bytes = try FamilyReference.weightsAlone(weights.appendingPathComponent("model.safetensors"))
        try Data(bytes).write(to: place.appendingPathComponent("model.safetensors"))
        for (name, text) in files { try Data(text.utf8).write(to: place.appendingPathComponent(name)) }
        return try Model.load(place.path, size: size.map { PixelSize(width: $0, height: $0) })
    }

    /// Python's `json` writes numbers that JSON does not have: no reason to refuse a file, and none to compute with them.
    @Test func numbersOfPython() throws {
        let text =
            #"{"num_attention_heads": 2, "initializer_range": NaN, "text": "NaN, Infinity \" NaN", "w": [-Infinity]}"#
        let plain = try load("hf_vit", ["config.json": #"{"num_attention_heads": 2}"#])
        let input = Tensor(Reference.pattern(3 * 16 * 16, seed: 1), shape: [3, 16, 16])
        #expect(try load("hf_vit", ["config.json": text]).output(of: input) == plain.output(of: input))
        let message = #expect(throws: EngineError.self) {
            try load("hf_vit", ["config.json": #"{"num_attention_heads": 2, "layer_norm_eps": NaN}"#])
        }
        let words = message?.description ?? ""
        #expect(words.contains("is \"NaN\"; it must be a number"), "\(words)")
    }

    private static let oddNumbers = [
        "0", "-1", "1e-4", "1e-300", "1e-45", "0.5", "1e18", "1e300", "-1e18", "9223372036854775807", "true", "null",
        "\"224\"", "[224]", "{}",
    ]

    /// Nothing is asserted but that there is an answer: a model that computes, or a message.
    @Test(
        .timeLimit(.minutes(2)),
        arguments: [
            #"{"architecture": "vit", "model_args": {"num_heads": 2}, "pretrained_cfg": {"crop_pct": #}}"#,
            #"{"architecture": "vit", "model_args": {"num_heads": 2}, "pretrained_cfg": {"input_size": [3, #, #]}}"#,
            #"{"architecture": "vit", "model_args": {"num_heads": 2}, "pretrained_cfg": {"input_size": [3, 32, #]}}"#,
            #"{"model_args": {"num_heads": 2}, "pretrained_cfg": {"mean": [#, #, #], "std": [#, 1, 1]}}"#,
            #"{"architecture": "vit", "model_args": {"num_heads": #}}"#,
            #"{"image_size": #, "num_attention_heads": 2}"#,
            #"{"num_attention_heads": #, "layer_norm_eps": #}"#,
            #"{"vision_config": {"image_size": #, "num_attention_heads": 2, "layer_norm_eps": #}}"#,
        ])
    func everyNumberHasAnAnswer(_ pattern: String) throws {
        for family in ["timm_vit", "hf_vit"] {
            for number in Self.oddNumbers {
                let text = pattern.replacing("#", with: number)
                guard let model = try? load(family, ["config.json": text]) else { continue }
                let photo = Image(width: 9, height: 7, pixels: (0..<189).map { UInt8($0) })
                _ = try? Classification(of: photo, by: model)
            }
        }
    }

    @Test(.timeLimit(.minutes(1))) func processorsToo() throws {
        for key in ["size", "crop_size", "image_mean", "image_std", "resample"] {
            for number in Self.oddNumbers {
                for value in [
                    number, "{\"height\": \(number), \"width\": \(number)}", "{\"shortest_edge\": \(number)}",
                ] {
                    let text = "{\"do_center_crop\": true, \"\(key)\": \(value)}"
                    let files = ["config.json": #"{"num_attention_heads": 2}"#, "preprocessor_config.json": text]
                    _ = try? load("hf_vit", files)
                }
            }
        }
    }

    @Test func whatIsWrongIsSaid() throws {
        func said(_ cfg: String) -> String {
            let text = message {
                _ = try load(
                    "timm_vit", ["config.json": #"{"architecture": "vit", "model_args": {"num_heads": 2}, \#(cfg)}"#])
            }
            return text.replacing(/“[^”]*safetensors”/, with: "“…”")
        }
        // timm takes 0 for its own default.
        #expect(said(#""pretrained_cfg": {"crop_pct": 0}"#) == "no error")
        #expect(
            said(#""pretrained_cfg": {"input_size": [3, 1e18, 1e18]}"#)
                == "A size in the configuration of “…” is 1000000000000000000 × 1000000000000000000 px; it "
                + "must be from 1 to 8192 pixels along each side.")
        #expect(
            said(#""pretrained_cfg": {"crop_pct": 1e-300}"#)
                == "“crop_pct” in the configuration of “…” is 1e-300; it must be from 0.01 to 100.")
    }

    /// The largest size that the message of `load` allows is allowed.
    @Test(.timeLimit(.minutes(1))) func theLargestSize() throws {
        let tiny = Reference.path("tiny_vit")
        let patch = try Model.load(tiny).patchSize.width
        let large = 16384 / patch * patch
        let result = Result { () throws(EngineError) in
            try Model.load(tiny, size: PixelSize(width: large, height: large))
        }
        switch result {
        case .success(let model):
            #expect(model.imageSize == (large, large))
            #expect(model.preprocessing.size.width == large && model.preprocessing.resize.height >= large)
            // Attention between all patches takes more memory than there is.
            #expect(message { _ = try model.plan(layers: ["logits"], gradient: false) }.contains(" are free. "))
        case .failure(let error):
            // A machine without the memory for so many positions says so.
            #expect(error.message.hasPrefix("A model of "))
        }
    }
}
