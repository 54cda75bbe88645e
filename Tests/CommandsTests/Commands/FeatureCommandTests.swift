import Commands
import Foundation
import Jupyter
import TestConditions
import TestModels
import TestSupport
import Testing
import VitrineEngine

/// Features as pictures: `pca`, `similarity`, `matches`, `features`, `grid`, `accentuate`, masks, and the panel of patches.
@Suite(.timeLimit(.minutes(10))) final class FeatureCommandTests: Sendable {
    private let notebook = Notebook.withTwoBlocks()
    private let page: Page
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)

    init() throws {
        page = Page(notebook)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for (name, size) in [("a", (130, 90)), ("b", (90, 90)), ("c", (80, 150))] {
            try Image.speckled(width: size.0, height: size.1, seed: UInt64(size.0)).write(to: path("\(name).png"))
        }
        notebook.run(
            """
            let vit = load("vit"); let mixer = load("mixer")
            let a = image("\(path("a.png"))"); let b = image("\(path("b.png"))"); let c = image("\(path("c.png"))")
            """)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    private func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

    private func text(_ cell: String) throws -> String {
        let answer = notebook.run(cell)
        return try #require(answer.result, "\(cell): \(answer.failure?.message ?? "no result")")
    }

    private func message(_ cell: String) -> String { notebook.run(cell).failure?.message ?? "no error" }

    @Test func aPhotographInTheColorsOfItsFeatures() throws {
        let answer = notebook.run("let colors = pca([a, b], at: vit.blocks[1])\ncolors")
        #expect(answer.bundle?.data["image/png"] != nil, "\(answer.failure?.message ?? "")")
        // 64 pixels in patches of 8: the shorter side has 8, and 130 ÷ 90 of it are 11.6.
        #expect(try text("[colors.rows, colors.columns]") == "[8, 12]")
        #expect(try text("colors.components.shape") == "[8, 12, 3]")
        #expect(try text("colors.all[1].shape") == "[8, 8, 3]")
        #expect(try text("colors.features.shape") == "[160, 192]")
        #expect(try text("colors.shares.count") == "3")
        #expect(try text("colors.pictures.count") == "2")
        notebook.run(
            "colors.save(\"\(path("x.npy"))\"); colors.features.save(\"\(path("f.npy"))\"); colors.save(\"\(path("x.png"))\")"
        )
        #expect(try NumPy.read(path("x.npy")).shape == [160, 3])
        #expect(try NumPy.read(path("f.npy")).shape == [160, 192])
        #expect(try Image(contentsOf: path("x.png")).width > 200)
        // The numbers are those of the engine at the model's size for this photograph.
        let model = try TwoBlocks.load("vit")
        let photographs = try ["a.png", "b.png"].map { try Image(contentsOf: path($0)) }
        let features = try model.patchFeatures(of: photographs, at: "blocks.1")
        let basis = try FeatureBasis(of: features)
        #expect(try NumPy.read(path("x.npy")).values == features.flatMap { basis.scores(of: $0).values })
    }

    @Test func anEarlierBasisAndAForeground() throws {
        notebook.run("let colors = pca(a, at: vit.blocks[1], foreground: .automatic)")
        #expect(try text("colors.foreground[0].shape") == "[8, 12]")
        #expect(try text("pca(b, at: vit.blocks[1], basis: colors).shares == colors.shares") == "true")
        #expect(
            try text("pca(a, at: vit.blocks[1], foreground: .above(0.2), whitened: false, smooth: false).rows") == "8")
        // A mask by an image, by a tensor, by a heat map.
        for mask in ["a", "colors.foreground[0]", "similarity(a, from: [0, 0], at: vit.blocks[1]).map"] {
            #expect(try text("pca(a, at: vit.blocks[1], foreground: \(mask)).rows") == "8", "\(mask)")
        }
        #expect(message("pca(b, at: vit.blocks[0], basis: colors)").contains("means nothing in blocks.0 of vit"))
        #expect(message("pca(a, at: vit.blocks[1], basis: colors, whitened: false)").contains("is part of a basis"))
        #expect(message("pca(a, at: vit.blocks[1], foreground: tensor([1, 0]))") != "no error")
        #expect(message("pca([a, b], at: vit.blocks[1], foreground: a)").contains("Each photograph takes one mask"))
        #expect(message("pca([], at: vit.blocks[1])").contains("is empty"))
        #expect(message("pca(a, at: vit.logits)").contains("has no patches"))
        #expect(message("pca(a, at: vit.blocks[1], size: 0)").contains("1 to 16384"))
    }

    @Test func aMixerSeesAWholePhotographInWindows() throws {
        #expect(try text("pca(a, at: mixer.blocks[1])").contains("8 × 12 patches of"))
        #expect(try text("pca(a, at: mixer.blocks[1])").contains("windows"))
        #expect(try !text("pca(a, at: mixer.blocks[1], fitting: .cropped)").contains("windows"))
    }

    @Test func similarityOfATargetIsThatOfActivations() throws {
        notebook.run("let found = similarity(a, from: vit.blocks[1].patch(row: 3, column: 3), to: [b])")
        #expect(try text("found.patch") == "27")
        #expect(try text("found.maps.count") == "2")
        let model = try TwoBlocks.load("vit")
        let output = try model.activations(
            at: "blocks.1", of: model.preprocessing.tensor(of: Image(contentsOf: path("a.png"))))
        notebook.run("found.save(\"\(path("s.npy"))\")")
        let saved = try NumPy.read(path("s.npy"))
        #expect(saved.shape == [8, 8])
        let patches = NormalizedPatches(output.part(1..<65).values, features: 192)
        #expect(Reference.distance(saved.values, patches.cosines(with: patches.row(27))) < 1e-5)
        #expect(try text("similarity(a, from: [7, 11], at: vit.blocks[1]).patch") == "95")
        #expect(try text("similarity(a, from: 5, at: vit.blocks[1]).nearest.count") == "1")
        #expect(message("similarity(a, from: [8, 0], at: vit.blocks[1])").contains("has 8 rows and 12 columns"))
        #expect(message("similarity(a, from: 5)").contains("needs the layer, too"))
        #expect(
            message("similarity(a, from: vit.blocks[1].mlp.neuron(3).patch(4))").contains("compared by all features"))
        #expect(message("similarity(a, from: vit.blocks[1].mlp)") != "no error")
        #expect(message("similarity(a, from: 500, at: vit.blocks[1])").contains("patch"))
    }

    @Test func pairsOfPatches() throws {
        notebook.run("let pairs = matches(a, c, in: vit)")
        #expect(try text("pairs").contains("vit norm"), "the last layer that has patches")
        #expect(try text("pairs.count == pairs.first.count && pairs.count == pairs.cosines.count") == "true")
        notebook.run("pairs.save(\"\(path("m.npy"))\")")
        #expect(try NumPy.read(path("m.npy")).shape[1] == 3)
        #expect(try text("matches(a, a, in: vit.blocks[1], foreground: .automatic, count: 3).count") != "0")
        #expect(message("matches(a, c, in: vit, count: 0)").contains("1 or more"))
    }

    @Test func aFolderOfFeatures() throws {
        notebook.run(
            "let found = features(in: \"\(folder.path)\", at: vit.blocks[1], by: .mean, to: \"\(path("all.npy"))\")")
        #expect(try text("found.count") == "3")
        #expect(try NumPy.read(path("all.npy")).shape == [3, 192])
        let names = try String(contentsOfFile: path("all.txt"), encoding: .utf8).split(separator: "\n")
        #expect(names.count == 3 && names.allSatisfy { $0.hasSuffix(".png") })
        #expect(try text("found.nearest(to: b, count: 2).labels[1]").hasPrefix("\"1"), "itself, with a cosine of 1")
        #expect(try text("found.map(side: 3, cell: 20).coordinates.shape") == "[3, 2]")
        #expect(message("features(in: \"\(folder.path)\", at: vit.blocks[1], to: \"x.csv\")").contains("x.csv.npy"))
        #expect(message("features(in: \"\(folder.path)\", at: vit.blocks[1].attn.pattern)") != "no error")
        #expect(message("found.map(cell: 1)").contains("8 to 256"))
    }

    @Test func groupsOfPatchesAndTheirPictures() throws {
        notebook.run("let groups = grid(a, at: vit.blocks[1], groups: 2, steps: 2, size: 32)")
        #expect(try text("groups.count") == "2")
        #expect(try text("groups.weights.shape") == "[2, 8, 8]")
        #expect(try text("groups.directions.shape") == "[2, 192]")
        #expect(try text("groups.pictures.count") == "2")
        #expect(try text("grid(a, at: vit.blocks[1], steps: 1, size: 32).count") == "64")
        #expect(message("grid(a, at: vit.blocks[1], groups: 0)").contains("1 to 64"))
    }

    @Test func anActivationAtlasIsMadeOnce() throws {
        // Not among the photographs, of which its pictures would be some.
        let elsewhere = try TemporaryFolder()
        let cell =
            "let map = activationAtlas(in: \"\(folder.path)\", at: vit.blocks[1], to: \"\(elsewhere.path("atlas"))\", side: 2, steps: 1, size: 32)"
        notebook.run(cell)
        let count = try #require(Int(text("map.count")))
        #expect((2...4).contains(count))
        #expect(try text("map.directions.shape") == "[\(count), 192]")
        #expect(try text("map.patches.reduce(0, +)") == "192", "three photographs of 64 patches")
        #expect(try text("map").contains("\(count) pictures, \(count) of them new"))
        #expect(FileManager.default.fileExists(atPath: elsewhere.path("atlas/index.html")))
        notebook.run(cell)
        #expect(try text("map").contains("\(count) pictures, 0 of them new"))
        #expect(
            message(
                "atlas(vit, layers: \"blocks.1\", in: \"\(elsewhere.path("atlas"))\", neurons: 0..<1, steps: 1, size: 32)"
            )
            .contains("one of other cells"))
        #expect(
            message("activationAtlas(in: \"\(folder.path)\", at: vit.logits, to: \"\(elsewhere.path("none"))\")")
                .contains("has no patches"))
    }

    @Test func moreOfAClassAndItsMask() throws {
        notebook.run("let more = accentuate(a, toward: vit.logit(3), keeping: vit.blocks[0], steps: 3)")
        #expect(try text("more.steps") == "3")
        let mask = notebook.run("more.mask")
        #expect(mask.bundle?.data["image/png"] != nil)
        #expect(try text("more.mask.values.shape") == "[128, 128]")
        notebook.run("save(more, \"\(path("more.png"))\"); save(more.mask, \"\(path("mask.png"))\")")
        let bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: path("mask.png"))))
        #expect(bytes[25] == 6, "color with alpha")
        #expect(try [UInt8](Data(contentsOf: URL(fileURLWithPath: path("more.png"))))[25] == 2)
        // A saved picture is made again, and so is its mask.
        #expect(try text("rerun(\"\(path("more.png"))\").mask.values == more.mask.values") == "true")
        #expect(message("accentuate(a, toward: vit.logit(3), keeping: mixer.blocks[0])").contains("belongs to mixer"))
        #expect(message("accentuate(a, toward: vit.logit(3), balance: -1)").contains("balance"))
    }
}

