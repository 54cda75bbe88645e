import Cells
import VitrineEngine

/// What a command takes as a model's input: a photograph, which the model's own preprocessing prepares, or a
/// tensor, which skips it.
enum ModelInput: ArgumentValue {
    case photograph(Photograph)
    case tensor(TensorValue)

    static var argumentType: ValueType { .oneOf([.object(.image), .object(.tensor)]) }

    static func read(_ value: Value) -> ModelInput? {
        if let tensor = TensorValue.read(value) { return .tensor(tensor) }
        return Photograph.read(value).map { .photograph($0) }
    }

    var cellValue: Value {
        switch self {
        case .photograph(let photograph): photograph.cellValue
        case .tensor(let tensor): tensor.cellValue
        }
    }

    /// The photograph, where it is one.
    var photograph: Photograph? { if case .photograph(let photograph) = self { photograph } else { nil } }

    /// How every such command explains it.
    static let discussion =
        "A photograph goes through the model's own preprocessing (resized, cropped, normalized). A tensor skips it: "
        + "it is the normalized input itself, channels × rows × columns, or several of these; the result then has the "
        + "same first axis."

    /// The argument, unlabeled.
    static let argument = argument(label: nil)

    /// The argument with a label.
    static func argument(label: ArgumentLabel) -> Argument<ModelInput> {
        Argument<ModelInput>(
            "x", label: label, summary: "a photograph, or a tensor that is the normalized input")
    }

    /// The input of `model` that this stands for.
    func tensor(for model: Model) throws -> Tensor {
        switch self {
        case .photograph(let photograph): model.preprocessing.tensor(of: try photograph.image)
        case .tensor(let tensor): tensor.tensor
        }
    }

    /// "64 tokens × 128 features", behind the number of pictures where there is a batch axis.
    static func words(_ words: String, for input: Tensor) -> String {
        input.shape.rank == 4 ? "\(input.shape[0]) \(input.shape[0] == 1 ? "picture" : "pictures") × \(words)" : words
    }
}
