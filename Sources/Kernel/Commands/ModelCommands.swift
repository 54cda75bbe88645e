import Cells
import Engine
import Foundation

/// Commands that find, load and list models.
struct ModelCommands {
    /// The warm models.
    let store: ModelStore

    var all: [Command] { [models, load, loaded] }

    private var load: Command {
        Command(
            Signature(
                "load",
                [
                    Parameter(
                        label: nil, name: "model", .string,
                        summary: "a built-in model's name, or the path of a checkpoint",
                        completions: "models"),
                    Parameter(
                        "classes", .optional(.string), default: "nil",
                        summary: "a file with a class name on each line, for a checkpoint that has none",
                        completions: "files"),
                ],
                result: "a model",
                summary: "Loads a model and keeps it warm; loading it again is free.",
                discussion:
                    "The family and the sizes are read off the tensors. Safetensors files are mapped into memory, not copied.",
                example:
                    "let vit = load(\"vit\")\nlet deit = load(\"deit_tiny_patch16_224.safetensors\", classes: \"imagenet_classes.txt\")"
            )
        ) { [store] arguments, _ in
            let classes = try arguments.optionalString("classes").map(ClassNames.read)
            return .object(ModelValue(try store.load(try arguments.string("model"), classes: classes)))
        }
    }

    private var models: Command {
        Command(
            Signature(
                "models", result: "a table",
                summary: "Lists what can be loaded: built in, and the checkpoints in the notebook's folder.",
                example: "models()")
        ) { [store] _, _ in
            let warm = Set(store.loaded.map(\.origin))
            let builtIn = try Catalogue.builtInNames.map { name in
                // Looked at, not kept: listing a model does not warm it.
                let model = try Model.load(name)
                return [
                    "load(\"\(name)\")", "\(model.family), \(model.imageSize.width) px, \(model.classes.count) classes",
                    byteCount(model.weightBytes), "built in",
                ]
            }
            let files = Self.checkpoints().map { file in
                [
                    "load(\"\(file.name)\")", "a checkpoint", byteCount(file.bytes),
                    warm.contains(file.name) ? "here, warm" : "here",
                ]
            }
            return .object(
                TableValue(
                    "a table",
                    Table(
                        headings: ["cell", "model", "weights", "where"], rows: builtIn + files,
                        footnote: "A checkpoint anywhere on this disk is loaded by its path.")))
        }
    }

    private var loaded: Command {
        Command(
            Signature(
                "loaded", result: "a table", summary: "Lists the models that are warm, and the memory they hold.",
                example: "loaded()")
        ) { [store] _, _ in
            let models = store.loaded
            let total = models.reduce(0) { $0 + $1.weightBytes }
            return .object(
                TableValue(
                    "a table",
                    Table(
                        headings: ["model", "family", "weights", "from"],
                        rows: models.map { [$0.name, $0.family, byteCount($0.weightBytes), $0.origin] },
                        footnote: models.isEmpty
                            ? "Nothing is loaded yet." : "Together \(byteCount(total)), mapped from their files.")))
        }
    }

    /// The checkpoints in the current folder.
    private static func checkpoints() -> [(name: String, bytes: Int)] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: ".")) ?? []
        return names.filter { $0.hasSuffix(".safetensors") }.sorted().map { name in
            let attributes = try? FileManager.default.attributesOfItem(atPath: name)
            return (name, attributes?[.size] as? Int ?? 0)
        }
    }
}

/// Files that name classes.
enum ClassNames {
    /// One name a line. A WordNet id in front, as in ImageNet's lists, is left out; so are empty lines at the end.
    static func read(_ path: String) throws -> [String] {
        guard FileManager.default.fileExists(atPath: path) else { throw EngineError.fileMissing(path: path) }
        guard let bytes = FileManager.default.contents(atPath: path),
            let text = String(validating: bytes, as: UTF8.self)
        else {
            throw EngineError.fileUnreadable(path: path, reason: "it is not a text file")
        }
        var lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map { line in
            let words = line.split(separator: " ", maxSplits: 1)
            let isIdentified =
                words.count == 2 && words[0].count == 9 && words[0].first == "n"
                && words[0].dropFirst().allSatisfy(\.isNumber)
            return String(isIdentified ? words[1] : line)
        }
        while lines.last?.isEmpty == true { lines.removeLast() }
        return lines
    }
}
