import Commands
import Foundation
import TestSupport
import Testing
import VitrineEngine

/// Dictionaries of latents and directions, as cells use them.
@Suite(.timeLimit(.minutes(10))) struct DictionaryCommandTests {
    private let notebook = Notebook()
    private let folder: TemporaryFolder
    private let file = Reference.root.appendingPathComponent("Tests/Fixtures/dictionaries/saev-topk.pt").path

    init() throws {
        folder = try TemporaryFolder()
        for (place, name) in ["a", "b"].enumerated() {
            try FileManager.default.createDirectory(atPath: folder.path(name), withIntermediateDirectories: true)
            for index in 0..<6 {
                let pixels = (0..<16 * 16 * 3).map { UInt8(($0 * (place * 40 + 3) + index * 5) % 251) }
                try Image(width: 16, height: 16, pixels: pixels).write(to: folder.path("\(name)/\(index).png"))
            }
        }
        notebook.run(
            """
            let vit = load("\(Reference.path("causes/vit"))")
            let sae = load("\(file)", on: vit.blocks[1])
            let photo = image("\(folder.path("a/0.png"))")
            """)
    }

    private func text(_ cell: String) throws -> String {
        let answer = notebook.run(cell)
        return try #require(answer.result, "\(cell): \(answer.failure?.message ?? "no result")")
    }

    private func complaint(_ cell: String) -> String { notebook.run(cell).failure?.message ?? "no error" }

    @Test func aLatentIsATargetLikeAnyOther() throws {
        #expect(try text("sae.count") == "40")
        #expect(try text("sae").contains("saev-topk.pt"))
        #expect(try text("sae.latent(7)").contains("blocks.1.sae"))
        #expect(try text("sae.codes(photo).shape").hasSuffix(", 40]"))
        #expect(try text("sae.decoder(7).shape") == "[16]")
        #expect(try text("sae.latent(7).direction.shape") == "[16]")
        #expect(try text("sae.latent(7)").contains("latent 7 of 40"))
        #expect(notebook.run("render(sae.latent(7), steps: 2)").displays.last?.plain?.contains("latent 7:") == true)
        #expect(notebook.run("activations(photo, at: sae.latent(7))").failure?.message == nil)
        #expect(try text("topImages(in: \"\(folder.path("a"))\", for: sae.latent(7), count: 2).count") == "2")
        #expect(try text("sae.strongest(for: photo, count: 2, steps: 0).neurons.count") != "0")
        let atlas = "atlas(sae, in: \"\(folder.path("atlas"))\", neurons: 0..<2, steps: 1, plan: true)"
        #expect(try text(atlas).contains("2 pictures"))
        #expect(try text("sae.model.clamping(sae.latent(7), to: 5).name").contains("set to 5"))
    }

    @Test func aReconstructionIsGivenInNumbers() throws {
        // A TopK keeps five latents in every token, of which some may be negative.
        #expect(try text("sae.reconstruction(photo).meanActive <= 5") == "true")
        #expect(try text("sae.reconstruction(photo).unexplained > 0") == "true")
        #expect(try text("sae.reconstruction(photo).tensor.shape").hasSuffix(", 16]"))
    }

    @Test func aPictureOfALatentIsMadeAgain() throws {
        let path = folder.path("latent.png")
        notebook.run("save(render(sae.latent(7), steps: 2, seed: 1), \"\(path)\")")
        let again = notebook.run("rerun(\"\(path)\")")
        #expect(again.failure?.message == nil)
    }

    @Test func mistakesAreExplained() throws {
        #expect(complaint("sae.latent(40)").contains("39"))
        #expect(complaint("load(\"\(file)\", on: vit.logits)").contains("width of the dictionary"))
        #expect(complaint("load(\"\(file)\", topK: 3)").contains("on: vit.blocks[10]"))
        #expect(complaint("load(\"\(folder.path("no.pt"))\", on: vit.blocks[1])").contains("no.pt"))
    }

    @Test func aDirectionIsATensor() throws {
        notebook.run(
            "let d = direction(from: \"\(folder.path("a"))\", against: \"\(folder.path("b"))\", at: vit.blocks[1])")
        #expect(try text("d.shape") == "[16]")
        #expect(try text("(d - d).norm == 0") == "true")
        #expect(notebook.run("render(vit.blocks[1].along(d), steps: 2)").failure?.message == nil)
        let probe = notebook.run(
            "direction(from: \"\(folder.path("a"))\", against: \"\(folder.path("b"))\", at: vit.blocks[1], by: .probe)")
        #expect(probe.failure?.message == nil)
        #expect(try text("vit.logit(2).direction.shape") == "[16]")
    }
}
