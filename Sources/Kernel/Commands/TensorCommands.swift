import Cells
import Engine
import Foundation

/// Commands that give numbers as tensors, to be checked against another framework's.
struct TensorCommands {
    /// The warm models.
    let store: ModelStore

    var all: [Command] { [Self.tensor, activations, Self.gradient, embedding] }

    static let tensor = Command(
        Signature(
            "tensor",
            [
                Parameter(
                    label: nil, name: "path", .string, summary: "a file that `numpy.save` wrote", completions: "arrays")
            ],
            result: "a tensor", summary: "Reads numbers from a NumPy file, as float32.",
            discussion: "As a model's input it skips the preprocessing: it must already be resized and normalised.",
            example: "vit.output(tensor(\"x.npy\")).save(\"y.npy\")")
    ) { arguments, _ in
        let path = try arguments.string("path")
        return .object(TensorValue(try NumPy.read(path), title: URL(fileURLWithPath: path).lastPathComponent))
    }

    private var activations: Command {
        Command(
            Signature(
                "activations",
                [
                    ModelInput.parameter(),
                    Parameter(
                        "at", .oneOf([.object("a layer"), .string]),
                        summary: "a layer, or where one model alone is loaded its address", completions: "addresses"),
                ],
                result: "a tensor", summary: "What a layer computes of a photograph: its numbers.",
                discussion: ModelInput.discussion,
                example: "activations(photo, at: vit.blocks[5].mlp).save(\"mlp.npy\")")
        ) { [store] arguments, context in
            let layer = try Self.layer(arguments, in: store)
            return .object(try layer.activations(of: arguments.object("x"), in: context.run))
        }
    }

    static let gradient = Command(ModelValue.gradient) { arguments, context in
        try gradient(arguments, context)
    }

    /// The gradient that a call asks for; of an objective in `model` alone, where one is given.
    static func gradient(
        _ arguments: Arguments, _ context: any CellContext, in owner: Model? = nil
    ) throws -> Value {
        guard let objective = ObjectiveValue(try arguments.value("objective")) else {
            throw arguments.complaint(
                about: "objective",
                "A gradient is that of one objective, and this is a list of them. "
                    + "`.together` makes one of several neurons; `+` adds objectives up.")
        }
        let model = try ObjectiveValue.model(of: [objective], for: "A gradient")
        if let owner, owner !== model {
            throw arguments.complaint(
                about: "objective", "The objective is one of \(model.name) and not of \(owner.name).")
        }
        let input = try ModelInput.tensor(arguments.object("x"), for: model)
        let progress = ProgressLine(in: context.run.execution, title: "gradient")
        let found = try model.gradient(
            of: objective.objective, at: input, cancellation: context.run.cancellation
        ) { progress.update(done: $0, of: $1, .things("picture")) }
        progress.finish()
        return .object(
            TensorValue(
                found.gradient, title: "gradient of \(objective.plainText) at the normalised input of \(model.name)",
                shapeWords: ModelInput.words(
                    "3 channels × \(model.imageSize.height) rows × \(model.imageSize.width) columns", for: input),
                objective: found.values))
    }

    /// The embedding by the model that is loaded, where it is the only one.
    private var embedding: Command {
        Command(ModelValue.embedding) { [store] arguments, context in
            guard let model = Self.onlyModel(in: store) else {
                throw arguments.complaint(
                    about: "x",
                    "Which model's embedding? `embedding(x)` is enough where one model is loaded, and "
                        + "\(Self.loadedWords(store)). Ask the model itself: "
                        + "`\(store.loaded.first?.name ?? "model").embedding(x)`.")
            }
            return try ModelValue(model).embedding(arguments, context)
        }
    }

    private static func onlyModel(in store: ModelStore) -> Model? {
        store.loaded.count == 1 ? store.loaded.first : nil
    }

    /// "no model is loaded", or how many and which.
    private static func loadedWords(_ store: ModelStore) -> String {
        let models = store.loaded
        return models.isEmpty
            ? "no model is loaded" : "\(models.count) models are loaded, \(models.map(\.name).joined(separator: ", "))"
    }

    /// The layer that is meant: itself, or an address in the only model.
    private static func layer(_ arguments: Arguments, in store: ModelStore) throws -> LayerValue {
        guard let address = arguments.optionalString("at") else {
            return try arguments.object("at", as: LayerValue.self)
        }
        guard let model = onlyModel(in: store) else {
            throw arguments.complaint(
                about: "at",
                "An address alone is enough where one model is loaded, and \(loadedWords(store)). Pass the layer itself: "
                    + "`at: \(store.loaded.first?.name ?? "model")[\"\(address)\"]`.")
        }
        return LayerValue(model, try model.layer(address))
    }
}

extension LayerValue {
    /// What the layer computes of a photograph or a tensor.
    func activations(of input: any CellObject, in run: CellRun) throws -> TensorValue {
        let input = try ModelInput.tensor(input, for: model)
        let progress = ProgressLine(in: run.execution, title: layer.address)
        let found = try model.activations(at: layer.address, of: input, cancellation: run.cancellation) {
            progress.update(done: $0, of: $1, .things("picture"))
        }
        progress.finish()
        return TensorValue(
            found, title: "\(layer.address) of \(model.name)",
            shapeWords: ModelInput.words(layer.shape.words, for: input))
    }

    /// A layer is called with an input and gives its activations: `vit.logits(x)`.
    var callable: (any Callable)? {
        let name = layer.address.split(separator: ".").last.map(String.init) ?? layer.address
        return Command(
            Signature(
                name, [ModelInput.parameter()], result: "a tensor", summary: "What the layer computes of a photograph.",
                discussion: ModelInput.discussion, example: "\(model.name).\(name)(tensor(\"x.npy\"))")
        ) { [self] arguments, context in
            .object(try activations(of: arguments.object("x"), in: context.run))
        }
    }
}
