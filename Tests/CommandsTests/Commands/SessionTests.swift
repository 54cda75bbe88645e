import Commands
import Foundation
import Testing

@Suite(.timeLimit(.minutes(10))) struct SessionTests {
    private let notebook = Notebook()

    @Test func twoLoadsOfOneModelAreToldApart() throws {
        let notebook = Notebook()
        notebook.run("let a = load(\"vit\")\nlet b = load(\"vit\", epsilon: 0.5)\nlet c = load(\"vit\", size: 160)")
        let rows = try #require(notebook.run("loaded()").result).split(separator: "\n").filter { $0.hasPrefix("vit") }
        #expect(rows.count == 3 && Set(rows).count == 3)
        #expect(rows[1].hasSuffix("epsilon: 0.5") && rows[2].hasSuffix("size: 160"), "\(rows)")
    }

    @Test func loadingAgainIsFreeAndListed() {
        #expect(notebook.run("loaded()").result?.contains("Nothing is loaded yet.") == true)
        #expect(notebook.run("load(\"vit\") == load(\"vit\")").result == "true")
        #expect(notebook.run("loaded().count").result == "1")
        #expect(notebook.run("models().count").result.flatMap { Int($0) } ?? 0 >= 2)
    }

    @Test func cardsSayWhatAModelIs() throws {
        let card = try #require(notebook.run("load(\"vit\")").result)
        #expect(card.contains("vision transformer"))
        #expect(card.contains("built in"))
        #expect(card.contains("128 × 128 px, patches of 16 px"))
        #expect(card.contains("% on the held-out pictures of imagenette + imagewoof"))
        #expect(card.contains("No license has been chosen for these weights."))
        #expect(
            card.contains(
                "from the weights of deit_tiny_patch16_224, which saw most of the held-out pictures, "
                    + "imitating deit_tiny_patch16_224, under noise"))
        let mixer = try #require(notebook.run("load(\"mixer\")").result)
        #expect(
            mixer.contains(
                "epochs of 23,720 images, imitating deit_tiny_patch16_224, 20,868 steps under noise, on "))
    }

    @Test func layersSayTheirShapesInWords() throws {
        let layers = try #require(notebook.run("load(\"vit\").layers").result)
        #expect(layers.contains("blocks.0.mlp … blocks.11.mlp "))
        #expect(layers.contains("65 tokens (CLS and 8 × 8 patches) × 192 features"))
        #expect(notebook.run("load(\"ffmixer\").blocks[3].mlp.address").result == "\"blocks.3.mlp1\"")
    }

    @Test func classifiesWithBarsAndAsText() throws {
        notebook.run("let vit = load(\"vit\")\nlet p = render(vit.logit(\"golf ball\"), steps: 30)")
        let answer = notebook.run("vit.classify(p)")
        let lines = try #require(answer.result).split(separator: "\n")
        #expect(lines.count == 5)
        #expect(lines.allSatisfy { $0.contains(" %  ") })
        #expect(answer.bundle?.data["text/html"] != nil)
        #expect(notebook.run("vit.classify(p).name").result == "\"golf ball\"")
    }

    @Test func displaysCanBeUpdated() {
        let answer = notebook.run("let d = display(1)\nd.update(\"two\")")
        #expect(answer.displays.map(\.plain) == ["1", "two"])
    }

    @Test(arguments: ["3600", "1e300"]) func sleepEndsWhenInterrupted(_ seconds: String) {
        let answer = notebook.run("print(\"now\")\nsleep(\(seconds))") { execution, _ in
            // When it sleeps already.
            DispatchQueue.global().asyncAfter(deadline: .now() + 0.2) { execution.interrupt() }
        }
        #expect(answer.failure?.name == "Interrupted")
    }

    @Test func askingWithoutAFrontEndIsAnError() {
        #expect(notebook.run("ask(\"name? \")").failure?.message == "This front-end cannot be asked for input.")
    }

    @Test func completesCommandsMembersAddressesClassesAndModels() {
        notebook.run("let vit = load(\"vit\")")
        #expect(notebook.complete("rend") == ["render"])
        #expect(notebook.complete("vit.cl").contains("classify"))
        #expect(notebook.complete("vit.blocks[5].ml") == ["mlp"])
        #expect(notebook.complete("vit[\"blocks.5.mlp.h").contains { $0.contains("blocks.5.mlp.hidden") })
        #expect(notebook.complete("vit.logit(\"golf").contains { $0.contains("golf ball") })
        #expect(notebook.complete("load(\"ff").contains { $0.contains("ffmixer") })
        #expect(notebook.complete("render(vit.logit(0), ste").contains { $0.hasPrefix("steps") })
    }

    @Test func inspectsCommandsAndVariables() {
        notebook.run("let vit = load(\"vit\")")
        #expect(notebook.inspect("render")?.hasPrefix("render(_ objective:") == true)
        #expect(notebook.inspect("vit")?.hasPrefix("vit: a model") == true)
        #expect(notebook.inspect("nothing_of_this_name") == nil)
    }

    @Test func helpIsShownAndTheQuestionMarkOpensThePager() throws {
        #expect(notebook.run("help(render)").displays.first?.data["text/markdown"] != nil)
        #expect(notebook.run("help()").displays.first?.plain?.contains("load(") == true)
        let answer = notebook.run("render?")
        guard case .success(_, let payload) = answer.outcome else {
            Issue.record("the cell failed")
            return
        }
        #expect(payload.first?["source"] == "page")
    }
}
