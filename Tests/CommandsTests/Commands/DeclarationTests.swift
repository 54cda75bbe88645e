import Cells
import Commands
import TestModels
import TestSupport
import Testing
import VitrineEngine

/// Every value's members are what their table says.
@Suite(.timeLimit(.minutes(10))) final class MemberDeclarationTests {
    private let notebook = Notebook.withTwoBlocks()
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        for index in 0..<3 {
            let pixels = (0..<80 * 70 * 3).map { UInt8(($0 * (index + 2)) % 251) }
            try Image(width: 80, height: 70, pixels: pixels).write(to: folder.path("\(index).png"))
        }
        let cell = """
            let vit = load("vit"); let mixer = load("ffmixer"); let photo = image("\(folder.path("0.png"))")
            let neuron = vit.blocks[1].mlp.neuron(3)
            let picture = render(neuron, steps: 1, size: 32, cache: false)
            let top = topImages(in: "\(folder.path(""))", for: neuron, count: 2)
            let strong = strongest(for: photo, in: vit.blocks[1].mlp, count: 2, steps: 0)
            let looking = attention(photo, in: vit.blocks[1])
            let rows = features(in: "\(folder.path(""))", at: vit.blocks[1])
            let scores = monosemanticity(vit.blocks[1], in: "\(folder.path(""))", by: mixer)
            let values: [Any] = [
                vit, mixer, vit.blocks, vit.layers, vit.blocks[1], vit.blocks[1].mlp, vit.blocks[1].attn.queries,
                mixer.blocks[1].mlp2.hidden, vit.blocks[[0, 1]], neuron, vit.blocks[1].mlp.neurons(0..<2),
                vit.logit(3), 0.5 * neuron, neuron.diversity, photo, picture, picture.recipe, picture.history,
                render(neuron, steps: 1, seed: [1, 2], size: 32, cache: false), sheet([photo, picture]), top, top[0],
                strong, strong.maps[0], usualLevel(at: vit.blocks[1].mlp, in: "\(folder.path(""))"), looking,
                attention(photo, in: vit), vit.output(photo), activations(photo, at: vit.blocks[1].mlp),
                gradient(of: neuron, at: photo, samples: 2), vit.classify(photo), models(), display("a"),
                reconstruct(photo, from: vit.blocks[0], steps: 1), mixing(vit, photo, blocks: [0], steps: 1),
                consistency(neuron, runs: 2, steps: 1, size: 32), explore(vit, steps: 1),
                pca(photo, at: vit.blocks[1]), similarity(photo, from: vit.blocks[1].patch(3)), rows, rows.map(cell: 16),
                matches(photo, photo, in: vit), grid(photo, at: vit.blocks[1], groups: 2, steps: 1, size: 32),
                picture.mask, explore(photo, in: vit), scores, scores.best(1),
                concepts(in: "\(folder.path(""))", at: vit.blocks[1], count: 2, to: "\(folder.path("c.safetensors"))"),
                atlas(vit, layers: "blocks.0.mlp", in: "\(folder.path("atlas"))", neurons: 0..<1, steps: 1, plan: true),
            ]
            """
        let failure = notebook.run(cell).failure
        try #require(failure == nil, "\(failure?.message ?? "")")
    }

    private func text(_ cell: String) -> String {
        let answer = notebook.run(cell)
        return answer.failure?.message ?? answer.result ?? ""
    }

    @Test func everyMemberIsDeclaredAndAnswered() throws {
        let count = try #require(Int(text("values.count")))
        var known: Set<String> = []
        var declared: [[String]] = []
        for index in 0..<count {
            notebook.run("let value = values[\(index)]")
            let names = notebook.complete("value.")
            #expect(!names.isEmpty, "\(text("type(of: value)"))")
            for name in names {
                let failure = notebook.run("let member = value.\(name)").failure
                #expect(failure?.message.contains("has no `\(name)`") != true, "\(failure?.message ?? "")")
                #expect(notebook.inspect("value.\(name)") != nil, "\(text("type(of: value)")).\(name)")
            }
            declared.append(names)
            known.formUnion(names)
        }
        // What other values declare, this one does not answer, unless all lists do or it says why it cannot be chosen.
        let listed = Set(notebook.complete("[1]."))
        for index in 0..<count {
            notebook.run("let value = values[\(index)]")
            #expect(text("value.undeclared").contains("has no `undeclared`"))
            if ["a layer", "a target", "a list of targets", "a list of layers"].contains(
                text("type(of: value)").unquoted)
            {
                continue
            }
            for name in known.subtracting(declared[index]).subtracting(listed) {
                #expect(notebook.run("let member = value.\(name)").failure != nil, "\(index): \(name)")
            }
        }
    }
}

extension String {
    fileprivate var unquoted: String { filter { $0 != "\"" } }
}

/// Every command's arguments are what their keys say.
@Suite(.timeLimit(.minutes(10))) struct ArgumentDeclarationTests {
    @Test(arguments: CellsDocument.signatures.map(\.name)) func everyDefaultHasItsArgumentsType(_ name: String) throws {
        let signature = try #require(CellsDocument.signatures.first { $0.name == name })
        let parameters = signature.parameters
        #expect(Set(parameters.map(\.name)).count == parameters.count)
        let labels = parameters.compactMap(\.label)
        #expect(Set(labels).count == labels.count)
        for parameter in parameters {
            #expect((parameter.defaultValue == nil) == (parameter.defaultText == nil))
            guard let usual = parameter.defaultValue else { continue }
            #expect(parameter.type.converted(usual) != nil, "\(parameter.name)")
        }
    }
}
