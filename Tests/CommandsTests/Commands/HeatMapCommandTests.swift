import Commands
import Foundation
import TestModels
import Testing
import VitrineEngine

/// What a model makes of a photograph, laid over it: `activations`, `gradient`, `attention`.
@Suite(.timeLimit(.minutes(10))) final class HeatMapCommandTests: Sendable {
    private let notebook = Notebook.withTwoBlocks()
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    private let photo = Image(width: 200, height: 160, pixels: (0..<200 * 160 * 3).map { UInt8($0 * 7 % 251) })

    init() throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try photo.write(to: path("photo.png"))
        notebook.run("let vit = load(\"vit\"); let photo = image(\"\(path("photo.png"))\")")
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    private func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

    private func text(_ cell: String) throws -> String {
        let answer = notebook.run(cell)
        return try #require(answer.result, "\(cell): \(answer.failure?.message ?? "no result")")
    }

    private func picture(_ cell: String) throws -> Image {
        let bundle = try #require(notebook.run(cell).bundle)
        let png = try #require(bundle.data["image/png"]?.string.flatMap { Data(base64Encoded: $0) })
        try png.write(to: URL(fileURLWithPath: path("shown.png")))
        return try Image(contentsOf: path("shown.png"))
    }

    @Test func aPhotographIsShownAsItsFileHasIt() throws {
        let text = try #require(notebook.run("photo").bundle?.data["image/png"]?.string)
        let shown = try #require(Data(base64Encoded: text))
        let file = try Array(Data(contentsOf: URL(fileURLWithPath: path("photo.png"))))
        #expect(Array(shown) == PNG.withoutMetadata(file))
        try photo.write(to: path("photo.jpg"))
        #expect(try picture("image(\"\(path("photo.jpg"))\")") == Image(contentsOf: path("photo.jpg")))
    }

    @Test func aLayersActivationsAreAMapAndItsNumbers() throws {
        let model = try TwoBlocks.load("vit")
        let numbers = try model.activations(at: "blocks.1.mlp", of: model.preprocessing.tensor(of: photo))
        notebook.run("let a = activations(photo, at: vit.blocks[1].mlp)\na.save(\"\(path("a.npy"))\")")
        #expect(try NumPy.read(path("a.npy")) == numbers)
        let target = Target(model: "vit", layer: "blocks.1.mlp")
        let expected = try model.activationMaps(of: photo, at: target)
        #expect(try picture("a") == expected.sheet.image)
        #expect(notebook.run("save(a, \"\(path("a.png"))\")").text.hasPrefix("Saved "))
        #expect(try Image(contentsOf: path("a.png")) == expected.sheet.image)
        notebook.run("a.save(\"\(path("b.png"))\")")
        #expect(try Image(contentsOf: path("b.png")) == expected.sheet.image)
        notebook.run("save(a.image, \"\(path("c.png"))\")")
        #expect(try Image(contentsOf: path("c.png")) == expected.sheet.image)
        notebook.run("a.map.values.save(\"\(path("map.npy"))\")")
        #expect(try NumPy.read(path("map.npy")) == expected.maps[0].values)
        #expect(try text("a.map.cls == (a[0]).norm || abs(a.map.cls - a[0].norm) < 0.001") == "true")
        let words = try text("a")
        #expect(words.hasPrefix("blocks.1.mlp of vit\n  shape  [65, 192], 65 tokens"))
        #expect(words.contains("norm over 192 features"))
        let mean = try model.activationMaps(of: photo, at: target, by: .mean)
        #expect(try picture("activations(photo, at: \"blocks.1.mlp\", by: .mean)") == mean.sheet.image)
        #expect(try picture("vit.activations(photo, at: \"blocks.1.mlp\", by: .mean)") == mean.sheet.image)
        #expect(try picture("vit.blocks[1].mlp(photo)") == expected.sheet.image)
    }

    @Test func neuronsHaveAMapEach() throws {
        let model = try TwoBlocks.load("vit")
        let output = try model.activations(at: "blocks.1.mlp", of: model.preprocessing.tensor(of: photo)).values
        notebook.run("let n = activations(photo, at: vit.blocks[1].mlp.neurons([3, 7, 5]))")
        #expect(try text("n.shape") == "[3, 64]")
        #expect(try text("n.maps.map { $0.label }") == "[\"neuron 3\", \"neuron 7\", \"neuron 5\"]")
        #expect(try text("n").hasPrefix("3 neurons of blocks.1.mlp of vit\n  shape  [3, 64], 3 neurons × 64 patches"))
        notebook.run("n.save(\"\(path("n.npy"))\")")
        let found = try NumPy.read(path("n.npy")).values
        for (row, neuron) in [3, 7, 5].enumerated() {
            for patch in [0, 27, 63] { #expect(found[row * 64 + patch] == output[(patch + 1) * 192 + neuron]) }
        }
        #expect(try text("activations(photo, at: vit.blocks[1].mlp.neuron(7)) == n[1]") == "true")
        #expect(
            try text("activations(photo, at: vit.blocks[1].mlp.neuron(7).patch(27)).values[0] == n[1, 27]") == "true")
        #expect(try text("n.maps[1].strongest") == text("n[1].values.firstIndex(of: n[1].max)!"))
        #expect(
            try text("activations(photo, at: vit.blocks[1].mlp.neurons([3, 7, 5]).patches(0..<8)).shape") == "[3, 8]")
        let several = "[vit.blocks[0].mlp.neuron(2), vit.blocks[1].mlp.neuron(7)]"
        #expect(try text("activations(photo, at: \(several))[1] == n[1]") == "true")
        #expect(
            try text("activations(photo, at: \(several)).maps.map { $0.label }")
                == "[\"blocks.0.mlp\\nneuron 2\", \"blocks.1.mlp\\nneuron 7\"]")
        // One scale for all: the largest number of all has the end's color in one map only.
        #expect(
            try picture("activations(photo, at: vit.blocks[1].mlp.neurons([3, 7]))")
                != picture("activations(photo, at: vit.blocks[1].mlp.neurons([3, 7]), sameScale: true)"))
    }

    @Test func whatHasNoPlaceInThePhotographIsNumbersAlone() throws {
        for (cell, shape) in [
            ("vit.logits", "[20]"), ("vit.blocks[1].cls", "[192]"), ("vit.blocks[1].attn.pattern", "[3, 65, 65]"),
            ("vit.logit(\"church\")", "[]"), ("vit.blocks[1].patch(3)", "[192]"),
        ] {
            let answer = notebook.run("activations(photo, at: \(cell))")
            #expect(answer.bundle?.data["image/png"] == nil && answer.result != nil, "\(cell)")
            #expect(try text("activations(photo, at: \(cell)).shape") == shape)
        }
        // A tensor stays numbers, in a batch too.
        notebook.run("let x = vit.input(photo)")
        let answer = notebook.run("activations(x, at: vit.blocks[1].mlp.neurons(0..<2))")
        #expect(answer.bundle?.data["image/png"] == nil)
        #expect(
            try text(
                "activations(x, at: vit.blocks[1].mlp.neurons(0..<2)) == activations(photo, at: vit.blocks[1].mlp.neurons(0..<2))"
            )
                == "true")
        try NumPy.write(
            Tensor((0..<2 * 3 * 128 * 128).map { sin(Float($0)) }, shape: [2, 3, 128, 128]), to: path("two.npy"))
        notebook.run("let two = tensor(\"\(path("two.npy"))\")")
        #expect(try text("activations(two, at: vit.blocks[1].mlp.neurons(0..<3)).shape") == "[2, 3, 64]")
        #expect(
            try text(
                "activations(two, at: vit.blocks[1].mlp.neurons(0..<3))[1, 2, 7] == activations(two, at: vit.blocks[1].mlp)[1, 8, 2]"
            ) == "true")
    }

    @Test func aGradientIsSaliencyOverAPhotograph() throws {
        let model = try TwoBlocks.load("vit")
        let objective = Objective.mean(Target(model: "vit", layer: "logits", features: .indices([14])))
        let plain = try model.gradient(of: objective, at: model.preprocessing.tensor(of: photo))
        notebook.run("let g = gradient(of: vit.logit(\"church\"), at: photo)\ng.save(\"\(path("g.npy"))\")")
        #expect(try NumPy.read(path("g.npy")) == plain.gradient, "whatever is shown")
        let smooth = try model.saliency(
            of: objective, at: photo, .init(smoothing: Smoothing(copies: 16, deviation: 0.15), blur: 8))
        #expect(try picture("g") == smooth.sheet.image)
        notebook.run("g.smoothed.save(\"\(path("s.npy"))\")")
        #expect(try NumPy.read(path("s.npy")) == smooth.gradient)
        #expect(try text("g.map.values.shape") == "[128, 128]")
        #expect(try text("g").contains("|gradient|, mean of 16 noisy copies"))
        let rough = try model.saliency(of: objective, at: photo, .init(.inputTimesGradient))
        #expect(
            try picture(
                "vit.gradient(of: vit.logit(\"church\"), at: photo, by: .inputTimesGradient, samples: 0, blur: 0)")
                == rough.sheet.image)
        #expect(!notebook.complete("g.smoo").isEmpty && notebook.complete("vit.logits(photo).smoo").isEmpty)
    }

    @Test func attentionHasAMapForEachHead() throws {
        let model = try TwoBlocks.load("vit")
        let expected = try model.attention(of: photo, inBlock: 1)
        notebook.run("let a = attention(photo, in: vit.blocks[1])")
        #expect(try picture("a") == expected.sheet.image)
        #expect(try text("a.count") == "3")
        #expect(try text("a.values.shape") == "[3, 8, 8]")
        #expect(try text("a[2].label == \"head 2\"") == "true")
        #expect(try text("a[2].values == a.heads[2].values") == "true")
        #expect(try text("abs(a[2].values.values.reduce(0) { $0 + $1 } + a[2].cls - 1) < 0.0001") == "true")
        #expect(
            try text("a").hasPrefix("vit block 1 attention from CLS: what share of the attention a patch gets\nmap"))
        #expect(try text("a.rollout.label == \"rollout, blocks 1 to 0\"") == "true")
        #expect(try text("attention(photo, in: vit.blocks[1].attn, from: .cls).mean.values == a.mean.values") == "true")
        #expect(
            try text("attention(photo, in: vit.blocks[1], from: 27).label").contains("from patch 27 (row 3, column 3)"))
        #expect(
            try text("attention(photo, in: vit.blocks[1], from: vit.blocks[0].patch(row: 3, column: 3)).label")
                == text("attention(photo, in: vit.blocks[1], from: 27).label"))
        #expect(try text("attention(photo, in: vit.blocks[1], from: .patches).label").contains("mean over all patches"))
        let through = try model.attentionThroughBlocks(of: photo)
        #expect(try picture("attention(photo, in: vit)") == through.maps.sheet.image)
        #expect(try text("attention(photo, in: vit).blocks.count") == "2")
        notebook.run("let shown = display(attention(photo, in: vit).rollout)")
        #expect(!notebook.complete("a.roll").isEmpty)
    }

    @Test(arguments: [
        (
            "activations(photo, at: [])", "The list is empty: there is nothing to show."
        ),
        (
            "activations(photo, at: [vit.blocks[1], vit.logits])",
            "The parts of this list have different shapes, 65 × 192 and 20. Ask for them one by one."
        ),
        (
            "activations(photo, at: [vit.blocks[1], load(\"ffmixer\").blocks[1]])",
            "Activations must be of one model, but these are of vit and ffmixer."
        ),
        (
            "vit.activations(photo, at: load(\"ffmixer\").blocks[1].neuron(3))",
            "The target belongs to ffmixer, not to vit."
        ),
        (
            "activations(photo, at: [3])",
            "`at` must hold layers and targets, but this is a whole number (3)."
        ),
        (
            "gradient(of: vit.logit(0), at: photo, samples: -1)",
            "`samples` must be 0 or more, not -1. 0 shows the gradient as it is."
        ),
        (
            "gradient(of: vit.logit(0), at: photo, blur: -1)",
            "The blur of the map is -1.0; it must be 0 to 1000 pixels, such as 8."
        ),
        (
            "gradient(of: vit.logit(0), at: photo, deviation: -1)",
            "The noise's share of the input's range is -1.0; it must be 0 to 10, such as 0.15."
        ),
        (
            "gradient(of: vit.logit(0), at: vit.input(photo), samples: 3)",
            "`samples` shapes the map over a photograph. For a tensor only the gradient is returned."
        ),
        (
            "attention(photo, in: load(\"ffmixer\").blocks[1])",
            "ffmixer is a feed-forward mixer: none of its blocks has attention among patches. `activations(photo, at: …)` maps the output of a block, `gradient(of: …, at: photo)` where an objective looks."
        ),
        (
            "attention(photo, in: vit.blocks[1].mlp)",
            "“blocks.1.mlp” of vit has no attention of its own. Its block may: `in: vit.blocks[1]`."
        ),
        (
            "attention(photo, in: vit.logits)",
            "“logits” of vit is not a block. Attention is in the blocks: `in: vit.blocks[0]`, or `in: vit` for all of them."
        ),
        ("attention(photo, in: vit.blocks[1], from: 64)", "There is no patch 64 in vit: patches go from 0 to 63."),
        (
            "attention(photo, in: vit.blocks[1], from: \"register 0\")",
            "The source of the attention is register 0; it must be a patch or CLS."
        ),
        (
            "attention(photo, in: vit.blocks[1], from: vit.blocks[1].patches(0..<3))",
            "Attention is shown from one patch, from one special token, or with `.patches` from all patches at once."
        ),
        (
            "attention(photo, in: vit.blocks[1])[3]",
            "There is no head 3 in vit block 1 attention from CLS: heads go from 0 to 2."
        ),
        (
            "attention(vit, in: vit.blocks[1])",
            "`photo` must be an image, but this is a model. For example: `attention(photo, in: vit.blocks[5], from: vit.blocks[5].patch(row: 3, column: 3))`."
        ),
    ])
    func says(_ cell: String, _ message: String) {
        #expect(notebook.run(cell).failure?.message == message)
        #expect(notebook.run("1 + 1").result == "2", "the kernel goes on")
    }
}
