import Commands
import Foundation
import TestConditions
import Testing
import VitrineEngine

/// `explore`: what the panel shows is what its cell would make.
@Suite(.timeLimit(.minutes(10))) struct ExploreTests {
    private let notebook = Notebook()
    private let page: Page

    init() {
        page = Page(notebook)
        notebook.run("let vit = load(\"vit\"); let ffmixer = load(\"ffmixer\")")
    }

    @Test func thePictureIsTheOneOfItsCell() throws {
        let answer = notebook.run(
            "let panel = explore(vit.blocks[2].mlp.neuron(5).patch(9), steps: 4, seed: 3)\npanel.wait()\npanel.cell")
        #expect(answer.result == "\"render(vit.blocks[2].mlp.neuron(5).patch(9), steps: 4, seed: 3)\"")
        let drawn = try #require(try page.picture.bytes["value"])
        #expect(try page.picture.values["format"] == "png")
        #expect(try page.progress.values["value"] == 1000)
        #expect(page.texts[0].contains("neuron 5 of 192 in patch 9 (row 1, column 1) of 64, blocks.2.mlp of vit"))
        #expect(page.texts[0].contains("activation "))
        let rendered = notebook.run("render(vit.blocks[2].mlp.neuron(5).patch(9), steps: 4, seed: 3)").displays.last
        #expect(rendered?.data["image/png"] == .string(Data(drawn).base64EncodedString()))
    }

    @Test func aSettingThatIsOvertakenIsGivenUp() throws {
        notebook.run("let panel = explore(vit, steps: 90000)")
        for neuron in 1...20 { try page.set("neuron", "value", to: .integer(neuron)) }
        #expect(page.finished.isEmpty)
        try page.set("steps", "value", to: 3)
        let before = page.finished.count
        eventually { !page.finished.isEmpty }
        #expect(before == 0 && page.finished.count == 1)
        let recipe = try #require(PNG.texts(in: page.finished[0])[PNG.recipeKeyword])
        #expect(
            try Recipe(json: recipe).objectives == [
                .mean(Target(model: "vit", layer: "blocks.6.mlp", features: .indices([20])))
            ])
        #expect(try Recipe(json: recipe).totalSteps == 3)
    }

    @Test func controlsOfferWhatThereIs() throws {
        notebook.run("let panel = explore(vit.blocks[3].mlp.hidden.neuron(400), steps: 2)\npanel.wait()")
        #expect(try page.control("block").values["index"] == 5)
        #expect(try page.control("neuron").values["max"] == 767)
        let patches = try #require(try page.control("patch").values["_options_labels"]?.array)
        #expect(patches.count == 66 && patches[0] == "all patches" && patches[1] == "CLS")
        #expect(patches[2] == "row 0, column 0" && patches[65] == "row 7, column 7")

        try page.set("patch", "index", to: 3)
        try page.set("block", "index", to: 6)
        let sublayer = try page.control("sublayer").values
        #expect(sublayer["_options_labels"]?[sublayer["index"]?.integer ?? 0] == "mlp.hidden", "the sublayer is kept")
        #expect(try page.control("patch").values["index"] == 3)
        #expect(try page.control("neuron").values["value"] == 400)

        let names = try #require(try page.control("block").values["_options_labels"]?.array?.compactMap(\.string))
        #expect(names == ["patch_embed", "tokens"] + (0..<12).map { "block \($0)" } + ["norm", "logits"])
        try page.set("block", "index", to: .integer(names.count - 1))
        #expect(try page.control("sublayer").values["_options_labels"] == ["output"])
        #expect(try page.control("neuron").values["max"] == 19)
        #expect(try page.control("neuron").values["value"] == 19)
        #expect(try page.control("patch").values["_options_labels"] == ["–"])
        let classes = notebook.run("vit.classes[19]").result ?? ""
        #expect(
            notebook.run("panel.cell").result?.contains("vit.logit(\\\"\(classes.dropFirst().dropLast())\\\")") == true)
    }

    @Test func aMixersTokenMixingHasHiddenUnits() throws {
        notebook.run("let panel = explore(ffmixer.blocks[1].mlp2.hidden, steps: 2)\npanel.wait()")
        #expect(try page.control("patch").values["_options_labels"]?[0] == "all hidden units")
        try page.set("patch", "index", to: 4)
        #expect(
            notebook.run("panel.cell").result
                == "\"render(ffmixer.blocks[1].mlp2.hidden.neuron(0).hiddenUnit(3), steps: 2)\"")
        #expect(notebook.run("panel.wait().label").result?.contains("hidden unit 3") == true)
    }

    @Test func whateverThePageSaysLiesInRange() throws {
        notebook.run("let panel = explore(vit, steps: 2)\npanel.wait()")
        try page.set("neuron", "value", to: 100_000)
        try page.set("block", "index", to: -4)
        try page.set("patch", "index", to: 4_000)
        try page.set("steps", "value", to: -1)
        try page.set("seed", "value", to: -1)
        let answer = notebook.run("panel.wait().label")
        #expect(answer.failure == nil)
        #expect(notebook.run("panel.cell").result?.hasPrefix("\"render(vit.patch_embed.neuron(191)") == true)
    }

    @Test func theButtonStopsAndBeginsAgain() throws {
        notebook.run("let panel = explore(vit, steps: 90000)")
        try eventually { try page.picture.values["format"] != "png" }
        #expect(try page.button.values["description"] == "Stop")
        try page.click()
        #expect(notebook.run("let stopped = panel.wait().steps\nstopped > 0 && stopped < 90000").result == "true")
        // Its widgets are those of the cell before.
        notebook.run("let other = explore(vit, steps: 3)\nother.wait()")
        #expect(try page.button.values["description"] == "Render again")
        #expect(page.finished.count == 1)
        try page.click()
        eventually { page.finished.count >= 2 }
        #expect(page.finished[0] == page.finished[1])
    }

    @Test func theCellCanBePutIntoTheNotebook() {
        let answer = notebook.run(
            "let panel = explore(vit.blocks[1].neuron(3), steps: 2)\npanel.wait()\npanel.insertCell()")
        #expect(
            answer.payload == [
                ["source": "set_next_input", "text": "render(vit.blocks[1].neuron(3), steps: 2)", "replace": false]
            ])
        #expect(page.texts[1].contains("<code>render(vit.blocks[1].neuron(3), steps: 2)</code>"))
        #expect(page.texts[1].contains("data-commandlinker-command=\"apputils:run-all-enabled\""))
    }

    @Test func theCellCallsTheModelAsTheNotebookDoes() {
        notebook.run("let other = explore(vit, steps: 1)")
        #expect(notebook.run("other.cell").result?.contains("vit.blocks[6].mlp.neuron(0)") == true)
        let fresh = Notebook()
        fresh.run("let panel = explore(load(\"vit\").blocks[0], steps: 1)")
        #expect(fresh.run("panel.cell").result == "\"render(load(\\\"vit\\\").blocks[0].neuron(0), steps: 1)\"")
        fresh.run("let mine = load(\"vit\")")
        #expect(fresh.run("panel.cell").result == "\"render(mine.blocks[0].neuron(0), steps: 1)\"")
    }

    @Test func whatHasNoOneNeuronIsRefused() {
        #expect(
            notebook.run("explore(vit.blocks[0].mlp.patch(3))").failure?.message.contains(
                "A panel shows one neuron, in all patches or in one") == true)
        #expect(
            notebook.run("explore(vit.blocks[0].attn.pattern)").failure?.message.contains("has no neurons") == true)
        #expect(notebook.run("explore(3)").failure != nil)
        #expect(notebook.run("explore(vit, steps: 0)").failure != nil)
        #expect(notebook.openComms.isEmpty)
    }
}
