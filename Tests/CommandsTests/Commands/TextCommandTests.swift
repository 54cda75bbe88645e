import Commands
import Foundation
import TestSupport
import Testing
import VitrineEngine

/// Words in cells: `clip.text`, `clip.classify(photo, as:)`, `label`.
@Suite(.timeLimit(.minutes(10))) final class TextCommandTests: Sendable {
    private let notebook = Notebook()
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)

    init() throws {
        try FileManager.default.createDirectory(
            at: folder.appendingPathComponent("photos"), withIntermediateDirectories: true)
        for index in 0..<12 {
            let pixels = (0..<16 * 16 * 3).map { UInt8(($0 * (index + 3) + index * 37) % 256) }
            try Image(width: 16, height: 16, pixels: pixels).write(to: path("photos/\(index).png"))
        }
        try Data("a cat\n\na dog\na red bicycle\n".utf8).write(to: URL(fileURLWithPath: path("words.txt")))
        try Data().write(to: URL(fileURLWithPath: path("empty.txt")))
        let model = Reference.root.appendingPathComponent("Tests/Fixtures/texts/clip").path
        notebook.run("let clip = load(\"\(model)\"); let photo = image(\"\(path("photos/3.png"))\")")
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    private func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

    private func text(_ cell: String) throws -> String {
        let answer = notebook.run(cell)
        return try #require(answer.result, "\(cell): \(answer.failure?.message ?? "no result")")
    }

    private func failure(_ cell: String) throws -> String {
        try #require(notebook.run(cell).failure?.message, "\(cell)")
    }

    @Test func aTextIsAValue() throws {
        #expect(try text("clip.text(\"a cat\")").hasPrefix("“a cat” for clip: 12 features of "))
        #expect(try text("clip.text(\"a cat\").embedding.shape") == "[12]")
        #expect(try text("clip.text(\"a cat\").text") == "\"a cat\"")
        #expect(try text("clip.text(\"a cat\") == clip.text(\"a cat\")") == "true")
        #expect(try text("clip.text(\"a cat\") - clip.text(\"a dog\")") == "“a cat” − “a dog”")
        #expect(try text("(2 * clip.text(\"a cat\")).named(\"cat\")") == "cat")
    }

    @Test func aTextIsRenderedAndMadeAgain() throws {
        let first = notebook.run(
            "let p = render(clip.text(\"a red bicycle\"), steps: 3)\nsave(p, \"\(path("p.png"))\")")
        #expect(first.failure == nil, "\(first.failure?.message ?? "")")
        let recipe = try #require(
            try PNG.texts(in: Array(Data(contentsOf: URL(fileURLWithPath: path("p.png")))))["vitrine-recipe"])
        #expect(recipe.contains("a red bicycle") && recipe.contains("\"vector\""))
        let again = notebook.run("let q = rerun(\"\(path("p.png"))\")\nsave(q, \"\(path("q.png"))\")")
        #expect(again.failure == nil, "\(again.failure?.message ?? "")")
        #expect(try Image(contentsOf: path("p.png")) == Image(contentsOf: path("q.png")))
    }

    @Test func aTextIsAMapAndARanking() throws {
        #expect(try text("gradient(of: clip.text(\"the dog\"), at: photo, samples: 0).shape") == "[3, 16, 16]")
        let cell = "abs(clip.gradient(of: clip.text(\"the dog\"), at: photo, samples: 0).objective"
        #expect(try text("\(cell) - clip.text(\"the dog\").similarity(to: photo)) < 0.00001") == "true")
        let files = try text("topImages(in: \"\(path("photos"))\", for: clip.text(\"the dog\"), count: 3).files")
        #expect(files.split(separator: ",").count == 3)
    }

    @Test func aPhotographIsClassifiedByTexts() throws {
        let words = try text("clip.classify(photo, as: [\"a cat\", \"a bicycle\"])")
        #expect(words.contains("a cat") && words.contains("a bicycle") && words.contains(" %"))
        #expect(
            try text("clip.classify(photo, as: [\"cat\", \"dog\"], template: \"a photo of a {}\").name").contains("\""))
        #expect(
            try text("clip.classify(photo, as: [\"cat\", \"dog\"], template: .simple).map { $0.probability }.count")
                == "2")
        #expect(try failure("clip.classify(photo, as: [])").contains("The number of texts"))
        #expect(try failure("clip.classify(photo, as: [\"cat\"], template: \"a photo\")").contains("{}"))
        #expect(try failure("clip.classify(photo, template: \"a {}\")").contains("as:"))
        #expect(try failure("clip.classify(photo)").contains("has no head"))
    }

    @Test func aTextThatIsTooLongIsCutOffAndSaid() throws {
        let answer = notebook.run(
            "let long = clip.text(\"a cat and a dog and a bicycle and a house and a tree and a boat\")")
        #expect(answer.warnings.contains("is too long: its last"))
        #expect(try text("long.tokens.count") == "16")
        #expect(try text("long.droppedTokens > 0") == "true")
    }

    @Test func neuronsGetWords() throws {
        notebook.run(
            "let found = label(clip.blocks[0].mlp.hidden, with: \"\(path("words.txt"))\", in: \"\(path("photos"))\", neurons: 0..<6)"
        )
        #expect(try text("found.count") == "6")
        #expect(["\"a cat\"", "\"a dog\"", "\"a red bicycle\""].contains(try text("found[3]")))
        #expect(try text("found[3] == found.words[3] && found.alternatives[3][0] == found[3]") == "true")
        let table = try text("found")
        #expect(table.hasPrefix("neuron  word"))
        #expect(
            table.contains("the best of 3 words for the 2 strongest photographs of each neuron, among 12 photographs"))
        #expect(try text("found.targets.count") == "6")
        #expect(try failure("found[99]").contains("99, which has no label here"))
    }

    @Test func whatCannotBeLabeledIsSaid() throws {
        let photos = path("photos")
        notebook.run("let vit = load(\"vit\")")
        #expect(
            try failure("label(vit.blocks[1].mlp, with: [\"a\", \"b\"], in: \"\(photos)\")").contains(
                "vit reads no text"))
        #expect(
            try failure("label(vit.blocks[1].mlp, with: [\"a\", \"b\"], in: \"\(photos)\", by: vit)")
                .contains("vit reads no text: its file holds a vision transformer without a text tower"))
        #expect(try failure("vit.text(\"a cat\")").contains("vit reads no text"))
        #expect(
            try failure("label(clip.blocks[0].mlp, with: \"\(path("empty.txt"))\", in: \"\(photos)\")")
                .contains("The number of words"))
        #expect(try failure("label(clip.blocks[0].mlp, with: [], in: \"\(photos)\")").contains("The number of words"))
        #expect(
            try failure("label(clip.blocks[0].mlp, with: \"none.txt\", in: \"\(photos)\")").contains("There is no file")
        )
        try FileManager.default.createDirectory(
            at: folder.appendingPathComponent("none"), withIntermediateDirectories: true)
        #expect(
            try failure("label(clip.blocks[0].mlp, with: [\"a\", \"b\"], in: \"\(path("none"))\")")
                .contains("The number of photographs"))
    }

    @Test func theAtlasShowsTheWords() throws {
        notebook.run(
            "let found = label(clip.blocks[0].mlp, with: [\"a cat\", \"a dog\"], in: \"\(path("photos"))\", neurons: 0..<3)"
        )
        let made = notebook.run(
            "atlas(clip, layers: \"blocks.0.mlp\", in: \"\(path("atlas"))\", neurons: 0..<3, labels: found, steps: 2)")
        #expect(made.failure == nil, "\(made.failure?.message ?? "")")
        let data = try FileManager.default.subpathsOfDirectory(atPath: path("atlas/data")).filter {
            $0.hasSuffix("mlp.js")
        }
        let page = try String(contentsOfFile: path("atlas/data/\(data[0])"), encoding: .utf8)
        let word = try text("found[1]").trimmingCharacters(in: ["\""])
        #expect(page.contains("\"name\":\"\(word)\""))
    }
}
