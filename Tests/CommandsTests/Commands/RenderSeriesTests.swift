import Commands
import Foundation
import TestKernel
import Testing
import VitrineEngine

/// Several seeds, several recipes, and lists of pictures in one sheet.
@Suite(.timeLimit(.minutes(10))) struct RenderSeriesTests {
    private let notebook = Notebook.withTwoBlocks()

    init() { notebook.run("let vit = load(\"vit\")\nlet neuron = vit.blocks[1].mlp.neuron(3)") }

    @Test func eachSeedIsThePictureThatItIsAlone() throws {
        let folder = FileManager.default.temporaryDirectory.path + "/" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let answer = notebook.run("let sheet = render(neuron, steps: 12, seed: [1, 2, 3])")
        #expect(answer.failure == nil, "\(answer.failure?.message ?? "")")
        #expect(answer.displays.last?.data["image/png"] != nil && answer.bundle == nil)
        #expect(notebook.run("sheet.labels").result == "[\"seed 1\", \"seed 2\", \"seed 3\"]")
        #expect(notebook.run("sheet.recipe.steps").result == "12")
        #expect(notebook.run("sheet.recipe.json.contains(\"[1,2,3]\")").result == "true")
        for seed in 1...3 {
            notebook.run(
                """
                save(sheet[\(seed - 1)], "\(folder)/sheet.png")
                save(render(neuron, steps: 12, seed: \(seed)), "\(folder)/alone.png")
                """)
            let bytes = ["sheet", "alone"].map { FileManager.default.contents(atPath: "\(folder)/\($0).png") }
            #expect(bytes[0] != nil && bytes[0] == bytes[1], "seed \(seed)")
        }
    }

    @Test func recipesStandSideBySideWithTheirOwnSteps() throws {
        let answer = notebook.run("let both = render(neuron, recipe: [.vitrine, .firstAttempt])")
        #expect(answer.failure == nil, "\(answer.failure?.message ?? "")")
        #expect(notebook.run("both.labels").result == "[\".vitrine\", \".firstAttempt\"]")
        #expect(
            notebook.run("both.recipe").failure?.message
                == "Each of these pictures has a recipe of its own. Ask one of them: `[0].recipe`.")
        #expect(notebook.run("both[0].steps").result == "\(RecipeName.vitrine.steps())")
        #expect(notebook.run("both[1].steps").result == "\(RecipeName.firstAttempt.steps())")
        let plain = try #require(answer.displays.last?.plain)
        #expect(plain.hasPrefix("blocks.1.mlp neuron 3 of vit, 2 recipes\n.vitrine: activation "))
        #expect(plain.contains(" s\n.firstAttempt: activation "))
        // One measure for both, though one of them subtracts the variation.
        func number(_ cell: String) throws -> Double {
            try #require(notebook.run(cell).result.flatMap { Double($0) })
        }
        #expect(abs(try number("both.activations[0]") - number("both[0].activation")) < 1e-3)
        #expect(try number("both.activations[1]") > number("both[1].activation"))
        #expect(answer.displays.last?.metadata["vitrine"]?["recipes"]?[1]?["stages"]?[0]?["steps"] == 30)
    }

    /// Progress counts all steps, and what is done stays on show beside what is made and what is to come.
    @Test func progressIsOfAll() throws {
        let answer = notebook.run("render(neuron, steps: 30, seed: [1, 2], recipe: [.vitrine, .lucid])")
        let words = answer.displays.compactMap(\.plain)
        #expect(words.first?.hasPrefix("step 1 of 120") == true, "\(words.first ?? "")")
        #expect(answer.displays.dropLast().allSatisfy { $0.data["text/html"]?.string?.contains("progressbar") == true })
        let labels = try #require(
            notebook.run("render(neuron, steps: 2, seed: [1, 2], recipe: [.vitrine, .lucid]).labels").result)
        #expect(
            labels == "[\".vitrine, seed 1\", \".vitrine, seed 2\", \".lucid, seed 1\", \".lucid, seed 2\"]")
    }

    @Test func objectivesSeedsAndRecipesCombine() {
        notebook.run("let all = render(vit.blocks[1].mlp.neurons([3, 5]), steps: 2, seed: [1, 7])")
        #expect(
            notebook.run("all.labels").result
                == "[\"neuron 3, seed 1\", \"neuron 5, seed 1\", \"neuron 3, seed 7\", \"neuron 5, seed 7\"]")
        #expect(notebook.run("all.map { $0.recipe.seed }").result == "[1, 1, 7, 7]")
        // A list of one is the same as no list.
        #expect(notebook.run("render(neuron, steps: 2, seed: [4], recipe: [.lucid]).recipe.seed").result == "4")
    }

    @Test func interruptingKeepsWhatIsThere() throws {
        let answer = notebook.run("let kept = render(neuron, steps: 20000, seed: [1, 2, 3])") { execution, events in
            if events == 3 { execution.interrupt() }
        }
        #expect(answer.failure?.name == "Interrupted")
        #expect(answer.displays.last?.data["image/png"] != nil)
        #expect(notebook.run("kept.count").result == "1")
        #expect(answer.displays.last?.data["text/html"]?.string?.contains("interrupted: 2 not started") == true)
        #expect(notebook.run("kept[0].steps < 20000").result == "true")
        #expect(notebook.run("kept.recipe").failure?.message.hasPrefix("These pictures were interrupted.") == true)
    }

    @Test func listsThatSayNothingAreRefused() {
        for (arguments, message) in [
            ("seed: []", "The list of seeds is empty."),
            ("seed: [1, 1]", "A seed is in the list twice: its pictures would be the same."),
            ("recipe: []", "The list of recipes is empty."),
            ("recipe: [.lucid, .lucid]", "A recipe is in the list twice."),
        ] {
            #expect(notebook.run("render(neuron, \(arguments))").failure?.message == message)
        }
        #expect(
            notebook.run("render(neuron, recipe: [.lucid, .lucit])").failure?.message.hasPrefix(
                "There is no recipe `.lucit`. There are `.vitrine`, ") == true)
        #expect(notebook.run("render(neuron, recipe: .lucit)").failure?.message.contains("`.lucid`") == true)
        #expect(
            notebook.run("render(neuron, recipe: [.vital])").failure?.message.hasPrefix("`.vital` needs photographs")
                == true)
    }

    @Test func picturesOfAnyKindMakeASheet() throws {
        let logo = repository.appendingPathComponent("kernelspec/logo-64x64.png").path
        notebook.run(
            """
            let logo = image("\(logo)")
            let picture = render(neuron, steps: 2)
            let two = render(vit.blocks[1].mlp.neurons([3, 5]), steps: 2)
            """)
        let sheet = notebook.run("sheet([picture, logo, two], columns: 2)")
        #expect(sheet.failure == nil, "\(sheet.failure?.message ?? "")")
        #expect(sheet.bundle?.data["image/png"] != nil)
        #expect(notebook.run("sheet([picture, logo, two]).count").result == "4")
        #expect(notebook.run("sheet([picture, logo], captions: [\"a\", \"b\"]).labels").result == "[\"a\", \"b\"]")
        // As a cell's result, a list of pictures is shown as one; a list of anything else as it was.
        let listed = notebook.run("[picture, logo]")
        #expect(listed.bundle?.data["image/png"] != nil)
        #expect(listed.result?.hasPrefix("2 pictures\nblocks.1.mlp neuron 3, ") == true, "\(listed.result ?? "")")
        #expect(notebook.run("[picture, 3]").bundle?.data["image/png"] == nil)
        #expect(
            notebook.run("sheet([picture, 3])").failure?.message
                == "A sheet takes pictures, but this is a whole number (3).")
        #expect(
            notebook.run("sheet([])").failure?.message == "The list of pictures is empty: there is nothing to show.")
        #expect(
            notebook.run("sheet([logo], captions: [])").failure?.message
                == "Each picture takes one caption: this is a list of 0 for a sheet of 1.")
    }

    /// Small pictures of a sheet are enlarged in it, and not once more by the page.
    @Test func aSheetIsNotMagnifiedTwice() throws {
        let answer = notebook.run("render(vit.blocks[1].mlp.neurons([3, 5]), steps: 2, size: 32)")
        let bundle = try #require(answer.displays.last)
        let png = try PNG.decode(
            Array(try #require(bundle.data["image/png"]?.string.flatMap { Data(base64Encoded: $0) })))
        #expect(bundle.metadata["image/png"]?["width"] == .integer(png.width))
        #expect(png.width > 2 * 96, "two pictures of 32 px, three times as large each")
    }

    @Test func aFileTellsItsRecipe() throws {
        let path = FileManager.default.temporaryDirectory.path + "/\(UUID().uuidString).png"
        defer { try? FileManager.default.removeItem(atPath: path) }
        notebook.run("let picture = render(neuron, steps: 2, seed: 9)\nsave(picture, \"\(path)\")")
        let another = Notebook.withTwoBlocks()
        let recipe = another.run("image(\"\(path)\").recipe")
        #expect(recipe.failure == nil, "\(recipe.failure?.message ?? "")")
        #expect(recipe.result == notebook.run("picture.recipe").result)
        #expect(another.run("image(\"\(path)\").recipe.seed").result == "9")
        let logo = repository.appendingPathComponent("kernelspec/logo-64x64.png").path
        #expect(
            another.run("image(\"\(logo)\").recipe").failure?.message
                == "“logo-64x64.png” carries no recipe: Vitrine did not render it, or another program saved it "
                + "again.")
        // A recipe that somebody has damaged is said to be, and the picture is shown all the same.
        try Image(contentsOf: path).write(to: path, texts: [PNG.recipeKeyword: "{"])
        #expect(
            another.run("image(\"\(path)\").recipe").failure?.message.hasPrefix("The recipe is not readable") == true)
        #expect(another.run("image(\"\(path)\")").failure == nil)
    }
}
