import Checkpoints
import Compute
import Foundation
import Models
import Platform
import TestModels
import TestSupport
import Testing

/// Models under whatever stands before their names, which `Fixtures/make_nested_fixtures.py` made: each gives what
/// PyTorch gives.
@Suite(.timeLimit(.minutes(10))) struct NestedModelTests {
    private static let folder = Reference.root.appendingPathComponent("Tests/Fixtures/nested")
    private static let reference = Result {
        try Safetensors(path: folder.appendingPathComponent("reference.safetensors").path)
    }

    private func load(_ name: String, part: String? = nil) throws -> Model {
        try Model.load(Self.folder.appendingPathComponent(name).path, weights: part)
    }

    private func expected(_ name: String) throws -> Tensor { try Self.reference.get().parameter(name).tensor }

    /// Whether a model gives the tokens, and the logits where it has a head, that PyTorch gave with these weights.
    private func expect(_ model: Model, gives weights: String, logits: Bool = false) throws {
        let input = try expected("input")
        if logits {
            let found = try model.logits(of: input)
            #expect(Reference.distance(found.values, try expected("\(weights).logits").values) < 1e-5, "\(weights)")
        } else {
            let found = try model.activations(at: "norm", of: input)
            #expect(Reference.distance(found.values, try expected("\(weights).tokens").values) < 1e-5, "\(weights)")
        }
    }

    @Test(arguments: [
        "model-state.pth", "nested-keys.pth", "compiled-blocks.pth", "old-1.pth", "old-4.pth", "old-5.pth",
    ])
    func whatStandsAroundTheWeightsIsLookedThrough(_ name: String) throws {
        let model = try load(name)
        try expect(model, gives: "plain", logits: true)
        // What is assumed of heads is said of all.
        #expect(model.warnings == (try load("plain.safetensors").warnings))
    }

    /// Whatever stands before all names, also what nobody has thought of, and whatever wraps a block.
    @Test(arguments: [
        "vit.", "encoder.", "model.encoder.", "base_model.", "image_encoder.", "visual.trunk.", "a.b.c.d.", "0.",
        "Größe.", "base_model.model._orig_mod.module.",
    ])
    func anyPrefixIsDropped(_ prefix: String) throws {
        let model = try renamed { prefix + $0 }
        try expect(model, gives: "plain", logits: true)
    }

    @Test(arguments: [
        ("blocks.", "blocks.#._checkpoint_wrapped_module."), ("blocks.", "blocks.#._fsdp_wrapped_module."),
        ("blocks.", "blocks.#._fsdp_wrapped_module._checkpoint_wrapped_module._orig_mod."),
        ("blocks.", "blocks.#.whatever."), ("blocks.", "_fsdp_wrapped_module.blocks.#._fpw_module."),
        ("patch_embed.", "patch_embed._orig_mod."), ("head.", "head.module."), ("norm.", "norm._forward_module."),
        ("head.", "head.base_layer."),
    ])
    func wrappersAnywhereInANameAreLookedThrough(_ part: String, _ wrapped: String) throws {
        let model = try renamed { name in
            guard name.hasPrefix(part) else {
                return wrapped.hasPrefix("_fsdp") ? "_fsdp_wrapped_module." + name : name
            }
            let pieces = name.split(separator: ".", maxSplits: 2)
            guard wrapped.contains("#") else { return wrapped + name.dropFirst(part.count) }
            return wrapped.replacing("#", with: pieces[1]) + pieces[2]
        }
        try expect(model, gives: "plain", logits: true)
    }

    @Test func wrappersOfPartsOfABlockToo() throws {
        let model = try renamed { $0.replacing(".attn.", with: ".attn._fsdp_wrapped_module.") }
        try expect(model, gives: "plain", logits: true)
    }

    @Test func whatChangesTheComputationIsNoWrapper() throws {
        // Low-rank adapters keep the layer below `base_layer`, beside what is added to it.
        for (added, keeps) in [
            ("blocks.0.attn.qkv.lora_A.default.weight", "base_layer."), ("blocks.0.attn.qkv.lora_A.weight", ""),
            ("head.modules_to_save.default.weight", "original_module."), ("blocks.0.attn.qkv.ia3_l", "base_layer."),
        ] {
            for prefix in ["", "base_model.model."] {
                let text = message {
                    _ = try self.renamed(adding: [prefix + added: [4, 64]], integers: false) {
                        prefix + $0.replacing("blocks.0.attn.qkv.", with: "blocks.0.attn.qkv." + keeps)
                    }
                }
                #expect(text.contains("adapters") && text.contains("merge_and_unload()"), "\(text)")
            }
        }
    }

    @Test func quantizedWeightsAreNamed() throws {
        // GPTQ's name; bitsandbytes packs four bits under the weight's own name, in another shape.
        for (added, dropped) in [("head.qweight", "head.weight"), ("head.weight", "head.weight")] {
            let text = message {
                _ = try self.renamed(adding: [added: [8, 1]]) { $0 == dropped ? "epoch" : $0 }
            }
            #expect(text.contains("“\(added)”") && text.contains("not floating-point numbers"), "\(text)")
        }
    }

    /// What another program keeps in the metadata says nothing here, and is no reason not to load the weights.
    @Test func anotherProgramsConfigurationInTheMetadata() throws {
        for config in ["learning_rate: 0.1", "{\"learning_rate\": 0.1}", "[1, 2]", "train.yaml"] {
            let folder = try TemporaryFolder()
            let path = try Self.write(folder, adding: [:], integers: false, metadata: ["config": config]) { $0 }
            let model = try Model.load(path)
            try expect(model, gives: "plain", logits: true)
            let said = model.warnings.joined(separator: "\n")
            #expect(said.contains("“config” in the file's metadata") && said.contains("how many heads"), "\(said)")
        }
    }

    @Test func countsBesideTheWeightsAreNoWeights() throws {
        let model = try renamed(adding: [
            "num_batches_tracked": [], "embeddings.position_ids": [1, 5], "epoch": [1], "blocks.0.steps": [3],
        ]) { $0 }
        try expect(model, gives: "plain", logits: true)
        let nested = try renamed(adding: ["epoch": [], "ids": [1, 5]]) { "anything." + $0 }
        try expect(nested, gives: "plain", logits: true)
    }

    @Test func ofTwoDictionariesTheChoiceIsSaidAndCanBeMade() throws {
        let model = try load("two-keys.pth")
        try expect(model, gives: "plain", logits: true)
        #expect(
            model.warnings.first
                == "The file holds several sets of weights; those under “net_weights” are used, as with "
                + "`weights: \"net_weights\"`. Others: `weights: \"ema_model\"`.")
        let average = try load("two-keys.pth", part: "ema_model")
        try expect(average, gives: "average", logits: true)
        // Pictures of one are not those of the other; asking for the usual one by name changes nothing.
        #expect(average.weightsHash != model.weightsHash)
        #expect(try load("two-keys.pth", part: "net_weights").weightsHash == model.weightsHash)
        #expect(
            throws: EngineError.unknownWeights(
                weights: "other", model: Self.folder.appendingPathComponent("two-keys.pth").path,
                available: ["net_weights", "ema_model"])
        ) { try load("two-keys.pth", part: "other") }
    }

    @Test(arguments: ["moco-v3.pth.tar", "moco-v3.safetensors"])
    func ofMoCoBothEncodersCanBeHad(_ name: String) throws {
        let base = try load(name)
        try expect(base, gives: "base_encoder")
        #expect(base.graph.layer("logits") == nil)
        #expect(base.warnings.contains { $0.contains("“base_encoder” are used") && $0.contains("momentum_encoder") })
        #expect(
            base.warnings.contains {
                $0.hasPrefix("Left out because they belong to the training") && $0.contains("predictor")
            })
        let momentum = try load(name, part: "momentum_encoder")
        try expect(momentum, gives: "momentum_encoder")
        #expect(momentum.weightsHash != base.weightsHash)
        #expect(try load(name, part: "base_encoder").weightsHash == base.weightsHash)
    }

    @Test func ofIJEPATheTargetsEncoderIsTaken() throws {
        let target = try load("ijepa.pth.tar")
        try expect(target, gives: "target_encoder")
        #expect(target.warnings.first?.contains("“target_encoder” are used") == true)
        try expect(try load("ijepa.pth.tar", part: "encoder"), gives: "encoder")
    }

    @Test func aMaskedAutoencodersDecoderIsLeftOut() throws {
        let model = try load("mae.pth")
        try expect(model, gives: "mae")
        #expect(
            model.warnings.first
                == "Left out because they belong to the training, not to the model: “decoder_embed” (2 tensors), "
                + "“decoder_pos_embed”, “decoder_blocks”, “decoder_norm”, “decoder_pred”.")
    }

    /// Depth Anything's own file: the backbone below "pretrained.", beside what computes depth.
    @Test func whatIsBuiltOnABackboneIsLeftOutAndSaid() throws {
        let model = try renamed(
            adding: [
                "depth_head.projects.0.weight": [4, 64, 1, 1], "depth_head.scratch.layer1_rn.weight": [4, 4, 3, 3],
            ],
            integers: false
        ) { "pretrained." + $0 }
        try expect(model, gives: "plain", logits: true)
        let note = "Left out because they belong to what is built on the model for its task: “depth_head” (2 tensors)."
        #expect(model.warnings.first == note)
        for family in ["hf_dpt", "hf_depth_anything"] {
            let model = try FamilyReference(FamilyReference.parent.appendingPathComponent(family)).model()
            let said = "Left out because they belong to what is built on the model for its task: “head” ("
            #expect(model.warnings.contains { $0.hasPrefix(said) && $0.contains("“neck” (") }, "\(model.warnings)")
        }
    }

    @Test func whatStandsBesideAModelAndIsNotKnownIsNamed() throws {
        let text = message {
            _ = try self.renamed(adding: ["text_encoder.proj.weight": [4, 64]], integers: false) {
                "image_encoder." + $0
            }
        }
        #expect(
            text.contains("Below “image_encoder”") && text.contains("“text_encoder.proj.weight”")
                && text.contains("`load(path, weights: \"image_encoder\")`"))
        let folder = try TemporaryFolder()
        let path = try Self.write(folder, adding: ["text_encoder.proj.weight": [4, 64]], integers: false) {
            "image_encoder." + $0
        }
        try expect(try Model.load(path, weights: "image_encoder"), gives: "plain", logits: true)
    }

    // MARK: Files made of the plain one

    private func renamed(
        adding others: [String: [Int]] = [:], integers: Bool = true, _ rename: (String) -> String
    ) throws -> Model {
        let folder = try TemporaryFolder()
        return try Model.load(Self.write(folder, adding: others, integers: integers, rename))
    }

    /// Writes the plain model's file with other names, and tensors of zeros beside them.
    private static func write(
        _ folder: TemporaryFolder, adding others: [String: [Int]], integers: Bool, metadata: [String: String] = [:],
        _ rename: (String) -> String
    ) throws -> String {
        let bytes = try Array(Data(contentsOf: Self.folder.appendingPathComponent("plain.safetensors")))
        let length = Int(bytes[0]) | Int(bytes[1]) << 8 | Int(bytes[2]) << 16
        let header = try #require(
            try JSONSerialization.jsonObject(with: Data(bytes[8..<8 + length])) as? [String: Any])
        var changed: [String: Any] = [:]
        for (name, entry) in header where name != "__metadata__" { changed[rename(name)] = entry }
        if !metadata.isEmpty { changed["__metadata__"] = metadata }
        var numbers = bytes[(8 + length)...]
        let start = numbers.count
        numbers += [UInt8](repeating: 0, count: others.values.reduce(0) { $0 + 8 * $1.reduce(1, *) })
        var place = start
        for (name, shape) in others.sorted(by: { $0.key < $1.key }) {
            let end = place + 8 * shape.reduce(1, *)
            changed[name] = ["dtype": integers ? "I64" : "F64", "shape": shape, "data_offsets": [place, end]]
            place = end
        }
        let text = try JSONSerialization.data(withJSONObject: changed)
        let size = (0..<8).map { UInt8(truncatingIfNeeded: text.count >> (8 * $0)) }
        return try folder.write(size + Array(text) + numbers, to: "renamed.safetensors")
    }
}
