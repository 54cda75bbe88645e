import Cells
import Foundation
import VitrineEngine

/// Commands that find, load and list models.
struct ModelCommands {
    /// The warm models.
    let store: ModelStore

    var all: [Command] { [models, load, loaded] }

    private static let name = Argument<String>(
        "model", label: nil,
        summary:
            "a built-in model, the path of a checkpoint, or a name: \"vit_b_16\" of torchvision, \"facebook/dinov2-small\" of the Hugging Face hub",
        completes: PathSource.model)
    private static let weights = Argument<String?>(
        "weights", default: nil,
        summary:
            "which weights, if there are several: \"IMAGENET1K_SWAG_E2E_V1\", or \"model_ema\" of a file; the usual "
            + "ones if left out",
        completes: WeightsSource())
    private static let size = Argument<Sides?>(
        "size", default: nil,
        summary:
            "the input in pixels: a side, or its height and width, [256, 128]; positions are resampled. The model's own if left out"
    )
    private static let classes = Argument<String?>(
        "classes", default: nil,
        summary:
            "the class names, if the weights do not contain them: \"imagenet\", or a file with a name on each line",
        completes: PathSource.classNames)

    private static let layer = Argument<LayerValue?>(
        "on", default: nil, summary: "the layer that a dictionary of latents reads: the path is a sparse autoencoder's")
    private static let topK = Argument<Int?>(
        "topK", default: nil, summary: "how many latents a dictionary keeps, if no file says it")
    private static let threshold = Argument<Double?>(
        "threshold", default: nil, summary: "the value above which a dictionary's latents are kept, likewise")

    private var load: Command {
        Command(
            Signature(
                "load",
                [Self.name, Self.weights, Self.size, Self.classes] + Self.settings
                    + [Self.layer, Self.topK, Self.threshold],
                result: .oneOf([.object(.model), .object(.latentDictionary)]),
                summary:
                    "Loads a model, downloading it if necessary, and keeps it in memory; loading it again is free.",
                discussion:
                    "The family and the sizes are read from the tensors. Safetensors files are mapped into memory, not "
                    + "copied, unless they were written within the last hour, for instance by a training run that may "
                    + "overwrite them. A model whose file has changed is no longer used; loading it again reads the "
                    + "new file. Downloads go to the caches of torch.hub and huggingface_hub, where Python finds them; "
                    + "files that Python has downloaded are found there too. Interrupting keeps what has arrived: the "
                    + "next `load` resumes from there. With `on: vit.blocks[10]` the file is a sparse autoencoder of saev, Prisma, "
                    + "overcomplete or visaebench, or one that `dictionary` made, whose latents become a layer: a path, a "
                    + "repository, or a file in one, \"owner/name/layer-10/sae.pt\". `models()` lists names, sizes and licenses.",
                example:
                    "let vit = load(\"vit\")\nlet b16 = load(\"vit_b_16\", weights: \"IMAGENET1K_SWAG_E2E_V1\")\nlet deit = load(\"deit_tiny_patch16_224.safetensors\", classes: \"imagenet\")"
            )
        ) { [store] arguments, run in
            if let layer = arguments[Self.layer] { return .object(try Self.dictionary(arguments, on: layer, in: run)) }
            if arguments.wasGiven(Self.topK) || arguments.wasGiven(Self.threshold) {
                throw CellError(
                    .wrongArgument,
                    "`topK` and `threshold` are for a dictionary of latents: say on which layer, `on: vit.blocks[10]`.")
            }
            let request = ModelRequest(
                name: arguments[Self.name], weights: arguments[Self.weights],
                size: try Self.size(arguments), settings: Self.settings(arguments),
                classes: try arguments[Self.classes].map(ClassNames.named))
            return .object(
                ModelValue(try Self.load(request, from: store, in: run), classes: arguments[Self.classes]))
        }
    }

    /// Reads a dictionary of latents and puts it on a layer.
    private static func dictionary(
        _ arguments: Arguments, on layer: LayerValue, in run: CellRun
    ) throws -> DictionaryValue {
        let found = try LatentDictionary(
            path: try DictionaryLoading.path(of: arguments[name], in: run), topK: arguments[topK],
            threshold: arguments[threshold])
        let value = try DictionaryValue(found, on: layer)
        if let record = found.record, record.layer != layer.layer.address || record.weights != layer.model.weightsHash {
            run.write(
                "“\(found.reference.name)” was made for \(record.layer) of \(record.model), not for "
                    + "\(layer.layer.address) of \(layer.model.name): its latents may mean nothing there.\n",
                toStandardError: true)
        }
        return value
    }

    /// Loads a model, and shows the progress if that takes long.
    private static func load(_ request: ModelRequest, from store: ModelStore, in run: CellRun) throws -> Model {
        // A download takes long and is shown at once; a file is usually read before its progress is due.
        let fetching = ProgressLine(in: run.execution, title: request.name, delay: 0)
        var reading: ProgressLine?
        do {
            let model = try store.load(request, cancellation: run.cancellation) { progress in
                var line = fetching
                if progress.isQuick {
                    fetching.finish()
                    // Its delay starts now.
                    line = reading ?? ProgressLine(in: run.execution, title: progress.title)
                    reading = line
                }
                line.update(
                    done: progress.done, of: progress.total, .bytes, title: progress.title, note: progress.note)
            }
            fetching.finish()
            reading?.finish()
            // The card lists them too, but `let m = load(…)` shows no card.
            for warning in model.warnings { run.write("\(model.name): \(warning)\n", toStandardError: true) }
            return model
        } catch {
            fetching.stop()
            reading?.stop()
            throw error
        }
    }

