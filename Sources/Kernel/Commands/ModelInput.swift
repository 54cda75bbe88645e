import Cells
import VitrineEngine

/// A model's input as an argument: a photograph, which goes through the model's preprocessing, or a tensor, which
/// skips it.
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

    /// The photograph; nil for a tensor.
    var photograph: Photograph? { if case .photograph(let photograph) = self { photograph } else { nil } }

    /// The explanation that every such command gives.
    static let discussion =
        "A photograph goes through the model's own preprocessing (resized, cropped, normalized). A tensor skips it: "
        + "it is the normalized input itself, channels × rows × columns, or several of these; the result then has the "
        + "same first axis."

    /// The argument, unlabeled.
    static let argument = argument(label: nil)

    /// Creates the argument with a label.
    static func argument(label: ArgumentLabel) -> Argument<ModelInput> {
        Argument<ModelInput>(
            "x", label: label, summary: "a photograph, or a tensor that is the normalized input")
    }

    /// Returns the input as `model` takes it.
    func tensor(for model: Model) throws -> Tensor {
        switch self {
        case .photograph(let photograph): model.preprocessing.tensor(of: try photograph.image)
        case .tensor(let tensor): tensor.tensor
        }
    }

    /// Puts the number of pictures before a shape in words, if the input has a batch axis: "2 pictures × 64 tokens".
    static func words(_ words: String, for input: Tensor) -> String {
        input.shape.rank == 4 ? "\(input.shape[0]) \(input.shape[0] == 1 ? "picture" : "pictures") × \(words)" : words
    }
}
