import Atlas
import Foundation
import Images
import Models
import Platform
import Studies
import TestModels
import TestSupport
import Testing
import Visualization

/// Measurements of trust are parts of an atlas as pictures are.
@Suite(.timeLimit(.minutes(10))) struct AtlasTrustTests {
    private let folder: TemporaryFolder
    private let model: Model
    private let photographs: String

    init() throws {
        folder = try TemporaryFolder()
        model = try TwoBlocks.load("vit")
        photographs = folder.path("photographs")
        for index in 0..<12 {
            let pixels = Reference.pattern(64 * 64 * 3, seed: 40 + index).map { value in
                UInt8((value + 2) / 4 * Float(40 + 15 * index))
            }
            try FileManager.default.createDirectory(atPath: photographs, withIntermediateDirectories: true)
            try Image(width: 64, height: 64, pixels: pixels).write(to: "\(photographs)/\(index).png")
        }
    }

    private func plan(seeds: Int = 2, opposites: Bool = true) throws -> AtlasPlan {
        try AtlasPlan(
            of: model, layers: ["blocks.1.mlp"], neurons: 0..<5, seeds: seeds, withOpposites: opposites,
            settings: .init(steps: 2, size: 32), source: "vit")
    }

    private func make(_ plan: AtlasPlan, in atlas: AtlasFolder, shard: AtlasShard = .all) throws {
        try atlas.add(plan)
        _ = try AtlasRun(AtlasWork(plan, by: model, in: atlas.path, shard: shard), in: atlas).run()
    }

    @discardableResult
    private func measure(_ plan: AtlasPlan, in atlas: AtlasFolder, shard: AtlasShard = .all) throws -> [String] {
        var words: [String] = []
        try AtlasTrustRun(plan, by: model, in: atlas, photographs: photographs, shard: shard).run { title, _, _ in
            if words.last != title { words.append(title) }
        }
        return words
    }

    private func pages(_ atlas: AtlasFolder, _ plan: AtlasPlan) throws -> String {
        _ = try AtlasPages(of: atlas, words: .plain).write(models: [plan.key: model])
        return try String(contentsOfFile: "\(atlas.path)/data/\(plan.key)/blocks.1.mlp.js", encoding: .utf8)
    }

    @Test func everyNeuronIsMeasuredOnce() throws {
        let atlas = try AtlasFolder(making: folder.path("atlas"))
        let plan = try plan()
        #expect(plan.pictureCount == 20, "five neurons, two seeds, and the opposite of each")
        try make(plan, in: atlas)
        #expect(try atlas.check().isWhole)
        #expect(try measure(plan, in: atlas) == ["reading photographs", "trust"])
        let check = try atlas.check()
        #expect(check.measurementCount == 5 && check.measuredCount == 5 && check.isWhole)
        let files = folder.files.filter { $0.key.contains("/trust/") }
        #expect(files.count == 5)
        #expect(try measure(plan, in: atlas).isEmpty, "nothing is measured twice")
        // A damaged record is no record.
        let damaged = try #require(files.keys.sorted().first)
        try (try #require(files[damaged])).dropLast(20).write(to: folder.url.appendingPathComponent(damaged))
        #expect(try atlas.check().measuredCount == 4 && !(try atlas.check().isWhole))
        #expect(try atlas.check().unmeasuredByLayer == ["\(plan.key) blocks.1.mlp": 1])
        try measure(plan, in: atlas)
        #expect(folder.files.filter { $0.key.contains("/trust/") } == files, "the same bytes again")
        #expect(!FileManager.default.fileExists(atPath: atlas.path + "/claims"))
    }

    @Test func shardsMeasureTheSame() throws {
        let (one, other) = (try AtlasFolder(making: folder.path("one")), try AtlasFolder(making: folder.path("other")))
        let plan = try plan()
        try make(plan, in: one)
        try measure(plan, in: one)
        for shard in ["2/3", "0/3", "1/3"] {
            try make(plan, in: other, shard: AtlasShard(shard))
            try measure(plan, in: other, shard: AtlasShard(shard))
        }
        func records(_ name: String) -> [String: Data] {
            let all = folder.files.filter { $0.key.hasPrefix("\(name)/trust/") }
            return Dictionary(uniqueKeysWithValues: all.map { (String($0.key.dropFirst(name.count)), $0.value) })
        }
        #expect(records("one").count == 5 && records("one") == records("other"))
        #expect(try pages(one, plan) == pages(other, plan))
    }

    @Test func pagesSayWhatWasMeasured() throws {
        let atlas = try AtlasFolder(making: folder.path("atlas"))
        let plan = try plan()
        try make(plan, in: atlas)
        #expect(!(try pages(atlas, plan).contains("\"trust\"")))
        try measure(plan, in: atlas)
        let page = try pages(atlas, plan)
        for word in [
            "\"trust\":{", "\"path\":[", "\"solved\":", "\"encoder\":\"vit\"", "\"opposite\":\"pictures/",
            "\"words\":\"",
        ] {
            #expect(page.contains(word), "\(word)")
        }
        // Other photographs: the old measurements count no longer.
        try FileManager.default.removeItem(atPath: "\(photographs)/3.png")
        try measure(plan, in: atlas)
        #expect(try atlas.check().measuredCount == 5)
        #expect(folder.files.keys.count { $0.contains("/trust/") } == 10)
    }

    /// The numbers are those that `trust` measures of one neuron.
    @Test func theNumbersAreThoseOfTheStudy() throws {
        let atlas = try AtlasFolder(making: folder.path("atlas"))
        let plan = try plan()
        try make(plan, in: atlas)
        try measure(plan, in: atlas)
        let page = try pages(atlas, plan)
        let json = try #require(
            JSONSerialization.jsonObject(with: Data(page.dropFirst("vitrineLayer(".count).dropLast(3).utf8))
                as? [String: Any])
        let neurons = try #require(json["neurons"] as? [[String: Any]])
        let found = try #require(neurons[3]["trust"] as? [String: Any])
        let study = try model.trust(
            .mean(.init(model: "vit", layer: "blocks.1.mlp", features: .indices([3]))), in: photographs,
            .init(runs: 2, steps: 2, seed: 0))
        // Pictures of another size are others, so only what depends on photographs alone is the same.
        let causes = try #require(study.causes)
        #expect(found["causes"] as? [String] == causes.parts)
        let left = try #require(found["leftOnPhotographs"] as? Double)
        #expect(abs(left - causes.leftOnPhotographs) < 2e-3)
    }

    @Test func whatCannotBeMeasuredIsSaid() throws {
        let atlas = try AtlasFolder(making: folder.path("atlas"))
        let plan = try plan(seeds: 1, opposites: false)
        #expect(plan.pictureCount == 5)
        try make(plan, in: atlas)
        #expect(throws: EngineError.fileMissing(path: folder.path("none"))) {
            try AtlasTrustRun(plan, by: model, in: atlas, photographs: folder.path("none"))
        }
        try FileManager.default.createDirectory(atPath: folder.path("few"), withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: "\(photographs)/1.png", toPath: folder.path("few/1.png"))
        #expect(throws: EngineError.self) {
            try AtlasTrustRun(plan, by: model, in: atlas, photographs: folder.path("few")).run { _, _, _ in }
        }
        try measure(plan, in: atlas)
        let page = try pages(atlas, plan)
        #expect(page.contains("\"path\":[") && !page.contains("\"solved\"") && !page.contains("\"opposite\""))
    }
}
