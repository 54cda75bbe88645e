import Commands
import Foundation
import TestConditions
import TestModels
import TestSupport
import Testing
import VitrineEngine

/// Changed models and the studies of causes, as cells call them.
@Suite(.timeLimit(.minutes(10))) struct CauseCommandTests {
    private let notebook = Notebook.withTwoBlocks()
    private let folder: TemporaryFolder
    private let model: Model
    private let photo = Image(width: 150, height: 140, pixels: (0..<150 * 140 * 3).map { UInt8($0 * 7 % 251) })
    private let other = Image(width: 150, height: 140, pixels: (0..<150 * 140 * 3).map { UInt8($0 / 5 % 239) })

    init() throws {
        folder = try TemporaryFolder()
        model = try TwoBlocks.load("vit")
        try photo.write(to: folder.path("photo.png"))
        try other.write(to: folder.path("other.png"))
        notebook.run(
            """
            let vit = load("vit")
            let photo = image("\(folder.path("photo.png"))")
            let other = image("\(folder.path("other.png"))")
            """)
    }

    private func text(_ cell: String) throws -> String {
        let answer = notebook.run(cell)
        return try #require(answer.result, "\(cell): \(answer.failure?.message ?? "no result")")
    }

    private func complaint(_ cell: String) -> String { notebook.run(cell).failure?.message ?? "no error" }

    @Test func aChangedModelIsAModel() throws {
        notebook.run("let without = vit.ablating(vit.blocks[1].attn.head(2))")
        #expect(try text("without.name") == "\"vit without blocks.1.attn.heads head 2\"")
        #expect(try text("without").contains("changed"))
        let changed = try model.changed(by: [
            Intervention(
                Target(model: "vit", layer: "blocks.1.attn.heads", features: .head(2, of: 3)), .set(to: 0))
        ])
        notebook.run("without.output(photo).save(\"\(folder.path("y.npy"))\")")
        let expected = try changed.output(of: changed.preprocessing.tensor(of: photo))
        #expect(try NumPy.read(folder.path("y.npy")) == expected)
        #expect(try text("without.classify(photo).name") != "")
        #expect(try text("attention(photo, in: without.blocks[1]).count") == "3")
        #expect(notebook.run("gradient(of: without.logit(\"church\"), at: photo, samples: 0)").failure == nil)
        #expect(try text("without == vit") == "false")
        // Changes follow one another, on parts of the model that they began with.
        #expect(
            try text("without.scaling(vit.blocks[0].mlp, by: 0.5).name")
                == "\"vit without blocks.1.attn.heads head 2, with blocks.0.mlp times 0.5\"")
    }

    @Test func everyKindOfChangeIsAMethod() throws {
        #expect(try text("vit.ablating(vit.blocks[1]).name") == "\"vit without blocks.1\"")
        #expect(
            try text("vit.ablating(vit.blocks[1].mlp.hidden.neurons([3, 5])).name")
                == "\"vit without blocks.1.mlp.hidden neurons 3, 5\"")
        #expect(
            try text("vit.clamping(vit.blocks[1].mlp.hidden.neuron(7), to: 2).name")
                == "\"vit with blocks.1.mlp.hidden neuron 7 set to 2\"")
        #expect(
            try text("vit.patching(vit.blocks[0].patches(0..<16), from: other).name")
                == "\"vit with blocks.0 patches 0 to 15 from “other.png”\"")
        notebook.run("let v = vit.activations(photo, at: vit.blocks[0])[0]")
        #expect(
            try text("vit.adding(v, times: 4, at: vit.blocks[0]).name")
                == "\"vit with 4 × a direction added to blocks.0\"")
        #expect(
            try text("vit.ablating(vit.heads[1], to: .mean(of: \"\(folder.url.path)\")).name")
                .contains("head 1 at its mean over"))
        #expect(try text("vit.heads.count") == "6")
        #expect(try text("vit.mlps.count") == "2")
    }

    @Test func mistakesAreExplained() throws {
        #expect(complaint("vit.ablating(vit.blocks[1].attn.head(9))").contains("There is no head 9"))
        #expect(complaint("vit.ablating([])").contains("No part of a model is chosen"))
        #expect(complaint("vit.adding([1, 2], at: vit.blocks[0])").contains("of 2 numbers"))
        #expect(complaint("vit.ablating(vit.heads[0], to: .mean)").contains("`.mean` needs photographs"))
        notebook.run("let mixer = load(\"mixer\")")
        #expect(complaint("vit.ablating(mixer.blocks[0])").contains("This is a part of mixer, not of vit"))
        #expect(complaint("importance(of: [], for: vit.logit(\"church\"), at: photo)").contains("No part"))
        #expect(
            complaint("relevance(of: mixer.logit(\"church\"), at: photo)").contains("none of its blocks has attention"))
        #expect(
            complaint("faithfulness(gradient(of: vit.logit(\"church\"), at: photo, samples: 0))").contains("add `of:"))
        #expect(complaint("contributions(to: vit.blocks[0].neuron(3), at: photo)").contains("after it"))
        #expect(
            complaint("importance(of: vit.heads, for: vit.logit(0), at: photo, to: 1, from: other)").contains(
                "not by both"))
    }

    @Test func aPictureOfAChangedModelIsMadeAgain() throws {
        let path = folder.path("picture.png")
        notebook.run(
            """
            let without = vit.ablating(vit.blocks[0].attn.head(1)).patching(vit.blocks[0].patch(3), from: other)
            let picture = render(without.blocks[1].mlp.neuron(5), steps: 3)
            save(picture, "\(path)")
            """)
        let recipe = try Recipe(
            json: #require(PNG.texts(in: [UInt8](Data(contentsOf: URL(fileURLWithPath: path))))[PNG.recipeKeyword]))
        #expect(recipe.interventions.count == 2 && recipe.photographs.count == 1)
        let again = notebook.run("rerun(\"\(path)\")")
        #expect(again.failure == nil, "\(again.failure?.message ?? "")")
        notebook.run("save(rerun(\"\(path)\"), \"\(folder.path("again.png"))\")")
        #expect(try Image(contentsOf: path) == Image(contentsOf: folder.path("again.png")))
        notebook.run("save(render(vit.blocks[1].mlp.neuron(5), steps: 3), \"\(folder.path("plain.png"))\")")
        #expect(try Image(contentsOf: path) != Image(contentsOf: folder.path("plain.png")))
    }

    @Test func headsHaveAMatrixAndATable() throws {
        let answer = notebook.run("let found = importance(of: vit.heads, for: vit.logit(\"church\"), at: photo)\nfound")
        #expect(answer.bundle?.data["image/png"] != nil)
        let plain = try #require(answer.result)
        #expect(plain.contains("blocks.1.attn.heads head 2") && plain.contains("Replaced by 0"))
        #expect(try text("found.values.count") == "6")
        let parts = model.headTargets.map { Importance.Part.target($0) }
        let church = try #require(model.classes.firstIndex(of: "church"))
        let expected = try model.importance(
            of: parts, for: .mean(Target(model: "vit", layer: "logits", features: .indices([church]))), at: photo)
        #expect(try text("found.objective").hasPrefix(String("\(expected.value)".prefix(5))))
        #expect(
            try text("found.strongest[0]").contains(
                expected.strongest[0].words.split(separator: " ").last ?? "?"))
        #expect(try text("importance(of: vit.blocks, for: vit.logit(\"church\"), at: photo).values.count") == "2")
        #expect(
            try text("importance(of: vit.mlps, for: vit.logit(\"church\"), at: photo, from: other).values.count") == "2"
        )
        let patches = "importance(of: vit.blocks[0], for: vit.logit(\"church\"), at: photo, each: .patch)"
        #expect(try text("\(patches).maps[0].values.shape") == "[8, 8]")
    }

    @Test func theLensSaysWhatTheHeadWouldSay() throws {
        let answer = notebook.run("let read = lens(photo, in: vit)\nread")
        #expect(answer.bundle?.data["image/png"] != nil && answer.result?.contains("blocks.1") == true)
        #expect(try text("read.values.shape") == "[3, 65, 20]")
        #expect(try text("read.classes[2][0] == vit.classify(photo).name") == "true")
        #expect(try text("read.map(\"church\").count") == "3")
        #expect(
            try text("lens(photo, in: vit, for: [vit.logit(\"church\"), vit.logit(\"tench\")]).values.shape")
                == "[3, 65, 2]")
        #expect(complaint("read.map(\"no such class\")").contains("is not among"))
    }

    @Test func contributionsAddUp() throws {
        notebook.run("let parts = contributions(to: vit.logit(\"church\"), at: photo)")
        #expect(try text("abs(parts.error) < 0.0001") == "true")
        #expect(try text("parts.heads.shape") == "[2, 3]")
        #expect(try text("parts").contains("so they add up to"))
        #expect(
            try text(
                "contributions(to: vit.logit(\"church\"), at: photo, neurons: vit.blocks[1].mlp).values.count > 700")
                == "true")
    }

    @Test func mapsAreTested() throws {
        notebook.run("let map = relevance(of: vit.logit(\"church\"), at: photo)")
        #expect(try text("map.values.shape") == "[8, 8]")
        #expect(notebook.run("map").bundle?.data["image/png"] != nil)
        let path = "relevance(of: vit.logit(\"church\"), at: photo, by: .integratedGradients, steps: 8)"
        #expect(try text("\(path).attributions.shape") == "[3, 128, 128]")
        #expect(try text("\(path)").contains("error"))
        #expect(
            try text("relevance(of: vit.logit(\"church\"), at: photo, by: .gradCAM, in: vit.blocks[0]).values.shape")
                == "[8, 8]")
        let test = try text(
            "faithfulness([map, gradient(of: vit.logit(\"church\"), at: photo, samples: 0)], steps: 4, samples: 10)")
        #expect(test.contains("random") && test.contains("deletion"))
        #expect(try text("faithfulness(map, steps: 4, samples: 0).deletion.count") == "2")
    }

    @Test func trustIsAPage() throws {
        try FileManager.default.createDirectory(
            atPath: folder.path("photographs"), withIntermediateDirectories: true)
        for index in 0..<6 {
            let pixels = (0..<150 * 140 * 3).map { UInt8(($0 * (index + 3)) % 251) }
            try Image(width: 150, height: 140, pixels: pixels).write(to: folder.path("photographs/\(index).png"))
        }
        let cell =
            "let report = trust(vit.blocks[1].mlp.neuron(5), in: \"\(folder.path("photographs"))\", runs: 2, steps: 3)"
        let answer = notebook.run("\(cell)\nreport")
        #expect(answer.failure == nil, "\(answer.failure?.message ?? "")")
        #expect(try text("report.path.count") == "2")
        #expect(try text("report.words").contains("agree to"))
        #expect(try text("report.pictures.count") == "2")
    }

    /// The page knows of what has come since the last cell, so none is run before the end.
    @Test func everyBlockAndHeadHasASwitch() throws {
        let page = Page(notebook)
        func isShown(_ cell: String, _ model: String) -> Bool {
            let texts = page.texts
            return texts.count == 3 && texts[1].contains("<code>render(\(cell)") && texts[2].contains(model)
        }
        notebook.run("let panel = explore(vit.blocks[1].mlp.neuron(3), steps: 2, at: photo)\npanel.wait()")
        #expect(isShown("vit.blocks[1].mlp.neuron(3)", "vit, the photograph"), "\(page.texts)")
        try page.set("head 1", "value", to: false)
        eventually {
            isShown("vit.ablating(vit.blocks[1].attn.head(1)).blocks[1]", "without blocks.1.attn.heads head 1")
        }
        // The switches are those of the chosen block; those of the others are kept.
        try page.set("block", "index", to: 2)
        #expect(try page.control("head 1").values["value"] == true)
        try page.set("this block", "value", to: false)
        try page.set("block", "index", to: 3)
        #expect(try page.control("head 1").values["value"] == false)
        #expect(try page.control("this block").values["value"] == true)
        eventually {
            isShown("vit.ablating([vit.blocks[0], vit.blocks[1].attn.head(1)]).blocks[1]", "vit without blocks.0, ")
        }
        // Outside the blocks there is nothing to switch.
        try page.set("block", "index", to: 0)
        #expect(try page.control("head 1").values["disabled"] == true)
        #expect(notebook.run("panel.wait().label").failure == nil)
    }
}
