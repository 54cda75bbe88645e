import Cells
import VitrineEngine

/// The command `accentuate`: a photograph with more of a feature.
enum AccentuateCommand {
    private static let photo = Argument<Photograph>("photo", label: nil, summary: "the photograph to start from")
    private static let direction = Argument<Value>(
        "toward", type: .object(.objective), summary: "what to have more of: a neuron, a patch, a logit, a direction")
    private static let kept = Argument<LayerValue?>(
        "keeping", default: nil, summary: "the layer that stays near what it was; the middle block if left out")
    private static let balance = Argument<Double>(
        "balance", default: 1, summary: "how strongly it stays: 1 as strongly as the picture is changed, 0 not at all")
    private static let steps = Argument<Int>("steps", default: 100, summary: "how many gradient steps")
    private static let strength = Argument<Double>(
        "strength", default: 1, summary: "how far each step goes; 2 is twice as far")
    private static let seed = Argument<Seed>("seed", default: 0, summary: "the seed")

    static let accentuate = Command(
        Signature(
            "accentuate", [photo, direction, kept, balance, steps, strength, seed],
            result: .object(.picture),
            summary: "Changes a photograph so that it has more of a feature, while a layer stays near what it was.",
            discussion:
                "The middle of the photograph fills the picture. The two gradients are balanced at the start, and the weight that "
                + "this takes is in the recipe. `.mask` shows which pixels mattered. Interrupting keeps the picture so far."
                + "\n\nSource: Hamblin et al. 2024, “Feature Accentuation”, arXiv:2402.10039.",
            example: "accentuate(photo, toward: vit.logit(\"church\"), keeping: vit.blocks[3])")
    ) { arguments, run in
        guard let objective = ObjectiveValue(arguments[direction]) else {
            throw arguments.complaint(
                about: direction,
                "An accentuation needs one objective, but this is a list: `.together` combines it into one.")
        }
        let model = try ObjectiveValue.model(of: [objective], for: "An accentuation")
        if let kept = arguments[kept], kept.model !== model {
            throw arguments.complaint(
                about: Self.kept, "The layer belongs to \(kept.model.name), and the objective to \(model.name).")
        }
        let (reference, image) = try arguments[photo].reference
        var settings = Accentuation()
        settings.keeping =
            arguments[kept]?.target ?? model.middleBlock.map { Target(model: model.name, layer: $0.address) }
        settings.balance = Float(arguments[balance])
        settings.steps = arguments[steps]
        settings.strength = Float(arguments[strength])
        settings.seed = arguments[seed].number
        let recipe = try model.accentuation(
            of: image, called: reference, toward: objective.objective, photographs: objective.photographs, settings,
            cancellation: run.cancellation)
        return .object(try recipe.render(by: model, photographs: [image] + objective.photographs, in: run))
    }
}

extension Model {
    /// The block in the middle, nil in a model without blocks.
    fileprivate var middleBlock: Layer? { blockCount > 0 ? graph.layer("blocks.\((blockCount - 1) / 2)") : nil }
}
