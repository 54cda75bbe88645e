import Commands
import Foundation
import TestSupport
import Testing
import VitrineEngine

/// Dictionaries that are made in cells, and scores of their latents.
@Suite(.timeLimit(.minutes(10))) struct DictionaryTrainingCommandTests {
    private let notebook = Notebook()
    private let folder: TemporaryFolder
    private var photographs: String { folder.path("photographs") }

    init() throws {
        folder = try TemporaryFolder()
        for index in 0..<6 {
            let pixels = (0..<16 * 16 * 3).map { UInt8(($0 * (index * 40 + 3) + index * 5) % 251) }
            let bytes = try PNG.encode(Image(width: 16, height: 16, pixels: pixels))
            _ = try folder.write(bytes, to: "photographs/\(index).png")
        }
        notebook.run(
            "let vit = load(\"\(Reference.path("causes/vit"))\")\nlet mixer = load(\"\(Reference.path("tiny_mixer"))\")"
        )
    }

    private func text(_ cell: String) throws -> String {
        let answer = notebook.run(cell)
        return try #require(answer.result, "\(cell): \(answer.failure?.message ?? "no result")")
    }

    private func complaint(_ cell: String) -> String { notebook.run(cell).failure?.message ?? "no error" }

    private func train(_ more: String = "") -> String {
        "let sae = dictionary(of: vit.blocks[1], in: \"\(photographs)\", size: 32, active: 3, steps: 20, batch: 32\(more), "
            + "to: \"\(folder.path("sae.safetensors"))\")"
    }

    @Test func aDictionaryIsTrainedUsedAndLoaded() throws {
        #expect(notebook.run(train()).failure?.message == nil)
        #expect(try text("sae.count") == "32")
        #expect(try text("sae.losses.count") == "20")
        #expect(try text("sae").contains("trained here"))
        #expect(try text("sae.unexplained > 0") == "true")
        #expect(notebook.run("render(sae.latents(0..<2), steps: 2)").failure?.message == nil)
        #expect(
            try text("sae.strongest(for: image(\"\(photographs)/0.png\"), count: 2, steps: 0).neurons.count") != "0")
        let again = "load(\"\(folder.path("sae.safetensors"))\", on: vit.blocks[1])"
        #expect(try text("\(again).count") == "32")
        #expect(try text("\(again).losses.count") == "0")
        #expect(try text(again).contains("6 photographs in “photographs”"))
        // On another layer it is still a dictionary of that width, but not of that layer.
        let elsewhere = notebook.run("load(\"\(folder.path("sae.safetensors"))\", on: vit.blocks[0])")
        #expect(elsewhere.warnings.contains("made for blocks.1"), "\(elsewhere.warnings)")
    }

    /// However short the training was: whether a notebook has the picture must not depend on the machine.
    @Test func whatATrainingMissedIsShownThoughItWasShort() throws {
        let kept = notebook.run(train())
        #expect(kept.result == nil)
        #expect(kept.displays.last?.data["image/png"] != nil)
        #expect(try #require(kept.displays.last?.plain).contains("32 of 16 features"))
        let shown = notebook.run(
            "dictionary(of: vit.blocks[1], in: \"\(photographs)\", size: 32, steps: 2, batch: 32, to: \"\(folder.path("b.safetensors"))\")"
        )
        #expect(shown.displays.filter { $0.data["image/png"] != nil }.count == 1)
        #expect(shown.bundle == nil)
    }

    @Test func conceptsAreLatents() throws {
        notebook.run(
            "let found = concepts(of: vit.logit(2), in: \"\(photographs)\", at: vit.blocks[1], count: 3, "
                + "to: \"\(folder.path("nmf.safetensors"))\")")
        #expect(try text("found.count") == "3")
        #expect(try text("found").contains("non-negative factors"))
        #expect(notebook.run("render(found.latents(0..<3), steps: 2)").failure?.message == nil)
        let photo = "image(\"\(photographs)/0.png\")"
        #expect(notebook.run("activations(\(photo), at: found.latent(1))").failure?.message == nil)
        let components =
            "concepts(in: \"\(photographs)\", at: vit.blocks[1], count: 2, by: .pca, "
            + "to: \"\(folder.path("pca.safetensors"))\")"
        #expect(try text("\(components).count") == "2")
    }

    @Test func neuronsAndLatentsAreScored() throws {
        notebook.run(train())
        notebook.run("let scores = monosemanticity(sae, in: \"\(photographs)\", by: mixer)")
        #expect(try text("scores.scores.count") == "32")
        #expect(try text("scores.best(3).count") == "3")
        #expect(try text("scores.quantiles.count") == "101")
        #expect(try text("scores.median <= 1") == "true")
        #expect(try text("scores").contains("median"))
        #expect(try text("scores.baseline < 0.9") == "true")
        #expect(try !text("scores").contains("nearly all are alike"))
        // A judge to whom all photographs are alike says so, for its scores cannot.
        for index in 0..<4 {
            let pixels = (0..<16 * 16 * 3).map { UInt8($0 == index ? 0 : $0 % 251) }
            _ = try folder.write(
                try PNG.encode(Image(width: 16, height: 16, pixels: pixels)), to: "alike/\(index).png")
        }
        #expect(
            try text("monosemanticity(sae, in: \"\(folder.path("alike"))\", by: mixer)").contains(
                "nearly all are alike, so a score says little: name another model or layer with `by:`."))
        #expect(try text("monosemanticity(vit.blocks[1], in: \"\(photographs)\", by: mixer.blocks[0]).count") == "16")
        let own = notebook.run("monosemanticity(vit.blocks[1], in: \"\(photographs)\", by: vit)")
        #expect(own.text.contains("judges itself"), "\(own.text)")
    }

    @Test func mistakesAreExplained() throws {
        #expect(complaint(train(", rate: 7")).contains("rate"))
        let file = "dictionary(of: vit.blocks[1], in: \"\(photographs)\", size: 32, to: \"sae.pt\")"
        #expect(complaint(file).contains(".safetensors"))
        #expect(complaint("dictionary(of: vit.logits, in: \"nowhere\", size: 32)").contains("nowhere"))
        #expect(
            complaint("concepts(of: mixer.logit(1), in: \"\(photographs)\", at: vit.blocks[1])").contains(
                "another model"))
        #expect(complaint("load(\"./no/where.pt\", on: vit.blocks[1])").contains("no/where.pt"))
        #expect(
            complaint("monosemanticity(vit.blocks[1], in: \"\(folder.path("empty"))\", by: mixer)").contains("empty"))
    }
}
