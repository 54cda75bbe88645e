import Cells
import VitrineEngine

/// What a command takes as a model's input: a photograph, which the model's own preprocessing prepares, or a
/// tensor, which skips it.
enum ModelInput {
    /// What such a parameter takes.
    static let type = ValueType.oneOf([.object(.image), .object(.tensor)])

    /// How every such command explains it.
    static let discussion =
        "A photograph goes through the model's own preprocessing (resized, cropped, normalized). A tensor skips it: "
        + "it is the normalized input itself, channels × rows × columns, or several of these; the result then has the "
        + "same first axis."

    /// The parameter, unlabeled or with a label.
    static func parameter(label: String? = nil, name: String = "x") -> Cells.Parameter {
        Cells.Parameter(
            label: label, name: name, type,
            summary: "a photograph, or a tensor that is the normalized input")
    }

    /// The input of `model` that a value stands for.
    static func tensor(_ object: any CellObject, for model: Model) throws -> Tensor {
        if let tensor = object as? TensorValue { return tensor.tensor }
        return model.preprocessing.tensor(of: try Photograph.image(object))
    }

    /// "64 tokens × 128 features", behind the number of pictures where there is a batch axis.
    static func words(_ words: String, for input: Tensor) -> String {
        input.shape.rank == 4 ? "\(input.shape[0]) \(input.shape[0] == 1 ? "picture" : "pictures") × \(words)" : words
    }
}
