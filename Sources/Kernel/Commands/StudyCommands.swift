import Cells
import Foundation
import VitrineEngine

/// Commands that answer a question about models with pictures and numbers.
enum StudyCommands {
    static let all: [Command] = [reconstruct, mixing, consistency]

    private static let photo = Parameter(
        label: nil, name: "photo", .object(.image), summary: "a photograph or a picture")
    private static let likenesses: [String: Likeness] = ["l1": .l1, "l2": .l2, "cosine": .cosine]
}

// What a layer knows of a photograph.
extension StudyCommands {
    private static let reconstruct = Command(
        Signature(
            "reconstruct",
            [
                photo,
                Parameter(
                    label: "from", name: "part", .oneOf([.object(.layer), .object(.target), .list(.any)]),
                    summary:
                        "what to reconstruct from: a layer, some of its patches or neurons; a list gives a picture for each"
                ),
                Parameter(
                    "by", .symbol(["l1", "l2", "cosine"]), default: ".cosine",
                    summary: "how activations are compared with the photograph's"),
                Parameter(
                    "steps", .optional(.integer), default: "nil",
                    summary: "how many gradient steps; if left out 256, or the article's 1500"),
                Parameter("seed", .integer, default: "1", summary: "the seed"),
                Parameter(
                    "totalVariation", .optional(.number), default: "nil",
                    summary: "how much smoothness counts; if left out 0.5, or the article's 0"),
                Parameter(
                    "recipe", .symbol(["vitrine", "article"]), default: ".vitrine",
                    summary:
                        "the recipe: what reconstructs well, or plain steps in pixels as in the article"),
            ],
            result: .object(.reconstruction),
            summary: "Reconstructs a photograph from part of what a layer computes from it.",
            discussion:
                "The numbers say how far the picture is from the photograph, in the given part and in the rest, compared with the "
                + "photograph with slight noise. Interrupting keeps the picture so far.\n\nSource: Mahendran and "
                + "Vedaldi 2015, arXiv:1412.0035.",
            example: "reconstruct(photo, from: vit.blocks[3].patches(0..<16), by: .cosine)")
    ) { arguments, context in
        let (reference, image) = try Photograph.reference(arguments.object("photo"))
        let likeness = likenesses[try arguments.choice("by")] ?? .cosine
        let (model, targets) = try given(arguments)
        let sources = targets.map { Reconstruction.Source($0, by: likeness) }
        var settings: ReconstructionSettings = try arguments.choice("recipe") == "article" ? .article : .init()
        settings.seed = try arguments.seed
        if let steps = arguments.optionalInteger("steps") { settings.steps = steps }
        if let weight = arguments.optionalNumber("totalVariation") { settings.totalVariation = Float(weight) }
        let run = context.run
        let live = LivePicture(in: run.execution, labels: sources.map(\.words), model: model.name)
        let value = try ReconstructionValue(
            model.reconstruct(
                image, named: reference.name, from: sources, settings, cancellation: run.cancellation
            ) { live.update($0) })
        live.finish(value.bundle)
        run.didShow(value, id: live.id)
        return .object(value)
    }

    /// The targets that `from:` names, all in one model.
    private static func given(_ arguments: Arguments) throws -> (Model, [Target]) {
        let targets = targets(try arguments.value("part"))
        guard let model = targets.first?.model else {
            throw arguments.complaint(
                about: "part",
                "A photograph is reconstructed from a layer or a part of it: `from: vit.blocks[3].patches(0..<16)`.")
        }
        guard targets.allSatisfy({ $0.model === model }) else {
            throw arguments.complaint(
                about: "part", "All parts must be of one model. Call it once for each model.")
        }
        return (model, targets.map(\.target))
    }

    private static func targets(_ value: Value) -> [(model: Model, target: Target)] {
        switch value.object {
        case let layer as LayerValue: [(layer.model, layer.target)]
        case let target as TargetValue: [(target.model, target.target)]
        case let list as TargetListValue: list.targets.map { (list.model, $0) }
        default: (value.array ?? []).flatMap(targets)
        }
    }
}

