import Cells
import Engine

// What a model makes of an input, as tensors.

extension ModelValue {
    static let input = Signature(
        "input",
        [Parameter(label: nil, name: "photo", .object("an image"), summary: "a photograph or a picture")],
        result: "a tensor",
        summary: "A photograph as the model is given it: resized, cropped and normalised, channels × rows × columns.",
        example: "vit.input(image(\"holiday.jpg\")).save(\"x.npy\")")

    static let output = Signature(
        "output", [ModelInput.parameter()], result: "a tensor",
        summary:
            "What the model's own framework returns: the logits, or all tokens after the last norm without a head.",
        discussion: ModelInput.discussion, example: "vit.output(tensor(\"x.npy\")).save(\"y.npy\")")

    static let embedding = Signature(
        "embedding", [ModelInput.parameter()], result: "a tensor",
        summary: "The features that stand for the whole picture: what the head is given.",
        discussion: ModelInput.discussion, example: "vit.embedding(image(\"holiday.jpg\"))")

    static let activations = Signature(
        "activations",
        [
            ModelInput.parameter(),
            Parameter(
                "at", .oneOf([.string, .object("a layer")]), summary: "a layer of this model, or its address",
                completions: "addresses"),
        ],
        result: "a tensor", summary: "What a layer of this model computes of a photograph: its numbers.",
        discussion: ModelInput.discussion, example: "vit.activations(photo, at: \"blocks.5.mlp\")")

    static let gradient = Signature(
        "gradient",
        [
            Parameter(
                label: "of", name: "objective", .object("an objective"),
                summary: "what is differentiated: a neuron, a logit, a layer's mean, a sum of such"),
            ModelInput.parameter(label: "at"),
        ],
        result: "a tensor",
        summary: "How an objective changes with each number of the input: its gradient, of the input's shape.",
        discussion:
            "The gradient is with respect to the normalised input, also for a photograph: divide channel by channel "
            + "by the deviation of the preprocessing for one with respect to pixels in 0 to 1. `.objective` is the "
            + "objective's value. " + ModelInput.discussion,
        example: "gradient(of: vit.logit(\"church\"), at: photo).save(\"gradient.npy\")")

    func input(_ arguments: Arguments) throws -> Value {
        let image = try Photograph.image(arguments.object("photo"))
        let (height, width) = model.imageSize
        return .object(
            TensorValue(
                model.preprocessing.tensor(of: image), title: "normalised input of \(model.name)",
                shapeWords: "3 channels × \(height) rows × \(width) columns"))
    }

    func output(_ arguments: Arguments, _ context: any CellContext) throws -> Value {
        try numbers("output", arguments, context, model.output)
    }

    func embedding(_ arguments: Arguments, _ context: any CellContext) throws -> Value {
        try numbers("embedding", arguments, context, model.embedding)
    }

    func activations(_ arguments: Arguments, _ context: any CellContext) throws -> Value {
        let layer: LayerValue
        if let address = arguments.optionalString("at") {
            layer = LayerValue(model, try model.layer(address))
        } else {
            layer = try arguments.object("at", as: LayerValue.self)
            guard layer.model === model else {
                throw arguments.complaint(
                    about: "at", "The layer is one of \(layer.model.name) and not of \(model.name).")
            }
        }
        return .object(try layer.activations(of: arguments.object("x"), in: context.run))
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
