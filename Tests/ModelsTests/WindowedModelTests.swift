import Compute
import Foundation
import Images
import Models
import Platform
import TestModels
import TestSupport
import Testing

/// Models in stages: grids that change, the names of blocks that are numbered anew, sizes that windows do not fit.
@Suite(.timeLimit(.minutes(10))) struct WindowedModelTests {
    private func model(_ family: String, size: PixelSize? = nil) throws -> Model {
        try FamilyReference(FamilyReference.parent.appendingPathComponent(family)).model(size: size)
    }

    private func words(_ model: Model, _ address: String) throws -> String { try model.layer(address).shape.words }

    @Test func layersKnowTheGridOfTheirStage() throws {
        let model = try model("timm_swin_s3")
        #expect(model.family == "Swin transformer" && model.blockCount == 4)
        #expect(try words(model, "patch_embed") == "64 tokens (8 × 8 patches) × 8 features")
        #expect(try words(model, "blocks.1.mlp.hidden") == "64 tokens (8 × 8 patches) × 16 features")
        #expect(try words(model, "stages.1.merging") == "16 tokens (4 × 4 patches) × 16 features")
        #expect(try words(model, "blocks.2.attn.queries") == "16 tokens (4 × 4 patches) × 16 features")
        #expect(
            try words(model, "blocks.1.attn.pattern")
                == "2 heads × 4 windows of 4 × 4 patches, shifted by 2 rows and 2 columns × 16 attended patches each")
        // A window of 3 × 3 patches does not fill the second stage's 4 × 4.
        #expect(
            try words(model, "blocks.2.attn.pattern")
                == "4 heads × 4 windows of 3 × 3 patches × 9 attended patches each")
        #expect(model.patchSize(in: TokenLayout(special: [], rows: 4, columns: 4)) == PixelSize(side: 4))
    }

    @Test func blocksAreNumberedThrough() throws {
        let timm = try model("timm_swin")
        #expect(try timm.layer("layers.1.blocks.0.mlp.fc2").address == "blocks.2.mlp")
        #expect(try timm.layer("layers.1.downsample").address == "stages.1.merging")
        #expect(try timm.layer("layers.0").address == "stages.0")
        let torchvision = try model("torchvision_swin")
        #expect(try torchvision.layer("features.3.1.attn").address == "blocks.3.attn")
        #expect(try torchvision.layer("features.2").address == "stages.1.merging")
        let huggingFace = try model("hf_swin")
        #expect(
            try huggingFace.layer("swin.encoder.layers.1.blocks.1.attention.output.dense").address == "blocks.3.attn")
        // This stage ends with the merging.
        #expect(try huggingFace.layer("swin.encoder.layers.0").address == "stages.1.merging")
    }

    /// The authors of Swin merge patches at the end of a stage, and call the head's layer by one name.
    @Test func theAuthorsFilesAreRead() throws {
        let folder = FamilyReference.parent.appendingPathComponent("timm_swin")
        let reference = try FamilyReference(folder)
        let original = try Data(contentsOf: folder.appendingPathComponent("model.safetensors"))
        let renamed = try TemporaryFolder()
        var text = original
        // The header keeps its length: names have as many letters, or spaces after them.
        for (name, other) in [
            ("layers.1.downsample", "layers.0.downsample"), ("\"head.fc.weight\"", "\"head.weight\"   "),
            ("\"head.fc.bias\"", "\"head.bias\"   "),
        ] {
            while let range = text.range(of: Data(name.utf8)) { text.replaceSubrange(range, with: Data(other.utf8)) }
        }
        let path = renamed.url.appendingPathComponent("model.safetensors")
        try text.write(to: path)
        let configuration = "config.json"
        try Data(contentsOf: folder.appendingPathComponent(configuration))
            .write(to: renamed.url.appendingPathComponent(configuration))
        let model = try Model.load(path.path)
        #expect(try model.layer("layers.0.downsample").address == "stages.1.merging")
        let executor = try model.makeExecutor(layers: ["output"], gradient: false)
        executor.setInput(Reference.pattern(executor.inputCount, seed: 1))
        try executor.forward(cancellation: nil)
        #expect(Reference.distance(executor.output("output"), try reference.expected("output", "output").values) < 1e-5)
    }

    /// Hugging Face's tables fit whole windows only.
    @Test func tooSmallAPictureIsRefused() throws {
        #expect(
            throws: EngineError.invalidValue(
                what: "The size", found: "8 × 24 px (height × width)",
                expected: "larger: stage 1 would have 2 × 6 patches, and its windows have 3 × 3")
        ) { try model("hf_swin", size: PixelSize(width: 24, height: 8)) }
    }

    @Test func headsAreNotASetting() throws {
        let file = FamilyReference.parent.appendingPathComponent("timm_swin/model.safetensors").path
        #expect(
            throws: EngineError.invalidValue(
                what: "`heads`", found: "2",
                expected: "left out: the weights determine it, or there is no attention in this Swin transformer")
        ) { try Model.load(file, settings: ModelSettings(heads: 2)) }
    }
}