    private static func size(_ arguments: Arguments) throws -> PixelSize? {
        guard let sides = arguments[size]?.sides else { return nil }
        guard (1...2).contains(sides.count) else {
            throw arguments.complaint(
                about: size, "`size` must be a side, or a height and a width: `size: [256, 128]`.")
        }
        guard sides.allSatisfy((1...16384).contains) else {
            throw arguments.complaint(
                about: size,
                "`size` must be from 1 to 16384 pixels and a multiple of the model's patch, not "
                    + "\(sides.map { "\($0)" }.joined(separator: " × ")).")
        }
        return PixelSize(width: sides[sides.count - 1], height: sides[0])
    }

    private static let heads = Argument<Int?>(
        "heads", default: nil, summary: "the number of attention heads, if no file states it or the file is wrong")
    private static let activation = Argument<Activation?>(
        "activation", default: nil, summary: "the function between an MLP's layers, likewise: `.quickGELU`")
    private static let epsilon = Argument<Double?>(
        "epsilon", default: nil, summary: "the number that layer norms add to the variance, likewise: 1e-5")
    private static let norms = Argument<NormPosition?>(
        "norms", default: nil, summary: "whether a block normalizes before or after each part, likewise")
    private static let pooling = Argument<Pooling?>(
        "pooling", default: nil, summary: "the input of the head, likewise: `.mean` of the patches")

    /// The settings that cannot be read from the tensors.
    private static let settings: [any ArgumentKey] = [heads, activation, epsilon, norms, pooling]

    private static func settings(_ arguments: Arguments) -> ModelSettings {
        ModelSettings(
            heads: arguments[heads], activation: arguments[activation],
            epsilon: arguments[epsilon].map { Float($0) }, norms: arguments[norms], pooling: arguments[pooling])
    }

    private static let wanted = Argument<String?>(
        "containing", label: nil, default: nil,
        summary: "text to look for in the name, family, project or weights: \"dino\"; \"all\" for every model")

    private var models: Command {
        Command(
            Signature(
                "models", [Self.wanted],
                result: .object(.table),
                summary: "Lists the available models: built in, loaded, in the notebook's folder and in the caches.",
                discussion:
                    "`models(\"all\")` also lists those to download, `models(\"dino\")` those whose name, family, "
                    + "project or weights contain that text: what a name downloads, its size and license, and whether its page asks to accept terms first. Nothing is downloaded to make the list. Any other model of the Hugging Face hub whose family is known "
                    + "can be loaded by name too, and a checkpoint anywhere on this disk by its path.",
                example: "models(\"mixer\")")
        ) { [store] arguments in
            let found = try ModelList(warm: store.loaded).rows
            let (rows, footnote) = Self.listed(found, arguments[Self.wanted])
            return .object(
                TableValue(Table(headings: ModelList.headings, rows: rows, footnote: footnote)))
        }
    }

    /// Returns the rows that a call asks for, and the line below them.
    private static func listed(_ found: ModelList.Rows, _ wanted: String?) -> (rows: [[String]], footnote: String) {
        let path = "A checkpoint anywhere on this disk is loaded by its path."
        func footnote(_ rows: [[String]]) -> String {
            guard rows.contains(where: { $0.last == ModelList.afterTerms }) else { return path }
            return
                "To download a model that asks to accept terms, open its page (https://huggingface.co/ and its name), "
                + "accept them there, and log in: `hf auth login` in a terminal, or a token in HF_TOKEN. " + path
        }
        guard let wanted, !wanted.isEmpty else {
            return (
                found.local,
                "`models(\"all\")` lists \(found.others.count) more to download, `models(\"dino\")` those with that name. "
                    + path
            )
        }
        let all = found.local + found.others
        if wanted.lowercased() == "all" { return (all, footnote(all)) }
        let rows = all.filter { row in row.contains { $0.localizedCaseInsensitiveContains(wanted) } }
        let none =
            "Nothing here contains “\(wanted)”. Any model of the Hugging Face hub whose family is known loads by its name."
        return (rows, rows.isEmpty ? none : footnote(rows))
    }

    private var loaded: Command {
        Command(
            Signature(
                "loaded", result: .object(.table), summary: "Lists the loaded models and the memory they use.",
                example: "loaded()")
        ) { [store] _ in
            let models = store.loaded
            let total = models.reduce(0) { $0 + $1.weightBytes }
            let mapped = models.reduce(0) { $0 + ($1.copiedBytes == 0 ? $1.weightBytes : 0) }
            return .object(
                TableValue(
                    Table(
                        headings: ["model", "family", "input", "weights", "from", "loaded with"],
                        rows: models.map { model in
                            [
                                model.name, model.family, model.inputSize.shortWords, byteCount(model.weightBytes),
                                model.origin, store.request(of: model)?.arguments ?? "",
                            ]
                        },
                        footnote: models.isEmpty
                            ? "Nothing is loaded yet."
                            : "Together \(byteCount(total)), "
                                + (mapped == total ? "" : "\(byteCount(mapped)) of them ") + "mapped from their files.")
                ))
        }
    }
}

extension Activation: ArgumentChoice {}
extension NormPosition: ArgumentChoice {}
extension Pooling: ArgumentChoice {}
