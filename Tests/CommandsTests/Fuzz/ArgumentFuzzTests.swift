import Commands
import Foundation
import TestKernel
import Testing

/// Calls in which a numeric argument is another one: whatever it is, it is told or computed with, and nothing ends.
///
/// `VITRINE_FUZZ` gives how many are tried; `make fuzz` tries them all.
@Suite(.timeLimit(.minutes(10)), .serialized, .enabled(if: Executable.isBuilt, "The executable was not built."))
struct ArgumentFuzzTests {
    /// Calls with their usual values between `#{` and `}`; each of these is replaced in turn. `m` is the model.
    private static let calls = [
        "load(M, size: #{16})", "load(M, heads: #{2}, epsilon: #{0.000001})",
        "sheet([photo, photo], columns: #{2})",
        "render(m.blocks[0].neuron(#{3}), steps: #{2}, seed: #{1}, size: #{16}, cache: false)",
        "render(m.blocks[0].neuron(1), steps: 2, recipe: .article, copies: #{1}, sizes: [#{16}], cache: false)",
        "render(m.blocks[0].neuron(1), steps: 2, branchGradient: #{0.5}, cache: false)",
        "render(m.blocks[0].neuron(1), steps: 2, copies: #{2}, sizes: #{[8, 16]}, cache: false)",
        "render(m.blocks[0].neurons(#{0..<3}), steps: 2, cache: false)",
        "render(m.blocks[0].neuron(1), steps: 2, optimizer: .adam(rate: #{0.05}, to: #{0.005}), cache: false)",
        "render(m.blocks[0].neuron(1), steps: 2, optimizer: .ascent(rate: #{0.05}, to: #{0.01}), cache: false)",
        "render(m.blocks[0].neuron(1), steps: 2, optimizer: .momentum(rate: #{0.05}, to: #{0.01}, decay: #{0.9}), cache: false)",
        "render(m.blocks[0].neuron(1), steps: 2, transforms: [.jitter(#{2})], cache: false)",
        "render(m.blocks[0].neuron(1), steps: 2, transforms: [.rotate(#{15})], cache: false)",
        "render(m.blocks[0].neuron(1), steps: 2, transforms: [.scale(#{0.9}, #{1.1})], cache: false)",
        "render(m.blocks[0].neuron(1), steps: 2, transforms: [.blur(#{1}, to: #{0.5}, size: #{3})], cache: false)",
        "render(m.blocks[0].neuron(1), steps: 2, transforms: [.noise(#{0.1}, to: #{0.2})], cache: false)",
        "render(m.blocks[0].neuron(1), steps: 2, transforms: [.pad(#{2})], cache: false)",
        "render(m.blocks[0].neuron(1), steps: 2, transforms: [.shift(#{2}), .roll(#{2})], cache: false)",
        "render(m.blocks[0].neuron(1), steps: 2, transforms: [.view(#{0.2}, #{0.9})], cache: false)",
        "render(m.blocks[0].neuron(1), steps: 2, transforms: [.colorShift(gain: #{0.1}, offset: #{0.1})], cache: false)",
        "render(m.blocks[0].neuron(1), steps: 2, transforms: [.channelNoise(#{0.1}, to: #{0.2})], cache: false)",
        "render(m.blocks[0].neuron(1), steps: 2, transforms: [.clamp(#{0}, #{1})], cache: false)",
        "render(m.blocks[0].neuron(1), steps: 2, madeOf: .waves(decay: #{1.25}), cache: false)",
        "render(m.blocks[0].neuron(1), steps: 2, optimizer: .nadam(rate: #{1}, to: #{0.1}), cache: false)",
        "render(#{0.5} * m.blocks[0].neuron(1) - #{0.001} * totalVariation(), steps: 2, cache: false)",
        "render(m.blocks[0].neuron(1) - pictureNorm(from: #{0.5}), steps: 2, cache: false)",
        "render(m.blocks[0].neuron(1).l1(to: #{200}), steps: 2, cache: false)",
        "render(m.blocks[0].along(#{[1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]}, cosinePower: #{1}), steps: 2, cache: false)",
        "render(m.blocks[0].like(photo, by: .dotCosine, power: #{2}), steps: 2, cache: false)",
        "render([m.blocks[0].neuron(1) + m.blocks[0].alignment(decay: #{2}), m.blocks[0].neuron(2)], steps: 2, cache: false)",
        "dream(photo, toward: m.blocks[0], steps: #{1}, octaves: #{2}, size: #{16}, strength: #{1}, seed: #{1})",
        "explore(m, steps: #{2}, seed: #{1})",
        "atlas(m, layers: \"blocks.0.mlp\", in: \"a\", neurons: #{0..<2}, seeds: #{1}, steps: #{2}, seed: #{0}, size: #{16}, plan: true)",
        "explore(photo, in: m, size: #{16})",
        "load(\"sae.pt\", on: m.blocks[0], threshold: #{0.5}, topK: #{2})",
        "label(m.blocks[0].mlp, with: [\"a\", \"b\"], in: \"photographs\", neurons: #{0..<2}, photographs: #{1}, count: #{2})",
        "dictionary(of: m.blocks[0], in: \"photographs\", size: #{4}, active: #{2}, steps: #{2}, batch: #{4}, rate: #{0.01}, auxiliary: #{0.03}, deadAfter: #{10}, patches: #{2}, crops: false, seed: #{1})",
        "concepts(in: \"photographs\", at: m.blocks[0], count: #{1}, photographs: #{2}, patches: #{20}, to: \"c.safetensors\")",
        "concepts(of: m.logit(1), in: \"photographs\", at: m.blocks[0], count: #{1}, photographs: #{2}, to: \"c.safetensors\")",
        "importance(of: m.heads, for: m.blocks[0].neuron(1), at: photo, to: #{0})",
        "relevance(of: m.logit(1), at: photo, by: .integratedGradients, steps: #{2})",
        "relevance(of: m.logit(1), at: photo, by: .gradCAM, block: #{0})",
        "faithfulness(relevance(of: m.logit(1), at: photo), steps: #{2}, samples: #{2}, seed: #{1})",
        "trust(m.blocks[0].neuron(1), in: \"photographs\", runs: #{2}, steps: #{1}, seed: #{1}, causes: #{1})",
        "pca(photo, at: m.blocks[0], size: #{16})",
        "pca(photo, at: m.blocks[0], foreground: .above(#{0.1}), fitting: .cropped)",
        "similarity(photo, from: #{1}, at: m.blocks[0], size: #{16})",
        "similarity(photo, from: #{[0, 1]}, at: m.blocks[0])",
        "matches(photo, photo, in: m, count: #{2}, size: #{16})",
        "features(in: \"photographs\", at: m.blocks[0]).nearest(to: photo, count: #{2})",
        "features(in: \"photographs\", at: m.blocks[0]).map(side: #{3}, cell: #{16})",
        "grid(photo, at: m.blocks[0], groups: #{2}, steps: #{2}, seed: #{1}, size: #{16})",
        "accentuate(photo, toward: m.blocks[0].neuron(1), balance: #{1}, steps: #{2}, strength: #{1}, seed: #{1})",
        "activationAtlas(in: \"photographs\", at: m.blocks[0], to: \"b\", side: #{2}, patches: #{20}, least: #{1}, steps: #{2}, seed: #{0}, size: #{16})",
        "gradient(of: m.blocks[0].neuron(1), at: photo, samples: #{2}, deviation: #{0.1}, blur: #{1}, seed: #{1})",
        "attention(photo, in: m.blocks[0], from: #{1})",
        "topImages(in: \"photographs\", for: m.blocks[0].neuron(1), count: #{2})",
        "strongest(for: photo, in: m.blocks[0].mlp, count: #{2}, perPatch: #{2}, steps: #{1}, seed: #{1})",
        "strongest(for: photo, in: m.blocks[0].mlp, count: #{2}, against: \"photographs\", perPatch: #{1}, steps: 0)",
        "reconstruct(photo, from: m.blocks[0], steps: #{2}, seed: #{1}, totalVariation: #{0.1})",
        "mixing(m, photo, blocks: [#{0}], rows: #{1}, steps: #{2}, patch: #{1}, seed: #{1})",
        "mixing(m, photo, blocks: #{[1]}, rows: 1, steps: 2)",
        "consistency(m.blocks[0].neuron(1), runs: #{2}, steps: #{2}, seed: #{1}, size: #{16})",
        "consistency(m.blocks[0].neuron(1), runs: #{2}, in: \"photographs\", steps: #{2})",
        "last(cell: #{1})", "sleep(#{0.001})",
        "m.blocks[#{1}]", "m.logit(#{1})", "m.blocks[0].mlp.hidden.neuron(#{1})", "m.blocks[0].patch(#{1})",
        "m.blocks[0].patch(row: #{1}, column: #{0})", "m.blocks[0].patches(#{0..<2})",
        "m.blocks[0].patches(rows: #{0..<2}, columns: #{0..<1})", "m.blocks[0].attn.queries.head(#{1})",
        "m.layers[#{1}]", "m.classes[#{1}]", "m.output(photo)[#{1}]", "m.blocks[0](photo)[#{0}, #{1}]",
        "attention(photo, in: m.blocks[0])[#{1}]", "activations(photo, at: m.blocks[0].neurons(#{0..<2}))",
        "1.5.formatted(digits: #{2})", "\"text\".prefix(#{2})", "[1, 2, 3].suffix(#{2})", "[1, 2, 3].dropFirst(#{1})",
        "Array(repeating: 1, count: #{2})", "String(repeating: \"a\", count: #{2})", "Int.random(in: #{0..<3})",
        "Array(stride(from: #{0}, to: #{1}, by: #{0.5}))", "Array(stride(from: #{0}, through: #{1}, by: #{0.5}))",
        "abs(#{1})", "pow(#{2}, #{3})", "sqrt(#{2})", "min(#{1}, #{2})", "Int(#{1.5})", "Double(#{1})", "7 % #{2}",
        "7 / #{2}", "5 - #{3}", "2 * #{3}", "-#{3}", "7.isMultiple(of: #{2})",
        "7.5.truncatingRemainder(dividingBy: #{2})",
        "(0..<5).contains(#{2})", "[1, 2, 3][#{1}]", "\"text\".dropLast(#{1})", "round(#{1.5})", "exp(#{1})",
        "log(#{1})",
        "struct P { var x = 1.5; var n: Int }\nvar p = P(x: #{0.5}, n: #{2})\np.x = #{0.25}\np.n += #{1}\np",
        "struct P { var x: Double; func moved(by d: Double) -> P { P(x: x + d) } }\nP(x: #{1.5}).moved(by: #{2}).x",
        "struct L { var items = [1, 2]; mutating func add(_ n: Int) { items.append(n) } }\nvar l = L()\nl.add(#{3})\nl.items[#{0}]",
        "enum E: Int, CaseIterable { case a = 1, b }\nE(rawValue: #{1}) == .a",
        "enum R { case one(Double), two(Int, Int) }\nlet r: R = .two(#{1}, #{2})\nif case .two(let a, let b) = r { a + b } else { 0 }",
        "enum R { case one(Double) }\nswitch R.one(#{1.5}) { case .one(let x) where x > #{1}: x; case .one: 0.5 }",
        "var s: Set<Int> = [#{1}, 2, 3]\ns.insert(#{3})\ns.union([#{4}]).contains(#{1})",
        "Set(#{[1, 2]}).intersection([#{2}]).sorted()", "Set([1.5, #{2}]).subtracting([#{0.5}]).count",
        "func f(_ x: inout Double, by d: Double = 1) { x += d }\nvar x = 0.5\nf(&x, by: #{2})\nx",
        "switch 3 { case 0..<2: 1; case #{3}: 2; default: 3 }",
        "func g() { defer { print(#{1}) }; print(#{2}) }\ng()",
        "Duration.seconds(#{1})", "Duration.milliseconds(#{1.5}) / #{2}", "Duration.nanoseconds(#{2}) * #{3}",
        "Duration(secondsComponent: #{1}, attosecondsComponent: #{2})",
        "let d: Duration = .microseconds(#{3})\nd < .seconds(#{1})",
        "ContinuousClock().measure { sleep(#{0.001}) } < .seconds(60)", "Date().timeIntervalSince1970 - #{1}",
        "(#{0.0}...#{1.0}).contains(#{0.5})", "(0.5..<#{1.5}).contains(#{1})", "Double.random(in: #{0.0}..<#{1.0})",
        "let x: Double = #{1.5}\nx < .infinity", "[#{1}, .nan, 3.5].count",
        "plot([#{1}, #{2}])", "plot([\"a\": [1, #{2}]])", "table([[#{1}, #{2}]])", "m.output(photo).top(#{2})",
        "m.output(photo).mean(axis: #{0})", "m.classify(photo, count: #{2})",
    ]

