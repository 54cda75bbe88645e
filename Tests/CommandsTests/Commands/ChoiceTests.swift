import Commands
import Foundation
import TestKernel
import Testing

/// Every choice after every other: exactly the numbers that it says, or a refusal.
///
/// The model's outputs are known: `activations` of the layer as a whole gives every number of it, and what is chosen has
/// to be those of the right rows and features, in order.
@Suite(.timeLimit(.minutes(10))) struct ChoiceTests {
    /// A layer whose numbers are known.
    private struct Known {
        var cell: String
        /// Tokens (or hidden units) and features.
        var rows: Int
        var features: Int
        var patches: Range<Int> = 0..<0
        /// Patches in a row.
        var columns = 0
        /// Where special tokens stand, by how they are chosen.
        var special: [String: Int] = [:]
        var heads = 0
        var hasHiddenUnits = false
        var model = "m"

        /// What is taken where nothing is chosen: every patch, or every row where there are none.
        var usualRows: [Int] { patches.isEmpty ? Array(0..<rows) : Array(patches) }
    }

    /// What has been chosen, worked out without the kernel: for each target its features, and the rows of all.
    private struct Selection {
        var features: [[Int]]
        var rows: [Int]
        var isList = false
        var hasNeurons = false
        var hasHead = false
        var hasRows = false
    }

    /// A choice as it is written, and what it does; nil for a refusal.
    private struct Choice: Sendable {
        let cell: String
        let apply: @Sendable (Selection, Known) -> Selection?

        init(_ cell: String, _ apply: @escaping @Sendable (Selection, Known) -> Selection? = { _, _ in nil }) {
            self.cell = cell
            self.apply = apply
        }
    }

    private static let choices: [Choice] = ofFeatures + ofTokens + ofSpecialTokens + ofLists

    private static let ofFeatures: [Choice] = [
        Choice(".neuron(3)") { selection, _ in neurons([3], selection) },
        Choice(".neuron(5)") { selection, _ in neurons([5], selection) },
        Choice(".neuron(-1)"), Choice(".neuron(100000)"),
        Choice(".neurons([1, 4])") { selection, _ in neurons([1, 4], selection, asList: true) },
        Choice(".neurons(0..<3)") { selection, _ in neurons([0, 1, 2], selection, asList: true) },
        Choice(".neurons([2, 2])"), Choice(".neurons([])"),
        Choice(".head(1)") { head([1], $0, $1) }, Choice(".head(0)") { head([0], $0, $1) }, Choice(".head(9)"),
        Choice(".heads") { selection, layer in head(Array(0..<layer.heads), selection, layer, asList: true) },
    ]

    private static let ofTokens: [Choice] = [
        Choice(".patch(3)") { patches([3], $0, $1) }, Choice(".patch(1)") { patches([1], $0, $1) },
        Choice(".patch(row: 1, column: 0)") { selection, layer in patches([layer.columns], selection, layer) },
        Choice(".patch(2, row: 1, column: 0)"), Choice(".patch(row: 1)"), Choice(".patch(row: 9, column: 0)"),
        Choice(".patch(100000)"),
        Choice(".patches([2, 0])") { patches([2, 0], $0, $1) },
        Choice(".patches(rows: 1..<2)") { selection, layer in
            patches(Array(layer.columns..<2 * layer.columns), selection, layer)
        },
        Choice(".patches([1], rows: 0..<1)"),
        Choice(".tokens") { selection, layer in
            rows(layer.hasHiddenUnits ? layer.usualRows : Array(0..<layer.rows), selection)
        },
        Choice(".hiddenUnit(2)") { selection, layer in layer.hasHiddenUnits ? rows([2], selection) : nil },
        Choice(".hiddenUnits(0..<2)") { selection, layer in layer.hasHiddenUnits ? rows([0, 1], selection) : nil },
    ]

    private static let ofSpecialTokens: [Choice] = [".cls", ".distillation", ".register(0)", ".register(1)"].map {
        name in Choice(name) { known(name, $0, $1) }
    }

    private static let ofLists: [Choice] = [
        Choice(".together") { selection, _ in together(selection) },
        Choice("[1]") { selection, _ in element(1, selection) },
    ]

    private static func neurons(_ wanted: [Int], _ selection: Selection, asList: Bool = false) -> Selection? {
        guard !selection.hasNeurons else { return nil }
        var chosen = selection
        chosen.hasNeurons = true
        guard selection.features.allSatisfy({ own in wanted.allSatisfy(own.indices.contains) }) else { return nil }
        chosen.features = selection.features.flatMap { own in
            asList ? wanted.map { [own[$0]] } : [wanted.map { own[$0] }]
        }
        chosen.isList = chosen.isList || asList
        return chosen
    }

    private static func head(
        _ wanted: [Int], _ selection: Selection, _ layer: Known, asList: Bool = false
    ) -> Selection? {
        guard layer.heads > 0, !selection.hasNeurons, !selection.hasHead,
            wanted.allSatisfy((0..<layer.heads).contains)
        else { return nil }
        let width = layer.features / layer.heads
        var chosen = selection
        chosen.hasHead = true
        chosen.features = wanted.map { Array($0 * width..<($0 + 1) * width) }
        chosen.isList = asList
        return chosen
    }

    private static func patches(_ wanted: [Int], _ selection: Selection, _ layer: Known) -> Selection? {
        guard !wanted.isEmpty, wanted.allSatisfy((0..<layer.patches.count).contains) else { return nil }
        return rows(wanted.map { $0 + layer.patches.lowerBound }, selection)
    }

    private static func known(_ name: String, _ selection: Selection, _ layer: Known) -> Selection? {
        layer.special[name].flatMap { rows([$0], selection) }
    }

    private static func rows(_ wanted: [Int], _ selection: Selection) -> Selection? {
        guard !selection.hasRows else { return nil }
        var chosen = selection
        chosen.rows = wanted
        chosen.hasRows = true
        return chosen
    }

    private static func together(_ selection: Selection) -> Selection? {
        guard selection.isList else { return nil }
        var chosen = selection
        chosen.features = [selection.features.flatMap(\.self)]
        (chosen.isList, chosen.hasNeurons) = (false, true)
        return chosen
    }

    private static func element(_ index: Int, _ selection: Selection) -> Selection? {
        guard selection.isList, selection.features.indices.contains(index) else { return nil }
        var chosen = selection
        chosen.features = [selection.features[index]]
        chosen.isList = false
        return chosen
    }

    private static let layers: [(family: String, layer: Known)] = [
        (
            "hf_dinov2_registers",
            Known(
                cell: "m.blocks[0].attn.queries", rows: 0, features: 0, heads: 2)
        ),
        ("hf_dinov2_registers", Known(cell: "m.blocks[1].mlp.hidden", rows: 0, features: 0)),
        ("timm_distilled", Known(cell: "m.blocks[0].mlp", rows: 0, features: 0)),
        ("timm_distilled", Known(cell: "m.blocks[0].attn.heads", rows: 0, features: 0, heads: 2)),
        ("timm_distilled", Known(cell: "m.logits", rows: 1, features: 0)),
        ("timm_mixer", Known(cell: "m.blocks[0].mlp2.hidden", rows: 0, features: 0, hasHiddenUnits: true)),
    ]

    /// A notebook with a model and an input, and the layer with its extents read off its words and its output.
    private func opened(_ family: String, _ layer: Known) throws -> (Notebook, Known, [Double]) {
        let notebook = Notebook()
        let folder = repository.appendingPathComponent("Tests/Fixtures/families/\(family)").path
        let logo = repository.appendingPathComponent("kernelspec/logo-64x64.png").path
        let loaded = notebook.run(
            "let m = load(\"\(folder)/model.safetensors\")\nlet x = m.input(image(\"\(logo)\"))")
        try #require(loaded.failure == nil, "\(loaded.failure?.message ?? "")")
        var layer = layer
        let words = try #require(notebook.run("\(layer.cell).shape").result)
        let numbers = words.matches(of: /[0-9]+/).compactMap { Int($0.output) }
        layer.features = try #require(numbers.last)
        if words.contains("token"), !words.contains("token-mixing") {
            layer.rows = numbers[0]
            layer.columns = numbers[numbers.count - 2]
            let count = numbers[numbers.count - 3] * layer.columns
            layer.patches = layer.rows - count..<layer.rows
            // CLS stands first, then the distillation token or the registers.
            let others = words.contains("distillation") ? [".distillation"] : [".register(0)", ".register(1)"]
            for (place, name) in ([".cls"] + others).enumerated() where place < layer.patches.lowerBound {
                layer.special[name] = place
            }
        } else {
            layer.rows = layer.hasHiddenUnits ? numbers[0] : 1
        }
        let values = notebook.run("activations(x, at: \(layer.cell)).values")
        return (notebook, layer, try list(values.result))
    }

    private func list(_ text: String?) throws -> [Double] {
        let text = try #require(text)
        return text.dropFirst().dropLast().split(separator: ", ").compactMap { Double($0) }
    }

    @Test(arguments: layers.indices) func everyPairIsExactOrRefused(_ index: Int) throws {
        let (notebook, layer, output) = try opened(Self.layers[index].family, Self.layers[index].layer)
        try #require(output.count == layer.rows * layer.features)
        try #require(layer.features > 4 && layer.rows > 0)
        var (exact, refused) = (0, 0)
        let start = Selection(features: [Array(0..<layer.features)], rows: layer.usualRows)
        for first in [Choice("") { selection, _ in selection }] + Self.choices {
            let after = first.apply(start, layer)
            for second in Self.choices {
                let cell = layer.cell + first.cell + second.cell
                let answer = notebook.run("activations(x, at: \(cell)).values")
                guard let expected = after.flatMap({ second.apply($0, layer) }) else {
                    refused += 1
                    let message = answer.failure?.message ?? ""
                    #expect(
                        message.count > 20 && (message.hasSuffix(".") || message.hasSuffix("?")), "\(cell): \(message)")
                    continue
                }
                exact += 1
                try #require(answer.failure == nil, "\(cell): \(answer.failure?.message ?? "")")
                let wanted = expected.features.flatMap { features in
                    expected.rows.flatMap { row in features.map { output[row * layer.features + $0] } }
                }
                let values =
                    wanted.count == 1
                    ? [Double(answer.result?.trimmingCharacters(in: ["[", "]"]) ?? "") ?? .nan]
                    : try list(answer.result)
                #expect(values == wanted, "\(cell)")
                // The objective is the mean of just these.
                guard !expected.isList else { continue }
                let objective = notebook.run("gradient(of: \(cell), at: x).objective").result.flatMap { Double($0) }
                let mean = wanted.reduce(0, +) / Double(wanted.count)
                #expect(abs((objective ?? .nan) - mean) < 1e-4 * (1 + abs(mean)), "\(cell)")
            }
        }
        #expect(exact > 8 && refused > 200, "\(exact) exact, \(refused) refused")
    }

    @Test func aNeuronAfterAHeadIsTheHeadsOwn() {
        let notebook = Notebook()
        notebook.run("let vit = load(\"vit\")\nlet queries = vit.blocks[5].attn.queries")
        #expect(
            notebook.run("queries.head(1).neuron(3)").result
                == "neuron 67 of 192 (3 of head 1) in all 64 patches, blocks.5.attn.queries of vit")
        #expect(notebook.run("queries.head(1).neuron(3) == queries.neuron(67)").result == "true")
        #expect(notebook.run("queries.heads.neuron(3).count").result == "3")
        #expect(
            notebook.run("queries.head(1).neuron(64)").failure?.message
                == "There is no neuron 64 in head 1 of blocks.5.attn.queries of vit: neurons go from 0 to 63.")
        #expect(
            notebook.run("queries.head(1).patch(27).neurons([0, 63])[1]").result?.hasPrefix("neuron 127 of") == true)
    }

    @Test func aSecondChoiceIsRefusedInASentence() {
        let notebook = Notebook()
        notebook.run("let vit = load(\"vit\")\nlet mlp = vit.blocks[5].mlp\nlet queries = vit.blocks[5].attn.queries")
        for (cell, message) in [
            (
                "mlp.neuron(3).neuron(5)",
                "Neuron 3 of blocks.5.mlp of vit is already chosen. `.neurons([3, 5])` chooses them at once."
            ),
            (
                "mlp.patch(3).patch(5)",
                "Patch 3 of blocks.5.mlp of vit is already chosen. `.patches([3, 5])` chooses them at once."
            ),
            (
                "mlp.cls.patch(5)",
                "The CLS token of blocks.5.mlp of vit is already chosen. Two targets can be added instead: `a + b`."
            ),
            (
                "mlp.patches(0..<16).tokens",
                "Patches 0 to 15 of blocks.5.mlp of vit are already chosen. Leave that out for all tokens."
            ),
            (
                "mlp.tokens.cls",
                "Every token of blocks.5.mlp of vit is already chosen. Leave `.tokens` out to choose among them."
            ),
            (
                "queries.neuron(3).head(1)",
                "Neuron 3 of blocks.5.attn.queries of vit is already chosen. The head comes first, and then a neuron of it: "
                    + "`.head(1).neuron(0)`."
            ),
            (
                "queries.head(0).head(1)",
                "Head 0 of blocks.5.attn.queries of vit is already chosen. `.heads` of the layer is a list of all heads, a "
                    + "target each."
            ),
            (
                "vit.logit(3).neuron(5)",
                "Class 3 of logits of vit is already chosen. `.neurons([3, 5])` chooses them at once."
            ),
            (
                "mlp.neurons(0..<4).neuron(2)",
                "Every target of this list already has its neuron. `[0]` takes the first of them, and `.together` makes "
                    + "one picture of all."
            ),
            (
                "mlp.patch(3, row: 1, column: 2)",
                "`patch` takes an index, or `row:` and `column:`."
            ),
        ] {
            #expect(notebook.run(cell).failure?.message == message, "\(cell)")
        }
    }

    /// What cannot be chosen any more is not offered.
    @Test func completionOffersWhatIsLeft() {
        let notebook = Notebook()
        notebook.run("let vit = load(\"vit\")\nlet queries = vit.blocks[5].attn.queries")
        #expect(notebook.complete("queries.head(1).neu") == ["neuron", "neurons"])
        #expect(notebook.complete("queries.head(1).hea") == [])
        #expect(notebook.complete("queries.neuron(1).neu") == [])
        #expect(notebook.complete("queries.patch(1).pat") == [])
        #expect(notebook.complete("queries.heads.neu") == ["neuron", "neurons"])
    }

    /// Several layers: what is asked of them is asked of each, and once.
    @Test func layersOfAListAreChosenInAlike() {
        let notebook = Notebook()
        notebook.run("let vit = load(\"vit\")\nlet two = vit.blocks[[1, 4]].attn.queries")
        #expect(
            notebook.run("two.head(2)[1]").result
                == "head 2 of 3 (64 of 192 neurons) in all 64 patches, blocks.4.attn.queries of vit")
        #expect(notebook.run("two.heads.count").result == "2")
        #expect(notebook.run("two.head(1).neuron(3)").failure?.message.contains("has no `neuron`") == true)
        #expect(notebook.run("two.head(1).map { $0.neuron(3) }.count").result == "2")
    }

    /// Heads together are all their neurons, and targets in different patches their mean.
    @Test func togetherKeepsWhatEachTargetIs() throws {
        let notebook = Notebook()
        notebook.run("let vit = load(\"vit\")\nlet queries = vit.blocks[5].attn.queries")
        #expect(
            notebook.run("queries.heads.together").result?.hasSuffix("in all 64 patches, blocks.5.attn.queries of vit")
                == true)
        let photo = repository.appendingPathComponent("kernelspec/logo-64x64.png").path
        notebook.run(
            "let found = strongest(for: image(\"\(photo)\"), in: vit.blocks[5].mlp, count: 2, steps: 0)"
                + "\nlet x = vit.input(image(\"\(photo)\"))")
        let values = try list(notebook.run("activations(x, at: found.patchTargets).values").result)
        #expect(values.count == 2)
        let mean = try #require(
            notebook.run("gradient(of: found.patchTargets.together, at: x).objective").result.flatMap { Double($0) })
        #expect(abs(mean - values.reduce(0, +) / 2) < 1e-4)
    }
}
