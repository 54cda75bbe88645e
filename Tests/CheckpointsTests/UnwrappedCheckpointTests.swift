import Checkpoints
import Compute
import Platform
import Testing

/// What training programs put before the names of tensors, and what only looks like it.
@Suite(.timeLimit(.minutes(10))) struct UnwrappedCheckpointTests {
    @Test(arguments: [
        (["module.cls_token", "module.head.weight"], ["cls_token", "head.weight"]),
        (["_orig_mod.cls_token", "_orig_mod.head.weight"], ["cls_token", "head.weight"]),
        (["model.cls_token", "model.head.weight"], ["cls_token", "head.weight"]),
        (
            ["_orig_mod.module.backbone.cls_token", "_orig_mod.module.backbone.norm.weight"],
            ["cls_token", "norm.weight"]
        ),
        (["state_dict.module.cls_token", "state_dict.module.norm.weight"], ["cls_token", "norm.weight"]),
        // Averaged models count their steps beside the model.
        (["n_averaged", "module.cls_token", "module.norm.weight"], ["cls_token", "norm.weight"]),
        // The loss has weights.
        (["model.cls_token", "model.norm.weight", "criterion.weight"], ["cls_token", "norm.weight"]),
        // One of two models.
        (["student.cls_token", "teacher.cls_token"], ["cls_token"]),
        (["ema.cls_token", "model.cls_token"], ["cls_token"]),
        // DINO's and DINOv2's teachers.
        (["backbone.cls_token", "head.mlp.0.weight", "head.last_layer.weight_g"], ["cls_token"]),
        (["backbone.cls_token", "dino_head.mlp.0.weight", "ibot_head.mlp.0.weight"], ["cls_token"]),
        (
            [
                "student.backbone.cls_token", "student.head.mlp.0.bias", "teacher.backbone.cls_token",
                "teacher.head.mlp.0.bias",
            ],
            ["cls_token"]
        ),
        // A classifier belongs to the model.
        (["backbone.cls_token", "head.weight", "head.bias"], ["cls_token", "head.weight", "head.bias"]),
    ])
    func prefixesAreDropped(_ stored: [String], _ names: [String]) throws {
        let file = UnwrappedCheckpoint.unwrapping(NamesOnly(stored))
        #expect(file.names == names)
        for name in names {
            let original = file.originalName(of: name)
            #expect(stored.contains(original) && original.hasSuffix(name))
            #expect(file.shape(name) == [2])
            #expect(try file.parameter(name).tensor.values[0] == Float(stored.firstIndex(of: original)!))
        }
        #expect(file.shape(stored[0]) == nil)
        #expect(throws: EngineError.missingTensors(path: "x", names: ["other"], count: 1)) {
            try file.parameter("other")
        }
        #expect(file.path == "x" && file.sha256 == "hash" && file.tensorBytes == 8 && file.metadata == ["format": "pt"])
    }

    /// It is the only child of a stage that does not merge patches, but no wrapper.
    @Test func theListOfAStagesBlocksStays() {
        let names = [0, 1].flatMap {
            [
                "layers.0.blocks.\($0).norm1.weight", "layers.0.blocks.\($0).mlp.weight",
            ]
        }
        #expect(UnwrappedCheckpoint.unwrapping(NamesOnly(names)).names == names)
        let wrapped = names.map { $0.replacing("layers.", with: "module.layers.") }
        #expect(UnwrappedCheckpoint.unwrapping(NamesOnly(wrapped)).names == names)
    }

    @Test func theTeacherIsPreferredAndAnAverageIsNot() {
        let teacher = UnwrappedCheckpoint.unwrapping(NamesOnly(["student.a", "teacher.a"]))
        #expect(teacher.originalName(of: "a") == "teacher.a")
        let model = UnwrappedCheckpoint.unwrapping(NamesOnly(["model_ema.a", "model.a"]))
        #expect(model.originalName(of: "a") == "model.a")
    }

    @Test(arguments: [
        ["cls_token", "blocks.0.norm1.weight"],
        ["vit.embeddings.cls_token", "classifier.weight"],
        ["model.norm.weight", "head.weight"],
        ["model."],
        ["encoder.layers.encoder_layer_0.ln_1.weight", "heads.head.weight"],
        ["backbone.cls_token", "decode_head.weight"],
        [],
    ])
    func otherNamesAreLeftAlone(_ stored: [String]) {
        let file = UnwrappedCheckpoint.unwrapping(NamesOnly(stored))
        #expect(file.names == stored)
        #expect(!(file is UnwrappedCheckpoint))
    }
}

/// A checkpoint whose tensors hold their place among the names.
private struct NamesOnly: Checkpoint {
    let names: [String]
    var path: String { "x" }
    var metadata: [String: String] { ["format": "pt"] }
    var sha256: String { "hash" }
    var tensorBytes: Int { 8 }
    var sources: [SourceFile] { [] }
    var ownBytes: Int { 0 }

    func check() throws(EngineError) {}

    init(_ names: [String]) { self.names = names }

    func shape(_ name: String) -> Shape? {
        names.contains(name) ? (name == "n_averaged" ? [] : [2]) : nil
    }

    func parameter(_ name: String) throws(EngineError) -> Parameter {
        Parameter(Tensor(repeating: Float(names.firstIndex(of: name) ?? -1), shape: [2]))
    }
}
