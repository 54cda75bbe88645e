import Commands
import Foundation
import Testing
import VitrineEngine

/// Numbers in cells: `tensor`, `output`, `logits`, `activations`, `gradient` and what comes of them.
@Suite(.timeLimit(.minutes(10))) final class TensorCommandTests: Sendable {
    private let notebook = Notebook()
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    private let input = Tensor((0..<3 * 128 * 128).map { sin(Float($0) * 0.37) }, shape: [3, 128, 128])

    init() throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try NumPy.write(input, to: path("x.npy"))
        try NumPy.write(Tensor([1, .nan, .infinity, 0, 0, -2], shape: [2, 3]), to: path("odd.npy"))
        notebook.run("let vit = load(\"vit\")\nlet x = tensor(\"\(path("x.npy"))\")")
        notebook.run("let odd = tensor(\"\(path("odd.npy"))\")")
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    private func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

    private func number(_ cell: String) throws -> Double {
        let answer = notebook.run(cell)
        return try #require(answer.result.flatMap { Double($0) }, "\(cell): \(answer.failure?.message ?? "no number")")
    }

    @Test func numbersAreThoseOfTheEngine() throws {
        let model = try Model.load("vit")
        let saved = notebook.run("vit.output(x).save(\"\(path("y.npy"))\")")
        #expect(saved.text == "Saved \(path("y.npy")): 20 float32, 80 bytes.\n")
        #expect(try NumPy.read(path("y.npy")) == model.output(of: input))
        #expect(notebook.run("vit.logits(x) == vit.output(x)").result == "true")
        #expect(notebook.run("vit.blocks[5].mlp(x) == activations(x, at: vit.blocks[5].mlp)").result == "true")
        #expect(notebook.run("activations(x, at: \"blocks.5.mlp\") == vit[\"blocks.5.mlp.fc2\"](x)").result == "true")
        #expect(notebook.run("vit.activations(x, at: \"blocks.5.mlp\") == vit.blocks[5].mlp(x)").result == "true")
        #expect(notebook.run("vit.activations(x, at: vit.blocks[5]) == vit.blocks[5](x)").result == "true")
        #expect(notebook.run("embedding(x) == vit.embedding(x)").result == "true")
        #expect(
            notebook.run("vit.gradient(of: vit.logit(2), at: x) == gradient(of: vit.logit(2), at: x)").result == "true")
        notebook.run("activations(x, at: vit.blocks[5]).save(\"\(path("block.npy"))\")")
        #expect(try NumPy.read(path("block.npy")) == model.activations(at: "blocks.5", of: input))
    }

    @Test func aGradientHasTheInputsShapeAndItsObjective() throws {
        notebook.run("let g = gradient(of: 2 * vit.logit(\"church\"), at: x)")
        #expect(notebook.run("g.shape").result == "[3, 128, 128]")
        let objective = try number("g.objective")
        let logit = try number("vit.logits(x)[vit.classes.firstIndex(of: \"church\")!]")
        #expect(abs(objective - 2 * logit) < 1e-5)
        let target = try #require(try Model.load("vit").classes.firstIndex(of: "church"))
        let expected = try Model.load("vit").gradient(
            of: 2 * .mean(Target(model: "vit", layer: "logits", features: .indices([target]))), at: input)
        notebook.run("g.save(\"\(path("g.npy"))\")")
        #expect(try NumPy.read(path("g.npy")) == expected.gradient)
        #expect(
            notebook.run("g").result?.hasPrefix("gradient of 2 × logit “church” at the normalized input of vit\n")
                == true)
    }

    @Test func aPhotographGoesThroughThePreprocessing() throws {
        let photo = Image(width: 200, height: 160, pixels: (0..<200 * 160 * 3).map { UInt8($0 * 7 % 251) })
        try photo.write(to: path("photo.png"))
        notebook.run("let photo = image(\"\(path("photo.png"))\")")
        let model = try Model.load("vit")
        notebook.run("vit.output(photo).save(\"\(path("z.npy"))\")")
        #expect(try NumPy.read(path("z.npy")) == model.output(of: model.preprocessing.tensor(of: photo)))
        #expect(notebook.run("gradient(of: vit.logit(0), at: photo).shape").result == "[3, 128, 128]")
        #expect(notebook.run("activations(photo, at: vit.blocks[0].attn).shape").result == "[65, 192]")
        #expect(notebook.run("vit.output(vit.input(photo)) == vit.output(photo)").result == "true")
    }

    @Test func aBatchKeepsItsAxis() throws {
        try NumPy.write(Tensor(input.values + input.values, shape: [2, 3, 128, 128]), to: path("two.npy"))
        notebook.run("let two = tensor(\"\(path("two.npy"))\")")
        #expect(notebook.run("vit.output(two).shape").result == "[2, 20]")
        #expect(notebook.run("gradient(of: vit.logit(0), at: two).shape").result == "[2, 3, 128, 128]")
        #expect(notebook.run("gradient(of: vit.logit(0), at: two).objective.count").result == "2")
        #expect(
            notebook.run("activations(two, at: vit.blocks[0])").result?.contains(
                "[2, 65, 192], 2 pictures × 65 tokens (CLS and 8 × 8 patches) × 192 features") == true)
        #expect(try number("vit.output(two)[1].distance(to: vit.output(x))") < 1e-5)
    }

    @Test func aTensorShowsItsStatisticsAndWarns() throws {
        #expect(
            notebook.run("odd").result
                == """
                odd.npy
                  shape    [2, 3]
                  range    -2 to 1
                  mean     -0.25, standard deviation 1.08972
                  zeros    33.3 %, 2 of 6
                  warning  1 NaN and 1 infinite; range, mean and deviation leave them out
                  numbers  1, NaN, ∞, 0, 0, -2
                """)
        #expect(notebook.run("odd").bundle?.data["text/html"] != nil)
        #expect(notebook.run("odd.shape").result == "[2, 3]")
        #expect(notebook.run("[odd.count, odd.values.count]").result == "[6, 6]")
        #expect(notebook.run("[odd.min, odd.max, odd.mean]").result == "[-2.0, 1.0, -0.25]")
        #expect(abs(try number("odd.deviation") - 1.1875.squareRoot()) < 1e-12)
    }

    @Test func partsAreCounted() throws {
        #expect(notebook.run("odd[1].values").result == "[0.0, 0.0, -2.0]")
        #expect(notebook.run("odd[1, 2]").result == "-2.0")
        #expect(notebook.run("odd[0..<1].shape").result == "[1, 3]")
        #expect(notebook.run("odd[1][2]").result == "-2.0")
        #expect(notebook.run("var sum = 0.0\nfor row in odd { sum += row[2] }\nsum").result == "inf")
        #expect(notebook.run("(odd[1] - odd[1]).norm").result == "0.0")
        #expect(notebook.run("(-odd[1] * 2).values").result == "[-0.0, -0.0, 4.0]")
        #expect(notebook.run("(odd[1] + odd[1] / 2).values").result == "[0.0, 0.0, -3.0]")
        #expect(try number("vit.output(x).distance(to: 2 * vit.output(x))") == 0.5)
    }

    @Test(arguments: [
        (
            "vit.output(odd)",
            "The input of vit (channels × rows × columns, or several of these) must be 3 × 128 × 128, not 2 × 3."
        ),
        (
            "vit.output(3)",
            "`x` must be an image or a tensor, but this is a whole number (3). For example: `vit.output(tensor(\"x.npy\")).save(\"y.npy\")`."
        ),
        (
            "activations(x, at: 5)",
            "`at` must be a layer, text, a target, a list of targets or a list, but this is a whole number (5). For example: `activations(photo, at: vit.blocks[5].mlp.neurons(0..<8))`."
        ),
        (
            "activations(x, at: \"blocks.5.mpl\")",
            "vit has no layer “blocks.5.mpl”. Did you mean “blocks.5.mlp”, “blocks.0.mlp” or “blocks.1.mlp”? Its `.layers` lists every address."
        ),
        (
            "gradient(of: vit.blocks[3].mlp.neurons(0..<3), at: x)",
            "A gradient needs one objective, but this is a list. `.together` combines several neurons; `+` adds objectives."
        ),
        (
            "gradient(of: vit.logit(0) + load(\"ffmixer\").logit(0), at: x)",
            "A gradient uses one model; this objective uses vit and ffmixer."
        ),
        ("vit.output(x).save(\"y.png\")", "Tensors are saved as NumPy arrays: call it “y.npy”."),
        ("tensor(\"no.npy\")", "There is no file at “no.npy”. Paths are relative to the notebook's folder."),
        ("odd[2]", "There is no index 2 on axis 0 of this tensor of 2 × 3: they go from 0 to 1."),
        (
            "odd[-1]",
            "There is no index -1 on axis 0 of this tensor of 2 × 3: they go from 0 to 1. Swift does not count from the end: write 1."
        ),
        ("odd[0, 3]", "There is no index 3 on axis 1 of this tensor of 2 × 3: they go from 0 to 2."),
        ("odd[0, 1, 2]", "This tensor of 2 × 3 has 2 axes and was given 3 indices."),
        ("odd[0..<5]", "There is no index 5 on axis 0 of this tensor of 2 × 3: they go from 0 to 1."),
        ("odd / 0", "A tensor cannot be divided by 0."),
        ("odd - x", "The other tensor must be 2 × 3, not 3 × 128 × 128."),
        ("odd.distance(to: x)", "The other tensor must be 2 × 3, not 3 × 128 × 128."),
        ("vit.blocks[0].mlp()", "`mlp` needs `x`, an image or a tensor."),
    ])
    func says(_ cell: String, _ message: String) {
        #expect(notebook.run(cell).failure?.message == message)
        #expect(notebook.run("1 + 1").result == "2", "the kernel goes on")
    }

    @Test func anAddressAloneNeedsOneModel() {
        notebook.run("let ffmixer = load(\"ffmixer\")")
        #expect(
            notebook.run("activations(x, at: \"blocks.5.mlp\")").failure?.message
                == "An address alone is enough if only one model is loaded, but 2 models are loaded, vit, ffmixer. Pass the layer itself: `at: vit[\"blocks.5.mlp\"]`."
        )
        says(
            "embedding(x)",
            "Which model's embedding? `embedding(x)` is enough if only one model is loaded, but 2 models are loaded, vit, ffmixer. Ask the model itself: `vit.embedding(x)`."
        )
        says("vit.activations(x, at: ffmixer.blocks[1])", "The layer belongs to ffmixer, not to vit.")
        says("vit.gradient(of: ffmixer.logit(1), at: x)", "The objective belongs to ffmixer, not to vit.")
    }

    @Test func interruptingStopsManyPictures() throws {
        let count = 64
        let many = Tensor((0..<count).flatMap { _ in input.values }, shape: [count, 3, 128, 128])
        try NumPy.write(many, to: path("many.npy"))
        notebook.run("let many = tensor(\"\(path("many.npy"))\")")
        let answer = notebook.run("print(1)\nlet unfinished = gradient(of: vit.logit(0), at: many)") { execution, _ in
            execution.interrupt()
        }
        #expect(answer.failure?.name == "Interrupted")
        #expect(notebook.run("many.count").result == "\(count * 3 * 128 * 128)")
    }

    @Test func completesArraysAddressesAndMembers() {
        #expect(notebook.complete("tensor(\"\(path("od"))").contains { $0.hasSuffix("odd.npy") })
        #expect(notebook.complete("activations(x, at: \"blocks.5.m").contains("blocks.5.mlp"))
        #expect(notebook.complete("vit[\"blocks.5.mlp.f").contains("blocks.5.mlp.fc2"))
        notebook.run("let ffmixer = load(\"ffmixer\")")
        #expect(notebook.complete("ffmixer.activations(x, at: \"blocks.5.mlp2").contains("blocks.5.mlp2"))
        #expect(notebook.complete("odd.sha") == ["shape"])
        #expect(notebook.complete("gradient(o").contains("of: "))
        #expect(notebook.inspect("vit.output")?.hasPrefix("output(_ x: Image | Tensor) -> Tensor") == true)
        #expect(notebook.inspect("vit.logits(")?.contains("x: Image | Tensor") == true)
    }
}