// How models mix.
extension StudyCommands {
    private static let mixing = Command(
        Signature(
            "mixing",
            [
                Parameter(
                    label: nil, name: "models", .oneOf([.object(.model), .list(.object(.model))]),
                    summary: "a model or several"),
                photo,
                Parameter(
                    "blocks", .optional(.list(.integer)), default: "nil",
                    summary: "which blocks to reconstruct the photograph from; blocks 1, 4 and the last if left out"),
                Parameter("rows", .integer, default: "2", summary: "how many rows of patches to reconstruct from"),
                Parameter("steps", .integer, default: "256", summary: "how many gradient steps each picture takes"),
                Parameter(
                    "patch", .optional(.integer), default: "nil",
                    summary: "the patch whose gradients are measured; the middle one if left out"),
                Parameter("seed", .integer, default: "1", summary: "the seed"),
            ],
            result: .object(.mixingStudy),
            summary: "How far models mix the patches of a photograph, block by block, as a picture and as numbers.",
            discussion:
                "For every block and sublayer: what share of the gradient of one patch's elements falls outside that patch. "
                + "For some blocks: how much of the photograph can be reconstructed from its first rows of patches, by L1 and by "
                + "cosine. The claims of *Transformer and Mixer Features* (Badger) are checked against the numbers. "
                + "Interrupting keeps what is done.",
            example: "mixing([vit, mixer], photo)")
    ) { arguments, context in
        let (reference, image) = try Photograph.reference(arguments.object("photo"))
        let given = try arguments.value("models")
        let models = (given.array ?? [given]).compactMap { ($0.object as? ModelValue)?.model }
        let settings = MixingStudy.Settings(
            patch: arguments.optionalInteger("patch"),
            blocks: arguments.optionalList("blocks")?.compactMap(\.integer), rows: try arguments.integer("rows"),
            reconstruction: .init(
                steps: try arguments.integer("steps"),
                seed: try arguments.seed))
        let run = context.run
        let live = LiveSheet(in: run.execution, title: "How far patches mix")
        let study = try MixingStudy(
            of: models, on: image, named: reference.name, settings, cancellation: run.cancellation
        ) { progress in
            let step = progress.render.map { ", step \($0.step) of \($0.steps)" } ?? ""
            live.update(progress.words + step, share: progress.share) { progress.pictures }
        }
        let value = MixingValue(study)
        if live.isShown || run.isCancelled {
            live.finish(value.bundle)
            run.didShow(value, id: live.id)
        }
        return .object(value)
    }
}

// Whether runs agree.
extension StudyCommands {
    private static let consistency = Command(
        Signature(
            "consistency",
            [
                Parameter(
                    label: nil, name: "objective",
                    .oneOf([.object(.objective), .list(.object(.objective))]),
                    summary: "what to maximize; for a list, how much each drives the others is measured too"),
                Parameter("runs", .integer, default: "8", summary: "how many independent pictures of each"),
                Parameter(
                    label: "in", name: "folder", .optional(.string), default: "nil",
                    summary: "a folder of photographs for the weakest picture to beat", completions: "files"),
                .recipeSteps,
                Parameter("seed", .integer, default: "1", summary: "the first run's seed; each run uses the next"),
                .pictureSize, .recipe,
            ],
            result: .object(.consistencyStudy),
            summary: "Do independent runs agree? A sheet of them, and a score from 0 to 1.",
            discussion:
                "The score is how similar the runs are to the model: the cosine between what the objective's layer computes from "
                + "them, after subtracting what it computes from baseline pictures. Interrupting keeps the pictures "
                + "so far.\n\nSource of the comparison with photographs: Zimmermann et al. 2021, arXiv:2106.12447.",
            example: "consistency(vit.blocks[7].mlp.neuron(42), runs: 8)")
    ) { arguments, context in
        let values = ObjectiveValue.list(try arguments.value("objective"))
        guard !values.isEmpty else {
            throw arguments.complaint(
                about: "objective", "The list of objectives is empty: there is nothing to render.")
        }
        let model = try ObjectiveValue.model(of: values, for: "A study of consistency")
        let objectives = values.map(\.objective)
        let photographs = values.flatMap(\.photographs)
        let run = context.run
        let settings = Consistency.Settings(
            runs: try arguments.integer("runs"), seed: try arguments.seed,
            steps: arguments.optionalInteger("steps"), recipe: try arguments.recipe,
            size: arguments.optionalInteger("size"),
            folder: arguments.optionalString("folder").map { ($0 as NSString).expandingTildeInPath })
        try settings.validate()
        let references = try model.references(
            for: objectives, photographs: photographs, cancellation: run.cancellation)
        let labels = objectives.flatMap { objective in
            (0..<settings.runs).map { "\(objective), seed \(settings.seed &+ UInt64($0))" }
        }
        let live = LivePicture(in: run.execution, labels: labels, model: model.name)
        // Made when the render is done, so that it counts its own time.
        var line: ProgressLine?
        let study: Consistency
        do {
            study = try model.consistency(
                of: objectives, settings, references: references, photographs: photographs,
                cancellation: run.cancellation
            ) {
                switch $0 {
                case .rendering(let render): live.update(render)
                case .photographs(let report, let label):
                    if line == nil { line = ProgressLine(in: run.execution, title: "photographs") }
                    line?.update(
                        done: report.done, of: report.total, .things("photograph"), title: "photographs for \(label)")
                }
            }
        } catch {
            line?.stop()
            throw error
        }
        line?.finish()
        let value = try ConsistencyValue(study)
        live.finish(value.bundle)
        run.didShow(value, id: live.id)
        return .object(value)
    }
}
