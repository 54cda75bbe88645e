import Cells
import Foundation
import Jupyter
import Resources
import VitrineEngine

/// The page that `help()` shows: how to begin, all commands by what they are for, and the notebooks that are here.
struct HelpPage {
    private let chapters: [(title: String, commands: [Signature])]

    /// Makes a page of these commands. One that no chapter names is in the last.
    init(_ commands: [Signature]) {
        let named = Set(Self.chapters.flatMap(\.names))
        chapters =
            Self.chapters.map { title, names in
                (title, names.compactMap { name in commands.first { $0.name == name } })
            }
            .filter { !$0.1.isEmpty } + [("And", commands.filter { !named.contains($0.name) })].filter { !$0.1.isEmpty }
    }

    private static let chapters: [(title: String, names: [String])] = [
        ("Find a model", ["models", "load", "loaded"]),
        (
            "See what a part of it responds to",
            ["render", "rerun", "explore", "atlas", "totalVariation", "pictureNorm"]
        ),
        (
            "Look at photographs",
            [
                "image", "activations", "gradient", "attention", "strongest", "topImages", "label", "usualLevel",
                "direction",
                "dream", "reconstruct", "accentuate",
            ]
        ),
        ("Compare features", ["pca", "similarity", "matches", "features", "grid", "activationAtlas"]),
        ("Find out what causes what", ["importance", "lens", "contributions", "relevance", "faithfulness"]),
        ("Check what a picture says", ["trust", "consistency", "mixing"]),
        ("Use your own numbers", ["tensor", "embedding", "plot", "table"]),
        ("Keep and show", ["sheet", "save", "display", "last", "clearOutput"]),
        ("Ask and wait", ["ask", "readLine", "sleep", "exit", "quit"]),
        ("If something is wrong", ["help", "doctor"]),
    ]

    /// The page as Markdown and as text.
    var bundle: MIMEBundle { MIMEBundle(plain: plain, markdown: markdown) }

    private static let beginning = """
        let vit = load("vit")
        render(vit.blocks[5].mlp.neuron(42))
        """

    private var markdown: String {
        let intro = """
            ## Vitrine

            A cell names a part of a vision model, and a picture shows what that part responds to. Begin with these two \
            lines:

            ```swift
            \(Self.beginning)
            ```
            """
        let tables = chapters.map { title, commands in
            (["### \(title)", "", "| cell | what it does |", "|:---|:---|"]
                + commands.map { "| `\(cell($0).replacing("|", with: "\\|"))` | \($0.summary) |" })
                .joined(separator: "\n")
        }
        let more =
            "`help(render)`, or `render?`, describes one command in full; Tab completes names, Shift-Tab explains them."
        return ([intro, picture, more] + tables + [notebooks]).compactMap { $0 }.joined(separator: "\n\n")
    }

    private var plain: String {
        let lists = chapters.map { title, commands in
            ([title] + commands.map { "  \(cell($0))\n      \($0.summary)" }).joined(separator: "\n")
        }
        let begin = "Begin with:\n" + Self.beginning.split(separator: "\n").map { "  \($0)" }.joined(separator: "\n")
        let more = "help(render), or render?, describes one command in full."
        return ([begin] + lists + [more]).joined(separator: "\n\n")
    }

    /// The shortest cell that shows what a command is for: the line of its example that calls it.
    private func cell(_ command: Signature) -> String {
        let lines = command.example.split(separator: "\n").map(String.init)
        return lines.first { $0.contains("\(command.name)(") } ?? "\(command.name)()"
    }

    /// Four neurons of the built-in transformer.
    private var picture: String? {
        guard let path = ShippedFile.path("help", ending: "png"), let bytes = FileManager.default.contents(atPath: path)
        else { return nil }
        return "![Pictures of four neurons of the built-in transformer, each with its name and its value below]"
            + "(data:image/png;base64,\(bytes.base64EncodedString()))"
    }

    /// Links to the notebooks of the project that lie in this notebook's folder, or in a folder “notebooks” there.
    private var notebooks: String? {
        let files = ["", "notebooks/"].flatMap { folder in
            entries(of: folder.isEmpty ? "." : folder).filter(Self.isOurs).map { folder + $0 }
        }
        guard !files.isEmpty else { return nil }
        let links = files.map { "- [\($0)](\($0))" }
        return (["### Notebooks to run", ""] + links).joined(separator: "\n")
    }

    /// Whether a file is named as the project's notebooks are: "01-quickstart.ipynb".
    private static func isOurs(_ name: String) -> Bool {
        name.hasSuffix(".ipynb") && name.prefix(2).allSatisfy(\.isNumber) && name.dropFirst(2).first == "-"
    }
}
