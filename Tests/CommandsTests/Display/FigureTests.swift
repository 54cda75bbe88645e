import Commands
import Foundation
import TestKernel
import Testing
import VitrineEngine

/// What stands under pictures.
@Suite(.timeLimit(.minutes(10))) struct FigureTests {
    private let folder = FileManager.default.temporaryDirectory.path + "/vitrine-\(UUID().uuidString)"

    private func html(_ answer: Notebook.Answer) throws -> String {
        try #require((answer.displays.last ?? answer.bundle)?.data["text/html"]?.string)
    }

    @Test func aPictureSaysWhatItIsAndWhatItTook() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let notebook = Notebook(pictures: folder)
        notebook.run("let vit = load(\"vit\")")
        let cell = "render(vit.logit(\"church\"), steps: 12, seed: 1)  // 1 < 2"
        let fresh = notebook.run(cell)
        let shown = try html(fresh)
        let caption = try #require(shown.firstMatch(of: /<figcaption[^>]*>(.*?)<\/figcaption>/)).output.1
        #expect(
            caption.firstMatch(
                of: /^<b>logit “church” of vit<\/b><br>activation −?[0-9.]+ · 12 steps · [0-9.]+ s/) != nil,
            "\(caption)")
        #expect(shown.contains("alt=\"Picture made to drive logit “church” of vit\""))
        #expect(shown.contains("<summary style=\"cursor:pointer\">cell</summary>"))
        #expect(shown.contains("<code>render(vit.logit(&quot;church&quot;), steps: 12, seed: 1)  // 1 &lt; 2</code>"))
        #expect(shown.contains("<summary style=\"cursor:pointer\">recipe</summary>"))
        #expect(shown.contains("<a hidden download=\"vit-logit-church.png\""))
        // The page shows the very file that the notebook holds, recipe and all.
        let png = try #require(fresh.displays.last?.data["image/png"]?.string)
        #expect(shown.contains("src=\"data:image/png;base64,\(png)\""))
        let known = try html(notebook.run(cell))
        #expect(known.contains(" · 12 steps · from the cache"))
        #expect(!known.contains(" 0.0 s"))
        #expect(
            notebook.run("render(vit.logit(\"church\"), steps: 12, seed: 1)").displays.last?.plain?.hasSuffix(
                "12 steps, from the cache") == true)
        #expect(
            notebook.run("render(vit.logit(\"church\"), steps: 12, seed: 1).cell").result?.contains("steps: 12") == true
        )
    }

    /// Frames have the lines that the finished picture has, so that nothing on the page moves.
    @Test func framesHaveTheSameLines() throws {
        let notebook = Notebook.withTwoBlocks()
        notebook.run("let vit = load(\"vit\")")
        let answer = notebook.run("render(vit.blocks[1].mlp.neurons(0..<2), steps: 60)")
        let frame = try #require(answer.displays.first?.data["text/html"]?.string)
        let last = try #require(answer.displays.last?.data["text/html"]?.string)
        func lines(_ html: String) -> Int {
            html.firstMatch(of: /<figcaption[^>]*>(.*?)<\/figcaption>/).map {
                $0.output.1.split(separator: "<br>").count
            } ?? 0
        }
        #expect(lines(frame) == 2 && lines(last) == 2)
        #expect(frame.contains("blocks.1.mlp of vit, 2 pictures") && frame.contains(", so far\""))
        #expect(frame.contains(">recipe</span>") && last.contains(">recipe</summary>"))
    }

    @Test func everyPictureHasWordsForThoseWhoDoNotSeeIt() throws {
        let notebook = Notebook.withTwoBlocks()
        let photo = repository.appendingPathComponent("kernelspec/logo-64x64.png").path
        notebook.run("let vit = load(\"vit\")\nlet photo = image(\"\(photo)\")")
        for (cell, alt) in [
            ("photo", "logo-64x64.png"),
            ("attention(photo, in: vit.blocks[1])", "attention"),
            ("activations(photo, at: vit.blocks[1].mlp.neurons(0..<3))", "blocks.1.mlp"),
            ("activations(photo, at: vit.blocks[1].mlp).map", "blocks.1.mlp"),
            ("strongest(for: photo, in: vit.blocks[1].mlp, count: 2, steps: 0)", "Strongest neurons of blocks.1.mlp"),
            ("render(vit.logit(0), steps: 2).history", "History of logit"),
            ("reconstruct(photo, from: vit.blocks[1], steps: 2)", "reconstructed by vit"),
            ("consistency(vit.logit(0), runs: 2, steps: 2)", "Consistency of logit"),
            ("gradient(of: vit.logit(0), at: photo, samples: 0)", "logit"),
        ] {
            let answer = notebook.run(cell)
            let shown = try #require((answer.bundle ?? answer.displays.last)?.data["text/html"]?.string, "\(cell)")
            let found = shown.matches(of: /<img alt="([^"]*)"/).map { String($0.output.1) }
            #expect(!found.isEmpty && found.allSatisfy { $0.contains(alt) }, "\(cell): \(found)")
        }
    }

    /// What a Jupyter server drops (more than 3 MB in three seconds) is not sent: a large sheet is on the page as JPEG.
    @Test func largePicturesAreNotInTheOutputTwice() throws {
        let notebook = Notebook.withTwoBlocks()
        let path = FileManager.default.temporaryDirectory.path + "/\(UUID().uuidString).png"
        defer { try? FileManager.default.removeItem(atPath: path) }
        var random = SystemRandomNumberGenerator()
        let noise = Image(
            width: 640, height: 480, pixels: (0..<640 * 480 * 3).map { _ in UInt8.random(in: 0...255, using: &random) })
        try noise.write(to: path)
        let bundle = try #require(notebook.run("image(\"\(path)\")").bundle)
        let (png, page) = (bundle.data["image/png"]?.string ?? "", bundle.data["text/html"]?.string ?? "")
        #expect(
            png.utf8.count > 800_000 && page.contains("data:image/jpeg;base64,") && !page.contains(png.prefix(1000)))
    }
}
