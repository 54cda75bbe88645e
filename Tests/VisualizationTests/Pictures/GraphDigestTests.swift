import Foundation
import Images
import Models
import TestConditions
import TestModels
import TestSupport
import Testing

/// Kept pictures know everything that a model computes, by construction.
@Suite(.timeLimit(.minutes(10))) struct GraphDigestTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private static let families = Reference.root.appendingPathComponent("Tests/Fixtures/families")

    /// A model of a family's weights beside a configuration.
    private func facts(_ family: String, _ configuration: String, size: Int? = nil) throws -> String {
        let place = folder.url.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        let bytes = try FamilyReference.weightsAlone(
            Self.families.appendingPathComponent("\(family)/model.safetensors"))
        try Data(bytes).write(to: place.appendingPathComponent("model.safetensors"))
        try Data(configuration.utf8).write(to: place.appendingPathComponent("config.json"))
        return try Model.load(place.path, size: size.map { PixelSize(width: $0, height: $0) }).pictureFacts
    }

    @Test func aCorrectedConfigurationIsAnotherModel() throws {
        let right = #"{"num_attention_heads": 2, "hidden_act": "gelu", "layer_norm_eps": 1e-12}"#
        let facts = try facts("hf_vit", right)
        #expect(try self.facts("hf_vit", right) == facts)
        let others = [
            #"{"num_attention_heads": 4, "hidden_act": "gelu", "layer_norm_eps": 1e-12}"#,
            #"{"num_attention_heads": 2, "hidden_act": "quick_gelu", "layer_norm_eps": 1e-12}"#,
            #"{"num_attention_heads": 2, "hidden_act": "gelu", "layer_norm_eps": 1e-6}"#,
        ]
        for other in others { #expect(try self.facts("hf_vit", other) != facts, "\(other)") }
        let all = try others.map { try self.facts("hf_vit", $0) }
        #expect(Set(all).count == others.count)
    }

    /// The hashes are among the keys of kept pictures: where one is another, everything that was kept is lost.
    @Test(arguments: [
        ("tiny_vit", "3fb82cfed07bb3a424a4b2dd95b9bca4"), ("tiny_ffmixer", "360344c5e81765926e8220b40296de64"),
        ("tiny_mixer", "28e1ee41c2a22caaffb9892893f3cbf7"),
    ])
    func hashesAreThoseOfBefore(_ name: String, _ hash: String) throws {
        #expect(try Model.load(Reference.path(name)).digest.sha256.prefix(32) == hash)
    }

    @Test(
        .needs(.trainedModel),
        arguments: [
            ("vit", "e15e732690efd409b57422f6cc42bb8b"), ("mixer", "c90119e8992a9b51409930682126fe14"),
        ])
    func hashesOfTheBuiltInModelsAreThoseOfBefore(_ name: String, _ hash: String) throws {
        let found = try Model.load(name).digest.sha256.prefix(32)
        #expect(found == hash, "\(found)")
    }

    private static let heads = #""model_args": {"num_heads": 2}"#

    @Test func poolingIsPartOfIt() throws {
        func facts(_ pool: String) throws -> String {
            try self.facts(
                "timm_vit", #"{"architecture": "vit", "global_pool": "\#(pool)", \#(Self.heads), "pretrained_cfg": {}}"#
            )
        }
        let (token, mean) = (try facts("token"), try? facts("avg"))
        #expect(try facts("token") == token)
        #expect(mean != token)
    }

    /// Weights that are made of the file's count by what they are.
    @Test func howPositionsAreStretchedIsPartOfIt() throws {
        let configuration = #"{"num_attention_heads": 2}"#
        let model = try Model.load(Self.families.appendingPathComponent("hf_vit/model.safetensors").path)
        let patch = model.patchSize.width
        let larger = model.imageSize.width + 2 * patch
        let (own, stretched) = (try facts("hf_vit", configuration), try facts("hf_vit", configuration, size: larger))
        #expect(own != stretched)
        #expect(try facts("hf_vit", configuration, size: larger) == stretched)
    }

    @Test func preprocessingIsPartOfIt() throws {
        let plain = #"{"architecture": "vit", \#(Self.heads), "pretrained_cfg": {"crop_pct": 0.9}}"#
        #expect(try facts("timm_vit", plain) != facts("timm_vit", plain.replacing("0.9", with: "0.8")))
    }

    /// A kind of value that cannot be told in words would not be among what makes a picture.
    @Test func everyOperationCanBeTold() throws {
        for family in try FileManager.default.contentsOfDirectory(atPath: Self.families.path).sorted() {
            let place = Self.families.appendingPathComponent(family)
            guard (try? FileManager.default.contentsOfDirectory(atPath: place.path)) != nil else { continue }
            let model = try FamilyReference(place).model()
            for node in model.graph.nodes {
                guard let operation = node.operation else { continue }
                let words = OperationWords.words(of: operation)
                #expect(!words.contains("?") && !words.contains("0x"), "\(family): \(words.prefix(300))")
            }
        }
    }

    @Test func valuesAreToldWithAllThatTheyHold() {
        enum Choice { case plain, with(Int) }
        struct Inner {
            let number: Float
            let choice: Choice
        }
        struct Outer {
            let list: [Inner]
            let perhaps: Int?
            let range: Range<Int>
            let pointer: UnsafePointer<Float>?
        }
        let outer = Outer(
            list: [Inner(number: 1e-6, choice: .plain), Inner(number: 2, choice: .with(3))], perhaps: nil, range: 1..<4,
            pointer: nil)
        #expect(
            OperationWords.words(of: outer)
                == "Outer(list: Array<Inner>(Inner(number: 1e-06, choice: Choice.plain), "
                + "Inner(number: 2.0, choice: Choice.(with: 3))), perhaps: nil, range: Range<Int>(lowerBound: 1, "
                + "upperBound: 4), pointer: nil)")
    }
}