// The panel.
extension FeatureCommandTests {
    @Test func aPatchIsChosenAndTheMapsFollow() throws {
        let answer = notebook.run("let panel = explore(a, in: vit.blocks[1], to: [b])\npanel")
        #expect(
            answer.bundle?.data["application/vnd.jupyter.widget-view+json"] != nil, "\(answer.failure?.message ?? "")")
        #expect(try page.control("patch").values["value"] == 54, "row 4, column 6 of 8 × 12")
        try page.set("patch", "value", to: 27)
        #expect(try page.control("row").values["value"] == 2)
        #expect(try page.control("column").values["value"] == 3)
        try page.set("row", "value", to: 5)
        #expect(try page.control("patch").values["value"] == 63)
        // What the page sends beyond the photograph is its last patch.
        try page.set("patch", "value", to: 4000)
        eventually { (try? page.control("patch").values["value"]) == 95 }
        try page.set("patch", "value", to: 27)
        eventually { page.texts.contains { $0.contains("patch 27 (row 2, column 3)") } }
        #expect(
            page.texts.contains { $0.contains("similarity(a, from: [2, 3], at: vit[&quot;blocks.1&quot;], to: [b])") }
                || page.texts.contains { $0.contains("similarity(a, from: [2, 3]") })
        #expect(try text("panel.cell").contains("similarity(a, from: [2, 3]"))
        #expect(try text("panel.similarity.patch") == "27")
        #expect(
            try text("panel.similarity.values == similarity(a, from: [2, 3], at: vit.blocks[1], to: [b]).values")
                == "true")
        #expect(message("explore(a)").contains("explore(photo, in: vit)"))
        #expect(message("explore(vit, in: vit)").contains("belongs to a photograph"))
    }
}