    private static let grids = [("square", 4, 4), ("wide", 2, 4), ("tall", 4, 2), ("nearly square", 3, 5)]

    /// Every numeric parameter of every command is among ``calls``, so that a new one is not forgotten.
    @Test func everyNumericParameterIsTried() throws {
        let declared = CellsDocument.markdown.matches(of: /```swift\n(\w+)\((.*)\)(?: -> .*)?\n```/)
        #expect(declared.count > 25)
        for match in declared {
            let (command, parameters) = (String(match.1), String(match.2))
            for parameter in parameters.matches(of: /(\w+)(?: \w+)?: \[?(?:Int|Double|Range)/) {
                let label = String(parameter.1)
                let isTried = Self.calls.contains { call in
                    call.contains("\(command)(")
                        && ["\(label): #{", "\(label): [#{", label == "_" ? "\(command)(#{" : "\(label): #{"].contains {
                            call.contains($0)
                        }
                }
                #expect(isTried, "\(command) \(label)")
            }
        }
    }

    @Test(.timeLimit(.minutes(240))) func noArgumentEndsTheKernel() throws {
        let home = try Executable.makeFolder()
        defer { try? FileManager.default.removeItem(at: home) }
        let photographs = home.appendingPathComponent("photographs")
        try FileManager.default.createDirectory(at: photographs, withIntermediateDirectories: true)
        try FuzzPictures.write(to: photographs)
        var opening = "let photo = image(\"photographs/0.png\")"
        for (index, (_, rows, columns)) in Self.grids.enumerated() {
            let folder = home.appendingPathComponent("m\(index)")
            try FuzzModel.write(to: folder, grid: (rows, columns))
            try Data(FuzzModel.configuration(grid: (rows, columns)).utf8)
                .write(to: folder.appendingPathComponent("config.json"))
            opening += "\nlet m\(index) = load(\"m\(index)\")"
        }
        var cases: [(model: Int, cell: String)] = []
        for call in Self.calls {
            let models =
                call.contains("m.") || call.contains("(m,") || call.contains("M,") ? Array(Self.grids.indices) : [0]
            for cell in Self.changed(call) { cases += models.map { ($0, cell) } }
        }
        let chosen = cases.chosen(FuzzRun.rounds, seed: 20)
        var run = FuzzRun(in: home, opening: opening)
        for (model, cell) in chosen {
            let cell = cell.replacing("(M,", with: "(\"m\(model)\",")
                .replacing(/\bm([.,\)])/) { "m\(model)\($0.1)" }
            try run.run(Self.grids[model].0, cell)
        }
        print("Arguments: \(chosen.count) of \(cases.count) cases, \(run.faults.count) faults")
        #expect(run.faults.isEmpty, "\(run.faults.joined(separator: "\n"))")
    }

    /// The call with each of its values replaced by each other one.
    private static func changed(_ call: String) -> [String] {
        let places = call.matches(of: /#\{([^}]*)\}/)
        return places.indices.flatMap { changed in
            FuzzValues.cells.map { value in
                var text = ""
                var end = call.startIndex
                for (index, place) in places.enumerated() {
                    text += call[end..<place.range.lowerBound] + (index == changed ? value : String(place.1))
                    end = place.range.upperBound
                }
                return text + call[end...]
            }
        }
    }
}
