import Foundation
import Images
import Models
import Platform
import Studies
import TestSupport
import Testing
import Visualization

@Suite(.timeLimit(.minutes(10))) struct StrongestNeuronsTests {
    private let photograph = Image.speckled(width: 16, height: 16, seed: 9)

    @Test func statisticsByHand() {
        // 1, 2, 3, 6: mean 3, squared differences 4 + 1 + 0 + 9 = 14, deviation √3.5. The other never changes.
        var statistics = RunningStatistics(features: 2)
        for value in [1, 2, 3, 6] as [Float] {
            [value, 5].withUnsafeBufferPointer { statistics.add($0) }
        }
        #expect(statistics.count == 4)
        #expect(statistics.mean == [3, 5])
        #expect(abs(statistics.deviation[0] - Float(3.5).squareRoot()) < 1e-6)
        #expect(statistics.deviation[1] == 0)
    }

    @Test func againstItsOwnPatches() throws {
        let model = try Model.load(Reference.path("tiny_vit"))
        let layer = "blocks.1.mlp"
        let values = try model.activations(at: layer, of: model.preprocessing.tensor(of: photograph)).values
        // The z-score of every neuron in every patch, in double precision.
        var expected: [(neuron: Int, patch: Int, z: Double)] = []
        for neuron in 0..<16 {
            let own = (1..<17).map { Double(values[$0 * 16 + neuron]) }
            let mean = own.reduce(0, +) / 16
            let deviation = (own.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / 16).squareRoot()
            for (patch, value) in own.enumerated() { expected.append((neuron, patch, (value - mean) / deviation)) }
        }
        expected.sort { $0.z > $1.z }

        let all = try model.strongest(for: photograph, in: layer, count: 40, repeatsNeurons: true)
        #expect(all.findings.count == 40)
        for (finding, expected) in zip(all.findings, expected) {
            #expect(abs(Double(finding.zScore) - expected.z) < 1e-4)
        }
        let first = all.findings[0]
        #expect(first.neuron == expected[0].neuron && first.patch?.index == expected[0].patch)
        #expect(first.value == values[(1 + expected[0].patch) * 16 + expected[0].neuron])
        #expect(
            first.target
                == Target(
                    model: model.name, layer: layer, features: .indices([first.neuron]),
                    tokens: .indices([expected[0].patch])))
        #expect(first.neuronTarget.tokens == .patches)
        #expect(abs((first.value - first.usualMean) / first.usualDeviation - first.zScore) < 1e-5)

        // Each neuron once, at its best.
        let once = try model.strongest(for: photograph, in: layer, count: 40)
        #expect(once.findings.count == 16 && Set(once.findings.map(\.neuron)).count == 16)
        #expect(once.findings[0] == first)
        #expect(once.usual.words == "this photograph's own 16 patches")
        #expect(once.maps.count == 16 && once.maps[0].marked == first.patch)
        #expect(once.maps[0].strongest?.value == first.zScore)
        #expect(once.sheet.entries.count == 17)
        // Every finding can be rendered.
        let shape = try model.layer(layer).shape
        for finding in once.findings { try finding.target.validate(in: shape) }
    }

    @Test func againstAFolder() throws {
        let model = try Model.load(Reference.path("tiny_ffmixer"))
        let layer = "blocks.0"
        let folder = try TemporaryFolder()
        var rows: [[Float]] = []
        for index in 0..<11 {
            let image = Image.speckled(width: 16, height: 16, seed: UInt64(100 + index))
            _ = try folder.write(PNG.encode(image), to: "\(index).png")
            let output = try model.activations(at: layer, of: model.preprocessing.tensor(of: image))
            let features = output.shape[1]
            // CLS comes first here too.
            rows += (1..<output.shape[0]).map { Array(output.values[$0 * features..<($0 + 1) * features]) }
        }
        var reports = 0
        let usual = try model.usualLevel(at: layer, in: folder.url.path) { report, soFar in
            reports += 1
            // The level so far is that of the photographs so far.
            let level = soFar()
            #expect(level.basis == .folder(report.reading))
            #expect(level.count.isMultiple(of: max(report.reading.photographCount, 1)))
            #expect(level.mean.allSatisfy { $0.isFinite })
        }
        #expect(reports == 2)
        #expect(usual.count == 11 * 16 && rows.count == 11 * 16)
        #expect(usual.words == "the patches of 11 photographs")
        for neuron in rows[0].indices {
            let own = rows.map { Double($0[neuron]) }
            let mean = own.reduce(0, +) / Double(own.count)
            let deviation = (own.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(own.count)).squareRoot()
            #expect(abs(Double(usual.mean[neuron]) - mean) < 1e-5)
            #expect(abs(Double(usual.deviation[neuron]) - deviation) < 1e-5)
        }
        let found = try model.strongest(for: photograph, in: layer, count: 3, against: usual)
        let output = try model.activations(at: layer, of: model.preprocessing.tensor(of: photograph))
        var best = -Float.infinity
        for token in 1..<output.shape[0] {
            for neuron in 0..<output.shape[1] {
                let value = output.values[token * output.shape[1] + neuron]
                best = max(best, (value - usual.mean[neuron]) / usual.deviation[neuron])
            }
        }
        #expect(abs(found.findings[0].zScore - best) < 1e-4)
        #expect(found.findings.map(\.zScore) == found.findings.map(\.zScore).sorted(by: >))

        let logits = try model.usualLevel(at: "logits", in: folder.url.path)
        #expect(logits.count == 11 && logits.words == "11 photographs")
        let classes = try model.strongest(for: photograph, in: "logits", against: logits)
        #expect(classes.findings.allSatisfy { $0.patch == nil } && classes.maps.isEmpty)
        #expect(classes.sheet.entries.count == 1)
        #expect(throws: EngineError.self) { try model.strongest(for: photograph, in: "norm", against: usual) }
    }

    @Test func noPatchFillsTheList() throws {
        let model = try Model.load(Reference.path("tiny_vit"))
        let layer = "blocks.1.mlp"
        let all = try model.strongest(for: photograph, in: layer, count: 16)
        let one = try model.strongest(for: photograph, in: layer, count: 16, perPatch: 1)
        // The list without what comes in a patch for the second time, in its order.
        var seen: Set<Int> = []
        let expected = all.findings.filter { seen.insert($0.patch?.index ?? -1).inserted }
        #expect(one.findings == expected && expected.count < all.findings.count)
        #expect(throws: EngineError.self) { try model.strongest(for: photograph, in: layer, perPatch: 0) }
    }

    @Test func picturesStandBesideTheirPatches() throws {
        let model = try Model.load(Reference.path("tiny_vit"))
        let found = try model.strongest(for: photograph, in: "blocks.1.mlp", count: 3)
        let picture = Image(width: 16, height: 16, color: [10, 200, 30])
        let sheet = found.sheet(
            beside: [picture, picture, picture], names: found.findings.map { "neuron \($0.neuron)" })
        #expect(sheet.entries.count == 3)
        for (index, entry) in sheet.entries.enumerated() {
            #expect(entry.image.width == 2 * entry.image.height + 4 && entry.image.height >= 224)
            #expect(entry.image[5, 5] == [10, 200, 30])
            let patch = found.findings[index].patch?.index ?? -1
            #expect(entry.caption.hasPrefix("neuron \(found.findings[index].neuron), patch \(patch)\n"))
            // Of 4 × 4 patches all are around, so the frame lies where the patch does in the photograph.
            let around = found.surroundings(of: index, side: 224)
            let (x, y) = ((patch % 4) * 56, (patch / 4) * 56)
            #expect(around[max(x - 1, 0), min(y + 20, 223)] == [255, 214, 10] || x == 0)
            #expect(around[min(x + 20, 223), max(y - 1, 0)] == [255, 214, 10] || y == 0)
        }
    }

    @Test func refusesWhatCannotBeCompared() throws {
        let vit = try Model.load(Reference.path("tiny_vit"))
        let mixer = try Model.load(Reference.path("tiny_mixer"))
        func message(_ model: Model, _ layer: String, count: Int = 3) -> String? {
            #expect(throws: EngineError.self) { try model.strongest(for: photograph, in: layer, count: count) }?.message
        }
        #expect(
            message(vit, "logits")
                == "The usual level of logits of tiny_vit is missing; it must be given as a folder of photographs, since "
                + "the layer has no patches to compare.")
        #expect(message(mixer, "blocks.0.mlp2.hidden")?.contains("hidden units have mixed them") == true)
        #expect(message(vit, "blocks.0.attn.pattern")?.contains("attention pattern") == true)
        #expect(message(vit, "blocks.9") != nil)
        #expect(message(vit, "blocks.0", count: 0)?.contains("1 or more") == true)
    }

    // The weights and photographs lie beside the repository; where they do not, this is skipped.
    @Test(.enabled(if: Reference.hasDeiT, "../shared/models/deit_tiny_patch16_224.safetensors is not there"))
    func deitsNeuronsForACat() throws {
        let model = try Model.load(Reference.deit)
        let photograph = try Image(contentsOf: Reference.photograph("chelsea.png"))
        let own = try model.strongest(for: photograph, in: "blocks.8.mlp", count: 7)
        try Reference.show(own.sheet.image, "strongest-own")
        let usual = try model.usualLevel(at: "blocks.8.mlp", in: Reference.samples)
        let found = try model.strongest(for: photograph, in: "blocks.8.mlp", count: 7, against: usual)
        #expect(found.findings[0].zScore > 3)
        try Reference.show(found.sheet.image, "strongest-against-samples")
    }
}
