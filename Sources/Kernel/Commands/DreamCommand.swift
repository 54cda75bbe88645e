import Cells
import VitrineEngine

/// The command `dream`, deep dream: changes a photograph until it drives a layer more.
enum DreamCommand {
    private static let photo = Argument<Photograph>("photo", label: nil, summary: "the photograph to start from")
    private static let direction = Argument<Value>(
        "toward", type: .object(.objective),
        summary: "what to amplify: a layer (everything that is strong in it), neurons, a patch, a logit")
    private static let steps = Argument<Int>("steps", default: 100, summary: "how many gradient steps in each octave")
    private static let octaves = Argument<Int>("octaves", default: 3, summary: "how many sizes, from coarse to fine")
    private static let size = Argument<Int?>(
        "size", default: nil,
        summary: "the longer side of the picture in pixels; the photograph's own up to 640 if left out")
    private static let strength = Argument<Double>(
        "strength", default: 1, summary: "how far each step goes; 2 is twice as far")
    private static let seed = Argument<Seed>("seed", default: 0, summary: "the seed")

    static let dream = Command(
        Signature(
            "dream", [photo, direction, steps, octaves, size, strength, seed],
            result: .object(.picture),
            summary: "Changes a photograph until it drives an objective more: deep dream.",
            discussion:
                "It starts with a smaller picture and continues with larger ones; the model sees each of them part by "
                + "part. Interrupting keeps the picture so far.\n\nSource: Mordvintsev et al. 2015, “Inceptionism”.",
            example: "dream(photo, toward: vit.blocks[8].mlp)")
    ) { arguments, run in
        guard let objective = ObjectiveValue(arguments[direction]) else {
            throw arguments.complaint(
                about: direction, "A dream needs one objective, but this is a list: `.together` combines it into one."
            )
        }
        let model = try ObjectiveValue.model(of: [objective], for: "A dream")
        let (reference, image) = try arguments[photo].reference
        var dream = Dream()
        dream.steps = arguments[steps]
        dream.octaves = arguments[octaves]
        dream.longerSide = arguments[size]
        dream.strength = Float(arguments[strength])
        dream.seed = arguments[seed].number
        let recipe = try Recipe(
            dream, of: image, called: reference, toward: objective.dreamt(arguments[direction]), in: model)
        return .object(
            try recipe.render(by: model, photographs: [image] + objective.photographs, in: run))
    }
}

extension ObjectiveValue {
    /// Returns the objective that a dream maximizes: for a whole layer the mean of squares, so that what is strong
    /// becomes stronger; for anything else the objective itself.
    func dreamt(_ value: Value) -> Objective {
        if let layer = value.object as? LayerValue, layer.layer.address != "logits" {
            .meanSquare(layer.target)
        } else {
            objective
        }
    }
}
