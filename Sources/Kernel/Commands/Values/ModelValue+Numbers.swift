import Cells
import VitrineEngine

// What a model makes of an input, as tensors.

extension ModelValue {
    static let input = Signature(
        "input",
        [Parameter(label: nil, name: "photo", .object(.image), summary: "a photograph or a picture")],
        result: .object(.tensor),
        summary: "A photograph as the model is given it: resized, cropped and normalized, channels × rows × columns.",
        example: "vit.input(image(\"holiday.jpg\")).save(\"x.npy\")")

    static let output = Signature(
        "output", [ModelInput.parameter()], result: .object(.tensor),
        summary:
            "What the model's own framework returns: the logits, or without a head the pooled features or, in Hugging Face's models, all tokens.",
        discussion: ModelInput.discussion, example: "vit.output(tensor(\"x.npy\")).save(\"y.npy\")")

    static let embedding = Signature(
        "embedding", [ModelInput.parameter()], result: .object(.tensor),
        summary: "The features of the whole picture: the input of the head.",
        discussion: ModelInput.discussion, example: "vit.embedding(image(\"holiday.jpg\"))")

    static let activations = LookingCommands.activations(
        summary: "What a layer or some neurons of this model compute from a photograph: a heat map, and the numbers.",
        at: "a layer of this model, its address, a target, or a list of them",
        example: "vit.activations(photo, at: \"blocks.5.mlp\")")

    static let gradient = LookingCommands.gradientSignature

    func input(_ arguments: Arguments) throws -> Value {
        let image = try Photograph.image(arguments.object("photo"))
        let (height, width) = model.imageSize
        return .object(
            TensorValue(
                model.preprocessing.tensor(of: image), title: "normalized input of \(model.name)",
                shapeWords: "3 channels × \(height) rows × \(width) columns"))
    }

    func output(_ arguments: Arguments, _ context: any CellContext) throws -> Value {
        try numbers("output", arguments, context, model.output)
    }

    func embedding(_ arguments: Arguments, _ context: any CellContext) throws -> Value {
        try numbers("embedding", arguments, context, model.embedding)
    }

    func activations(_ arguments: Arguments, _ context: any CellContext) throws -> Value {
        .object(try Activations(arguments, of: model).value(of: arguments.object("x"), in: context.run))
    }

    private typealias Forward = (Tensor, Cancellation?, PictureProgress?) throws(EngineError) -> Tensor

    /// What the whole model makes of an input.
    private func numbers(
        _ name: String, _ arguments: Arguments, _ context: any CellContext, _ forward: Forward
    ) throws -> Value {
        let input = try ModelInput.tensor(arguments.object("x"), for: model)
        let progress = ProgressLine(in: context.run.execution, title: name)
        let found = try forward(input, context.run.cancellation) {
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
