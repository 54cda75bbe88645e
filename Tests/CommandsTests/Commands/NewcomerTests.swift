import Commands
import Foundation
import Testing
import VitrineEngine

/// What somebody tries who comes from other tools: plots, tables, `help` by name, paths that are not there.
@Suite(.timeLimit(.minutes(10))) final class NewcomerTests: Sendable {
    private let notebook = Notebook()
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)

    init() throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try NumPy.write(Tensor([1, 2, 3, 0, 5, -2], shape: [2, 3]), to: folder.appendingPathComponent("t.npy").path)
        try NumPy.write(Tensor([0, 2, 1], shape: [3]), to: folder.appendingPathComponent("v.npy").path)
        notebook.run("let vit = load(\"vit\")\nlet neuron = vit.blocks[5].mlp.neuron(3)")
        try NumPy.write(Tensor([0, .nan, 1], shape: [3]), to: folder.appendingPathComponent("nan.npy").path)
        notebook.run("let t = tensor(\"\(folder.path)/t.npy\")\nlet v = tensor(\"\(folder.path)/v.npy\")")
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    @Test(arguments: [
        ("plot([1, 2, 3.5])", "image/png"), ("plot(series: [\"a\": [1, 2], \"b\": [3, 4]])", "image/png"),
        ("plot(series: [[1, 2], [3, 4]], labels: [\"a\", \"b\"], title: \"two\")", "image/png"),
        ("plot([(0.5, 1.0), (1.5, 2.0)])", "image/png"), ("plot(v)", "image/png"),
        ("plot([\"a\": [1, 2], \"b\": [3, 4]])", "image/png"), ("plot([1, .nan, 3])", "image/png"),
        ("table([(\"church\", 0.9), (\"dog\", 0.1)])", "text/html"), ("table([[\"a\": 1, \"b\": 2]])", "text/html"),
    ])
    func numbersAreShown(cell: String, type: String) {
        let answer = notebook.run(cell)
        #expect(answer.bundle?.data[type] != nil, "\(cell): \(answer.failure?.message ?? "")")
    }

    /// A number stands under its own heading, in whatever order a row has its keys.
    @Test(arguments: [
        ("table([[\"a\": 1, \"b\": 2], [\"b\": 3, \"a\": 4]])", [["a", "b"], ["1", "2"], ["4", "3"]]),
        ("table([[\"a\": 1], [\"b\": 3, \"a\": 4]])", [["a", "b"], ["1"], ["4", "3"]]),
        ("table([(x: 1, y: 2), (y: 5, x: 6)])", [["x", "y"], ["1", "2"], ["6", "5"]]),
        ("table([[\"a\": 1, \"b\": 2]], headings: [\"b\", \"a\"])", [["b", "a"], ["2", "1"]]),
        ("table([[\"a\": 1, \"b\": 2]], headings: [\"x\", \"y\"])", [["x", "y"], ["1", "2"]]),
        ("table([[1, 2], [3]])", [["1", "2"], ["1", "2"], ["3"]]),
        ("struct P { var x = 1; var y = 2 }\ntable([P(x: 3), P(y: 7)])", [["x", "y"], ["3", "2"], ["1", "7"]]),
    ])
    func cellsStandUnderTheirHeadings(cell: String, expected: [[String]]) {
        let lines = notebook.run(cell).result?.split(separator: "\n").map { line in
            line.split(separator: " ").map(String.init)
        }
        #expect(lines == expected, "\(cell)")
    }

    /// With NaN among the numbers any of them could come out as the largest.
    @Test(arguments: ["argmax()", "top(1)"])
    func nothingIsTheLargestBesideNaN(call: String) {
        let message = notebook.run("tensor(\"\(folder.path)/nan.npy\").\(call)").failure?.message
        #expect(message == "1 of this tensor's 3 numbers is NaN, so none is the largest.")
    }

    @Test(arguments: [
        ("plot(\"a\")", "A line is a list of numbers, but this is text (\"a\")."),
        ("plot([])", "The list of numbers is empty: there is nothing to draw."),
        ("plot([1, \"a\"])", "A line is a list of numbers, but element 1 of it is text (\"a\")."),
        ("plot([\"a\": 3])", "A line is a list of numbers, but this is a whole number (3)."),
        ("plot()", "`plot` needs numbers: `plot([1, 2, 3.5])`, or several lines as `series:`."),
        ("table([])", "The list of rows is empty: there is nothing to show."),
        ("table([[1, 2]], headings: [\"a\"])", "Each column takes one heading: this is a list of 1 for 2."),
    ])
    func whatCannotBeShown(cell: String, expected: String) {
        #expect(notebook.run(cell).failure?.message == expected)
    }

    @Test(arguments: [
        ("t.argmax()", "[1, 1]"), ("v.argmax()", "1"), ("v.top(2).map { $0.index }", "[1, 2]"), ("v.dot(v)", "5.0"),
        ("t.mean(axis: 0).values", "[0.5, 3.5, 0.5]"), ("t.mean(axis: 1).values", "[2.0, 1.0]"), ("t.mean", "1.5"),
        ("t.mean(axis: 0).shape", "[3]"), ("(v.softmax().values.reduce(0, +) * 1000).rounded()", "1000.0"),
        ("t.softmax()[0].argmax()", "2"),
    ])
    func tensorsAreAsked(cell: String, expected: String) {
        let answer = notebook.run(cell)
        #expect(answer.result == expected, "\(cell): \(answer.failure?.message ?? "")")
    }

    @Test func helpTakesNamesValuesAndRecipes() {
        #expect(notebook.run("help(\"render\")").displays.first?.data["text/markdown"] != nil)
        #expect(notebook.run("help(.lucid)").displays.first?.plain?.hasPrefix(".lucid: ") == true)
        #expect(notebook.run("help(neuron)").displays.first?.plain?.isEmpty == false)
        #expect(
            notebook.run("help(\"rendr\")").failure?.message
                == "There is no command “rendr”. Did you mean `render`? `help()` lists them all.")
    }

    @Test(arguments: [
        (
            "consistency(neuron, in: \"nofolder\")",
            "There is no folder at “nofolder”. Paths are relative to the notebook's folder.", 25
        ),
        ("load(\"x\", classes: \"imagenett\")", "There is no file at “imagenett”. Did you mean “imagenet”?", 20),
        (
            "image(\"https://a.org/b.jpg\")",
            "`image` reads files, not URLs. Download it first, and write `\"b.jpg\"`.", 7
        ),
        ("render(neuron, recipe: \"lucid\")", "`recipe` takes a choice, not text: write `.lucid`.", 24),
        (
            "render(neuron, lr: 0.05)",
            "`render` has no argument `lr`. The rate is the optimizer's: write `optimizer: .adam(rate: 0.05)`.", 16
        ),
        ("render(neuron, iterations: 3)", "`render` has no argument `iterations`. Write `steps: 3`.", 16),
        ("vit.blocks[3].mlp.neurons(0..8)", "Swift has no range `0..8`: write `0..<8`, which ends before 8.", 27),
    ])
    func whatToWriteInstead(cell: String, expected: String, column: Int) {
        let failure = notebook.run(cell).failure
        #expect(failure?.message == expected)
        #expect(failure?.traceback.first?.contains("column \(column))") == true, "\(failure?.traceback ?? [])")
    }

    /// The home folder in a path, wherever one is given.
    @Test func aTildeIsTheHomeFolder() throws {
        let home = FileManager.default.homeDirectoryForCurrentUser
        let name = "vitrine-\(UUID().uuidString)"
        let place = home.appendingPathComponent(name)
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: place) }
        try "a\nb".write(to: place.appendingPathComponent("names.txt"), atomically: true, encoding: .utf8)
        for cell in [
            "t.save(\"~/\(name)/t.npy\")", "tensor(\"~/\(name)/t.npy\")", "save(plot([1, 2]), \"~/\(name)/p.png\")",
            "image(\"~/\(name)/p.png\")", "topImages(in: \"~/\(name)\", for: vit.logit(0))",
        ] {
            #expect(notebook.run(cell).failure == nil, "\(cell)")
        }
    }

    /// Twenty classes are all listed, those first of which the text is a word.
    @Test func classesByMeaning() {
        let message = notebook.run("vit.logit(\"cat\")").failure?.message ?? ""
        let names = message.split(separator: "“").dropFirst(2).map { $0.prefix { $0 != "”" } }
        #expect(names.count == 20)
        #expect(names.first?.contains("cat") == true || !message.contains(" cat”"))
    }

    @Test func aSessionInATerminalEnds() {
        #expect(notebook.run("exit()").payload.count == 1)
    }
}
