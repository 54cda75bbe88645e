import Commands
import Foundation
import Jupyter
import TestModels
import Testing
import VitrineEngine

/// Photographs for a neuron and neurons for a photograph: `topImages`, `strongest`, `usualLevel`.
@Suite(.timeLimit(.minutes(10))) final class PhotographCommandTests: Sendable {
    private let notebook = Notebook.withTwoBlocks()
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)

    init() throws {
        try FileManager.default.createDirectory(
            at: folder.appendingPathComponent("more"), withIntermediateDirectories: true)
        try FileManager.default.createDirectory(
            at: folder.appendingPathComponent("none"), withIntermediateDirectories: true)
        for index in 0..<7 { try photo(index).write(to: path(index < 5 ? "\(index).png" : "more/\(index).png")) }
        try Data("no picture".utf8).write(to: URL(fileURLWithPath: path("broken.png")))
        try Data("a text".utf8).write(to: URL(fileURLWithPath: path("notes.txt")))
        notebook.run("let vit = load(\"vit\"); let photo = image(\"\(path("2.png"))\")")
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    private func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

    private func photo(_ index: Int) -> Image {
        Image(width: 140, height: 130, pixels: (0..<140 * 130 * 3).map { UInt8(($0 * (index + 2) + index * 31) % 251) })
    }

    private func text(_ cell: String) throws -> String {
        let answer = notebook.run(cell)
        return try #require(answer.result, "\(cell): \(answer.failure?.message ?? "no result")")
    }

    @Test func theStrongestPhotographsOfAFolder() throws {
        let model = try TwoBlocks.load("vit")
        let target = Target(model: "vit", layer: "blocks.1.mlp", features: .indices([42]))
        let scores = try (0..<7).map { index in
            let values = try model.activations(
                at: "blocks.1.mlp", of: model.preprocessing.tensor(of: photo(index))
            ).values
            return (index, (1...64).reduce(Float(0)) { $0 + values[$1 * 192 + 42] } / 64)
        }.sorted { $0.1 > $1.1 }
        let cell = "topImages(in: \"\(folder.path)\", for: vit.blocks[1].mlp.neuron(42), count: 3)"
        let answer = notebook.run("let top = \(cell)\ntop")
        let expected = try model.topImages(in: folder.path, for: .mean(target), count: 3)
        #expect(answer.bundle?.data["image/png"] != nil)
        #expect(try text("top.files") == "[\"\(scores[0].0).png\", \"\(scores[1].0).png\", \"\(scores[2].0).png\"]")
        #expect(try text("top.activations").hasPrefix("["))
        for place in 0..<3 {
            #expect(try abs((Float(text("top.activations[\(place)]")) ?? 0) - scores[place].1) < 1e-4)
            #expect(try text("top[\(place)].path") == "\"\(expected.entries[place].path)\"")
            #expect(try text("top.patches[\(place)]") == "\(expected.entries[place].patch?.index ?? -1)")
        }
        #expect(try text("top.read") == "7")
        #expect(try text("top.skipped.count") == "1")
        #expect(try text("top.skipped[0]").contains("broken.png"))
        let words = try text("top")
        #expect(words.hasPrefix("photograph  activation"))
        #expect(words.contains("the strongest of 7 photographs; 1 file could not be read"))
        #expect(words.contains("\nskipped: “\(path("broken.png"))” is not an image"))
        notebook.run("save(top, \"\(path("none/sheet.png"))\")")
        #expect(try Image(contentsOf: path("none/sheet.png")) == expected.sheet.image)
        // One of them is a photograph: it can be looked at again.
        #expect(
            try text("activations(top[0], at: vit.blocks[1].mlp.neuron(42)).mean - top[0].activation < 0.0001")
                == "true")
        #expect(try text("top.map { $0.file }.count") == "3")
        #expect(try text("top.table.count") == "3")
        let ranked = try model.topImages(in: folder.path, for: .mean(target), count: 3, by: .strongestPatch)
        #expect(
            try text(
                "topImages(in: \"\(folder.path)\", for: vit.blocks[1].mlp.neuron(42), count: 1, by: .strongestPatch)[0].patch"
            )
                == "\(ranked.entries[0].patch?.index ?? -1)")
    }

    @Test func theStrongestNeuronsAreReadyToRender() throws {
        let model = try TwoBlocks.load("vit")
        let expected = try model.strongest(for: photo(2), in: "blocks.1.mlp", count: 3, perPatch: 2)
        let answer = notebook.run(
            "let found = strongest(for: photo, in: vit.blocks[1].mlp, count: 3, steps: 2, seed: 4)\nfound")
        #expect(answer.outcome.isSuccess && answer.result == nil, "shown where it was rendered")
        #expect(answer.displays.last?.data["image/png"] != nil)
        #expect(try text("found.neurons") == "\(expected.findings.map(\.neuron))")
        #expect(try text("found.patches") == "\(expected.findings.map { $0.patch?.index ?? -1 })")
        #expect(try text("found.usual == \"this photograph's own 64 patches\"") == "true")
        #expect(try text("found[0]").hasPrefix("neuron \(expected.findings[0].neuron) of 192 in all 64 patches"))
        #expect(try text("found.patchTargets[0]").contains("in patch \(expected.findings[0].patch?.index ?? -1) "))
        #expect(try text("found.map { $0 } == found.targets.map { $0 }") == "true")
        #expect(try text("found.deviations.count") == "3")
        #expect(try text("found.maps[0].max") == text("found.deviations[0]"))
        // The pictures are those that `render` makes.
        notebook.run("let sheet = render(found, steps: 2, seed: 4)")
        #expect(try text("sheet.activations == found.pictures.activations") == "true")
        #expect(try text("sheet.count") == "3")
        notebook.run("let one = render(found[1], steps: 1)")
        #expect(try text("one.label").contains("neuron \(expected.findings[1].neuron)"))
        #expect(try text("activations(photo, at: found).shape") == "[3, 64]")
        let words = try text("found.table")
        #expect(words.hasPrefix("neuron"))
        #expect(words.contains("blocks.1.mlp of vit, compared with this photograph's own 64 patches."))
        #expect(words.contains("Pictures: 2 steps."))
    }

    @Test func withoutStepsThereAreMaps() throws {
        let found = try TwoBlocks.load("vit").strongest(for: photo(2), in: "blocks.1.mlp", count: 4)
        let answer = notebook.run("strongest(for: photo, in: vit.blocks[1].mlp, count: 4, perPatch: nil, steps: 0)")
        let png = try #require(answer.bundle?.data["image/png"]?.string.flatMap { Data(base64Encoded: $0) })
        try png.write(to: URL(fileURLWithPath: path("none/shown.png")))
        #expect(try Image(contentsOf: path("none/shown.png")) == found.sheet.image)
        #expect(try text("strongest(for: photo, in: vit.blocks[1].mlp, steps: 0).pictures") == "nil")
    }

    @Test func aFolderIsTheUsualLevel() throws {
        let model = try TwoBlocks.load("vit")
        let usual = try model.usualLevel(at: "blocks.1.mlp", in: folder.path)
        let expected = try model.strongest(for: photo(2), in: "blocks.1.mlp", count: 5, against: usual, perPatch: 2)
        notebook.run("let usual = usualLevel(at: vit.blocks[1].mlp, in: \"\(folder.path)\")")
        #expect(try text("usual").contains("measured on  the patches of 7 photographs; 1 file could not be read"))
        #expect(try text("usual.count") == "448")
        let shown = try #require(notebook.run("display(usual)").displays.last)
        #expect(shown.data["image/png"] != nil)
        #expect(shown.data["text/html"]?.string?.contains("the patches of 7 photographs") == true)
        #expect(try text("usual.mean.shape") == "[192]")
        for against in ["usual", "\"\(folder.path)\""] {
            #expect(
                try text(
                    "strongest(for: photo, in: vit.blocks[1].mlp, count: 5, against: \(against), steps: 0).neurons")
                    == "\(expected.findings.map(\.neuron))")
        }
        let classes = try text("strongest(for: photo, in: vit.logits, count: 2, against: \"\(folder.path)\", steps: 0)")
        #expect(classes.contains("“") && classes.contains("compared with 7 photographs"))
    }

    @Test func anInterruptedRenderKeepsThePictures() throws {
        let answer = notebook.run(
            "let kept = strongest(for: photo, in: vit.blocks[1].mlp, count: 2, steps: 100000)\nlet never = 1"
        ) {
            execution, _ in execution.interrupt()
        }
        #expect(answer.failure?.name == "Interrupted")
        #expect(answer.displays.last?.data["image/png"] != nil)
        #expect(try text("kept.count") == "2")
        #expect(notebook.run("never").failure != nil)
    }

    @Test(arguments: [
        (
            "in: \"nowhere\", for: vit.logit(0)",
            "There is no folder at “nowhere”. Paths are relative to the notebook's folder."
        ),
        (
            "in: \"NONE\", for: vit.logit(0)",
            "The number of photographs in “NONE” is 0: the folder is empty; it must be 1 or more PNG or JPEG files, in the folder or its subfolders."
        ),
        (
            "in: \"FOLDER\", for: vit.logit(0), count: 0",
            "The number of photographs to keep is 0; it must be 1 to 1000."
        ),
        (
            "in: \"FOLDER\", for: vit.blocks[1].mlp.neurons(0..<3)",
            "Photographs can be searched for one target at a time, but this is a list. Search for each in turn, or for `.together` of several neurons."
        ),
        (
            "in: \"FOLDER\", for: vit.logit(0), by: .strongestPatch",
            "“logit “tench”” has no patches to rank photographs by. Rank by the objective itself."
        ),
        (
            "in: \"FOLDER\", for: vit.logit(0) + load(\"ffmixer\").logit(0)",
            "A search for photographs uses one model; this objective uses vit and ffmixer."
        ),
    ])
    func searchesSay(_ arguments: String, _ message: String) {
        let filled = { (text: String) in
            text.replacing("FOLDER", with: self.folder.path).replacing("NONE", with: self.path("none"))
        }
        #expect(notebook.run("topImages(\(filled(arguments)))").failure?.message == filled(message))
    }

    @Test(arguments: [
        ("in: vit.blocks[1].mlp, count: 0", "The number of neurons to list is 0; it must be 1 or more."),
        ("in: vit.blocks[1].mlp, perPatch: 0", "The number of neurons of one patch is 0; it must be 1 or more."),
        (
            "in: vit.blocks[1].mlp, steps: -1",
            "`steps` must be 0 to 100000, not -1. 0 shows heat maps instead of pictures."
        ),
        (
            "in: vit.logits",
            "logits of vit has no patches to compare with each other. Name a folder of photographs: `against: \"photos\"`."
        ),
        (
            "in: vit.blocks[1].attn.pattern",
            "blocks.1.attn.pattern of vit is an attention pattern, from every token to every other. `attention(photo, in: …)` lays it over a photograph."
        ),
        (
            "in: vit.blocks[1].mlp, against: \"nowhere\"",
            "There is no folder at “nowhere”. Paths are relative to the notebook's folder."
        ),
        (
            "in: vit.blocks[1].mlp, against: usualLevel(at: vit.blocks[0].mlp, in: \"FOLDER\")",
            "The usual level is that of blocks.0.mlp of vit; it must be that of blocks.1.mlp of vit."
        ),
        (
            "in: \"blocks.1.mlp\"",
            "`in` must be a layer, but this is text (\"blocks.1.mlp\")."
        ),
    ])
    func comparisonsSay(_ arguments: String, _ message: String) {
        let filled = arguments.replacing("FOLDER", with: folder.path)
        #expect(notebook.run("strongest(for: photo, \(filled))").failure?.message == message)
    }
}

extension CellOutcome {
    fileprivate var isSuccess: Bool { if case .success = self { true } else { false } }
}
