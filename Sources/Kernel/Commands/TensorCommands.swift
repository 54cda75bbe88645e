import Cells
import Foundation
import VitrineEngine

/// Commands whose results are tensors, which can be compared with another framework's.
struct TensorCommands {
    /// The warm models.
    let store: ModelStore

    var all: [Command] { [Self.tensor, embedding] }

    private static let path = Argument<String>(
        "path", label: nil, summary: "a file that `numpy.save` wrote", completes: PathSource.array)

    static let tensor = Command(
        Signature(
            "tensor", [path],
            result: .object(.tensor), summary: "Reads numbers from a NumPy file, as float32.",
            discussion: "As a model's input it skips the preprocessing, so it must already be resized and normalized.",
            example: "vit.output(tensor(\"x.npy\")).save(\"y.npy\")")
    ) { arguments in
        let path = arguments[path]
        return .object(TensorValue(try NumPy.read(path), title: URL(fileURLWithPath: path).lastPathComponent))
    }

    /// The command `embedding`, which uses the model that is loaded if it is the only one.
    private var embedding: Command {
        Command(ModelValue.embedding) { [store] arguments, run in
            guard let model = store.onlyModel else {
                throw arguments.complaint(
                    about: ModelInput.argument,
                    "Which model's embedding? `embedding(x)` is enough if only one model is loaded, but "
                        + "\(store.loadedWords). Ask the model itself: "
                        + "`\(store.loaded.first?.name ?? "model").embedding(x)`.")
            }
            return try ModelValue(model).embedding(arguments, run)
        }
    }
}

extension LayerValue {
    /// The layer as a function from an input to its activations: `vit.logits(x)`.
    var callable: (any Callable)? {
        let name = layer.address.split(separator: ".").last.map(String.init) ?? layer.address
        return Command(
            Signature(
                name, [ModelInput.argument], result: .object(.tensor),
                summary: "The layer's activations for a photograph or a tensor.",
                discussion: ModelInput.discussion, example: "\(model.name).\(name)(tensor(\"x.npy\"))")
        ) { [self] arguments, run in
            .object(try ActivationRequest(self).value(of: arguments[ModelInput.argument], in: run))
        }
    }
}

extension ModelStore {
    /// The model that is loaded, if it is the only one.
    var onlyModel: Model? { loaded.count == 1 ? loaded.first : nil }

    /// The loaded models in a sentence: "no model is loaded", "2 models are loaded, vit, mixer".
    var loadedWords: String {
        let models = loaded
        return models.isEmpty
            ? "no model is loaded" : "\(models.count) models are loaded, \(models.map(\.name).joined(separator: ", "))"
    }
}
