import Cells
import VitrineEngine

// What a model makes of an input, as tensors.

extension ModelValue {
    static let inputSignature = Signature(
        "input", [Photograph.argument], result: .object(.tensor),
        summary: "A photograph as the model is given it: resized, cropped and normalized, channels × rows × columns.",
        example: "vit.input(image(\"holiday.jpg\")).save(\"x.npy\")")

    static let output = Signature(
        "output", [ModelInput.argument], result: .object(.tensor),
        summary:
            "What the model's own framework returns: the logits, or without a head the pooled features or, in Hugging Face's models, all tokens.",
        discussion: ModelInput.discussion, example: "vit.output(tensor(\"x.npy\")).save(\"y.npy\")")

    static let embedding = Signature(
        "embedding", [ModelInput.argument], result: .object(.tensor),
        summary: "The features of the whole picture: the input of the head.",
        discussion: ModelInput.discussion, example: "vit.embedding(image(\"holiday.jpg\"))")

    static let activations = LookingCommands.ActivationArguments.signature(
        summary: "What a layer or some neurons of this model compute from a photograph: a heat map, and the numbers.",
        at: LookingCommands.ActivationArguments.place(
            "a layer of this model, its address, a target, or a list of them", completes: AddressSource()),
        example: "vit.activations(photo, at: \"blocks.5.mlp\")")

    func input(_ arguments: Arguments) throws -> Value {
        let image = try arguments[Photograph.argument].image
        let (height, width) = model.imageSize
        return .object(
            TensorValue(
                model.preprocessing.tensor(of: image), title: "normalized input of \(model.name)",
                shapeWords: "3 channels × \(height) rows × \(width) columns"))
    }

    func embedding(_ arguments: Arguments, _ run: CellRun) throws -> Value {
        try numbers("embedding", arguments, run, model.embedding)
    }

    typealias Forward = (Tensor, Cancellation?, PictureProgress?) throws(EngineError) -> Tensor

    /// What the whole model makes of an input.
    func numbers(
        _ name: String, _ arguments: Arguments, _ run: CellRun, _ forward: Forward
    ) throws -> Value {
        let input = try arguments[ModelInput.argument].tensor(for: model)
        let progress = ProgressLine(in: run.execution, title: name)
        let found = try forward(input, run.cancellation) {
            progress.update(done: $0, of: $1, .things("picture"))
        }
        progress.finish()
        let layer = model.graph.layer(name) ?? model.graph.layer("logits") ?? model.graph.layer("norm")
        return .object(
            TensorValue(
                found, title: "\(name) of \(model.name)",
                shapeWords: layer.map { ModelInput.words($0.shape.words, for: input) }))
    }
}
