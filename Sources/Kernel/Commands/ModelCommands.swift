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
                        "weights", .optional(.string), default: "nil",
                        summary: "which of several weights: \"IMAGENET1K_SWAG_E2E_V1\"; the usual ones if left out"),
                    Parameter(
                        "size", .optional(.integer), default: "nil",
                        summary: "the side of the input in pixels; positions are resampled. The model's own if left out"
                    ),
                    Parameter(
                        "classes", .optional(.string), default: "nil",
                        summary:
                            "the classes' names where the weights do not know them: \"imagenet\", or a file with a name on each line",
                        completions: "classNames"),
                ],
                result: "a model",
                summary: "Loads a model and keeps it warm; loading it again is free.",
                discussion:
                    "The family and the sizes are read off the tensors. Safetensors files are mapped into memory, not copied. "
                    + "Interrupting keeps what came of a download: the next `load` goes on from there.",
                example:
                    "let vit = load(\"vit\")\nlet deit = load(\"deit_tiny_patch16_224.safetensors\", classes: \"imagenet\")"
            )
        ) { [store] arguments, context in
            let request = ModelRequest(
                name: try arguments.string("model"), weights: arguments.optionalString("weights"),
                size: try Self.size(arguments), classes: try arguments.optionalString("classes").map(ClassNames.named))
            return .object(ModelValue(try Self.load(request, from: store, in: context.run)))
        }
    }

    /// Loads, and says how far it is where that takes long.
    private static func load(_ request: ModelRequest, from store: ModelStore, in run: CellRun) throws -> Model {
        // What is told has begun to be fetched, which is never quick.
        let line = ProgressLine(in: run.execution, title: request.name, patience: 0)
        do {
            let model = try store.load(request, cancellation: run.cancellation) { progress in
                line.update(done: progress.done, of: progress.total, .bytes, title: progress.title, note: progress.note)
            }
            line.finish()
            return model
        } catch {
            line.stop()
            throw error
        }
    }

    private static func size(_ arguments: Arguments) throws -> Int? {
        guard let size = arguments.optionalInteger("size") else { return nil }
        guard (1...16384).contains(size) else {
            throw arguments.complaint(
                about: "size",
                "`size` should be from 1 to 16384 pixels, a multiple of the model's patches, and is \(size).")
        }
        return size
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
