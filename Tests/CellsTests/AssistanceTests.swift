import Cells
import Testing

@Suite(.timeLimit(.minutes(10))) struct AssistanceTests {
    private let interpreter = Interpreter(globals: hostGlobals)

    private func items(_ source: String) -> [String] {
        interpreter.completions(in: source, cursor: source.unicodeScalars.count).items.map(\.text)
    }

    @Test(arguments: [
        ("vit.", ["blocks", "classify", "logit", "name"]), ("vit.bl", ["blocks"]),
        ("vit.blocks[5].", ["address", "mlp", "neuron"]),
        ("render(vit.blocks[5].mlp.ne", ["neuron"]), ("vit.blocks[5].mlp.neuron(42).", ["together"]),
        ("let m = vit.blocks[2]\nm.ml", ["mlp"]),
        ("vit[\"", ["blocks.0", "blocks.1.mlp"]), ("vit[\"blocks.1", ["blocks.1.mlp"]),
        ("load(\"", ["vit", "vit_b_16", "ffmixer"]), ("load(\"vit_", ["vit_b_16"]),
        ("vit.logit(\"g", ["golf ball"]), ("render(vit.logit(\"a\"), by: .", ["dot", "cosine"]),
        ("render(vit.logit(\"a\"), by: .c", ["cosine"]),
        ("render(vit.logit(\"a\"), st", ["steps: ", "stride"]), ("rend", ["render"]), ("Rend", ["render"]),
        ("// vit.", []), ("\"vit.", []), ("let x", []), ("func f", []),
        ("for neuron in 0..<3 {\n    neu", ["neuron"]),
        ("if true { vit.", ["blocks", "classify", "logit", "name"]), ("[1, 2].cou", ["count"]),
        ("\"a\".upp", ["uppercased"]),
        ("\"\\(vit.na", ["name"]), ("vit.classify().", []), ("unknown.", []), ("3.", []), ("Int.ma", ["max"]),
        ("let d = [\"alpha\": 1]\nd[\"", ["alpha"]),
    ])
    func completing(source: String, expected: [String]) {
        #expect(items(source) == expected)
    }

    @Test func labelsComeFirst() {
        #expect(items("render(vit.logit(\"a\"), ").prefix(4) == ["steps: ", "rate: ", "by: ", "progress: "])
        #expect(items("render(vit.logit(\"a\"), steps: 3, ").prefix(2) == ["rate: ", "by: "])
        #expect(items("render(vit.logit(\"a\"), by: ").first == ".dot")
        #expect(items("render(vit.logit(\"a\"), by:").first == " .dot")
    }

    @Test func placesAreCountedInUnicodeScalars() {
        let source = "let é = \"👩‍🚀\"; vit.bl + 1"
        let cursor = Array(source.unicodeScalars).count - 4
        let list = interpreter.completions(in: source, cursor: cursor)
        #expect(list.items.map(\.text) == ["blocks"])
        #expect(list.start == cursor - 2)
        #expect(list.end == cursor)
        let keys = interpreter.completions(in: "vit[\"blocks.1\"]", cursor: 13)
        #expect((keys.start, keys.end) == (5, 13))
    }

    @Test func everyPlaceOfACellCanBeAskedFor() {
        let source =
            "let a = vit.blocks[5].mlp\nfor i in 0..<3 { render(a.neuron(i), steps: 1, by: .dot) { $0 } }\nvit[\"x\"] // é 👍"
        for cursor in -1...source.unicodeScalars.count + 2 {
            _ = interpreter.completions(in: source, cursor: cursor)
            _ = interpreter.inspection(in: source, cursor: cursor)
        }
    }

    @Test func variablesOfCellsAreCompletedWithTheirTypes() throws {
        let interpreter = Interpreter(globals: hostGlobals)
        _ = try interpreter.run(
            "let photograph = vit.blocks[3]\nfunc phase(_ x: Int) -> Int { x }", in: TestContext())
        let items = interpreter.completions(in: "ph", cursor: 2).items
        #expect(items.map(\.text) == ["phase", "photograph"])
        #expect(items.map(\.detail) == ["phase(_ x: Int) -> Int", "a layer"])
        #expect(items.map(\.kind) == [.function, .variable])
    }

    @Test func elementsAreCompletedWithWhatTheyAre() throws {
        let interpreter = Interpreter(globals: hostGlobals)
        _ = try interpreter.run("let sizes = [\"small\": 1, \"names\": [2]]", in: TestContext())
        func details(_ source: String) -> [String: String] {
            let items = interpreter.completions(in: source, cursor: source.unicodeScalars.count).items
            return Dictionary(uniqueKeysWithValues: items.map { ($0.text, $0.detail) })
        }
        #expect(details("sizes[\"") == ["small": "a whole number", "names": "a list"])
        #expect(details("vit[\"").values.allSatisfy { !$0.isEmpty })
    }

    @Test func inspecting() {
        func name(_ source: String, _ cursor: Int) -> String {
            switch interpreter.inspection(in: source, cursor: cursor) {
            case .callable(let signature): "callable \(signature.name)"
            case .variable(let name, let value): "variable \(name) \(value.plainText)"
            case .member(let member): "member \(member.name)"
            case nil: "nothing"
            }
        }
        #expect(name("render(vit)", 3) == "callable render")
        #expect(name("render(vit)", 6) == "callable render")
        #expect(name("render(vit)", 9) == "variable vit vit")
        #expect(name("render(1, ", 10) == "callable render")
        #expect(name("vit.blocks[5].mlp.neuron(1)", 20) == "callable neuron")
        #expect(name("vit.blocks[5].mlp", 16) == "variable vit.blocks[5].mlp blocks.5.mlp")
        #expect(name("vit.classify().x", 8) == "callable classify")
        #expect(name("nope", 2) == "nothing")
        #expect(name("[1].append", 8) == "callable append")
        guard case .callable(let signature) = interpreter.inspection(of: "vit.logit") else {
            return #expect(Bool(false))
        }
        #expect(signature.name == "logit")
    }

    @Test(arguments: [
        ("render?", "render", ""), ("?render", "render", ""),
        ("  vit.blocks[5].mlp??  ", "vit.blocks[5].mlp", ""), ("vit[\"blocks.0\"]?", "vit[\"blocks.0\"]", ""),
        ("print(1)\nrender?\n\n", "render", "1\n"),
    ])
    func asking(source: String, path: String, printed: String) throws {
        let context = TestContext()
        guard case .inspect(path) = try interpreter.run(source, in: context) else {
            return #expect(Bool(false))
        }
        #expect(context.output == printed)
    }

    @Test(arguments: [
        ("1 + 1", Completeness.complete), ("", .complete), ("if true {", .incomplete(indent: "    ")),
        ("if true {\n    for i in 0..<3 {", .incomplete(indent: "        ")),
        ("if true { }", .complete), ("f(", .incomplete(indent: "")), ("f(1,", .incomplete(indent: "")),
        ("1 +", .incomplete(indent: "")), ("let x =", .incomplete(indent: "")),
        ("[1, 2", .incomplete(indent: "")), ("\"\"\"\nabc", .incomplete(indent: "")),
        ("/* abc", .incomplete(indent: "")), ("for x in range(10):", .invalid),
        ("render(x) {", .incomplete(indent: "    ")),
        ("x.", .incomplete(indent: "")), ("f(1 2", .invalid), ("}", .invalid), ("print \"x\"", .invalid),
        ("\"abc", .invalid), ("render?", .complete), ("class A { }", .complete),
        ("func f() -> Int {\n    let x = [\n        1,", .incomplete(indent: "    ")),
        ("let x = 'a'", .invalid), ("x = True # no", .invalid),
    ])
    func judging(source: String, expected: Completeness) {
        #expect(interpreter.completeness(of: source) == expected)
    }
}
