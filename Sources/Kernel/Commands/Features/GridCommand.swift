import Cells
import VitrineEngine

/// The command `grid`: pictures of what drives a photograph's patches.
enum GridCommand {
    private static let layer = Argument<LayerValue>("at", summary: "a layer with patches")
    private static let groups = Argument<Int?>(
        "groups", default: nil,
        summary: "how many groups of patches get a picture each; if left out every patch gets one")
    private static let steps = Argument<Int>("steps", default: 48, summary: "how many steps each picture takes")
    private static let seed = Argument<Seed>("seed", default: 0, summary: "the pictures' seed")
    private static let size = Argument<Int?>(
        "size", default: nil, summary: "the pictures' longer side in pixels; the model's own if left out")

    /// The largest number of pictures: a grid of a large photograph would take hours.
    private static let mostPictures = 1024

    static let grid = Command(
        Signature(
            "grid", [Photograph.argument, layer, groups, steps, seed, size],
            result: .object(.activationGrid),
            summary:
                "What a photograph's patches drive: each patch's activations as a picture, or those of groups of patches.",
            discussion:
                "Each patch's features are a direction, and the picture drives the layer into it; it is the larger the longer "
                + "the features are. `groups:` finds a few non-negative factors of the features instead, which takes as many "
                + "pictures as there are groups, and shows where each is. Interrupting keeps the pictures so far.\n\n"
                + "Source: Olah et al. 2018, “The Building Blocks of Interpretability”.",
            example: "grid(photo, at: vit.blocks[8], groups: 4)")
    ) { arguments, run in
        let place = arguments[layer]
        let (model, target) = (place.model, place.target)
        guard (1...Recipe.mostSteps).contains(arguments[steps]) else {
            throw arguments.complaint(about: steps, "`steps` must be from 1 to \(Recipe.mostSteps).")
        }
        let features = try FeatureProgress.features(
            of: [arguments[Photograph.argument].image], at: place, PatchView(.cropped), in: run)[0]
        let found: ActivationGroups
        if let groups = arguments[groups] {
            found = try ActivationGroups(of: features, groups: groups, on: model.host, cancellation: run.cancellation)
        } else {
            guard features.patchCount <= mostPictures else {
                throw arguments.complaint(
                    about: groups,
                    "The photograph has \(features.patchCount) patches, and a picture of each takes too long. Choose a number "
                        + "of groups: `groups: 6`.")
            }
            found = ActivationGroups(ofPatches: features)
        }
        let objectives = found.objectives(at: target)
        let recipe = try Recipe(
            .vitrine, for: objectives, in: model, seeds: objectives.map { _ in arguments[seed].number },
            size: arguments[size].map { model.inputSize.scaled(toLongerSide: $0) }, steps: arguments[steps])
        let live = LiveSheet(in: run.execution, title: "\(model.name) \(place.layer.address)", delay: 0)
        let rendering = try live.during {
            try Renderer(subject: model, recipe: recipe).run(cancellation: run.cancellation) { progress in
                live.update(done: progress.step, of: progress.steps, unit: "step") {
                    found.sheet(progress.snapshot())
                }
            }
        }
        let value = try ActivationGridValue(found, rendering: rendering, cell: run.source)
        live.finish(value.bundle)
        run.didShow(value, id: live.id)
        return .object(value)
    }
}
