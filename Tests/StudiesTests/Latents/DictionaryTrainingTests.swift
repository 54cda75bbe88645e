import Compute
import Foundation
import Images
import Models
import Platform
import Studies
import TestSupport
import Testing
import Visualization

/// Dictionaries that are trained or factored here, on a tiny model and a few pictures.
@Suite(.timeLimit(.minutes(10))) struct DictionaryTrainingTests {
    private let model: Model
    private let folder: TemporaryFolder
    private var photographs: String { folder.path("photographs") }
    private static let layer = "blocks.1"

    init() throws {
        model = try Model.load(Reference.path("tiny_vit"))
        folder = try TemporaryFolder()
        for index in 0..<5 {
            let bytes = try PNG.encode(Image.speckled(width: 24 + index, height: 20, seed: UInt64(index)))
            _ = try folder.write(bytes, to: "photographs/\(index % 2)/\(index).png")
        }
        _ = try folder.write(Array("text".utf8), to: "photographs/readme.txt")
    }

    private func settings(_ change: (inout DictionarySettings) -> Void = { _ in }) -> DictionarySettings {
        var settings = DictionarySettings(
            size: 48, active: 4, steps: 120, batch: 64, rate: 0.01, deadAfter: 1000, seed: 7)
        change(&settings)
        return settings
    }

    private func train(
        _ settings: DictionarySettings, to file: String = "sae.safetensors", cancellation: Cancellation? = nil,
        progress: ((DictionaryProgress) -> Void)? = nil
    ) throws -> DictionaryTraining {
        try model.trainDictionary(
            of: Self.layer, in: photographs, settings, to: folder.path(file), cancellation: cancellation,
            progress: progress)
    }

    @Test func lessAndLessIsMissedAndTheFileSaysHow() throws {
        var reports: [DictionaryProgress] = []
        let found = try train(settings()) { reports.append($0) }
        #expect(found.losses.count == 120 && found.deadCounts.count == 120)
        let (first, last) = (found.losses[0], found.record.unexplained)
        #expect(last < 0.6 * first, "\(first) to \(last)")
        #expect(reports.first?.work == "reading patches" && reports.last?.done == 120)
        #expect(found.record.photographs == 5 && found.reading.otherCount == 1)
        #expect(found.record.folder == "photographs" && found.record.weights == model.weightsHash)
        let read = try LatentDictionary(path: folder.path("sae.safetensors"))
        #expect(read.record == found.record && read.format == "trained here")
        #expect(read.count == 48 && read.width == 16 && read.reference.sha256 == found.dictionary.reference.sha256)
        for latent in 0..<48 {
            let length = read.decoderRow(latent).values.reduce(0) { $0 + $1 * $1 }
            #expect(abs(length - 1) < 1e-4)
        }
    }

    /// The numbers of the file belong to the features as they are, not to the scaled ones of the training.
    @Test func whatTheModelMissesIsWhatTheTrainingMissed() throws {
        let found = try train(settings { $0.crops = false })
        let target = Target(model: model.name, layer: Self.layer)
        let coded = try model.changed(
            by: [Intervention(target, .coded(by: found.dictionary.reference))], dictionaries: [found.dictionary])
        var (missed, active): ([Double], [Double]) = ([], [])
        for index in 0..<5 {
            let image = try Image(contentsOf: "\(photographs)/\(index % 2)/\(index).png")
            let own = try coded.explanation(
                of: coded.preprocessing.tensor(of: image), at: Self.layer, by: found.dictionary)
            missed.append(own.unexplained)
            active.append(own.meanActive)
        }
        // The class token, which was not trained on, is among these; the patches alone are most of it.
        let mean = missed.reduce(0, +) / 5
        #expect(mean < 3 * found.record.unexplained + 0.1, "\(mean), in training \(found.record.unexplained)")
        #expect(active.allSatisfy { $0 > 0 && $0 <= 4 })
    }

    @Test func theSameSeedGivesTheSameFile() throws {
        let one = try train(settings { $0.steps = 20 }, to: "one.safetensors").dictionary.reference.sha256
        let again = try train(settings { $0.steps = 20 }, to: "two.safetensors").dictionary.reference.sha256
        let other = try train(settings { ($0.steps, $0.seed) = (20, 8) }, to: "three.safetensors")
        #expect(one == again && one != other.dictionary.reference.sha256)
    }

    @Test func anInterruptKeepsWhatWasLearned() throws {
        let cancellation = Cancellation()
        let found = try train(settings(), cancellation: cancellation) {
            if $0.losses.count == 30 { cancellation.request() }
        }
        #expect(found.losses.count == 30 && found.record.wasInterrupted)
        #expect(FileManager.default.fileExists(atPath: folder.path("sae.safetensors")))
        let early = Cancellation()
        early.request()
        #expect(throws: EngineError.cancelled) { try train(settings(), to: "no.safetensors", cancellation: early) }
        #expect(!FileManager.default.fileExists(atPath: folder.path("no.safetensors")))
    }

    @Test func aFewPatchesOfEachPhotographAreEnough() throws {
        let found = try train(settings { ($0.patches, $0.steps) = (2, 10) })
        #expect(found.record.patches >= 80 && found.record.settings["patches"] == 2)
    }

    @Test func mistakesAreExplained() throws {
        func complaint(_ change: (inout DictionarySettings) -> Void) throws -> String {
            try #require(throws: EngineError.self) { try train(settings(change)) }.message
        }
        #expect(try complaint { $0.size = 1 }.contains("`size`"))
        #expect(try complaint { $0.active = 49 }.contains("1 to 48"))
        #expect(try complaint { $0.rate = 0 }.contains("rate"))
        #expect(try complaint { $0.batch = 1 }.contains("`batch`"))
        _ = try folder.write([], to: "empty/readme.txt")
        let empty = try #require(throws: EngineError.self) {
            try model.trainDictionary(
                of: Self.layer, in: folder.path("empty"), settings(), to: folder.path("sae.safetensors"))
        }
        #expect(empty.message.contains("PNG or JPEG"), "\(empty.message)")
        let nowhere = try #require(throws: EngineError.self) {
            try model.trainDictionary(of: Self.layer, in: photographs, settings { $0.steps = 2 }, to: "/no/folder/x")
        }
        #expect(nowhere.message.contains("/no/folder"), "\(nowhere.message)")
    }

    // MARK: - Concepts

    @Test func principalComponentsAreADictionaryWithSigns() throws {
        let found = try model.concepts(
            of: nil, at: Self.layer, in: photographs, count: 16, by: .pca, to: folder.path("pca.safetensors"))
        // All sixteen components of sixteen features miss nothing.
        #expect((found.record?.unexplained ?? 1) < 1e-6)
        #expect(found.count == 16 && found.record?.method == .pca && found.record?.photographs == 5)
        let target = Target(model: model.name, layer: Self.layer)
        let coded = try model.changed(
            by: [Intervention(target, .coded(by: found.reference))], dictionaries: [found])
        let image = try Image(contentsOf: "\(photographs)/0/0.png")
        let input = coded.preprocessing.tensor(of: image)
        let codes = try coded.activations(at: "\(Self.layer).sae", of: input).values
        #expect(codes.contains { $0 < 0 } && codes.contains { $0 > 0 })
        let features = try model.activations(at: Self.layer, of: input).values
        #expect(Reference.distance(found.reconstruction(of: codes, from: features), features) < 1e-4)
    }

    @Test func conceptsOfAClassUseItsPhotographs() throws {
        let neuron = Objective.mean(Target(model: model.name, layer: "logits", features: .indices([1])))
        let found = try model.concepts(
            of: neuron, at: Self.layer, in: photographs, count: 3, by: .nmf, photographs: 2,
            to: folder.path("nmf.safetensors"))
        #expect(found.record?.photographs == 2 && found.record?.patches == 32)
        #expect(found.record?.objective?.contains("logit") == true)
        #expect((found.record?.unexplained ?? 0) > 0 && (found.record?.unexplained ?? 1) < 1)
        let error = try #require(throws: EngineError.self) {
            try model.concepts(
                of: nil, at: Self.layer, in: photographs, count: 17, by: .pca, to: folder.path("x.safetensors"))
        }
        #expect(error.message.contains("1 to 16"), "\(error.message)")
    }

    /// Rows that are sums of two directions with disjoint signs are found again: (1, −1, 0, 0) and (0, 0, 2, −1), scaled to
    /// length 1, the longer in use first; and the codes of least squares are how much a row has of each.
    @Test func nonNegativeFactorsByHand() throws {
        let (first, second): ([Float], [Float]) = ([1, -1, 0, 0], [0, 0, 2, -1])
        let shares: [(Float, Float)] = [(1, 0), (0, 1), (2, 1), (1, 3), (0.5, 0.5), (3, 0)]
        let rows = shares.flatMap { share -> [Float] in (0..<4).map { share.0 * first[$0] + share.1 * second[$0] } }
        let found = try ConceptDirections(nonNegative: rows, width: 4, count: 2)
        #expect(found.unexplained < 1e-3)
        // Together the rows have 7.5 √2 of the first and 5.5 √5 of the second, which is more.
        let expected: [Float] = [0, 0, 0.8944, -0.4472]
        for (value, wanted) in zip(found.parts.decoder.prefix(4), expected) { #expect(abs(value - wanted) < 0.02) }
        let codes = (0..<2).map { part -> Float in
            var code: Float = 0
            for feature in 0..<4 { code += rows[2 * 4 + feature] * found.parts.encoder[part * 4 + feature] }
            return code
        }
        #expect(abs(codes[0] - Float(5).squareRoot()) < 0.05)
        #expect(abs(codes[1] - Float(8).squareRoot()) < 0.05)
    }
}
