import Compute
import Foundation
import Images
import Models
import Platform
import Studies
import TestSupport
import Testing

/// How single-minded neurons are: by hand, by the definition in NumPy, and through models.
@Suite(.timeLimit(.minutes(10))) struct MonosemanticityTests {
    private struct Fixture: Decodable {
        let activations: [[Float]]
        let features: [[Float]]
        let scores: [Double]
        let baseline: Double
    }

    private static func unit(_ row: [Float]) -> [Float] {
        let length = row.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
        return row.map { Float(Double($0) / length) }
    }

    /// Three photographs, two of them alike: cosines 1, 0, 0. The first neuron responds 2, 2, 0, so only the pair of the
    /// two counts: 1. The second responds 0, 1, 1, half of it: that pair alone, 0. The third responds 5, 3, 1, scaled
    /// 1, ½, 0: the pair of the first two, 1. The fourth responds to one photograph alone, the fifth to all the same.
    @Test func threePhotographsByHand() throws {
        var sums = try PairSums(neurons: 5, width: 2)
        sums.add([2, 0, 5, 0, 4], [1, 0])
        sums.add([2, 1, 3, 0, 4], [1, 0])
        sums.add([0, 1, 1, 7, 4], [0, 1])
        let found = sums.scores()
        let scores = found.scores.map { $0.map { ($0 * 1e6).rounded() / 1e6 } }
        #expect(scores == [1, 0, 1, nil, nil])
        #expect(abs(found.baseline - 1.0 / 3) < 1e-6)
    }

    /// Seventy photographs pass through two products; the sums are of float32 numbers in double precision.
    @Test func scoresAreThoseOfTheDefinition() throws {
        let path = Reference.root.appendingPathComponent("Tests/Fixtures/latents/monosemanticity.json")
        let fixture = try JSONDecoder().decode(Fixture.self, from: Data(contentsOf: path))
        var sums = try PairSums(neurons: 5, width: 6)
        for (values, feature) in zip(fixture.activations, fixture.features) { sums.add(values, Self.unit(feature)) }
        let found = sums.scores()
        for (score, expected) in zip(found.scores, fixture.scores) { #expect(abs((score ?? -1) - expected) < 1e-5) }
        #expect(abs(found.baseline - fixture.baseline) < 1e-5)
        // The last neuron likes what is alike; the first does not care.
        #expect(fixture.scores[4] > fixture.baseline + 0.05 && abs(fixture.scores[0] - fixture.baseline) < 0.05)
    }

    @Test func aFolderIsReadByBothModels() throws {
        let model = try Model.load(Reference.path("tiny_vit"))
        let judge = try Model.load(Reference.path("tiny_mixer"))
        let folder = try TemporaryFolder()
        for index in 0..<6 {
            try Image.speckled(width: 20, height: 20, seed: UInt64(index)).write(to: folder.path("\(index).png"))
        }
        let found = try model.monosemanticity(of: "blocks.1.mlp", in: folder.url.path, by: judge)
        #expect(found.scores.count == 16 && found.reading.photographCount == 6)
        #expect(found.judge == judge.name && found.judgeLayer == "embedding")
        // The same by hand, for one neuron.
        var values: [Float] = []
        var features: [[Float]] = []
        for index in 0..<6 {
            let image = try Image(contentsOf: folder.path("\(index).png"))
            let own = try model.activations(at: "blocks.1.mlp", of: model.preprocessing.tensor(of: image)).values
            values.append((1..<17).reduce(0) { $0 + own[$1 * 16 + 3] } / 16)
            features.append(Self.unit(try judge.pooledFeatures(of: image, at: found.judgeLayer)))
        }
        let (low, high) = (values.min() ?? 0, values.max() ?? 0)
        let a = values.map { Double(($0 - low) / (high - low)) }
        var (top, bottom) = (0.0, 0.0)
        for i in 0..<6 {
            for j in i + 1..<6 {
                let cosine = zip(features[i], features[j]).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
                top += a[i] * a[j] * cosine
                bottom += a[i] * a[j]
            }
        }
        #expect(abs((found.scores[3] ?? 0) - top / bottom) < 1e-4)
        #expect(
            found.photographs[3].first?.hasSuffix("\(values.indices.max { values[$0] < values[$1] } ?? -1).png") == true
        )
    }

    @Test func twoPhotographsAreTooFew() throws {
        let model = try Model.load(Reference.path("tiny_vit"))
        let folder = try TemporaryFolder()
        for index in 0..<2 {
            try Image.speckled(width: 20, height: 20, seed: UInt64(index)).write(to: folder.path("\(index).png"))
        }
        let error = try #require(throws: EngineError.self) {
            try model.monosemanticity(of: "blocks.1.mlp", in: folder.url.path, by: model)
        }
        #expect(error.message.contains("3 or more"), "\(error.message)")
    }
}
