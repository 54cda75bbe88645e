import Checkpoints
import Compute
import Foundation
import Images
import Models
import Platform
import TestSupport
import Testing
import Visualization

/// Weights with the settings that lie beside them, or that a person gives, against what their framework computes with
/// both.
///
/// `Fixtures/make_setting_fixtures.py` made them.
@Suite(.timeLimit(.minutes(10))) struct SettingTests {
    struct Case: Decodable, CustomTestStringConvertible, Sendable {
        let name: String
        let weights: String
        let height: Int
        let width: Int
        let beside: [String: String]?
        let arguments: ModelSettings?
        let ask: PixelSize?
        let refused: String?
        let said: String?
        var testDescription: String { name }
    }

    struct Photograph: Decodable, CustomTestStringConvertible, Sendable {
        let name: String
        let weights: String
        let beside: [String: String]
        let pictures: [String]
        var testDescription: String { name }
    }

    private struct Cases: Decodable {
        let models: [Case]
        let photographs: [Photograph]
    }

    private static let folder = Reference.root.appendingPathComponent("Tests/Fixtures/settings")
    private static let all = try? JSONDecoder().decode(
        Cases.self, from: Data(contentsOf: folder.appendingPathComponent("cases.json")))
    static let computed = all?.models.filter { $0.refused == nil } ?? []
    static let refused = all?.models.filter { $0.refused != nil } ?? []
    static let photographs = all?.photographs ?? []

    @Test func allAreThere() {
        #expect(Self.computed.count > 110 && Self.refused.count > 45 && Self.photographs.count > 50)
    }

    /// A relative error of 1e-5, against values computed in double precision.
    @Test(arguments: computed)
    func outputsAgree(_ test: Case) throws {
        let (model, _) = try Self.load(test.weights, test.beside, test.ask, test.arguments)
        #expect(model.imageSize == (test.height, test.width))
        if let said = test.said {
            let warnings = model.warnings.joined(separator: "\n")
            #expect(said == "nothing" ? warnings.isEmpty : warnings.contains(said), "\(warnings)")
        }
        let reference = try Self.reference()
        guard reference.names.contains(test.name) else { return }
        let expected = try reference.parameter(test.name).tensor
        let input = Reference.pattern(3 * test.height * test.width, seed: 1)
        let found = try model.output(of: Tensor(input, shape: [3, test.height, test.width]))
        #expect(found.shape.count == expected.shape.count)
        #expect(found.shape[-1] == expected.shape[-1])
        #expect(Reference.distance(found.values, expected.values) < 1e-5)
        guard test.height != test.width else { return }
        let executor = try model.makeExecutor(layers: ["output"], gradient: true)
        executor.setInput(input)
        try executor.forward(cancellation: nil)
        executor.seed("output", patternSeed: 2)
        try executor.backward(cancellation: nil)
        let gradient = try reference.parameter("\(test.name), gradient").tensor
        #expect(Reference.distance(executor.inputGradient, gradient.values) < 1e-4)
    }

    @Test(arguments: refused)
    func whatIsNotUnderstoodIsRefusedByName(_ test: Case) throws {
        let text = message { _ = try Self.load(test.weights, test.beside, test.ask, test.arguments) }
        #expect(text.contains(test.refused ?? "?"), "\(text)")
    }

    /// The same pixels: what is left is the rounding of (x − mean) / deviation.
    @Test(arguments: photographs)
    func photographsAreAsTheFrameworkPreparesThem(_ test: Photograph) throws {
        let (model, _) = try Self.load(test.weights, test.beside, nil, nil)
        let reference = try Self.reference()
        for name in test.pictures {
            let pixels = try reference.parameter(name).tensor
            let picture = Image(
                width: pixels.shape[1], height: pixels.shape[0], pixels: pixels.values.map { UInt8($0) })
            let expected = try reference.parameter("\(test.name), \(name)").tensor
            let found = model.preprocessing.tensor(of: picture)
            guard found.shape == expected.shape else {
                // A pipeline that neither resizes nor crops hands on pictures of every size.
                #expect(model.preprocessing.fitting == .none, "\(found.shape), \(expected.shape)")
                continue
            }
            let scale = max(expected.values.map(abs).max() ?? 1, 1)
            let worst = zip(found.values, expected.values).map { abs($0 - $1) }.max() ?? .infinity
            #expect(worst < 1e-5 * scale, "\(name)")
        }
    }

    @Test func whatAPersonSaysIsPartOfTheRecipe() throws {
        let given = ModelSettings(heads: 4, activation: .quickGELU)
        let (model, _) = try Self.load("timm", nil, nil, given)
        #expect(model.settings == given)
        #expect(model.computedSettings.heads == 4 && model.computedSettings.activation == .quickGELU)
        let target = Target(model: model.name, layer: "blocks.0.mlp", features: .indices([3]))
        let recipe = try Recipe(.vitrine, for: [.mean(target)], in: model, seeds: [0], steps: 3)
        #expect(recipe.modelSettings == given)
        #expect(try Recipe(json: recipe.json()) == recipe)
        // A model of which nothing was said has the recipes that it always had.
        let (plain, _) = try Self.load("timm", nil, nil, ModelSettings(heads: 2))
        var bare = try Recipe(.vitrine, for: [.mean(target)], in: plain, seeds: [0], steps: 3)
        bare.modelSettings = nil
        #expect(!(try bare.json().contains("modelSettings")))
    }

    @Test func aNameLetsOneGuess() throws {
        // 384 wide: 6 heads nearly everywhere, 12 in MoCo-v3.
        let bare = try Self.named("vit-small.safetensors", width: 384)
        #expect(bare.computedSettings.heads == 6)
        let moco = try Self.named("moco-v3-vit-s.safetensors", width: 384)
        #expect(moco.computedSettings.heads == 12)
        #expect(moco.warnings.joined().contains("12 of 32 features"))
        #expect(moco.warnings.joined().contains("MoCo in its name"))
        #expect(try Self.named("moco-v3-vit-s.safetensors", width: 384, heads: 6).computedSettings.heads == 6)
        let clip = try Self.named("vit_base_patch32_clip_quickgelu_224.safetensors", width: 384)
        #expect(clip.computedSettings.activation == .quickGELU && clip.computedSettings.epsilon == 1e-5)
        // timm's first vit_small: 768 wide, MLPs of three times that, 8 heads.
        #expect(PublishedHeadCounts.count(width: 768, inner: 2304) == 8)
        #expect(PublishedHeadCounts.count(width: 768, inner: 3072) == 12)
    }

    @Test func numbersThatMakeNoSenseAreRefused() {
        for settings in [
            ModelSettings(heads: 0), ModelSettings(heads: -1), ModelSettings(heads: 3), ModelSettings(heads: 1 << 62),
            ModelSettings(heads: 2, epsilon: 0), ModelSettings(heads: 2, epsilon: -1),
            ModelSettings(heads: 2, epsilon: .nan),
            ModelSettings(heads: 2, epsilon: .infinity), ModelSettings(heads: 2, pooling: .allTokens),
        ] {
            #expect(throws: EngineError.self, "\(settings)") { try Self.load("timm", nil, nil, settings) }
        }
    }

    @Test func sizesThatMakeNoSenseAreRefused() {
        for (width, height) in [(0, 16), (16, 0), (-16, 16), (16, 1 << 62), (Int.max, Int.max), (22, 16), (16, 3)] {
            #expect(throws: EngineError.self, "\(width) × \(height)") {
                try Self.load("timm", nil, PixelSize(width: width, height: height), ModelSettings(heads: 2))
            }
        }
    }

    @Test func sizesAreWrittenAsTheyAreRead() throws {
        let decoder = JSONDecoder()
        #expect(
            try decoder.decode([PixelSize].self, from: Data("[224, [256, 128]]".utf8)) == [
                224, PixelSize(width: 128, height: 256),
            ])
        let text = try JSONEncoder().encode([PixelSize(side: 224), PixelSize(width: 128, height: 256)])
        #expect(String(decoding: text, as: UTF8.self) == "[224,[256,128]]")
        #expect(throws: DecodingError.self) { try decoder.decode([PixelSize].self, from: Data("[[1, 2, 3]]".utf8)) }
        #expect(PixelSize(width: 128, height: 256).cell == "[256, 128]" && PixelSize(side: 7).cell == "7")
        let tall = PixelSize(width: 128, height: 256)
        #expect(tall.scaled(toLongerSide: 64) == PixelSize(width: 32, height: 64))
    }

    /// A model loaded as a person loads it: the files in a folder of their own, or a bare file where nothing lies
    /// beside it.
    private static func load(
        _ weights: String, _ beside: [String: String]?, _ size: PixelSize?, _ settings: ModelSettings?
    ) throws -> (Model, TemporaryFolder) {
        let temporary = try TemporaryFolder()
        let name = beside == nil ? "bare.safetensors" : "model.safetensors"
        try FileManager.default.copyItem(
            at: folder.appendingPathComponent("\(weights).safetensors"), to: temporary.url.appendingPathComponent(name))
        for (name, text) in beside ?? [:] {
            try Data(text.utf8).write(to: temporary.url.appendingPathComponent(name))
        }
        let path = beside == nil ? temporary.url.appendingPathComponent(name).path : temporary.url.path
        let model = try Model.load(path, size: size, settings: settings ?? ModelSettings())
        return (model, temporary)
    }

    /// A vision transformer of zeros in timm's spelling, as wide as is asked for, in a file of this name.
    private static func named(_ name: String, width: Int, heads: Int? = nil) throws -> Model {
        var shapes: [String: [Int]] = [
            "patch_embed.proj.weight": [width, 3, 4, 4], "patch_embed.proj.bias": [width], "pos_embed": [1, 5, width],
            "cls_token": [1, 1, width], "norm.weight": [width], "norm.bias": [width],
            "blocks.0.attn.qkv.weight": [3 * width, width], "blocks.0.attn.qkv.bias": [3 * width],
            "blocks.0.attn.proj.weight": [width, width], "blocks.0.attn.proj.bias": [width],
            "blocks.0.mlp.fc1.weight": [8, width], "blocks.0.mlp.fc1.bias": [8],
            "blocks.0.mlp.fc2.weight": [width, 8], "blocks.0.mlp.fc2.bias": [width],
        ]
        for norm in ["norm1", "norm2"] {
            shapes["blocks.0.\(norm).weight"] = [width]
            shapes["blocks.0.\(norm).bias"] = [width]
        }
        var offset = 0
        var entries: [String: Any] = [:]
        for (name, shape) in shapes {
            let bytes = shape.reduce(4, *)
            entries[name] =
                ["dtype": "F32", "shape": shape, "data_offsets": [offset, offset + bytes]] as [String: Any]
            offset += bytes
        }
        let header = try JSONSerialization.data(withJSONObject: entries)
        let temporary = try TemporaryFolder()
        let file = temporary.url.appendingPathComponent(name)
        try (withUnsafeBytes(of: UInt64(header.count)) { Data($0) } + header + Data(count: offset)).write(to: file)
        return try Model.load(file.path, settings: ModelSettings(heads: heads))
    }

    private static func reference() throws -> Safetensors {
        try Safetensors(path: folder.appendingPathComponent("reference.safetensors").path)
    }
}
