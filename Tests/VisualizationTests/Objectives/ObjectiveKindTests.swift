import Compute
import Foundation
import Images
import Platform
import TestSupport
import Testing
import Visualization

/// What holds for each kind of objective that a recipe's reader knows, by its ``ObjectiveSample``s.
@Suite(.timeLimit(.minutes(10))) struct ObjectiveKindTests {
    static let keys = Objective.kindKeys
    private static let other = Target(model: "fake", layer: "layer", tokens: .all)

    private func samples(_ key: String) throws -> [ObjectiveSample] {
        try #require(ObjectiveSample.ofKinds[key], "“\(key)” has no sample")
    }

    @Test func everyKindHasSamplesAndAKeyOfItsOwn() {
        #expect(Set(Self.keys) == Set(ObjectiveSample.ofKinds.keys))
        #expect(Set(Self.keys + ["plus", "weight", "name", "objective"]).count == Self.keys.count + 4)
        #expect(ObjectiveSample.ofKinds.values.allSatisfy { !$0.isEmpty })
    }

    @Test(arguments: keys) func itIsReadAndWritten(_ key: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        for sample in try samples(key) {
            #expect(sample.objective.description == sample.words)
            let target = #"{"features":"all","layer":"blocks.5.mlp","model":"vit","tokens":"patches"}"#
            let text = sample.json.replacing("\":T", with: "\":\(target)", maxReplacements: 1)
            #expect(text.contains("\"\(key)\":"))
            #expect(String(decoding: try encoder.encode(sample.objective), as: UTF8.self) == text)
            #expect(try JSONDecoder().decode(Objective.self, from: Data(text.utf8)) == sample.objective)
            let nested = -2 * (sample.objective.named("x") + 0.5 * sample.objective)
            #expect(try JSONDecoder().decode(Objective.self, from: encoder.encode(nested)) == nested)
        }
    }

    /// Kinds of the same parts are not equal, whatever their values.
    @Test(arguments: keys) func itIsEqualToItself(_ key: String) throws {
        let own = try samples(key).map(\.objective)
        let others = ObjectiveSample.ofKinds.filter { $0.key != key }.flatMap(\.value).map(\.objective)
        #expect(own == (try samples(key).map(\.objective)))
        #expect(Set(own).count == own.count)
        #expect(Set(own).isDisjoint(with: others))
    }

    @Test(arguments: keys) func itsTargetsAreReplaced(_ key: String) throws {
        for sample in try samples(key) {
            let readsLayer = sample.json.contains("\":T")
            #expect(sample.objective.targets == (readsLayer ? [ObjectiveSample.layer] : []))
            let changed = (2 * sample.objective).named("x").mapTargets { _ in Self.other }
            #expect(changed.targets == (readsLayer ? [Self.other] : []))
            // Back again, everything else is as it was.
            #expect(changed.mapTargets { _ in ObjectiveSample.layer } == (2 * sample.objective).named("x"))
        }
    }

    @Test(arguments: keys) func itSaysWhatItComparesWith(_ key: String) throws {
        for sample in try samples(key) {
            #expect(
                sample.objective.references.map(\.photograph)
                    == (key == "likeness"
                        ? [ObjectiveSample.photograph]
                        : key == "distribution" ? ObjectiveSample.photographs.photographs : []))
            // What compares pictures is never kept under the name of a picture alone.
            #expect(sample.objective.comparesPictures == ["diversity", "alignment"].contains(key))
            #expect(
                (0.5 * (sample.objective + ObjectiveTests.a)).named("x").comparesPictures
                    == sample.objective.comparesPictures)
        }
    }

    /// By the layer's output and by the picture itself; the other pictures of the sheet stand still.
    @Test(arguments: keys) func itsGradientAgreesWithDifferences(_ key: String) throws {
        let size = PixelSize(width: 4, height: 3)
        for sample in try samples(key) {
            let (pictures, count) = (3, 3 * sample.features)
            let values = normals(pictures * count, seed: 3)
            let executor = OutputExecutor(tokens: 3, features: sample.features, batch: pictures, values)
            var references = ReferenceActivations()
            for (seed, photograph) in ObjectiveSample.photographs.photographs.enumerated() {
                references[photograph, "layer"] = Tensor(
                    normals(count, seed: UInt64(7 + seed)), shape: [3, sample.features])
            }
            // What is read from the picture alone needs a target beside it.
            let objective = sample.objective.mapTargets { _ in Self.other } + 0 * .mean(Self.other)
            let sheet = try executor.sheet(Array(repeating: objective, count: pictures), references: references)
            let picture = FloatBuffer(count: 3 * size.area)
            picture.fill(normals(picture.count, seed: 5))
            let gradient = FloatBuffer(count: picture.count)
            func value() -> Double {
                sheet.summarize(0..<pictures, on: executor)
                return Double(sheet.evaluate(0, on: executor, index: 0, seedsGradient: false))
                    + Double(sheet.evaluate(0, picture: picture.pointer, size: size))
            }
            sheet.summarize(0..<pictures, on: executor)
            _ = sheet.evaluate(0, on: executor, index: 0, seedsGradient: true)
            _ = sheet.evaluate(0, picture: picture.pointer, size: size, gradient: gradient.pointer)
            let seeds = executor.seeds("layer")
            #expect((seeds + gradient.values).contains { $0 != 0 }, "\(objective)")
            func check(_ buffer: FloatBuffer, _ place: Int, _ found: Float) {
                let before = buffer.pointer[place]
                buffer.pointer[place] = before + 2e-3
                let up = value()
                buffer.pointer[place] = before - 2e-3
                let down = value()
                buffer.pointer[place] = before
                let slope = (up - down) / 4e-3
                #expect(
                    abs(slope - Double(found)) < 5e-3 * max(1, abs(slope)),
                    "\(objective) at \(place): \(slope), \(found)")
            }
            for place in 0..<count { check(executor["layer"], place, seeds[place]) }
            for place in 0..<picture.count { check(picture, place, gradient.values[place]) }
        }
    }
}
