import Cells
import Commands
import Foundation
import TestKernel
import Testing

/// The page that `help()` shows.
@Suite(.timeLimit(.minutes(10))) struct HelpPageTests {
    private func page() throws -> (markdown: String, plain: String) {
        let shown = try #require(Notebook().run("help()").displays.first)
        return (try #require(shown.data["text/markdown"]?.string), try #require(shown.plain))
    }

    @Test func everyCommandIsOnItOnce() throws {
        let page = try page()
        let rows = page.markdown.split(separator: "\n").filter { $0.hasPrefix("| `") }
        #expect(rows.count == CellsDocument.signatures.count)
        for signature in CellsDocument.signatures {
            // `exit` and `quit` do the same.
            let alike = CellsDocument.signatures.count { $0.summary == signature.summary }
            #expect(rows.count { $0.hasSuffix("| \(signature.summary) |") } == alike, "\(signature.name)")
            #expect(page.plain.contains("\(signature.name)("))
        }
        #expect(page.markdown.contains("### See what a part of it responds to\n"))
    }

    @Test func itBeginsWithTwoLinesAndAPictureThatIsDescribed() throws {
        let page = try page()
        let begin = "let vit = load(\"vit\")\nrender(vit.blocks[5].mlp.neuron(42))"
        #expect(page.markdown.contains("```swift\n\(begin)\n```"))
        #expect(page.markdown.contains("![Pictures of four neurons"))
        #expect(page.markdown.contains("(data:image/png;base64,iVBORw0KGgo"))
        #expect(!page.plain.contains("base64"))
    }

    /// The tests run in the repository's folder, where the notebooks are.
    @Test func itLinksToNotebooksThatAreHere() throws {
        let here = FileManager.default.currentDirectoryPath + "/notebooks/01-quickstart.ipynb"
        let link = "- [notebooks/01-quickstart.ipynb](notebooks/01-quickstart.ipynb)"
        #expect(try page().markdown.contains(link) == FileManager.default.fileExists(atPath: here))
    }
}
