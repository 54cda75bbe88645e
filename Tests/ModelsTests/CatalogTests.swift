import Foundation
import Images
import Models
import Platform
import TestSupport
import Testing

/// What a person gets who asks for a model that is not there, or for a file that is no model.
@Suite(.timeLimit(.minutes(10))) struct CatalogTests {
    @Test func builtInModelsAreFound() {
        #expect(Catalog.builtInNames == ["vit", "mixer", "ffmixer"])
    }

    @Test func unknownNamesListTheNearOnes() {
        #expect(throws: EngineError.unknownModel(name: "vitt", near: ["vit"])) { try Model.load("vitt") }
        #expect(throws: EngineError.unknownModel(name: "", near: [])) { try Model.load("") }
        #expect(throws: EngineError.fileMissing(path: "nowhere/vit.safetensors")) {
            try Model.load("nowhere/vit.safetensors")
        }
    }

    @Test func unknownFamiliesSayWhereTheKnownOnesAreListed() throws {
        let path = try save(["x.weight": [2, 2]])
        do {
            _ = try Model.load(path)
            Issue.record("loaded")
        } catch {
            #expect(
                error.message
                    == "The tensors of “\(path)” match no known family. No family is recognized by such names. Found: "
                    + "x.weight. docs/models.md lists the families, `models(\"all\")` the models that a name downloads."
            )
        }
    }

    @Test func theNearestFamilyAndTheMissingPartAreNamed() throws {
        let bare = try save(["pos_embed": nil])
        let nearest = message { _ = try Model.load(bare) }
        #expect(nearest.contains("Nearest is a vision transformer: “patch_embed.proj.weight”"))
        #expect(nearest.contains("“pos_embed”") && nearest.contains(" is missing. Found: "))
        let gated = try save(["pos_embed": nil, "blocks.0.attn.gating_param": [2]])
        #expect(
            message { _ = try Model.load(gated) }.contains(
                "It has attention gated between content and position (ConViT), which no family here computes. "))
        // A tensor of another spelling is named beside the one that is missing.
        let spelled = try save(["blocks.1.mlp.fc2.bias": nil, "blocks.1.mlp.fc3.bias": [16]])
        #expect(
            throws: EngineError.missingTensors(
                path: spelled, names: ["blocks.1.mlp.fc2.bias (there is blocks.1.mlp.fc3.bias)"], count: 1)
        ) { try Model.load(spelled) }
    }

    @Test func missingTensorsAreCounted() throws {
        let path = try save(["norm.weight": nil, "blocks.1.mlp.fc2.bias": nil])
        #expect(
            throws: EngineError.missingTensors(
                path: path, names: ["blocks.1.mlp.fc2.bias", "norm.weight"], count: 2)
        ) { try Model.load(path) }
        // A block that is missing in between is missing, and not the model's end.
        let gap = try save(["blocks.2.norm1.weight": [16], "blocks.2.norm1.bias": [16]], dropping: "blocks.1.")
        #expect(message { _ = try Model.load(gap) }.contains("lacks 12 tensors that its family needs: blocks.1."))
        // With the positions gone the sizes cannot be told, so nothing claims to know the family.
        let bare = try save(["pos_embed": nil])
        #expect(throws: EngineError.self) { try Model.load(bare) }
    }

    @Test func wrongShapesAreNamed() throws {
        let path = try save(["blocks.0.mlp.fc2.weight": [16, 63]])
        #expect(
            throws: EngineError.shapeMismatch(
                place: "The tensor “blocks.0.mlp.fc2.weight” of “\(path)”", expected: [16, 64],
                found: [16, 63])
        ) { try Model.load(path) }
        for (name, shape) in [
            ("patch_embed.proj.weight", [16, 3, 4]), ("patch_embed.proj.weight", [16]),
            ("pos_embed", [1, 18, 16]),
            ("cls_token", [17]), ("blocks.0.mlp.fc1.weight", [0, 16]),
            ("head.weight", [5]),
            ("patch_embed.proj.weight", [0, 3, 4, 4]), ("pos_embed", [1, 0, 16]),
        ] {
            let path = try save([name: shape])
            #expect(throws: EngineError.self, "\(name) \(shape)") { try Model.load(path) }
        }
    }

    @Test func tensorsNobodyUnderstandsAreNotIgnored() throws {
        // A gate changes what the model computes; without it the answers would be wrong.
        let path = try save(["blocks.0.attn.gating_param": [2]])
        #expect(
            throws: EngineError.unusedTensors(
                path: path, family: "vision transformer", names: ["blocks.0.attn.gating_param"], count: 1,
                parts: ["attention gated between content and position (ConViT)"])
        ) { try Model.load(path) }
        #expect(
            message { _ = try Model.load(path) }.contains(
                "They are of attention gated between content and position (ConViT), which a vision transformer has not here."
            ))
    }

    @Test func anOptionalPartOfOneBlockIsAskedOfAll() throws {
        // A norm of the queries of one block is asked of the other.
        let normed = try save(["blocks.0.attn.q_norm.weight": [8]])
        #expect(
            throws: EngineError.missingTensors(path: normed, names: ["blocks.1.attn.q_norm.weight"], count: 1)
        ) { try Model.load(normed) }
        let path = try save(["blocks.0.ls1.gamma": [16]])
        #expect(
            throws: EngineError.missingTensors(
                path: path, names: ["blocks.0.ls2.gamma", "blocks.1.ls1.gamma", "blocks.1.ls2.gamma"], count: 3)
        ) { try Model.load(path) }
    }

    @Test func classNamesMustFit() throws {
        let names = ["ash", "birch", "cedar", "dogwood", "elm"]
        #expect(try Model.load(Reference.path("tiny_vit"), classes: names).classes == names)
        #expect(try Model.load(Reference.path("tiny_mixer")).classes == [])
        #expect(
            throws: EngineError.invalidValue(
                what: "The number of class names", found: "2", expected: "5, as many as the model has logits")
        ) { try Model.load(Reference.path("tiny_vit"), classes: ["ash", "birch"]) }
    }

    @Test func configurationsThatMakeNoSenseAreRefused() throws {
        for config in [
            "{", #"{"std":[0,1,1]}"#, #"{"mean":[1]}"#, #"{"num_heads":3}"#, #"{"num_heads":0}"#,
            #"{"num_heads":-2}"#, #"{"num_heads":2,"image_size":-16}"#, #"{"num_heads":2,"image_size":100000000}"#,
            #"{"num_heads":2,"resize":0}"#,
        ] {
            let path = try save([:], config: config)
            #expect(throws: EngineError.self, "\(config)") { try Model.load(path) }
        }
        // Width 16 has no heads of 64.
        #expect(throws: EngineError.self) { try Model.load(try save([:], config: nil)) }
    }

    @Test func theConfigurationSaysHowAPhotographBecomesTheInput() throws {
        let side = try Model.load(Reference.path("tiny_vit")).imageSize.width
        let path = try save(
            [:],
            config: #"{"num_heads":2,"image_size":\#(side),"resize":\#(side + 4),"interpolation":"bilinear","#
                + #""license":"for anything"}"#)
        let model = try Model.load(path)
        #expect(model.preprocessing.size == PixelSize(side: side))
        #expect(model.preprocessing.resize == PixelSize(side: side + 4))
        #expect(model.preprocessing.interpolation == .bilinear)
        #expect(model.license == "for anything")
        let larger = try Model.load(path, size: PixelSize(side: 2 * side))
        #expect(larger.preprocessing.resize == PixelSize(side: 2 * (side + 4)))
    }

    @Test func numbersThatAreNoneAreAWarning() throws {
        let path = try save([:])
        #expect(try Model.load(path).warnings == [])
        var file = try Data(contentsOf: URL(fileURLWithPath: path))
        let length = Int(file.withUnsafeBytes { $0.load(as: UInt64.self) })
        let header = try JSONSerialization.jsonObject(with: file[8..<8 + length]) as? [String: [String: Any]]
        let bias = try #require((header?["blocks.1.mlp.fc2.bias"]?["data_offsets"] as? [Int])?.first)
        for (index, bits) in [(0, UInt32(0x7FC0_0000)), (3, 0xFF80_0000), (5, 0x7F7F_FFFF)] {
            let place = 8 + length + bias + 4 * index
            file.replaceSubrange(place..<place + 4, with: withUnsafeBytes(of: bits) { Data($0) })
        }
        try file.write(to: URL(fileURLWithPath: path))
        // NaN and -∞ are none; the largest number is one.
        #expect(
            try Model.load(path).warnings == [
                "In the tensor “blocks.1.mlp.fc2.bias”, 2 of 16 values are NaN or infinite; "
                    + "nothing computed from them can be trusted."
            ])
    }

    /// 64 MB that no family knows, in a file that is refused after all else in it was read, again and again.
    @Test func whatARefusedFileTookIsGivenBack() throws {
        let path = try save(["extra.weight": [1 << 24]])
        defer { try? FileManager.default.removeItem(atPath: path) }
        func addressSpace() throws -> Int {
            let pages = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ")[0]
            return (Int(pages) ?? 0) * 4096
        }
        #expect(throws: EngineError.self) { try Model.load(path) }
        let before = try addressSpace()
        for _ in 0..<64 { #expect(throws: EngineError.self) { try Model.load(path) } }
        // Other tests run beside this one; sixty-four files would be 4 GB.
        #expect(try addressSpace() - before < 2 << 30)
    }

    @Test func nearNamesComeBestFirst() {
        #expect(nearest(to: "golf bal", among: ["golf ball", "gas pump", "basketball"]) == ["golf ball"])
        #expect(
            nearest(to: "blcoks.3", among: ["blocks.3", "blocks.4", "norm"]) == ["blocks.3", "blocks.4"])
        #expect(nearest(to: "zzz", among: ["vit", "ffmixer"]).isEmpty)
    }

    /// The tiny vision transformer's tensors, all 0, with some shapes changed, added or (nil) left out.
    private func save(
        _ changes: [String: [Int]?], dropping prefix: String? = nil, config: String? = #"{"num_heads":2}"#
    ) throws -> String {
        let model = try Reference.open("tiny_vit")
        var shapes: [String: [Int]] = [:]
        if changes.keys.first != "x.weight" {
            for name in model.names { shapes[name] = model.shape(name)!.dimensions }
        }
        for (name, shape) in changes { shapes[name] = shape }
        if let prefix { shapes = shapes.filter { !$0.key.hasPrefix(prefix) } }
        var offset = 0
        var entries: [String: Any] = [:]
        for (name, shape) in shapes {
            let bytes = shape.reduce(4, *)
            entries[name] =
                ["dtype": "F32", "shape": shape, "data_offsets": [offset, offset + bytes]] as [String: Any]
            offset += bytes
        }
        if let config { entries["__metadata__"] = ["config": config] }
        let header = try JSONSerialization.data(withJSONObject: entries)
        let file = FileManager.default.temporaryDirectory.appendingPathComponent(
            "\(UUID().uuidString).safetensors")
        try (withUnsafeBytes(of: UInt64(header.count)) { Data($0) } + header + Data(count: offset)).write(
            to: file)
        return file.path
    }
}
