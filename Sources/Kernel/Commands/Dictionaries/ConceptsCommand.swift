import Cells
import VitrineEngine

/// The command `concepts`, which factors patches.
enum ConceptsCommand {
    private static let objective = Argument<Value>(
        "objective", label: "of", type: .optional(.object(.objective)), default: .nothing,
        summary: "what the photographs are chosen by, such as a class's logit; all photographs if left out")
    private static let folder = DictionaryFileArguments.folder
    private static let layer = Argument<LayerValue>("at", summary: "the layer whose patches are factored")
    private static let count = Argument<Int>("count", default: 10, summary: "how many concepts to find")
    private static let method = Argument<ConceptMethod>(
        "by", default: .nmf, summary: "`.nmf` for non-negative factors as in CRAFT, `.pca` for principal components")
    private static let photographs = Argument<Int>(
        "photographs", default: 20, summary: "how many photographs are chosen, the ones that drive the objective most")
    private static let patches = Argument<Int>(
        "patches", default: 20_000, summary: "how many patches are factored at most, evenly chosen")

    static let concepts = Command(
        Signature(
            "concepts",
            [objective, folder, layer, count, method, photographs, patches, DictionaryFileArguments.file],
            result: .object(.latentDictionary),
            summary: "What the patches of a class have in common: a few directions into which they are factored.",
            discussion:
                "The result is a dictionary with a latent for each concept, the most used first: it is rendered, mapped, ranked "
                + "and changed like those of `dictionary`, and written to a file that `load(\"…\", on: …)` reads. Features can be "
                + "negative, so `.nmf` factors their positive and their negative parts side by side. A concept of `.pca` has a "
                + "sign: what it lacks may be as telling as what it has.\n\nSource: Fel et al. 2023, CRAFT, arXiv:2211.10154.",
            example:
                "let found = concepts(of: vit.logit(\"church\"), in: \"photographs\", at: vit.blocks[8], count: 4)\nrender(found.latents(0..<4))"
        )
    ) { arguments, run in
        let layer = arguments[layer]
        var chosen: ObjectiveValue?
        if !arguments[objective].isNothing {
            guard let one = ObjectiveValue(arguments[objective]) else {
                throw arguments.complaint(
                    about: objective,
                    "Photographs are chosen by one objective, but this is a list. Call it once for each.")
            }
            guard try ObjectiveValue.model(of: [one], for: "A choice of photographs") === layer.model else {
                throw arguments.complaint(
                    about: objective, "The objective belongs to another model than \(layer.layer.address).")
            }
            chosen = one
        }
        let kind = arguments[method].rawValue
        let file = try DictionaryFileArguments.path(
            arguments,
            for: "\(layer.model.baseName)-\(layer.layer.address)-\(kind)-\(arguments[count])")
        let found = try ProgressLine.during("concepts of \(layer.layer.address)", in: run.execution) { line in
            try layer.model.concepts(
                of: chosen?.objective, at: layer.layer.address, in: arguments[folder], count: arguments[count],
                by: arguments[method], photographs: arguments[photographs], patches: arguments[patches], to: file,
                cancellation: run.cancellation
            ) { line.update(done: $0.done, of: $0.total, .things("step"), title: $0.work) }
        }
        return .object(try DictionaryValue(found, on: layer))
    }
}

extension ConceptMethod: ArgumentChoice {}
