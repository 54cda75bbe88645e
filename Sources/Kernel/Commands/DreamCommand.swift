import Cells
import VitrineEngine

/// Deep dream: a photograph that is changed until it drives a layer more.
enum DreamCommand {
    static let dream = Command(
        Signature(
            "dream",
            [
                Parameter(
                    label: nil, name: "photo", .object(.image), summary: "the photograph to begin with"),
                Parameter(
                    "toward", .object(.objective),
                    summary: "what to make more of: a layer (all that is strong in it), neurons, a patch, a logit"),
                Parameter("steps", .integer, default: "100", summary: "how many gradient steps in each octave"),
                Parameter("octaves", .integer, default: "3", summary: "how many sizes, from coarse to fine"),
                Parameter(
                    "size", .optional(.integer), default: "nil",
                    summary: "the longer side of the picture in pixels; the photograph's own up to 640 if left out"),
                Parameter(
                    "strength", .number, default: "1", summary: "how far each step goes; 2 is twice as far"),
                Parameter("seed", .integer, default: "0", summary: "the seed"),
            ],
            result: .object(.picture),
            summary: "Changes a photograph until it drives an objective more: deep dream.",
            discussion:
                "A smaller picture first, then larger ones, each seen by the model part by part. Interrupting keeps the "
                + "picture so far.\n\nSource: Mordvintsev et al. 2015, “Inceptionism”.",
            example: "dream(photo, toward: vit.blocks[8].mlp)")
    ) { arguments, context in
        guard let objective = ObjectiveValue(try arguments.value("toward")) else {
            throw arguments.complaint(
                about: "toward", "A dream needs one objective, but this is a list: `.together` makes one of it."
            )
        }
        let model = try ObjectiveValue.model(of: [objective], for: "A dream")
        let (reference, image) = try Photograph.reference(arguments.object("photo"))
        var dream = Dream()
        dream.steps = try arguments.integer("steps")
        dream.octaves = try arguments.integer("octaves")
        dream.longerSide = arguments.optionalInteger("size")
        dream.strength = Float(try arguments.number("strength"))
        dream.seed = try arguments.seed
        let recipe = try Recipe(
            dream, of: image, called: reference, toward: objective.dreamt(arguments["toward"]), in: model)
        return .object(
            try recipe.render(by: model, photographs: [image] + objective.photographs, in: context.run))
    }
}

extension ObjectiveValue {
    /// What a dream maximizes: of a whole layer the squares, so that whatever is strong becomes stronger; of anything
    /// else the objective as it is.
    func dreamt(_ value: Value?) -> Objective {
        if let layer = value?.object as? LayerValue, layer.layer.address != "logits" {
            .meanSquare(layer.target)
        } else {
            objective
        }
    }
}
