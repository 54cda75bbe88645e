import Commands
import Foundation
import Jupyter
import TestKernel
import Testing
import VitrineEngine

@Suite(.timeLimit(.minutes(10))) struct RenderCommandTests {
    private let notebook = Notebook()

    init() { notebook.run("let vit = load(\"vit\")") }

    @Test func showsThePictureWhileItSharpensAndOnceAtTheEnd() throws {
        let answer = notebook.run("render(vit.blocks[1].mlp.neuron(4), steps: 40, seed: 1)")
        #expect(answer.failure == nil)
        #expect(answer.bundle == nil, "what is on show already is not shown again as the result")
        let first = try #require(answer.displays.first)
        #expect(first.data["text/html"]?.string?.contains("step 1 of 40") == true)
        let last = try #require(answer.displays.last)
        #expect(last.data["text/html"]?.string?.contains("progressbar") == false, "no bar is left in a saved notebook")
        let image = try PNG.decode(png(last))
        #expect((image.width, image.height) == (128, 128))
        #expect(Set(image.pixels).count > 50, "the picture is not blank")
        #expect(last.metadata["image/png"]?["width"] == 256)
        #expect(last.metadata["image/png"]?["height"] == 256)
        #expect(last.metadata["image/png"]?["alt"] == "Picture made to drive blocks.1.mlp neuron 4 of vit")
        #expect(last.metadata["vitrine"]?["recipe"]?["stages"]?[2]?["steps"] == 5, "of its last stage")
        #expect(PNG.texts(in: try png(last))[PNG.recipeKeyword] != nil)
    }

    @Test func interruptingKeepsThePictureAndItsName() throws {
        let answer = notebook.run("let started = 1\nlet picture = render(vit.blocks[7].mlp.neuron(4), steps: 100000)") {
            execution, events in
            if events == 2 { execution.interrupt() }
        }
        #expect(answer.failure?.name == "Interrupted")
        let kept = try PNG.decode(png(try #require(answer.displays.last)))
        #expect((kept.width, kept.height) == (128, 128), "though the stage it stopped in is smaller")
        #expect(notebook.run("started").result == "1")
        let steps = try #require(notebook.run("picture.steps").result.flatMap { Int($0) })
        #expect((1..<100000).contains(steps))
    }

    @Test func aSheetHoldsWhatWouldBeMadeAlone() throws {
        notebook.run("let sheet = render(vit.blocks[2].mlp.neurons([3, 5]), steps: 12, seed: 7)")
        notebook.run("let alone = render(vit.blocks[2].mlp.neuron(5), steps: 12, seed: 7)")
        let together = try #require(notebook.run("sheet[1].activation").result.flatMap { Double($0) })
        let alone = try #require(notebook.run("alone.activation").result.flatMap { Double($0) })
        guard !MatrixProduct.usesPanels else {
            #expect(together == alone)
            return
        }
        // A library's products of another size round differently, and twelve steps carry that on.
        #expect(abs(together - alone) < 0.02 * max(abs(alone), 0.1))
    }

    @Test func savedPicturesAreMadeAgainByteForByte() throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).png").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let saved = notebook.run(
            "let a = render(0.5 * vit.logit(\"church\") - vit.logit(3), steps: 10)\nsave(a, \"\(path)\")")
        #expect(saved.failure == nil)
        #expect(saved.text.hasPrefix("Saved \(path): 128 × 128 px"))
        let again = notebook.run("rerun(\"\(path)\")")
        #expect(again.failure == nil)
        let before = try Image(contentsOf: path)
        let after = try PNG.decode(png(try #require(again.displays.last)))
        #expect(before == after)
    }

    @Test func aPictureAtAnotherInputSizeIsMadeAgainAtThatSize() throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).png").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        notebook.run("let large = load(\"vit\", size: 160)\nlet a = render(large.logit(3), steps: 6)")
        #expect(notebook.run("save(a, \"\(path)\")").text.hasPrefix("Saved \(path): 160 × 160 px"))
        #expect(notebook.run("a.recipe").result?.contains("…, input 160 px") == true)
        let another = Notebook()
        let again = another.run("rerun(\"\(path)\")")
        #expect(again.failure == nil)
        #expect(try Image(contentsOf: path) == PNG.decode(png(try #require(again.displays.last))))
        // Also where the model is warm at another size.
        let third = Notebook()
        third.run("let vit = load(\"vit\")")
        let last = third.run("rerun(\"\(path)\")")
        #expect(last.failure == nil)
        #expect(try Image(contentsOf: path) == PNG.decode(png(try #require(last.displays.last))))
    }

    @Test func aPictureOfAFilesModelSaysToLoadTheFile() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let fixture = repository.appendingPathComponent("Tests/Fixtures/wrapped/deit.pth").path
        let path = folder.appendingPathComponent("a.png").path
        notebook.run("let d = load(\"\(fixture)\")\nsave(render(d.logit(3), steps: 2), \"\(path)\")")
        let failure = Notebook().run("rerun(\"\(path)\")").failure?.message
        #expect(failure?.hasPrefix("“\(path)” was made with deit, whose weights are not loaded. No file") == true)
        #expect(failure?.hasSuffix("Load them first: `load(path)`.") == true)
    }

    @Test func aPictureIsMadeAgainByTheSameWeightsUnderAnotherName() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        let elsewhere = folder.appendingPathComponent("elsewhere")
        try FileManager.default.createDirectory(at: elsewhere, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let fixture = repository.appendingPathComponent("Tests/Fixtures/wrapped/deit.pth")
        let other = elsewhere.appendingPathComponent("copy.pth")
        try FileManager.default.copyItem(at: fixture, to: other)
        let path = folder.appendingPathComponent("shared.png").path
        notebook.run(
            "let d = load(\"\(fixture.path)\")\nlet s = render(0.5 * d.logit(3) + d.blocks[0].mlp.neuron(1),"
                + " steps: 2)\nsave(s, \"\(path)\")")
        // Warm under another name, from a file that is not beside the picture.
        let warm = Notebook()
        warm.run("let c = load(\"\(other.path)\")")
        let again = warm.run("rerun(\"\(path)\")")
        #expect(again.failure == nil, "\(again.failure?.message ?? "")")
        #expect(try Image(contentsOf: path) == PNG.decode(png(try #require(again.displays.last))))
        // Cold, with the weights beside the picture under a third name, among others.
        try Data("no weights".utf8).write(to: folder.appendingPathComponent("a.safetensors"))
        try FileManager.default.moveItem(at: other, to: folder.appendingPathComponent("z.pth"))
        let cold = Notebook().run("rerun(\"\(path)\")")
        #expect(cold.failure == nil, "\(cold.failure?.message ?? "")")
        #expect(try Image(contentsOf: path) == PNG.decode(png(try #require(cold.displays.last))))
    }

    @Test func makingAPictureAgainFetchesNothing() throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).png").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        notebook.run("let vit = load(\"vit\")")
        notebook.run("save(render(vit.logit(3), steps: 2), \"\(path)\")")
        let image = try Image(contentsOf: path)
        var recipe = try Recipe(
            json: try #require(PNG.texts(in: [UInt8](Data(contentsOf: URL(fileURLWithPath: path))))[PNG.recipeKeyword]))
        recipe = recipe.renamed("vit_b_16")
        recipe.weightsHash = String(repeating: "0", count: 64)
        try image.write(to: path, texts: [PNG.recipeKeyword: try recipe.json()])
        let failure = Notebook().run("rerun(\"\(path)\")").failure?.message
        #expect(failure?.hasSuffix("Load them first: `load(\"vit_b_16\")`.") == true, "\(failure ?? "")")
    }

    @Test func aSheetOfTwoSmallPicturesIsShownAsLargeAsItIs() throws {
        let answer = notebook.run("render([vit.logit(1), vit.logit(2)], steps: 1, size: 32)")
        let bundle = try #require(answer.displays.last)
        let sheet = try PNG.decode(png(bundle))
        #expect(bundle.metadata["image/png"]?["width"]?.integer == sheet.width)
        #expect(bundle.data["text/html"]?.string?.contains("width=\"\(sheet.width)\"") == true)
    }

    @Test func aRecipeIsShownInWords() throws {
        notebook.run("let picture = render(vit.blocks[1].mlp.neuron(4), steps: 1, seed: -3)")
        let rows = try #require(notebook.run("picture.recipe").result).split(separator: "\n").dropFirst(2)
        #expect(
            rows.joined(separator: "\n")
                == """
                objective         blocks.1.mlp neuron 4
                size              128 × 128 px
                steps             1
                seed              -3
                parameterization  waves (Fourier), from noise of deviation 0.01, weaker with frequency to the power 0.7; \
                decorrelated color, kept in range by a sigmoid
                transforms        shift by up to 0.6857 px; turn by -0.8° to 0.8°; part of 0.98 to 1.015 of the picture, \
                anywhere in it; color times e^±0.007 and ±0.007; noise of deviation 0.005
                branch gradients  × 0.7
                optimizer         steps along the gradient divided by its length with momentum 0.9, rate 16.0498 to 4.2799 along \
                a cosine
                """)
        notebook.run("let stages = render(vit.blocks[1].mlp.neuron(4), steps: 3)")
        let both = try #require(notebook.run("stages.recipe").result)
        #expect(
            both.contains("stage 1           1 step at 64 × 64 px") && both.contains("stage 3           1 step at 128"))
        notebook.run("let lucid = render(vit.blocks[1].mlp.neuron(4), steps: 2, recipe: .lucid)")
        let words = try #require(notebook.run("lucid.recipe").result)
        #expect(
            words.contains(
                "padding of 12 px, value 0.5; jitter of 8 px; enlarge by a factor of 0.9 to 1.1, one of 11 values;"))
        #expect(!words.contains("Engine."))
    }

    @Test func displayingWhatWasJustRenderedShowsItOnce() throws {
        let answer = notebook.run("display(render(vit.logit(0), steps: 1)).update(\"done\")")
        let ids = answer.events.compactMap { if case .display(_, let id, _, _) = $0 { id } else { nil } }
        #expect(Set(ids).count == 1, "one place in the output")
        #expect(answer.displays.last?.plain == "done")
        let twice = notebook.run("let p = render(vit.logit(0), steps: 1); display(p); display(p)")
        let places = twice.events.compactMap { if case .display(_, let id, false, _) = $0 { id } else { nil } }
        #expect(places.count == 2, "who asks again gets it again")
    }

    @Test func listsOfLayersAndPicturesHaveWhatListsHave() {
        #expect(notebook.run("vit.blocks.map { $0.address }.count").result == "12")
        #expect(notebook.run("vit.blocks[10...].map { $0.address }").result == "[\"blocks.10\", \"blocks.11\"]")
        #expect(notebook.run("vit.layers.filter { $0.address.hasSuffix(\"attn\") }.count").result == "12")
        #expect(
            notebook.run("vit.layers.first").result == "patch_embed of vit: 64 tokens (8 × 8 patches) × 192 features")
        notebook.run("let sheet = render(vit.blocks[0].mlp.neurons(0..<2), steps: 1)")
        #expect(notebook.run("sheet.map { $0.count }").result == "[1, 1]")
    }

    @Test func objectivesAreValues() {
        notebook.run("let a = vit.logit(\"church\"); let b = 2 * a; let c = a - 0.25 * b")
        #expect(notebook.run("a").result == "logit “church” of vit, class 14 of 20")
        #expect(notebook.run("b").result == "2 × logit “church”")
        #expect(notebook.run("c").result == "logit “church” − 0.5 × logit “church”")
        #expect(
            notebook.run("vit.blocks[5].mlp.neuron(42).patch(27)").result
                == "neuron 42 of 192 in patch 27 (row 3, column 3) of 64, blocks.5.mlp of vit")
    }

    private func png(_ bundle: MIMEBundle) throws -> [UInt8] {
        let text = try #require(bundle.data["image/png"]?.string)
        return Array(try #require(Data(base64Encoded: text)))
    }
}
