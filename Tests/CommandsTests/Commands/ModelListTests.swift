import Commands
import Foundation
import TestKernel
import Testing

/// What can be loaded, and what was meant by a name.
@Suite(.timeLimit(.minutes(10))) struct ModelListTests {
    private let notebook = Notebook()

    private func rows(_ cell: String) throws -> [String] {
        try #require(notebook.run(cell).result).split(separator: "\n").map(String.init)
    }

    @Test func theListIsOfWhatIsAtHand() throws {
        notebook.run("let vit = load(\"vit\")")
        let short = try rows("models()")
        #expect(short.contains { $0.hasPrefix("load(\"vit\")") && $0.hasSuffix("built in, warm") })
        #expect(short.contains { $0.hasPrefix("load(\"mixer\")") && $0.hasSuffix("built in") })
        #expect(!short.contains { $0.contains("  to download") })
        let all = try rows("models(\"all\")")
        let downloads = all.count { $0.hasPrefix("load(") && $0.contains("  to download") }
        #expect(downloads > 50)
        #expect(
            short.last
                == "`models(\"all\")` lists \(downloads) more to download, `models(\"dino\")` those with that name. "
                + "A checkpoint anywhere on this disk is loaded by its path.")
        #expect(all.count == short.count + downloads)
    }

    @Test func aTextFiltersAllOfThem() throws {
        let found = try rows("models(\"DINO\")")
        #expect(found.count > 4)
        #expect(found.dropFirst().dropLast().allSatisfy { $0.lowercased().contains("dino") })
        #expect(
            try rows("models(\"nothing like it\")").last?.hasPrefix("Nothing here contains “nothing like it”.") == true)
    }

    /// What a name downloads, how large it is, under which license, and whether its page asks for something first.
    @Test func termsAreSaidBeforeTheDownload() throws {
        let found = try rows("models(\"dinov3\")")
        let gated = try #require(found.first { $0.contains("facebook/dinov3-vits16-pretrain-lvd1689m") })
        #expect(gated.hasSuffix("to download, after accepting its terms"))
        #expect(gated.contains("about 86.4 MB") && gated.contains("dinov3-license"))
        let free = try #require(found.first { $0.contains("timm/vit_small_patch16_dinov3.lvd1689m") })
        #expect(free.hasSuffix("to download"))
        let advice = try #require(found.last)
        #expect(advice.contains("accept them there") && advice.contains("hf auth login") && advice.contains("HF_TOKEN"))
        let others = try rows("models(\"siglip\")")
        #expect(others.count > 10 && others.last?.contains("HF_TOKEN") == false)
        #expect(others.contains { $0.contains("google/siglip2-so400m-patch14-384") && $0.contains("Apache-2.0") })
    }

    /// A warm model from a file elsewhere is listed with the cell that loads it.
    @Test func aWarmFileIsListed() throws {
        let path = repository.appendingPathComponent(
            "Tests/Fixtures/families/timm_vit/model.safetensors"
        ).path
        notebook.run("let small = load(\"\(path)\")")
        #expect(try rows("models()").contains { $0.hasPrefix("load(\"\(path)\")") && $0.hasSuffix("warm") })
    }

    @Test func asManyClassesAsAreAskedFor() throws {
        let photo = repository.appendingPathComponent("kernelspec/logo-64x64.png").path
        notebook.run("let vit = load(\"vit\")\nlet photo = image(\"\(photo)\")")
        #expect(try rows("vit.classify(photo)").count == 5)
        #expect(try rows("vit.classify(photo, count: 10)").count == 10)
        #expect(try rows("vit.classify(photo, count: 1000)").count == 20)
        #expect(
            notebook.run("vit.classify(photo, count: 0)").failure?.message == "`count` must be 1 or more, not 0.")
    }

    /// A word finds the classes that it is a word of; of a model with few classes that are not alike, all.
    @Test func classesAreFoundByTheirWords() throws {
        let names = FileManager.default.temporaryDirectory.path + "/\(UUID().uuidString).txt"
        defer { try? FileManager.default.removeItem(atPath: names) }
        let file = repository.appendingPathComponent(
            "Tests/Fixtures/families/timm_vit/model.safetensors"
        ).path
        notebook.run("let vit = load(\"vit\")\nlet plain = load(\"\(file)\")")
        let words = try #require(notebook.run("plain.logits.shape").result)
        let count = try #require(words.firstMatch(of: /[0-9]+/).flatMap { Int($0.output) })
        try #require(count >= 5)
        let classes = ["tabby, tabby cat", "tiger cat", "polecat", "Persian cat", "cathedral"]
        let all = classes + (classes.count..<count).map { "thing \($0)" }
        try all.joined(separator: "\n").write(toFile: names, atomically: true, encoding: .utf8)
        notebook.run("let named = load(\"\(file)\", classes: \"\(names)\")")
        let message = notebook.run("named.logit(\"Cat\")").failure?.message
        let found = "“tabby, tabby cat”, “tiger cat” or “Persian cat”"
        let expected = "has no class “Cat”. Did you mean \(found)? It also has “polecat”"
        #expect(message?.contains(expected) == true, "\(message ?? "")")
        let few = notebook.run("vit.logit(\"zebra\")").failure?.message
        #expect(few?.hasPrefix("vit has no class “zebra”. It has “tench”, ") == true, "\(few ?? "")")
        #expect(few?.contains("“church”") == true)
    }
}
