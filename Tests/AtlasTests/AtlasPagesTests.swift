import Atlas
import Foundation
import Images
import Models
import TestModels
import TestSupport
import Testing
import Visualization

/// What pages are told, read back from the files as a page reads them.
@Suite(.timeLimit(.minutes(10))) struct AtlasPagesTests {
    private let folder: TemporaryFolder
    private let model: Model
    private let atlas: AtlasFolder
    private let plan: AtlasPlan

    init() throws {
        folder = try TemporaryFolder()
        model = try TwoBlocks.load("vit")
        plan = try Self.plan(of: model)
        try FileManager.default.copyItem(atPath: Self.made.get(), toPath: folder.path("atlas"))
        atlas = try AtlasFolder(making: folder.path("atlas"))
    }

    private static func plan(of model: Model) throws -> AtlasPlan {
        try AtlasPlan(
            of: model, layers: ["blocks.1.mlp", "logits"], neurons: 2..<14, seeds: 2,
            settings: .init(steps: 70, size: 32, seed: 3), source: "vit")
    }

    /// Where the pictures lie of which each test has a copy, made once in a process: they take most of the time.
    private static let made = Result {
        let model = try TwoBlocks.load("vit")
        let plan = try AtlasPagesTests.plan(of: model)
        let atlas = try AtlasFolder(making: place)
        atexit { try? FileManager.default.removeItem(atPath: AtlasPagesTests.place) }
        try atlas.add(plan)
        _ = try AtlasRun(try AtlasWork(plan, by: model, in: atlas.path), in: atlas).run()
        return atlas.path
    }
    private static let place = FileManager.default.temporaryDirectory.appendingPathComponent(
        "vitrine-atlas-\(ProcessInfo.processInfo.processIdentifier)"
    ).path

    private func read(_ path: String, _ function: String) throws -> [String: Any] {
        let text = try String(contentsOfFile: "\(atlas.path)/\(path)", encoding: .utf8)
        #expect(text.hasPrefix("\(function)({") && text.hasSuffix("});\n"))
        let json = Data(text.dropFirst(function.count + 1).dropLast(3).utf8)
        return try #require(try JSONSerialization.jsonObject(with: json) as? [String: Any])
    }

    private func neurons(_ layer: String) throws -> [[String: Any]] {
        try #require(try read("data/\(plan.key)/\(layer).js", "vitrineLayer")["neurons"] as? [[String: Any]])
    }

    private func image(_ path: Any?) throws -> Image {
        try Image(contentsOf: "\(atlas.path)/\(try #require(path as? String))")
    }

    @Test func pagesTellWhatThereIs() throws {
        #expect(try AtlasPages(of: atlas, words: .plain).write(models: [plan.key: model]) == 24)
        let listing = try read("data/atlas.js", "vitrineAtlas")
        #expect(listing["version"] as? Int == 1 && listing["title"] as? String == "vit")
        #expect(listing["made"] as? String == "a test")
        let entry = try #require((listing["models"] as? [[String: Any]])?.first)
        #expect(entry["key"] as? String == plan.key && entry["weights"] as? String == model.weightsHash)
        #expect(plan.key == "vit-\(model.weightsHash.prefix(8))")
        let layers = try #require(entry["layers"] as? [[String: Any]])
        #expect(layers.map { $0["address"] as? String } == ["blocks.1.mlp", "logits"])
        #expect(layers[0]["neurons"] as? Int == 192 && layers[0]["made"] as? Int == 12)
        #expect(layers[0]["numbers"] as? [[Int]] == [[2, 13]])
        #expect((layers[1]["names"] as? [String])?.count == 20)

        let data = try read("data/\(plan.key)/blocks.1.mlp.js", "vitrineLayer")
        #expect(data["model"] as? String == plan.key && data["layer"] as? String == "blocks.1.mlp")
        let recipe = try #require(data["recipe"] as? [String: Any])
        #expect(recipe["seeds"] as? [Int] == [3, 4] && (recipe["objectives"] as? [Any])?.isEmpty == true)
        let neurons = try neurons("blocks.1.mlp")
        #expect(
            neurons.map { $0["neuron"] as? Int } == Array(2..<14) && neurons.map { $0["tile"] as? Int } == Array(0..<12)
        )
        let item = AtlasItem.first(of: plan, neuron: 5)
        let stored = try #require(atlas.pictures.picture(for: try plan.key(of: item)))
        let neuron = neurons[3]
        #expect(try image(neuron["picture"]) == stored.image)
        #expect(abs(try #require(neuron["activation"] as? Double) - Double(stored.activation)) < 2e-3)
        let history = try #require(neuron["history"] as? [Double])
        #expect(history.count == 64 && stored.history.count == 70)
        #expect(
            abs(history[63] - Double(stored.history[69])) < 2e-3 && abs(history[0] - Double(stored.history[0])) < 2e-3)
        #expect(neuron["cell"] as? String == "blocks.1.mlp neuron 5")
        #expect((neuron["other"] as? [String])?.count == 1)
        #expect(try self.neurons("logits")[0]["name"] as? String == model.classes[2])
    }

    /// A page cuts a picture out of the sheet by its number.
    @Test func sheetsShowThePictures() throws {
        _ = try AtlasPages(of: atlas, words: .plain).write(models: [:])
        let data = try read("data/\(plan.key)/blocks.1.mlp.js", "vitrineLayer")
        let sheets = try #require(data["sheets"] as? [String: Any])
        #expect(sheets["tile"] as? Int == 64 && sheets["columns"] as? Int == 16)
        let sheet = try image((sheets["files"] as? [String])?.first)
        #expect(sheet.width == 1024 && sheet.height == 64)
        let small = try image(try neurons("blocks.1.mlp")[7]["picture"]).resized(width: 64, height: 64)
        var difference = 0
        for row in 0..<64 {
            for byte in 0..<192 {
                difference += abs(
                    Int(sheet.pixels[(row * 1024 + 7 * 64) * 3 + byte]) - Int(small.pixels[row * 192 + byte]))
            }
        }
        #expect(difference / (64 * 192) < 12)
    }

    /// The study of consistency, asked for the same runs, says the same.
    @Test func agreementIsThatOfTheStudy() throws {
        _ = try AtlasPages(of: atlas, words: .plain).write(models: [plan.key: model])
        let agreement = try #require(try neurons("blocks.1.mlp")[4]["agreement"] as? Double)
        let target = Target(model: "vit", layer: "blocks.1.mlp", features: .indices([6]))
        let study = try model.consistency(of: [.mean(target)], .init(runs: 2, seed: 3, steps: 70, size: 32))
        #expect(abs(agreement - Double(study.objectives[0].score)) < 0.002)
    }

    @Test func likenessOfPicturesIsTheirCorrelation() throws {
        _ = try AtlasPages(of: atlas, words: .plain).write(models: [plan.key: model])
        let neurons = try neurons("blocks.1.mlp")
        let similar = try #require(neurons[0]["similar"] as? [String: Any])
        let pictures = try #require(similar["picture"] as? [String: [[Double]]])
        let most = try #require(pictures["most"])
        // Of eleven others, each at one end.
        let others = (most + (pictures["least"] ?? [])).map { $0[0] }
        #expect(most.count == 6 && others.sorted() == (3..<14).map(Double.init))
        #expect(zip(most, most.dropFirst()).allSatisfy { $0[1] >= $1[1] })
        let least = try #require(pictures["least"]?.first)
        #expect(least[1] <= most[5][1])
        func vector(_ neuron: Double) throws -> [Double] {
            let image = try image(neurons[Int(neuron) - 2]["picture"]).resized(width: 64, height: 64)
            let planes = image.resized(width: 16, height: 16).planes.values.map(Double.init)
            return (0..<3).flatMap { channel in
                let part = planes[channel * 256..<(channel + 1) * 256]
                let mean = part.reduce(0, +) / 256
                return part.map { $0 - mean }
            }
        }
        let (a, b) = (try vector(2), try vector(most[0][0]))
        func product(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
        #expect(abs(product(a, b) / (product(a, a) * product(b, b)).squareRoot() - most[0][1]) < 0.002)
        let weights = try #require(similar["weights"] as? [String: [[Double]]])
        #expect(weights["most"]?.count == 6)
    }

    /// What is not known without the model is left out.
    @Test func withoutTheModelPagesTellLess() throws {
        #expect(try AtlasPages(of: atlas, words: .plain).write(models: [:]) == 24)
        let neuron = try neurons("blocks.1.mlp")[0]
        #expect(neuron["agreement"] == nil && neuron["other"] != nil)
        #expect((neuron["similar"] as? [String: Any])?["weights"] == nil)
        #expect((neuron["similar"] as? [String: Any])?["picture"] != nil)
    }

    @Test func theStrongestPhotographsAreThoseOfTopImages() throws {
        let photographs = folder.path("photographs")
        try FileManager.default.createDirectory(atPath: photographs, withIntermediateDirectories: true)
        for index in 0..<10 {
            let pixels = (0..<3 * 40 * 40).map { UInt8(truncatingIfNeeded: $0 * (index * 7 + 3) / (index + 1)) }
            try Image(width: 40, height: 40, pixels: pixels).write(to: "\(photographs)/p\(index).png")
        }
        _ = try AtlasPages(of: atlas, words: .plain).write(models: [plan.key: model], photographs: photographs)
        let shown = try #require(try neurons("blocks.1.mlp")[1]["photographs"] as? [[String: Any]])
        let target = Target(model: "vit", layer: "blocks.1.mlp", features: .indices([3]))
        let expected = try model.topImages(in: photographs, for: .mean(target), count: 8).entries
        #expect(
            shown.map { $0["name"] as? String } == expected.map { $0.path.split(separator: "/").last.map(String.init) })
        for (entry, top) in zip(shown, expected) {
            #expect(abs(try #require(entry["activation"] as? Double) - Double(top.score)) < 2e-3)
            #expect(try image(entry["picture"]).width == 128)
        }
        // Pages that are made again show them again, as long as they are there.
        _ = try AtlasPages(of: atlas, words: .plain).write(models: [plan.key: model])
        #expect((try neurons("blocks.1.mlp")[1]["photographs"] as? [Any])?.count == 8)
        try FileManager.default.removeItem(atPath: photographs)
        _ = try AtlasPages(of: atlas, words: .plain).write(models: [plan.key: model])
        #expect(try neurons("blocks.1.mlp")[1]["photographs"] == nil)
    }
}

extension AtlasItem {
    /// A neuron's first picture.
    static func first(of plan: AtlasPlan, neuron: Int) -> AtlasItem {
        plan.items.first { $0.neuron == neuron }!
    }
}
