import Compute
import Foundation
import Models
import TestSupport
import Testing

/// One model as training programs save it, which `Fixtures/make_wrapped_fixtures.py` made: each gives the same answers.
@Suite(.timeLimit(.minutes(10))) struct WrappedModelTests {
    private static let folder = Reference.root.appendingPathComponent("Tests/Fixtures/wrapped")

    private static func load(_ name: String) throws -> Model {
        try Model.load(folder.appendingPathComponent(name).path)
    }

    private static let input = Tensor(Reference.pattern(3 * 8 * 8, seed: 1), shape: [3, 8, 8])

    @Test(arguments: [
        "plain-legacy.pth", "float16.bin", "bfloat16.bin", "float64.bin", "deit.pth", "module-in-model.pth",
        "state-dict.pth", "lightning.safetensors", "sharded",
    ])
    func givesTheSameAnswers(_ name: String) throws {
        let (plain, model) = (try Self.load("plain.safetensors"), try Self.load(name))
        let input = Self.input
        #expect(try model.logits(of: input) == plain.logits(of: input))
        #expect(model.parameterCount == plain.parameterCount)
        #expect(model.family == plain.family && model.warnings == plain.warnings)
    }

    @Test func anUnusualWidthIsAWarning() throws {
        #expect(
            try Self.load("plain.safetensors").warnings == [
                "The file does not say how many heads its attention has (1 of 64 features), its activation (GELU), its norms' "
                    + "epsilon (1e-06), where its norms are (before each part) and its head's input (the class "
                    + "token); the values in parentheses are assumed. If your model has other values, pass them: "
                    + "`load(path, heads: 1, activation: .gelu, epsilon: 1e-06, norms: .before, "
                    + "pooling: .classToken)`, or load the folder with its config.json."
            ])
        let folder = try TemporaryFolder()
        try FileManager.default.copyItem(
            at: Self.folder.appendingPathComponent("deit.pth"), to: folder.url.appendingPathComponent("mine.pth"))
        try Data(#"{"num_attention_heads": 4}"#.utf8).write(to: folder.url.appendingPathComponent("config.json"))
        let model = try Model.load(folder.url.path)
        // The file beside it says nothing of the rest.
        #expect(model.warnings.count == 1 && !model.warnings[0].contains("heads"))
        #expect(try model.layer("blocks.0.attn.pattern").shape.words.hasPrefix("4 heads"))
    }

    @Test func ofDINOTheTeachersBackboneIsTaken() throws {
        let (plain, dino) = (try Self.load("plain.safetensors"), try Self.load("dino.pth"))
        let input = Self.input
        #expect(try dino.embedding(of: input) == plain.embedding(of: input))
        #expect(dino.graph.layer("logits") == nil)
    }

    /// OpenAI's own files: TorchScript, half precision, the text tower beside.
    @Test func openAIsArchivesGiveTheirVisionTower() throws {
        let clip = try Self.load("openai-clip.pt")
        #expect(clip.family.contains("CLIP") && clip.imageSize == (8, 8))
        #expect(try clip.output(of: Self.input).shape == [8])
    }

    @Test func onlyWhatIsConvertedTakesMemory() throws {
        let mapped = try Self.load("deit.pth")
        let converted = try Self.load("float16.bin")
        #expect(mapped.packedBytes < converted.packedBytes)
        // All weights but the few that are packed anyway, as float32.
        #expect(converted.packedBytes >= 4 * converted.parameterCount * 9 / 10)
    }
}
