import Commands
import Foundation
import TestKernel
import Testing

/// What people get for bad input, word for word.
@Suite(.timeLimit(.minutes(10))) struct ErrorTests {
    private let notebook = Notebook()

    init() { notebook.run("let vit = load(\"vit\")\nlet ffmixer = load(\"ffmixer\")") }

    @Test(arguments: [
        (
            "load(\"vti\")",
            "There is no model “vti”. Did you mean “vit”? `models()` lists what can be loaded; load a file by its path."
        ),
        (
            "load(\"nowhere/x.safetensors\")",
            "There is no file at “nowhere/x.safetensors”. Paths are relative to the notebook's folder."
        ),
        (
            "vit[\"blocks.5.mpl\"]",
            "vit has no layer “blocks.5.mpl”. Did you mean “blocks.5.mlp”, “blocks.0.mlp” or “blocks.1.mlp”? Its `.layers` lists every address."
        ),
        ("vit.blocks[12]", "There is no block 12 in vit: blocks go from 0 to 11."),
        ("vit.blocks[5].mlp.neuron(192)", "There is no neuron 192 in blocks.5.mlp of vit: neurons go from 0 to 191."),
        ("vit.blocks[5].mlp.neuron(-1)", "There is no neuron -1 in blocks.5.mlp of vit: neurons go from 0 to 191."),
        (
            "vit.blocks[5].mlp.neuron(3).patch(64)",
            "There is no patch 64 in blocks.5.mlp of vit: patches go from 0 to 63."
        ),
        (
            "vit.blocks[5].mlp.patch(row: 8, column: 0)",
            "There is no row 8 in blocks.5.mlp of vit: rows go from 0 to 7."
        ),
        ("vit.blocks[5].mlp.patch(row: 1)", "`patch` takes an index, or `row:` and `column:`."),
        (
            "vit.blocks[5].mlp.neurons([])",
            "No neuron is chosen in blocks.5.mlp of vit. Choose at least one from 0 to 191."
        ),
        (
            "vit.logit(\"golf bal\")",
            "vit has no class “golf bal”. Did you mean “golf ball”? It also has “tench”, “Shih-Tzu”, "
                + "“Rhodesian ridgeback”, “beagle”, “English foxhound”, “Border terrier”, “Australian terrier”, "
                + "“golden retriever”, “English springer”, “Old English sheepdog”, “Samoyed”, “dingo”, "
                + "“cassette player”, “chain saw”, “church”, “French horn”, “garbage truck”, “gas pump”, “parachute”."
        ),
        ("vit.logit(20)", "There is no class 20 in logits of vit: classes go from 0 to 19."),
        ("image(\"no.jpg\")", "There is no file at “no.jpg”. Paths are relative to the notebook's folder."),
        (
            "render(3)",
            "`objective` must be an objective or a list of objectives, but this is a whole number (3). For example: `render(vit.blocks[5].mlp.neuron(42), steps: 512, seed: 1)`."
        ),
        ("render([])", "The list of objectives is empty: there is nothing to render."),
        ("render(vit.logit(0) + ffmixer.logit(0))", "One render uses one model; this objective uses vit and ffmixer."),
        ("vit.blocks.5", "A list of blocks takes a number in brackets: write `[5]` for `.5`."),
        ("vit.blocks[5].mlp[3]", "A layer has no such subscript. `.neuron(3)` chooses a part."),
        ("vit[3]", "A model has no such subscript. It takes names, as in `[\"patch_embed\"]`."),
        ("vit.blocks[5].mlp.neuron[3]", "`neuron` is a function: call it, as in `neuron(3)`."),
        (
            "render(vit.logit(0), steps: 1000000)",
            "The number of steps is 1000000; it must be a whole number from 1 to 100000."
        ),
        ("render(vit.logit(0), steps: 0)", "The number of steps is 0; it must be a whole number from 1 to 100000."),
        ("render(vit.logit(0), size: 0)", "The picture's size is 0 × 0 px; it must be at least 2 × 2 px."),
        (
            "save(vit, \"x.png\")",
            "`picture` must be a picture or an image, but this is a model. For example: `save(picture, \"neuron42.png\")`."
        ),
        ("sleep(-1)", "`seconds` must be 0 or more, not -1.0."),
    ])
    func says(_ cell: String, _ message: String) {
        #expect(notebook.run(cell).failure?.message == message)
        #expect(notebook.run("1 + 1").result == "2", "the kernel goes on")
    }

    /// Numbers that no machine computes with are named before they are added, multiplied or made room for.
    @Test(arguments: [
        ("render(vit.logit(0), steps: 9223372036854775807)", "The number of steps is 9223372036854775807"),
        ("render(vit.logit(0), steps: 1000000000000000000, sizes: [32, 64])", "The number of steps is 10000"),
        ("render(vit.logit(0), steps: 1000000000000000000, recipe: .article)", "The number of steps is 10000"),
        ("explore(vit, steps: 9223372036854775807)", "The number of steps is 9223372036854775807"),
        (
            "consistency(vit.logit(0), runs: 2, steps: 9223372036854775807)",
            "The number of steps is 9223372036854775807"
        ),
        ("consistency(vit.logit(0), runs: 9223372036854775807)", "The number of runs is 9223372036854775807"),
        ("consistency(vit.logit(0), runs: 4294967296, steps: 2)", "The number of runs is 4294967296"),
        ("atlas(vit, in: \"a\", steps: 1000000000000000000, plan: true)", "The number of steps is 1000000000000000000"),
        (
            "render(vit.logit(0), steps: 2, transforms: [.blur(1, size: 0.0 / 0.0)])",
            "takes a whole number; this is nan"
        ),
        (
            "render(vit.logit(0), steps: 2, transforms: [.blur(1, size: -1.0 / 0.0)])",
            "takes a whole number; this is -inf"
        ),
        ("render(vit.logit(0), steps: 2, transforms: [.blur(1, size: 1e300)])", "takes a whole number; this is inf"),
        ("render(vit.logit(0), steps: 2, transforms: [.blur(1, size: 2.5)])", "takes a whole number; this is 2.5"),
    ])
    func namesNumbersBeyondAllUse(_ cell: String, _ words: String) {
        let message = notebook.run(cell).failure?.message
        #expect(message?.contains(words) == true, "\(cell): \(message ?? "no error")")
        #expect(notebook.run("1 + 1").result == "2", "the kernel goes on")
    }

    @Test func namesTheFixForAPythonHabit() {
        let failure = notebook.run("render(vit.logit(0), steps=256)").failure
        #expect(failure?.message.contains("Swift labels arguments with a colon: `steps: 256`") == true)
    }

    @Test func putsACaretUnderASyntaxError() {
        let failure = notebook.run("let x = (1 + \nprint(\"a\"").failure
        #expect(failure?.name == "Syntax error")
        #expect(failure?.traceback.last?.hasSuffix("^") == true)
    }

    @Test func tellsWhatAFileIs() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let text = folder.appendingPathComponent("notes.png").path
        try Data("these are notes".utf8).write(to: URL(fileURLWithPath: text))
        #expect(
            notebook.run("image(\"\(text)\")").failure?.message.hasPrefix(
                "“\(text)” is not an image that can be read: it looks like") == true)

        let weights = try #require(FileManager.default.contents(atPath: weights("vit")))
        let cut = folder.appendingPathComponent("cut.safetensors").path
        try weights.prefix(100_000).write(to: URL(fileURLWithPath: cut))
        let failure = try #require(notebook.run("load(\"\(cut)\")").failure)
        #expect(
            failure.message
                == "“\(cut)” is cut short: it should hold \(weights.count) bytes but holds 100000. Copy or download it again."
        )

        let classes = folder.appendingPathComponent("names.txt").path
        try Data("a\nb\n".utf8).write(to: URL(fileURLWithPath: classes))
        #expect(
            notebook.run("load(\"vit\", classes: \"\(classes)\")").failure?.message
                == "The number of class names is 2; it must be 20, as many as the model has logits.")
    }

    @Test func saysWhyAFileCannotBeWritten() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
        notebook.run("let picture = render(vit.logit(0), steps: 1)")
        #expect(
            notebook.run("save(picture, \"\(folder)/a.png\")").failure?.message
                == "“\(folder)/a.png” could not be written: there is no folder “\(folder)”.")
        #expect(
            notebook.run("save(picture, \"a.jpg\")").failure?.message
                == "Pictures are saved as PNG, which can carry their recipe: call it “a.png”.")
    }

    @Test func namesTheOneTensorThatIsMissing() throws {
        let whole = try #require(FileManager.default.contents(atPath: weights("vit")))
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).safetensors")
            .path
        defer { try? FileManager.default.removeItem(atPath: path) }
        // A name of the same length, so that the header's length stays true.
        let renamed = try #require(whole.firstRange(of: Data("blocks.3.mlp.fc1.weight".utf8)))
        var changed = whole
        changed.replaceSubrange(renamed, with: Data("blocks.3.mlp.fc1.xxxxxx".utf8))
        try changed.write(to: URL(fileURLWithPath: path))
        #expect(
            notebook.run("load(\"\(path)\")").failure?.message
                == "“\(path)” lacks 1 tensor that its family needs: blocks.3.mlp.fc1.weight "
                + "(there is blocks.3.mlp.fc1.xxxxxx).")
    }

    private func weights(_ name: String) -> String {
        repository.appendingPathComponent("Sources/Engine/Resources/\(name).safetensors").path
    }
}
