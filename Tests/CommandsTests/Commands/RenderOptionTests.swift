import Commands
import Testing
import VitrineEngine

@Suite(.timeLimit(.minutes(10))) struct RenderOptionTests {
    private let notebook = Notebook()

    init() { notebook.run("let vit = load(\"vit\"); let neuron = vit.blocks[1].mlp.neuron(4)") }

    private func words(_ options: String) throws -> String {
        let answer = notebook.run("render(neuron, steps: 4, \(options)).recipe")
        return try #require(answer.result, "\(answer.failure?.message ?? "")")
    }

    @Test func everyPartOfARecipeCanBeChosen() throws {
        let all = try words(
            """
            from: .gray, madeOf: .pixels, transforms: [.pad(4), .jitter(3), .shift(2.5), .roll(9), .flip, \
            .scale(0.9, 1.1), .view(0.7, 1), .rotate(15), .blur(2, to: 0.5), .colorShift(gain: 0.2, offset: 0.1), \
            .noise(0.1, to: 0), .channelNoise(0.2), .clamp(0, 1)], optimizer: .momentum(rate: 0.2, to: 0.1, decay: 0.8), \
            copies: 2, best: true
            """)
        for part in [
            "pixels, from gray 0.5", "padding of 4 px", "jitter of 3 px", "shift by up to 2.5 px",
            "roll by up to 9 px, round the edges", "mirror every other time", "enlarge by a factor of 0.9 to 1.1",
            "view of 0.7 to 1 of", "turn by -15° to 15°", "blur of 2 to 0.5 evenly px", "color times e^±0.2 and ±0.1",
            "noise of deviation 0.1 to 0 evenly", "values kept in 0 to 1", "with momentum 0.8, rate 0.2 to 0.1",
            "copies a step     2", "the best step's",
        ] {
            #expect(all.contains(part), "\(part) in \(all)")
        }
        #expect(try words("madeOf: .waves(decay: 2)").contains("to the power 2;"))
        #expect(try words("madeOf: .phases, optimizer: .nadam(rate: 1)").contains("(MACO)"))
        #expect(try words("optimizer: .ascent(rate: 0.1)").contains("divided by its deviation, rate 0.1"))
    }

    @Test func britishSpellingsMeanTheSame() throws {
        let british = try words("from: .grey, madeOf: .pixels, transforms: [.colourShift(gain: 0.2, offset: 0.1)]")
        #expect(
            try british == words("from: .gray, madeOf: .pixels, transforms: [.colorShift(gain: 0.2, offset: 0.1)]"))
        #expect(british.contains("pixels, from gray 0.5"))
    }

    @Test func sizesAreStagesThatShareTheSteps() throws {
        let words = try words("sizes: [32, 64, 160]")
        #expect(words.contains("stage 1           1 step at 32 × 32 px"))
        #expect(words.contains("stage 3           2 steps at 160 × 160 px"))
        #expect(try self.words("sizes: [96]").contains("size              96 × 96 px"))
        #expect(
            try self.words("sizes: [128, 160], recipe: .article").contains("stage 2           2 steps at 160 × 160 px"))
        let window = try self.words("size: 160, window: true")
        #expect(window.contains("a window at a random place"))
        #expect(window.contains("stage 1           1 step at 128 × 128 px"), "no stage is smaller than the window")
    }

    /// An objective that stands in a sheet twice is sought from two seeds; others share theirs.
    @Test func theSameObjectiveTwiceGivesTwoPictures() {
        notebook.run("let sheet = render([neuron, neuron, vit.blocks[1].mlp.neuron(5)], steps: 2, seed: 7)")
        #expect(notebook.run("sheet[0].activation != sheet[1].activation").result == "true")
        // A batch of three adds up in another order than one picture.
        notebook.run("let alone = render(neuron, steps: 2, seed: 8).activation")
        #expect(notebook.run("abs(alone - sheet[1].activation) < 0.01 * abs(alone)").result == "true")
        #expect(notebook.run("abs(alone - sheet[0].activation) < 0.01 * abs(alone)").result == "false")
    }

    @Test func severalBlocksAndNeuronsMakeOneSheet() {
        notebook.run("let sheet = render(vit.blocks[[1, 4, 6]].mlp.neurons(0..<2), steps: 1)")
        #expect(notebook.run("sheet.count").result == "6")
        #expect(notebook.run("sheet[2].label").result == "\"blocks.4.mlp neuron 0\"")
        #expect(notebook.run("vit.blocks[2..<4].attn.count").result == "2")
    }

    @Test func theHistoryIsAPlotAndNumbers() throws {
        notebook.run("let picture = render(neuron, steps: 5)")
        let answer = notebook.run("picture.history")
        #expect(answer.bundle?.data["image/png"] != nil)
        #expect(answer.result?.hasPrefix("blocks.1.mlp neuron 4: ") == true)
        #expect(notebook.run("picture.history.count").result == "5")
        #expect(notebook.run("picture.history[4] == picture.history.last").result == "true")
        #expect(
            notebook.run("picture.history.values.map { $0 <= picture.history.max }.contains(false)").result == "false")
        #expect(
            notebook.run("picture.history[5]").failure?.message
                == "There is no step 5 in this history: steps go from 0 to 4.")
    }

    @Test(arguments: [
        (
            "transforms: [.turn(3)]", "There is no transform `.turn`. There are `.blur(deviation, to:, size:)`, "
        ),
        ("transforms: [.rotate]", "`.rotate` needs a number. It is written `.rotate(degrees)`."),
        ("transforms: [.rotate(\"a\")]", "`.rotate(degrees)` takes numbers; this is text (\"a\")."),
        ("transforms: [.noise(0.1, until: 2)]", "`.noise` has no `until:`. It is written `.noise(deviation, to:)`."),
        ("transforms: [.jitter(2.5)]", "`.jitter(pixels)` takes a whole number; this is 2.5."),
        (
            "transforms: [.jitter(500)]",
            "the jitter is 500.0 px; it must be 128 or less for a model that sees 128 × 128 pixels."
        ),
        (
            "transforms: [.blur(1, size: 999)]", "the blur's size is 999; it must be an odd number from 1 to 255."
        ),
        ("optimizer: .adam(rate: 0.1, too: 1)", "`.adam` has no `too:`. It is written `.adam(rate: 0.05, to: 0.005)`."),
        ("optimizer: .momentum(decay: 2)", "the momentum's decay is 2.0; it must be at least 0 and below 1."),
        ("copies: 0", "The copies in a step is 0; it must be between 1 and 1024."),
        ("sizes: []", "The list of sizes is empty."),
        ("sizes: [1, 2, 3, 4, 5]", "5 stages need at least 5 steps."),
        ("sizes: [0, 64]", "The picture's size is 0 × 0 px; it must be at least 2 × 2 px."),
        ("madeOf: .phases, from: .gray", "Phases (MACO) start from noise. Choose `madeOf: .waves` to start from"),
        (
            "size: 64, window: true",
            "The picture's size is 64 × 64 pixels; it must be 128 × 128 or more, since the model"
        ),
        (
            "recipe: .vital",
            "`.vital` needs photographs: `recipe: .vital(references: \"folder\")`, a folder of PNG or"
        ),
        ("recipe: .vital(references: \"nowhere\")", "There is no file at “nowhere”."),
    ]) func whatCannotBeIsSaid(_ options: String, _ message: String) {
        let found = notebook.run("render(neuron, steps: 4, \(options))").failure?.message
        #expect(found?.hasPrefix(message) == true, "\(found ?? "no failure")")
        #expect(notebook.run("1 + 1").result == "2")
    }

    /// A rate that is far too high: the last good picture is kept, and said why.
    @Test func aLossThatIsNoNumberStopsTheRender() {
        let answer = notebook.run(
            "let bad = render(neuron, steps: 50, madeOf: .pixels, optimizer: .adam(rate: 1e38))")
        let said = answer.failure?.message ?? notebook.run("bad.steps").result ?? ""
        #expect(said != "50", "\(said)")
    }
}
