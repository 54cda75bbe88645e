import Commands
import Foundation
import Testing
import VitrineEngine

/// Every command with a model that is taller than wide, and one that is wider than tall.
@Suite(.timeLimit(.minutes(10))) struct RectangleTests {
    /// A model's input, a folder with the model and photographs, and a notebook in which both are known.
    private final class Bench {
        let size: PixelSize
        let notebook = Notebook()
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        let photographs: [(name: String, image: Image)]

        init(_ size: PixelSize) throws {
            self.size = size
            // Dark, with one bright patch: each photograph has it in another corner.
            photographs = [("top-left", 0, 0), ("top-right", 0, 1), ("bottom-left", 1, 0), ("bottom-right", 1, 1)].map {
                name, down, right in
                var image = Image(width: size.width, height: size.height, color: [20, 20, 20])
                let bright = Image(width: 4, height: 4, color: [250, 250, 250])
                image.put(bright, left: right * (size.width - 4), top: down * (size.height - 4))
                return (name, image)
            }
            let files = FileManager.default
            try files.createDirectory(at: folder.appendingPathComponent("model"), withIntermediateDirectories: true)
            try files.createDirectory(at: folder.appendingPathComponent("photos"), withIntermediateDirectories: true)
            let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                .deletingLastPathComponent()
            try files.copyItem(
                at: root.appendingPathComponent("Fixtures/settings/timm_rectangle.safetensors"),
                to: folder.appendingPathComponent("model/model.safetensors"))
            let config =
                #"{"architecture":"vit_tiny_patch16_224","global_pool":"token","model_args":{"num_heads":2},"#
                + #""pretrained_cfg":{"input_size":[3,\#(size.height),\#(size.width)],"crop_pct":1.0}}"#
            try Data(config.utf8).write(to: folder.appendingPathComponent("model/config.json"))
            for (name, image) in photographs { try image.write(to: path("photos/\(name).png")) }
            notebook.run(
                "let m = load(\"\(path("model"))\"); let photo = image(\"\(path("photos/bottom-left.png"))\")\n"
                    + "let neuron = m.blocks[0].mlp.neuron(3); let photos = \"\(path("photos"))\"")
        }

        deinit { try? FileManager.default.removeItem(at: folder) }

        func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

        func text(_ cell: String) throws -> String {
            let answer = notebook.run(cell)
            return try #require(answer.result, "\(cell): \(answer.failure?.message ?? "no result")")
        }

        /// The model as the engine has it.
        func model() throws -> Model { try Model.load(path("model")) }

        /// A neuron of the patches that is stronger where the picture is bright.
        func brightNeuron() throws -> Int {
            let model = try model()
            let values = try model.activations(
                at: "patch_embed", of: model.preprocessing.tensor(of: photographs[0].image)
            ).values
            let features = values.count / (rows * columns)
            return try #require((0..<features).first { values[$0] > values[features + $0] + 0.1 })
        }

        var rows: Int { size.height / 4 }
        var columns: Int { size.width / 4 }
        /// The patch in each corner, in the photographs' order.
        var corners: [Int] { [0, columns - 1, (rows - 1) * columns, rows * columns - 1] }
    }

    private static let sizes = [PixelSize(width: 16, height: 32), PixelSize(width: 32, height: 16)]

    @Test(arguments: sizes)
    func everyCommandRuns(_ size: PixelSize) throws {
        let bench = try Bench(size)
        let recipes = RecipeName.withoutReferences.map { "render(neuron, recipe: .\($0.rawValue), steps: 2)" }
        let cells =
            [
                "m", "m.layers", "m.blocks[0].mlp", "loaded()", "render(neuron, steps: 3)",
                "render(m.logit(1), steps: 2)",
                "render(neuron, size: 48, steps: 2)", "render(neuron, size: [48, 40], steps: 2)",
                "render(neuron, sizes: [16, 32], steps: 4)", "render(m.blocks[0].mlp.neurons(0..<3), steps: 2)",
                "render(neuron.patch(row: \(bench.rows - 1), column: \(bench.columns - 1)), steps: 2)",
                "render(neuron, recipe: .vital(references: photos), steps: 2)",
                "render(neuron, window: true, size: 64, steps: 2)",
                "render(neuron, from: photo, madeOf: .pixels, steps: 2)",
                "save(render(neuron, steps: 2), \"\(bench.path("kept.png"))\")\nrerun(\"\(bench.path("kept.png"))\")",
                "activations(photo, at: m.blocks[0].mlp)", "activations(photo, at: m.blocks[0].mlp.neurons(0..<3))",
                "gradient(of: m.logit(1), at: photo)", "gradient(of: m.logit(1), at: photo, samples: 2)",
                "attention(photo, in: m.blocks[0])", "attention(photo, in: m)",
                "attention(photo, in: m.blocks[0], from: m.blocks[0].patch(row: \(bench.rows - 1), column: 0))",
                "m.classify(photo)", "m.input(photo)", "m.output(photo)", "m.embedding(photo)",
                "dream(photo, toward: m.blocks[0].mlp, steps: 2)",
                "reconstruct(photo, from: m.blocks[0].patches(0..<3), steps: 2)",
                "mixing([m], photo, steps: 2)", "consistency(neuron, runs: 2, steps: 2)",
                "consistency(neuron, runs: 2, steps: 2, size: 24)",
                "consistency(neuron, runs: 2, steps: 2, in: photos)",
                "topImages(in: photos, for: neuron, count: 2)", "usualLevel(at: m.blocks[0].mlp, in: photos)",
                "strongest(for: photo, in: m.blocks[0].mlp, count: 2)",
                "strongest(for: photo, in: m.blocks[0].mlp, count: 2, against: usualLevel(at: m.blocks[0].mlp, in: photos))",
                "atlas(m, layers: \"blocks.0.mlp\", in: \"\(bench.path("atlas"))\", neurons: 0..<2, steps: 2, photographs: photos)",
                "let panel = explore(neuron, steps: 2)\npanel.wait()\npanel.cell",
            ] + recipes
        for cell in cells {
            let answer = bench.notebook.run(cell)
            #expect(answer.failure == nil, "\(cell): \(answer.failure?.message ?? "")")
        }
    }

    @Test(arguments: sizes)
    func picturesHaveTheShapeOfTheModel(_ size: PixelSize) throws {
        let bench = try Bench(size)
        #expect(try bench.text("m").contains("\(size.height) × \(size.width) px (height × width)"))
        for recipe in RecipeName.withoutReferences {
            let picture = try Recipe(
                recipe, for: [.mean(Target(model: "m", layer: "blocks.0.mlp", features: .indices([3])))],
                in: bench.model(), seeds: [0], steps: 2
            ).lastStage.size
            #expect(
                abs(Double(picture.width) / Double(picture.height) - Double(size.width) / Double(size.height)) < 0.05,
                "\(recipe)")
        }
        // A number is the longer side.
        let longer = bench.notebook.run("render(neuron, size: 64, steps: 2)").displays.last
        #expect(longer?.plain?.contains("\(size.width * 2) × \(size.height * 2) px") == true, "\(longer?.plain ?? "")")
    }

    /// What goes in comes out where it was: the bright patch is the strongest, in whichever corner it is.
    @Test(arguments: sizes)
    func nothingIsScrambled(_ size: PixelSize) throws {
        let bench = try Bench(size)
        let neuron = try bench.brightNeuron()
        let layer = "m[\"patch_embed\"]"
        for (place, photograph) in bench.photographs.enumerated() {
            let corner = bench.corners[place]
            bench.notebook.run("let one = image(\"\(bench.path("photos/\(photograph.name).png"))\")")
            bench.notebook.run(
                "activations(one, at: \(layer).neuron(\(neuron))).save(\"\(bench.path("map.npy"))\")")
            let map = try NumPy.read(bench.path("map.npy")).values
            #expect(map.indices.max { map[$0] < map[$1] } == corner, "\(photograph.name)")
        }
        // Each photograph of the folder is known by its own corner, as its own numbers say.
        let model = try bench.model()
        let target = Target(model: model.name, layer: "patch_embed", features: .indices([neuron]))
        let top = try model.topImages(
            in: bench.path("photos"), for: .mean(target), count: 4, by: .strongestPatch)
        #expect(top.entries.count == 4)
        for entry in top.entries {
            let name = URL(fileURLWithPath: entry.path).deletingPathExtension().lastPathComponent
            let place = try #require(bench.photographs.firstIndex { $0.name == name })
            #expect(entry.patch?.index == bench.corners[place], "\(name)")
            #expect(entry.patch?.words.contains("row \(bench.corners[place] / bench.columns)") == true)
        }
        let usual = try model.usualLevel(at: "patch_embed", in: bench.path("photos"))
        let values = try bench.photographs.map {
            try model.activations(at: "patch_embed", of: model.preprocessing.tensor(of: $0.image)).values
        }
        let features = values[0].count / (bench.rows * bench.columns)
        let all = values.flatMap { list in stride(from: neuron, to: list.count, by: features).map { Double(list[$0]) } }
        let mean = all.reduce(0, +) / Double(all.count)
        #expect(abs(Double(usual.mean[neuron]) - mean) < 1e-4 * max(abs(mean), 1))
    }

    /// A picture rendered for one patch of the first layer changes that patch and no other.
    @Test(arguments: sizes)
    func aPatchIsWhereItIsSaidToBe(_ size: PixelSize) throws {
        let bench = try Bench(size)
        let model = try bench.model()
        let corner = bench.corners[2]
        let found = try model.gradient(
            of: .mean(
                Target(
                    model: model.name, layer: "patch_embed", features: .indices([1]), tokens: .indices([corner])
                )),
            at: model.preprocessing.tensor(of: bench.photographs[0].image)
        ).gradient
        #expect(found.shape == [3, size.height, size.width])
        for y in 0..<size.height {
            for x in 0..<size.width {
                let isInside = y >= size.height - 4 && x < 4
                #expect((found.values[y * size.width + x] != 0) == isInside, "row \(y), column \(x)")
            }
        }
    }
}
