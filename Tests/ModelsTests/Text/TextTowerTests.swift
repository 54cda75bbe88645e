import Checkpoints
import Foundation
import Models
import Platform
import TestSupport
import Testing

/// Features of texts, against Hugging Face's and open_clip's own in float64.
@Suite(.timeLimit(.minutes(10))) struct TextTowerTests {
    @Test(arguments: ["clip", "open_clip", "siglip"]) func featuresAreThoseOfTheProject(_ name: String) throws {
        let tower = try TextFixture.tower(name)
        let expected = try TextFixture.reference(name)
        let found = try tower.embeddings(of: TextFixture.said)
        #expect(found.map(\.tokens) == expected.tokens)
        for (found, expected) in zip(found, expected.features) {
            #expect(found.vector.count == expected.count)
            // Single precision through two blocks.
            #expect(Reference.distance(found.vector, expected) < 1e-5, "\(found.text)")
        }
        #expect(found.last?.droppedCount ?? 0 > 0)
        // SigLIP's tower of this size takes 8 tokens, the others 16.
        #expect(found[3].droppedCount == 0)
        #expect(found.allSatisfy { $0.tokens.count <= tower.contextLength })
    }

    /// A text is computed with as few tokens as it needs, beside others or alone: that must change nothing but rounding.
    @Test func aTextsFeaturesDoNotDependOnTheOthers() throws {
        let tower = try TextFixture.tower("clip")
        let together = try tower.embeddings(of: TextFixture.said)
        for (index, text) in TextFixture.said.enumerated() {
            let alone = try tower.embeddings(of: [text])[0]
            #expect(Reference.distance(alone.vector, together[index].vector) < 1e-6)
        }
    }

    @Test func theDirectionHasALengthOfOne() throws {
        let found = try TextFixture.tower("clip").embeddings(of: ["a cat"])[0]
        #expect(abs(found.direction.reduce(0) { $0 + $1 * $1 } - 1) < 1e-5)
    }

    /// exp(2.5), and for SigLIP −4 besides.
    @Test func theCalibrationIsTheFiles() throws {
        let clip = try TextFixture.tower("clip").calibration()
        #expect(abs(clip.scale - exp(2.5)) < 1e-4)
        #expect(clip.shift == nil)
        #expect(try TextFixture.tower("siglip").calibration().shift == -4)
    }

    @Test func aModelWithoutATowerSaysSo() throws {
        let vit = try Model.load("vit")
        #expect(
            throws: EngineError.other(
                AnyUserFacingError(
                    TextError.noTextTower(
                        model: "vit", family: "vision transformer")))
        ) { try vit.textTower() }
    }

    /// Weights alone, without the vocabulary beside them.
    @Test(arguments: ["clip", "open_clip"]) func aMissingVocabularyIsNamed(_ name: String) throws {
        let folder = try TemporaryFolder()
        let source = TextFixture.folder.appendingPathComponent(name)
        for file in try FileManager.default.contentsOfDirectory(atPath: source.path)
        where file.hasSuffix(".safetensors") || file.hasSuffix("config.json") {
            try FileManager.default.copyItem(
                atPath: source.appendingPathComponent(file).path, toPath: folder.path(file))
        }
        let model = try Model.load(folder.url.path)
        let tower = try model.textTower()
        #expect(
            throws: EngineError.other(
                AnyUserFacingError(
                    TextError.noVocabulary(
                        model: model.name, folder: folder.url.path, isOpenAI: true)))
        ) { try tower.tokenizer() }
    }

    /// 10,000 lines in many scripts through the real vocabulary, and towers of published size; see `make parity`.
    @Test(.enabled(if: ProcessInfo.processInfo.environment["VITRINE_TEXT_PARITY"] != nil))
    func publishedSizesAreThoseOfTheProjects() throws {
        let folder = URL(fileURLWithPath: ProcessInfo.processInfo.environment["VITRINE_TEXT_PARITY"] ?? "")
        let lines = try TextFixture.lines(in: folder)
        for name in ["clip", "open_clip"] {
            let tower = try TextFixture.tower(name, in: folder)
            let tokenizer = try tower.tokenizer()
            let wrong = lines.filter {
                tokenizer.encode($0.text, limit: .max).tokens != $0.tokens[name]
            }
            let expected = try TextFixture.reference(name, in: folder)
            let found = try tower.embeddings(of: TextFixture.said)
            let worst = zip(found, expected.features).map { Reference.distance($0.vector, $1) }.max() ?? .infinity
            print("PARITY\ttexts of \(name)\t\(lines.count) lines\t\(wrong.count) differ\t\(worst)")
            for line in wrong.prefix(20) { print(line.text.debugDescription) }
            #expect(wrong.isEmpty)
            #expect(worst < 1e-5)
            #expect(found.map(\.tokens) == expected.tokens)
        }
    }
}
