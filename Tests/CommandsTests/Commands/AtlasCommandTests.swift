import Commands
import Foundation
import Jupyter
import Platform
import TestKernel
import Testing
import VitrineEngine

/// `atlas(…)` in a cell.
@Suite(.timeLimit(.minutes(10))) struct AtlasCommandTests {
    private let folder = FileManager.default.temporaryDirectory.path + "/vitrine-\(UUID().uuidString)"
    private let notebook = Notebook()

    private func ended() { try? FileManager.default.removeItem(atPath: folder) }

    private func atlas(_ options: String) -> String {
        "atlas(load(\"vit\"), in: \"\(folder)\", neurons: 0..<3, steps: 2, size: 32, \(options))"
    }

    @Test func itMakesAFolderOfPages() throws {
        defer { ended() }
        let made = notebook.run(atlas("layers: \"blocks.[1]\""))
        #expect(made.failure?.message.hasPrefix("No layer of vit that has neurons matches “blocks.[1]”") == true)
        let planned = notebook.run(atlas("layers: [\"blocks.1.mlp\", \"logits\"], plan: true"))
        #expect(planned.result?.hasPrefix("6 pictures. They take about ") == true, "\(planned.outcome)")
        #expect(!FileManager.default.fileExists(atPath: folder))
        let first = notebook.run(atlas("layers: [\"blocks.1.mlp\", \"logits\"]"))
        #expect(first.text.hasPrefix("6 pictures. They take about "))
        #expect(first.result == "6 pictures, 6 of them new. Open \(folder)/index.html in a browser.")
        let again = notebook.run(atlas("layers: \"blocks.1.mlp\""))
        #expect(again.text == "3 pictures, all of them there already.\n")
        #expect(again.result == "3 pictures, 0 of them new. Open \(folder)/index.html in a browser.")
        // What was asked for before stays.
        #expect(try AtlasFolder(folder).check().whole == 6)
    }

    /// The cell on a neuron's page makes the picture on that page.
    @Test func theCellOfAPageMakesItsPicture() throws {
        defer { ended() }
        notebook.run(atlas("layers: \"blocks.1.mlp\", seed: -5, recipe: .lucid"))
        let key = try #require(try AtlasFolder(folder).plans().first?.key)
        let text = try String(contentsOfFile: "\(folder)/data/\(key)/blocks.1.mlp.js", encoding: .utf8)
        let json = try JSON(parsing: Array(text.dropFirst("vitrineLayer(".count).dropLast(3).utf8))
        let neuron = try #require(json["neurons"]?[2])
        #expect(
            neuron["cell"]
                == "render(load(\"vit\").blocks[1].mlp.neuron(2), steps: 2, seed: -5, size: 32, recipe: .lucid)")
        let cell = try #require(neuron["cell"]?.string)
        let path = "\(folder)-2.png"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let answer = notebook.run("let picture = \(cell)\nsave(picture, \"\(path)\")")
        #expect(answer.failure == nil)
        let rendered = try Image(contentsOf: path)
        #expect(try rendered == Image(contentsOf: "\(folder)/\(try #require(neuron["picture"]?.string))"))
    }

    /// An atlas is for other machines too: its cells name the file, without the folders of the one that made it.
    @Test func theCellOfAFilesModelNamesTheFileAndItsClasses() throws {
        defer { ended() }
        let fixture = repository.appendingPathComponent("Tests/Fixtures/wrapped/deit.pth").path
        notebook.run("let d = load(\"\(fixture)\")")
        let count = try #require(
            notebook.run("d.logits.shape").result.flatMap { words in
                words.split { !$0.isNumber }.first.flatMap { Int($0) }
            })
        let classes = "\(folder)-classes.txt"
        try (0..<count).map { "thing \($0)" }.joined(separator: "\n").write(
            toFile: classes, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: classes) }
        let made = notebook.run(
            "let n = load(\"\(fixture)\", classes: \"\(classes)\")\n"
                + "atlas(n, layers: \"blocks.0.mlp\", in: \"\(folder)\", neurons: 0..<1, steps: 2)")
        #expect(made.failure == nil, "\(made.failure?.message ?? "")")
        let key = try #require(try AtlasFolder(folder).plans().first?.key)
        let text = try String(contentsOfFile: "\(folder)/data/\(key)/blocks.0.mlp.js", encoding: .utf8)
        let json = try JSON(parsing: Array(text.dropFirst("vitrineLayer(".count).dropLast(3).utf8))
        let file = (classes as NSString).lastPathComponent
        #expect(
            json["neurons"]?[0]?["cell"]
                == "render(load(\"deit.pth\", classes: \"\(file)\").blocks[0].mlp.neuron(0), steps: 2)")
    }

    /// The page in one file holds the scripts, the data and the pictures, and names nothing that lies beside it.
    @Test func oneFileHoldsTheWholeAtlas() throws {
        defer { ended() }
        let made = notebook.run(atlas("layers: \"blocks.1.mlp\""))
        let page = try String(contentsOfFile: "\(folder)/atlas.html", encoding: .utf8)
        #expect(!page.contains("<link rel=\"stylesheet\"") && !page.contains("<script src="))
        #expect(page.contains("vitrineAtlas(") && page.contains("vitrineLayer("))
        let pictures = page.split(separator: "data-file=\"pictures/").count - 1
        #expect(pictures == 3 && page.contains("data-file=\"sheets/"))
        // Outside of the notebook's folder no link leads to it, so that the path alone is said.
        let html = try #require(made.bundle?.data["text/html"]?.string)
        #expect(html.contains("<code>\(folder)/index.html</code>") && !html.contains("<a "))
    }

    @Test func aFolderWithSomethingElseIsRefused() throws {
        defer { ended() }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Data().write(to: URL(fileURLWithPath: folder + "/thesis.txt"))
        let answer = notebook.run(atlas("layers: \"blocks.1.mlp\""))
        #expect(
            answer.failure?.message
                == "“\(folder)” holds something other than an atlas: “thesis.txt”. Nothing was written. Choose a new or an empty folder."
        )
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["thesis.txt"])
    }
}
