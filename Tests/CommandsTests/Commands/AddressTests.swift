import Commands
import Foundation
import TestKernel
import Testing

/// Layers, tokens and neurons by name, in models of several families: the committed tiny ones.
@Suite(.timeLimit(.minutes(10))) struct AddressTests {
    private let notebook = Notebook()

    private func load(_ family: String, as name: String = "m") {
        let folder = repository.appendingPathComponent("Tests/Fixtures/families/\(family)").path
        let answer = notebook.run("let \(name) = load(\"\(folder)/model.safetensors\")")
        #expect(answer.failure == nil, "\(answer.failure?.message ?? "")")
    }

    @Test func sublayersAreMembers() throws {
        notebook.run("let vit = load(\"vit\")")
        for (member, words) in [
            ("attn.queries", "65 tokens (CLS and 8 × 8 patches) × 192 features"),
            ("attn.keys", "65 tokens (CLS and 8 × 8 patches) × 192 features"),
            ("attn.values", "65 tokens (CLS and 8 × 8 patches) × 192 features"),
            ("attn.heads", "65 tokens (CLS and 8 × 8 patches) × 192 features"),
            ("attn.pattern", "heads × 65 attending tokens (CLS and 8 × 8 patches) × 65 attended tokens"),
            ("before", "65 tokens (CLS and 8 × 8 patches) × 192 features"),
            ("middle", "65 tokens (CLS and 8 × 8 patches) × 192 features"),
            ("mlp.hidden", "65 tokens (CLS and 8 × 8 patches) × 768 features"),
        ] {
            let shown = notebook.run("vit.blocks[5].\(member)").result
            #expect(shown?.hasPrefix("blocks.5.") == true || member == "before", "\(member): \(shown ?? "nothing")")
            #expect(shown?.hasSuffix(words) == true, "\(member): \(shown ?? "nothing")")
        }
        #expect(notebook.complete("vit.blocks[5].attn.que") == ["queries"])
        #expect(notebook.complete("vit.blocks[5].bef") == ["before"])
        #expect(notebook.run("vit.blocks[5].attn.querys").failure?.message.contains("`queries`") == true)
    }

    @Test func addressesOfOtherFrameworksFindTheirLike() {
        notebook.run("let vit = load(\"vit\")")
        #expect(
            notebook.run("vit[\"encoder.layer.3.mlp\"]").failure?.message.contains("Did you mean “blocks.3.mlp”")
                == true)
        load("torchvision_vit")
        #expect(
            notebook.run("m[\"encoder.layers.encoder_layer_1.mlp.3\"].address").result == "\"blocks.1.mlp\"")
        load("hf_vit", as: "h")
        #expect(notebook.run("h[\"vit.encoder.layer.1.output.dense\"].address").result == "\"blocks.1.mlp\"")
    }

    @Test func anAttentionPatternSaysWhereNeuronsAre() {
        notebook.run("let vit = load(\"vit\")\nlet pattern = vit.blocks[2].attn.pattern")
        for cell in ["pattern.neuron(3)", "pattern.patch(1)", "pattern.cls", "render(pattern)"] {
            let message = notebook.run(cell).failure?.message
            #expect(
                message
                    == "blocks.2.attn.pattern of vit is an attention pattern, heads × attending tokens × attended tokens: it has no neurons or patches to choose or render. Neurons are in `blocks.2.attn`; the pattern's numbers are given by `activations(photo, at: …)`.",
                "\(cell)")
        }
        #expect(notebook.complete("pattern.neu") == [])
    }

    @Test func hiddenUnitsOfTokenMixingAreRows() {
        notebook.run("let mixer = load(\"ffmixer\")\nlet hidden = mixer.blocks[2].mlp2.hidden")
        #expect(
            notebook.run("hidden").result
                == "blocks.2.mlp2.hidden of ffmixer: 260 hidden token-mixing units × 192 features")
        #expect(
            notebook.run("hidden.neuron(3)").result
                == "neuron 3 of 192 in all 260 hidden token-mixing units, blocks.2.mlp2.hidden of ffmixer")
        #expect(
            notebook.run("hidden.hiddenUnit(7)").result
                == "all 192 neurons in hidden token-mixing unit 7 of 260, blocks.2.mlp2.hidden of ffmixer")
        #expect(
            notebook.run("hidden.hiddenUnits(0..<4).neuron(3)").result
                == "neuron 3 of 192 in 4 of 260 hidden token-mixing units, blocks.2.mlp2.hidden of ffmixer")
        #expect(
            notebook.run("hidden.hiddenUnit(260)").failure?.message
                == "There is no hidden unit 260 in blocks.2.mlp2.hidden of ffmixer: hidden units go from 0 to 259.")
        #expect(
            notebook.run("hidden.patch(3)").failure?.message.hasPrefix("blocks.2.mlp2.hidden of ffmixer has no tokens")
                == true)
        #expect(notebook.run("render(hidden.hiddenUnit(7).neuron(3), steps: 2).label").failure == nil)
        #expect(
            notebook.run("mixer.blocks[2].mlp1.hiddenUnit(3)").failure?.message.contains("its rows are tokens") == true)
        #expect(notebook.complete("hidden.hid") == ["hiddenUnit", "hiddenUnits"])
        #expect(notebook.complete("mixer.blocks[2].mlp1.hid") == ["hidden"])
    }

    @Test func distillationAndRegisterTokensAreChosenByName() {
        load("timm_distilled")
        #expect(notebook.run("m.blocks[0].distillation").result?.contains("in the distillation token") == true)
        #expect(notebook.complete("m.blocks[0].dist") == ["distillation"])
        load("hf_dinov2_registers", as: "d")
        #expect(notebook.run("d.blocks[0].register(0)").result?.contains("in the register 0 token") == true)
        #expect(notebook.run("d.blocks[0]").result?.contains("registers and") == true)
        #expect(
            notebook.run("d.blocks[0].register(99)").failure?.message.hasPrefix("There is no register 99 in") == true)
        #expect(notebook.run("d.logits(1)").failure?.message.contains("has no head") == true)
        #expect(notebook.run("d.logit(0)").failure?.message.contains("has no head") == true)
        #expect(notebook.run("d.classify(image(\"x.png\"))").failure != nil)
        #expect(notebook.run("m.blocks[0].register(0)").failure?.message.contains("has no register 0 token") == true)
    }

    @Test func theCardSaysWhatWasAssumed() throws {
        let card = try #require(notebook.run("load(\"vit\")").result)
        #expect(!card.contains("warning"))
        #expect(
            card.contains("a photograph      the shorter side to 144 px (bicubic), the middle 128 × 128 px, mean 0.485")
        )
        // The configuration beside the file does not say which activation it has.
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent("model.safetensors")
        let fixture = repository.appendingPathComponent(
            "Tests/Fixtures/families/clip_tower/model.safetensors")
        try FileManager.default.copyItem(at: fixture, to: file)
        try Data(#"{"num_attention_heads": 2}"#.utf8).write(to: folder.appendingPathComponent("config.json"))
        let answer = notebook.run("load(\"\(file.path)\")")
        #expect(answer.result?.contains("warning") == true)
        #expect(answer.result?.contains("its activation (QuickGELU)") == true)
        // A cell that shows no card says it as well.
        let quiet = notebook.run("let tower = load(\"\(file.path)\")")
        #expect(quiet.result == nil && quiet.warnings.hasPrefix("model: The file does not say its activation"))
    }

    @Test func bigModelsListEachKindOfBlockOnce() throws {
        notebook.run("let vit = load(\"vit\")")
        let table = try #require(notebook.run("vit.layers").result)
        #expect(table.split(separator: "\n").count < 30)
        #expect(table.contains("blocks.0.attn.pattern … blocks.11.attn.pattern"))
        #expect(notebook.run("vit.layers.count").result.flatMap { Int($0) } ?? 0 > 80)
        #expect(notebook.run("vit.layers.filter { $0.address == \"blocks.6.mlp\" }.count").result == "1")
        // A model of few layers is listed whole.
        load("timm_vit")
        let small = try #require(notebook.run("m.layers").result)
        #expect(small.contains("blocks.1.mlp "))
    }
}
