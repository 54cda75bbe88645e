import Foundation
import Images
import Models
import Platform
import Studies
import TestModels
import TestSupport
import Testing
import Visualization

/// Words for neurons, and photographs classified by texts, with a tiny CLIP.
@Suite(.timeLimit(.minutes(10))) struct NeuronLabelTests {
    private let folder: TemporaryFolder
    private let clip: Model
    private static let words = ["a red bicycle", "a photo of a cat", "the dog's bowl", "собака", "camelCase"]
    private static let layer = "blocks.0.mlp.hidden"

    init() throws {
        folder = try TemporaryFolder()
        try FileManager.default.createDirectory(at: folder.url, withIntermediateDirectories: true)
        for index in 0..<30 { try Self.photo(index).write(to: folder.path(String(format: "%02d.png", index))) }
        clip = try Model.load(Reference.root.appendingPathComponent("Tests/Fixtures/texts/clip/model.safetensors").path)
    }

    private static func photo(_ index: Int) -> Image {
        Image(width: 16, height: 16, pixels: (0..<16 * 16 * 3).map { UInt8(($0 * (index + 3) + index * 37) % 256) })
    }

    /// The formulas, one photograph after the other.
    @Test func theWordsAreThoseOfTheFormulas() throws {
        let found = try clip.labels(at: Self.layer, with: Self.words, in: folder.url.path, by: clip, photographs: 7)
        let texts = try clip.textTower().embeddings(of: Self.words).map(\.direction)
        var activations: [[Float]] = []
        var choices: [[Double]] = []
        for index in 0..<30 {
            let input = clip.preprocessing.tensor(of: Self.photo(index))
            let values = try clip.activations(at: Self.layer, of: input)
            let width = values.shape[1]
            // Four patches after the class token.
            activations.append(
                (0..<width).map { neuron in (1...4).reduce(0) { $0 + values.values[$1 * width + neuron] } / 4 })
            let features = try clip.embedding(of: input).values
            let length = features.reduce(0) { $0 + $1 * $1 }.squareRoot()
            choices.append(
                SoftWPMI.choices(texts.map { text in zip(text, features).reduce(0) { $0 + $1.0 * $1.1 } / length }))
        }
        var fits: [[Double]] = []
        for neuron in activations[0].indices {
            let strongest = activations.indices.sorted { activations[$0][neuron] > activations[$1][neuron] }.prefix(7)
            fits.append(SoftWPMI.fit(strongest.map { choices[$0] }, words: Self.words.count))
        }
        let scores = SoftWPMI.scores(fits)
        #expect(found.entries.map(\.neuron) == Array(0..<24))
        #expect(found.reading.photographCount == 30)
        #expect(found.photographsPerNeuron == 7)
        for entry in found.entries {
            let own = scores[entry.neuron]
            #expect(entry.photographs.count == 7)
            for candidate in entry.candidates {
                let word = try #require(Self.words.firstIndex(of: candidate.word))
                #expect(abs(Double(candidate.score) - own[word]) < 1e-3)
            }
            #expect(entry.candidates.map(\.score) == entry.candidates.map(\.score).sorted(by: >))
            #expect(entry.candidates.count == 5)
        }
    }

    /// A model that reads no text has CLIP as its reader. A tenth of 30 photographs describes a neuron.
    @Test func anotherModelsNeuronsAreNamed() throws {
        let vit = try TwoBlocks.load("vit")
        let found = try vit.labels(
            at: "blocks.1.mlp", neurons: [3, 40], with: Self.words + ["", "camelCase"], in: folder.url.path, by: clip,
            activation: .cls, count: 2)
        #expect(found.entries.map(\.neuron) == [3, 40])
        #expect(found.entries.allSatisfy { $0.candidates.count == 2 && $0.photographs.count == 3 })
        #expect(found.wordCount == 5)
        #expect(found.reader == clip.name)
    }

    @Test func whatIsMissingIsNamed() throws {
        #expect(throws: EngineError.self) {
            try clip.labels(at: Self.layer, with: [" ", ""], in: folder.url.path, by: clip)
        }
        #expect(throws: EngineError.self) {
            try clip.labels(at: Self.layer, with: Self.words, in: Reference.path("x"), by: clip)
        }
        let empty = try TemporaryFolder()
        #expect(throws: EngineError.self) {
            try clip.labels(at: Self.layer, with: Self.words, in: empty.url.path, by: clip)
        }
        let vit = try TwoBlocks.load("vit")
        #expect(
            throws: EngineError.other(
                AnyUserFacingError(
                    TextError.noTextTower(
                        model: "vit", family: "vision transformer")))
        ) { try vit.labels(at: "blocks.1.mlp", with: Self.words, in: folder.url.path, by: vit) }
    }

    /// CLIP's softmax of exp(2.5) · cosine.
    @Test func textsClassifyAPhotograph() throws {
        let photo = Self.photo(4)
        let found = try Classification(of: photo, as: Self.words, by: clip)
        let features = try clip.embedding(of: clip.preprocessing.tensor(of: photo)).values
        let length = features.reduce(0) { $0 + $1 * $1 }.squareRoot()
        let scores = try clip.textTower().embeddings(of: Self.words).map { text in
            exp(Float(2.5)) * zip(text.direction, features).reduce(0) { $0 + $1.0 * $1.1 } / length
        }
        let powers = scores.map { exp($0) }
        for candidate in found.candidates {
            #expect(candidate.name == Self.words[candidate.index])
            #expect(abs(candidate.logit - scores[candidate.index]) < 1e-4)
            #expect(abs(candidate.probability - powers[candidate.index] / powers.reduce(0, +)) < 1e-5)
        }
        #expect(throws: EngineError.self) { try Classification(of: photo, as: [], by: clip) }
        #expect(throws: EngineError.self) { try TextTemplates(["a photo"]) }
    }

    /// The mean of the texts' directions, with a length of 1 again.
    @Test func templatesAreAveraged() throws {
        let photo = Self.photo(4)
        let templates = try TextTemplates(["a photo of a {}", "the {}"])
        let found = try Classification(of: photo, as: ["cat", "dog"], templates: templates, by: clip)
        let tower = try clip.textTower()
        let texts = try tower.embeddings(of: ["a photo of a cat", "the cat"]).map(\.direction)
        let mean = zip(texts[0], texts[1]).map { ($0 + $1) / 2 }
        let features = try clip.embedding(of: clip.preprocessing.tensor(of: photo)).values
        func dot(_ a: [Float], _ b: [Float]) -> Float { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
        let cosine = dot(mean, features) / (dot(mean, mean) * dot(features, features)).squareRoot()
        let cat = try #require(found.candidates.first { $0.name == "cat" })
        #expect(abs(cat.logit - exp(2.5) * cosine) < 1e-4)
    }

    /// The objective is the cosine, and its gradient agrees with differences.
    @Test func aTextIsAnObjective() throws {
        let text = try clip.textTower().embeddings(of: ["a red bicycle"])[0]
        let objective = try clip.objective(of: text)
        let input = clip.preprocessing.tensor(of: Self.photo(2))
        let found = try clip.gradient(of: objective, at: input)
        let features = try clip.embedding(of: input).values
        func dot(_ a: [Float], _ b: [Float]) -> Float { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
        #expect(abs(found.values[0] - dot(text.direction, features) / dot(features, features).squareRoot()) < 1e-5)
        for place in [0, 100, 500] {
            var (up, down) = (input, input)
            up.values[place] += 0.02
            down.values[place] -= 0.02
            let slope =
                (try clip.gradient(of: objective, at: up).values[0]
                    - clip.gradient(of: objective, at: down).values[0]) / 0.04
            #expect(abs(slope - found.gradient.values[place]) < 2e-3 * max(1, abs(slope)))
        }
    }
}
