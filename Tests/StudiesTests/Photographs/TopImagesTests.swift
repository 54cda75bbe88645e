import Compute
import Foundation
import Images
import Models
import Platform
import Studies
import TestSupport
import Testing
import Visualization

@Suite(.timeLimit(.minutes(10))) struct TopImagesTests {
    private let model: Model
    private let folder: TemporaryFolder
    private let neuron: Target

    /// Twenty photographs here and there, and what else lies in a folder.
    init() throws {
        model = try Model.load(Reference.path("tiny_vit"))
        neuron = Target(model: model.name, layer: "blocks.1.mlp", features: .indices([3]))
        folder = try TemporaryFolder()
        for index in 0..<20 {
            let image = Image.speckled(width: 16 + index, height: 20, seed: UInt64(index))
            let bytes = index % 3 == 0 ? try JPEG.encode(image) : try PNG.encode(image)
            let name = index % 3 == 0 ? "\(index).jpg" : "\(index).PNG"
            _ = try folder.write(bytes, to: index % 2 == 0 ? name : "more/\(index % 5)/\(name)")
        }
        _ = try folder.write(Array("text".utf8), to: "readme.txt")
        _ = try folder.write(Array("text".utf8), to: "no.png")
        _ = try folder.write(PNG.encode(Image.speckled(width: 9, height: 9)).prefix(60), to: "more/cut.png")
    }

    /// The score and the strongest patch of every photograph, one at a time.
    private func byHand() throws -> [(path: String, score: Float, patch: Int, value: Float)] {
        let paths = try FileManager.default.subpathsOfDirectory(atPath: folder.url.path).map(folder.path)
        return try paths.compactMap { path in
            guard let image = try? Image(contentsOf: path) else { return nil }
            let input = model.preprocessing.tensor(of: image)
            let values = try model.activations(at: neuron.layer, of: input).values
            let own = (1..<17).map { values[$0 * 16 + 3] }
            let best = own.indices.max { own[$0] < own[$1] } ?? 0
            return (path, own.reduce(0, +) / 16, best, own[best])
        }
    }

    @Test func theStrongestAreFoundWithTheirPatches() throws {
        let expected = try byHand().sorted { $0.score > $1.score }
        #expect(expected.count == 20)
        var reports: [Int] = []
        let found = try model.topImages(in: folder.url.path, for: .mean(neuron), count: 5) { report, soFar in
            #expect(report.total == 23)
            reports.append(report.done)
            #expect(soFar().entries.count == min(5, report.reading.photographCount))
        }
        #expect(reports.last == 23 && reports.count == 3)
        #expect(found.entries.map(\.path) == expected.prefix(5).map(\.path))
        for (entry, expected) in zip(found.entries, expected) {
            #expect(abs(entry.score - expected.score) < 1e-5)
            #expect(entry.patch?.index == expected.patch)
            #expect(abs((entry.patchValue ?? 0) - expected.value) < 1e-5)
            #expect(entry.patch?.row == expected.patch / 4 && entry.patch?.column == expected.patch % 4)
        }
        #expect(found.reading.photographCount == 20)
        #expect(found.reading.otherCount == 1)
        #expect(found.reading.skippedCount == 2)
        #expect(Set(found.reading.skipped.map(\.path)) == [folder.path("no.png"), folder.path("more/cut.png")])
        #expect(found.reading.words == "20 photographs; 2 files could not be read")
        #expect(found.label == "blocks.1.mlp neuron 3")
        let sheet = found.sheet
        #expect(sheet.entries.count == 5)
        #expect(sheet.entries[0].caption.hasSuffix((expected[0].path as NSString).lastPathComponent))
        #expect(sheet.entries[0].image != HeatMapPicture.plain(found.entries[0]))
    }

    @Test func photographsCanBeComparedByTheirStrongestPatch() throws {
        let expected = try byHand().sorted { $0.value > $1.value }
        let found = try model.topImages(in: folder.url.path, for: .mean(neuron), count: 30, by: .strongestPatch)
        #expect(found.entries.map(\.path) == expected.map(\.path))
        #expect(found.entries.map(\.path) != (try byHand().sorted { $0.score > $1.score }.map(\.path)))
    }

    @Test func theWeakestAreThoseOfTheNegative() throws {
        let expected = try byHand().sorted { $0.score < $1.score }
        let found = try model.topImages(in: folder.url.path, for: -Objective.mean(neuron), count: 3)
        #expect(found.entries.map(\.path) == expected.prefix(3).map(\.path))
        let input = model.preprocessing.tensor(of: try Image(contentsOf: expected[0].path))
        let values = try model.activations(at: neuron.layer, of: input).values
        let weakest = (1..<17).min { values[$0 * 16 + 3] < values[$1 * 16 + 3] } ?? 0
        #expect(found.entries[0].patch?.index == weakest - 1)
        #expect(abs((found.entries[0].patchValue ?? 0) + values[weakest * 16 + 3]) < 1e-5)
    }

    @Test func logitsAndSumsHaveNoPatch() throws {
        let logit = Target(model: model.name, layer: "logits", features: .indices([2]))
        let found = try model.topImages(in: folder.url.path, for: .mean(logit), count: 2)
        #expect(found.entries.count == 2 && found.entries.allSatisfy { $0.patch == nil && $0.patchValue == nil })
        let both = try model.topImages(in: folder.url.path, for: .mean(logit) + .mean(neuron), count: 1)
        #expect(both.entries[0].patch == nil)
        let single = Target(model: model.name, layer: "blocks.0", features: .all, tokens: .indices([7]))
        #expect(try model.topImages(in: folder.url.path, for: .mean(single), count: 1).entries[0].patch?.index == 7)
        let error = #expect(throws: EngineError.self) {
            try model.topImages(in: folder.url.path, for: .mean(logit), by: .strongestPatch)
        }
        #expect(error?.message.contains("has no patches to rank") == true)
    }

    @Test func interruptingKeepsTheBestSoFar() throws {
        let cancellation = Cancellation()
        let found = try model.topImages(
            in: folder.url.path, for: .mean(neuron), count: 30, cancellation: cancellation
        ) { _, _ in cancellation.request() }
        #expect(found.reading.wasInterrupted)
        #expect(found.entries.count == found.reading.photographCount && found.entries.count < 20)
        #expect(found.reading.words.hasSuffix("interrupted"))
        #expect(throws: EngineError.cancelled) {
            try model.topImages(in: folder.url.path, for: .mean(neuron), cancellation: cancellation)
        }
    }

    @Test func equalOnesStandByPathInWhateverOrderTheyCome() {
        let values: [(Float, String)] = [(1, "c"), (3, "d"), (1, "a"), (2, "e"), (1, "b"), (0, "f")]
        for offered in [values, values.reversed()] {
            var strongest = TopK<String>(count: 4)
            for (value, path) in offered { strongest.offer(value, path: path, path) }
            #expect(strongest.elements == ["d", "e", "a", "b"])
        }
        var few = TopK<String>(count: 9)
        few.offer(-.infinity, path: "a", "a")
        #expect(few.elements == ["a"])
    }

    @Test func refusesFoldersWithoutPhotographs() throws {
        let empty = try TemporaryFolder()
        func message(_ count: Int = 1) -> String? {
            #expect(throws: EngineError.self) {
                try model.topImages(in: empty.url.path, for: .mean(neuron), count: count)
            }?.message
        }
        let start = "The number of photographs in “\(empty.url.path)” is 0"
        let end = "; it must be 1 or more PNG or JPEG files, in the folder or its subfolders."
        #expect(message() == "\(start): the folder is empty\(end)")
        _ = try empty.write([65], to: "a.txt")
        #expect(message() == "\(start) of 1 files\(end)")
        _ = try empty.write([65], to: "a.png")
        #expect(message()?.hasPrefix("\(start) of 2 files (the first that could not be read: ") == true)
        #expect(message(0) == "The number of photographs to keep is 0; it must be 1 to 1000.")
    }

    // The weights and photographs lie beside the repository; where they do not, this is skipped.
    @Test(.enabled(if: Reference.hasDeiT, "../shared/models/deit_tiny_patch16_224.safetensors is not there"))
    func deitsStrongestSamples() throws {
        let model = try Model.load(Reference.deit)
        let target = Target(model: model.name, layer: "blocks.6.mlp", features: .indices([101]))
        let found = try model.topImages(in: Reference.samples, for: .mean(target), count: 8)
        #expect(found.reading.photographCount == 12 && found.entries.count == 8)
        try Reference.show(found.sheet.image, "top-images")
        let byPatch = try model.topImages(in: Reference.samples, for: .mean(target), count: 8, by: .strongestPatch)
        try Reference.show(byPatch.sheet.image, "top-images-by-patch")
    }
}

/// A photograph as a sheet shows it, but without a frame.
private enum HeatMapPicture {
    static func plain(_ entry: TopImages.Entry) -> Image {
        HeatMap("", values: Tensor([.nan], shape: [1, 1]), over: entry.seen).image
    }
}
