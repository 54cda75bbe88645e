import Commands
import Foundation
import Jupyter
import Platform
import Testing
import VitrineEngine

/// Files of class names as people have them, and classes that are asked for by name.
@Suite(.timeLimit(.minutes(10))) struct ClassNameTests {
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("vitrine-\(UUID().uuidString)")

    init() throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    static let names = (0..<20).map { "class \($0)" }

    /// The ways in which projects write twenty names.
    static let files: [(String, Data)] = {
        let names = Self.names
        func data(_ text: String) -> Data { Data(text.utf8) }
        func json(_ value: Any) -> Data {
            guard let data = try? JSONSerialization.data(withJSONObject: value) else { return Data() }
            return data
        }
        let byNumber = Dictionary(uniqueKeysWithValues: names.enumerated().map { ("\($0)", $1) })
        let synset = { (index: Int) in "n\(String(1_440_764 + index).leftPadded(to: 8))" }
        func numbered(_ line: (Int, String) -> String) -> Data {
            data(names.enumerated().map { line($0, $1) }.joined(separator: "\n"))
        }
        return [
            ("lines", data(names.joined(separator: "\n"))),
            ("lines of Windows", data(names.joined(separator: "\r\n") + "\r\n")),
            ("byte-order mark", data("\u{FEFF}" + names.joined(separator: "\n"))),
            ("UTF-16", names.joined(separator: "\r\n").data(using: .utf16) ?? Data()),
            ("blank lines", data("\n" + names.joined(separator: "\n\n") + "\n\n \n")),
            ("synsets", data(names.enumerated().map { "\(synset($0)) \($1)" }.joined(separator: "\n"))),
            ("synsets and tabs", data(names.enumerated().map { "\(synset($0))\t\($1)" }.joined(separator: "\n"))),
            ("numbers", numbered { "\($0) \($1)" }),
            ("numbers from 1", numbered { "\($0 + 1). \($1)" }),
            ("numbers in another order", numbered { index, _ in "\(19 - index): \(names[19 - index])" }),
            ("numbers and tabs", numbered { "\($0)\t\($1)\r" }),
            ("comma-separated", numbered { "\($0),\($1)" }),
            ("comma-separated and quoted", numbered { "\($0),\"\($1)\"" }),
            ("a table of a spreadsheet", data("Index;Label\n") + numbered { "\($0);\"\($1)\"" }),
            ("a table that pandas wrote", data(",class_name,count\n") + numbered { "\($0),\($1),\($0 * 3)" }),
            (
                "a table in another order",
                data("name\tid\n") + numbered { index, _ in "\(names[19 - index])\t\(20 - index)" }
            ),
            ("a table of synsets", data("wnid,name\n") + numbered { "\(synset($0)),\($1)" }),
            ("a table with numbers as labels", data("class,label\n") + numbered { "\($1),\($0)" }),
            ("numbers and synsets", numbered { "\($0) \(synset($0)) \($1)" }),
            ("Python", data("{") + numbered { "\($0): '\($1)'," } + data("}\n")),
            ("Python's other quotes", data("{") + numbered { " \($0) : \"\($1)\" ," } + data("}")),
            ("background", data("background\n" + names.joined(separator: "\n") + "\n")),
            ("JSON list", json(names)),
            ("JSON with a byte-order mark", data("\u{FEFF}") + json(names)),
            ("imagenet_class_index.json", json(byNumber.mapValues { ["n01440764", $0] })),
            ("numbers to names", json(byNumber)),
            ("names to numbers", json(Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) }))),
            ("config.json", json(["id2label": byNumber, "hidden_size": 192, "architectures": ["ViT"]])),
            ("timm's config.json", json(["architecture": "vit", "pretrained_cfg": ["label_names": names]])),
        ]
    }()

    @Test(arguments: files.indices)
    func everyWayIsTaken(_ index: Int) throws {
        let (name, data) = Self.files[index]
        let file = folder.appendingPathComponent("names.txt")
        try data.write(to: file)
        let notebook = Notebook()
        let answer = notebook.run("let vit = load(\"vit\", classes: \"\(file.path)\")\nvit.classes")
        #expect(answer.failure?.message == nil, "\(name)")
        #expect(answer.result == "[" + Self.names.map { "\"\($0)\"" }.joined(separator: ", ") + "]", "\(name)")
    }

    @Test(arguments: [
        ("", "it holds no class names"), ("\n \n", "it holds no class names"),
        ("t\0e\0n\0c\0h\0", "it is not text; save the names as UTF-8"),
        ("{0: 'a', 2: 'b'}", "none has the number 1"), ("{0: 'a' 1: 'b'}", "write one name per line"),
        (#"{"hidden_size": 192}"#, "it names 1 classes"),
        (#"{"a": "b"}"#, "does not give each class a number"),
        (#"{"0": "a", "2": "b"}"#, "none has the number 1"),
        ("[1, 2]", "its list holds something other than class names"),
        ("[", "it begins like JSON but cannot be read as JSON"),
        ("{}", "it holds no class names"),
        ("id,name\n3,a\n3,b\n4,c\n", "its 3 rows are not numbered one after the other; write a row for each class"),
    ])
    func whatIsNoListIsSaid(_ text: String, _ reason: String) throws {
        let file = folder.appendingPathComponent("names.json")
        try Data(text.utf8).write(to: file)
        let message = Notebook().run("load(\"vit\", classes: \"\(file.path)\")").failure?.message ?? ""
        #expect(message.contains(reason), "\(message)")
    }

    /// ImageNet has two cranes and two maillots; a name that is exact goes first.
    @Test func aNameOfSeveralClassesIsAnError() throws {
        var names = Self.names
        names[3] = "crane"
        names[11] = "crane"
        names[5] = "maillot"
        names[6] = "maillot, tank suit"
        names[8] = "Lynx"
        names[9] = "LYNX"
        let file = folder.appendingPathComponent("names.txt")
        try Data(names.joined(separator: "\n").utf8).write(to: file)
        let notebook = Notebook()
        notebook.run("let vit = load(\"vit\", classes: \"\(file.path)\")")
        #expect(
            notebook.run("vit.logit(\"crane\")").failure?.message
                == "vit has 2 classes “crane”: 3, 11. Ask for one by its number: `logit(3)`.")
        #expect(
            notebook.run("vit.logit(\"lynx\")").failure?.message
                == "vit has 2 classes “lynx”: 8 (“Lynx”), 9 (“LYNX”). Ask for one by its number: `logit(8)`.")
        #expect(notebook.run("vit.logit(\"maillot\") == vit.logit(5)").result == "true")
        #expect(notebook.run("vit.logit(\"Tank suit\") == vit.logit(6)").result == "true")
        #expect(notebook.run("vit.logit(\"LYNX\") == vit.logit(9)").result == "true")
        #expect(notebook.run("vit.logit(11) == vit.logit(3)").result == "false")
    }

    @Test func ofACLIPIsSaidWhatCanBeAskedFor() throws {
        let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Fixtures/families/clip_projection")
        let notebook = Notebook()
        #expect(notebook.run("let clip = load(\"\(fixtures.path)\")").failure?.message == nil)
        for cell in ["clip.logit(\"dog\")", "clip.logit(3)", "clip.logits"] {
            let message = notebook.run(cell).failure?.message ?? ""
            #expect(
                message.contains("has no head") && message.contains("[\"embedding\"].neuron(0)`"), "\(cell): \(message)"
            )
        }
        // And it can be.
        #expect(notebook.run("clip[\"embedding\"].neuron(0)").failure == nil)
    }
}

extension String {
    fileprivate func leftPadded(to count: Int) -> String {
        String(repeating: "0", count: max(count - self.count, 0)) + self
    }
}
