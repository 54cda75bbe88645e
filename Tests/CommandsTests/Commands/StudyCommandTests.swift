import Commands
import Foundation
import TestModels
import Testing
import VitrineEngine

/// Questions about models: `reconstruct`, `mixing`, `consistency`.
@Suite(.timeLimit(.minutes(10))) final class StudyCommandTests: Sendable {
    private let notebook = Notebook.withTwoBlocks()
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    private let photo = Image(width: 150, height: 140, pixels: (0..<150 * 140 * 3).map { UInt8($0 * 7 % 251) })

    init() throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try photo.write(to: path("photo.png"))
        notebook.run(
            "let vit = load(\"vit\"); let mixer = load(\"ffmixer\"); let photo = image(\"\(path("photo.png"))\")")
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    private func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

    private func text(_ cell: String) throws -> String {
        let answer = notebook.run(cell)
        return try #require(answer.result, "\(cell): \(answer.failure?.message ?? "no result")")
    }

    private func failure(_ cell: String) throws -> String {
        try #require(notebook.run(cell).failure?.message, "\(cell) should fail")
    }

    @Test func aPhotographIsMadeAgain() throws {
        let cell = "let r = reconstruct(photo, from: vit.blocks[1].patches(0..<16), by: .l1, steps: 6)"
        let answer = notebook.run(cell + "\nr")
        #expect(answer.failure == nil)
        // It is on show where it was rendered, and not once more.
        #expect(answer.result == nil)
        let bundle = try #require(answer.displays.last)
        #expect(bundle.data["image/png"] != nil)
        #expect(bundle.data["text/html"]?.string?.contains("<img") == true)
        #expect(bundle.data["text/html"]?.string?.contains("<table") == true)
        let plain = try #require(bundle.plain)
        #expect(plain.contains("blocks.1 patches 0 to 15 by L1  given") && plain.contains("the rest"))
        // The recipe knows the photograph by its pixels.
        #expect("\(try #require(bundle.metadata["vitrine"]))".contains(photo.sha256))
        #expect(try text("r.steps") == "6")
        #expect(try text("r.errors[\"L1 inside\"]! < r.errors[\"L1 inside at the start\"]!") == "true")
        let model = try TwoBlocks.load("vit")
        let target = Target(model: "vit", layer: "blocks.1", tokens: .indices(Array(0..<16)))
        let expected = try model.reconstruct(
            photo, named: path("photo.png"), from: [.init(target, by: .l1)], .init(steps: 6))
        #expect(notebook.run("save(r, \"\(path("sheet.png"))\")").failure == nil)
        #expect(try Image(contentsOf: path("sheet.png")) == expected.sheet.image)
        #expect(notebook.run("save(r.picture, \"\(path("picture.png"))\")").failure == nil)
        #expect(try Image(contentsOf: path("picture.png")) == expected.parts[0].picture.image)
        // Both carry the recipe, and either makes the picture again.
        for name in ["picture.png", "sheet.png"] {
            #expect(try text("rerun(\"\(path(name))\").activation == r.picture.activation") == "true")
        }
    }

    @Test func severalPartsGiveAPictureEach() throws {
        notebook.run("let r = reconstruct(photo, from: [vit.blocks[0], vit.blocks[1].mlp.patch(3)], steps: 2)")
        #expect(try text("r.count") == "2")
        #expect(try text("r").contains("blocks.1.mlp patch 3 by cosine"))
        #expect(
            try text("reconstruct(photo, from: vit.blocks[0], steps: 2, recipe: .article).recipe.json").contains(
                "ascent"))
    }

    @Test func aModelsMixingIsMeasured() throws {
        let answer = notebook.run("let m = mixing([vit, mixer], photo, blocks: [0], steps: 2)\nm")
        // What there is so far is shown from the beginning, with how long the rest will take.
        let first = try #require(answer.displays.first)
        #expect(first.plain?.contains("% of all") == true && first.plain?.contains("left") == true)
        #expect(first.data["text/html"]?.string?.contains("<img") == true)
        // The whole study takes their place.
        #expect(answer.result == nil)
        let bundle = try #require(answer.displays.last)
        #expect(bundle.data["image/png"] != nil)
        #expect(bundle.data["text/html"]?.string?.components(separatedBy: "<img").count == 3)
        let plain = try #require(bundle.plain)
        #expect(plain.contains("a ViT neuron in one patch looks at its patch"))
        #expect(plain.contains("ffmixer") && plain.contains("blocks.1.mlp2"))
        #expect(try text("m.verdicts.count") == "5")
        #expect(try text("m.gradientOutside[\"vit blocks.0.mlp\"]! < 0.5") == "true")
        #expect(try text("m.plot.width") == "900")
        #expect(notebook.run("save(m, \"\(path("m.png"))\")").failure == nil)
        #expect(try text("mixing(vit, photo, blocks: []).verdicts[1]") == "\"undecided\"")
    }

    @Test func runsAreCompared() throws {
        let answer = notebook.run(
            "let c = consistency(vit.blocks[1].mlp.neuron(3), runs: 2, in: \"\(folder.path)\", steps: 4)\nc")
        #expect(answer.failure == nil)
        let bundle = try #require(answer.displays.last { $0.data["image/png"] != nil })
        #expect(bundle.plain?.contains("blocks.1.mlp neuron 3") == true)
        #expect(bundle.plain?.contains("on the strongest photograph") == true)
        #expect(try text("c.score >= 0 && c.score <= 1") == "true")
        #expect(try text("c.activations.count") == "2")
        #expect(try text("c.similarity.shape") == "[2, 2]")
        #expect(try text("c.photographs.count") == "1")
        #expect(try text("c.beatsPhotographs == (c.activations.min()! > c.photographs.activations[0])") == "true")
        #expect(try text("c.pictures.count") == "2")
        notebook.run("let d = consistency([vit.blocks[1].mlp.neuron(3), vit.blocks[1].cls], runs: 2, steps: 2)")
        #expect(try text("d.cross.shape") == "[2, 2]")
        #expect(try text("d.scores.count") == "2")
        #expect(try text("d").contains("driven by the pictures of →"))
        #expect(try text("d.beatsPhotographs") == "nil")
    }

    @Test func anInterruptedMixingStudyShowsWhatIsDone() throws {
        let answer = notebook.run("let m = mixing(vit, photo, blocks: [0], steps: 100000)") { execution, count in
            if count > 2 { execution.interrupt() }
        }
        #expect(answer.failure == .interrupted)
        #expect(answer.displays.last?.data["image/png"] != nil)
        #expect(answer.displays.last?.plain?.contains("results so far") == true)
        #expect(try text("m.verdicts.count") == "5")
    }

    @Test func interruptingKeepsWhatIsDone() throws {
        let answer = notebook.run("let r = reconstruct(photo, from: vit.blocks[1], steps: 100000)") {
            execution, count in
            if count > 2 { execution.interrupt() }
        }
        #expect(answer.failure == .interrupted)
        #expect(answer.displays.last?.plain?.contains("Stopped before the end") == true)
        #expect(try text("r.steps < 100000") == "true")
    }

    @Test func refusesWhatMakesNoSense() throws {
        #expect(try failure("reconstruct(photo, from: [])").contains("from: vit.blocks[3].patches(0..<16)"))
        #expect(try failure("reconstruct(photo, from: [vit.blocks[0], mixer.blocks[0]])").contains("one model"))
        #expect(try failure("reconstruct(photo, from: vit.blocks[0], steps: 0)").contains("number of steps"))
        #expect(try failure("mixing([], photo)").contains("number of models"))
        #expect(try failure("mixing([vit, vit], photo)").contains("vit twice"))
        #expect(try failure("mixing(vit, photo, rows: 8)").contains("1 to 7"))
        #expect(try failure("mixing(vit, photo, blocks: [12])").contains("blocks go from 0 to 1"))
        #expect(try failure("consistency(vit.blocks[1].mlp.neuron(3), runs: 1)").contains("2 to 256"))
        #expect(try failure("consistency([])").contains("empty"))
        #expect(try failure("consistency([vit.blocks[0], mixer.blocks[0]])").contains("one model"))
    }
}
