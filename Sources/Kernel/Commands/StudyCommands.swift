import Cells
import Foundation
import VitrineEngine

/// Commands that answer a question about models with pictures and numbers.
enum StudyCommands {
    static let all: [Command] = [reconstruct, mixing, consistency]

    private static let photo = Photograph.argument
}

// What a layer knows of a photograph.
extension StudyCommands {
    /// The arguments of `reconstruct`.
    private enum Reconstruct {
        /// The distance between activations.
        enum Distance: String, ArgumentChoice {
            case l1, l2, cosine

            var likeness: Likeness {
                switch self {
                case .l1: .l1
                case .l2: .l2
                case .cosine: .cosine
                }
            }
        }

        /// The recipe.
        enum Kind: String, ArgumentChoice {
            case vitrine, article
        }

        static let part = Argument<Value>(
            "part", label: "from", type: .oneOf([.object(.layer), .object(.target), .list(.any)]),
            summary:
                "what to reconstruct from: a layer, some of its patches or neurons; a list gives a picture for each")
        static let distance = Argument<Distance>(
            "by", default: .cosine, summary: "how activations are compared with the photograph's")
        static let steps = Argument<Int?>(
            "steps", default: nil, summary: "how many gradient steps; if left out 256, or the article's 1500")
        static let seed = Argument<Seed>("seed", default: 1, summary: "the seed")
        static let totalVariation = Argument<Double?>(
            "totalVariation", default: nil,
            summary: "the weight of smoothness; if left out 0.5, or the article's 0")
        static let recipe = Argument<Kind>(
            "recipe", default: .vitrine,
            summary: "the recipe: what reconstructs well, or plain steps in pixels as in the article")
    }

    private static let reconstruct = Command(
        Signature(
            "reconstruct",
            [
                photo, Reconstruct.part, Reconstruct.distance, Reconstruct.steps, Reconstruct.seed,
                Reconstruct.totalVariation, Reconstruct.recipe,
            ],
            result: .object(.reconstruction),
            summary: "Reconstructs a photograph from part of what a layer computes from it.",
            discussion:
                "The numbers say how far the picture is from the photograph, in the given part and in the rest, compared with the "
                + "photograph with slight noise. Interrupting keeps the picture so far.\n\nSource: Mahendran and "
                + "Vedaldi 2015, arXiv:1412.0035.",
            example: "reconstruct(photo, from: vit.blocks[3].patches(0..<16), by: .cosine)")
    ) { arguments, run in
        let (reference, image) = try arguments[photo].reference
        let likeness = arguments[Reconstruct.distance].likeness
        let (model, targets) = try given(arguments)
        let sources = targets.map { Reconstruction.Source($0, by: likeness) }
        var settings: ReconstructionSettings = arguments[Reconstruct.recipe] == .article ? .article : .init()
        settings.seed = arguments[Reconstruct.seed].number
        if let steps = arguments[Reconstruct.steps] { settings.steps = steps }
        if let weight = arguments[Reconstruct.totalVariation] { settings.totalVariation = Float(weight) }
        let live = LivePicture(in: run.execution, labels: sources.map(\.words), model: model.name)
        let value = try ReconstructionValue(
            model.reconstruct(
                image, named: reference.name, from: sources, settings, cancellation: run.cancellation
            ) { live.update($0) })
        live.finish(value.bundle)
        run.didShow(value, id: live.id)
        return .object(value)
    }

    /// Reads the targets of `from:`, which must be of one model.
    private static func given(_ arguments: Arguments) throws -> (Model, [Target]) {
        let targets = targets(arguments[Reconstruct.part])
        guard let model = targets.first?.model else {
            throw arguments.complaint(
                about: Reconstruct.part,
                "A photograph is reconstructed from a layer or a part of it: `from: vit.blocks[3].patches(0..<16)`.")
        }
        guard targets.allSatisfy({ $0.model === model }) else {
            throw arguments.complaint(
                about: Reconstruct.part, "All parts must be of one model. Call it once for each model.")
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
    /// The arguments of `mixing`.
    private enum Mixing {
        static let models = Argument<[ModelValue]>(
            "models", label: nil, .oneOf([.object(.model), .list(.object(.model))]), summary: "a model or several"
        ) { ModelValue.read($0).map { [$0] } ?? [ModelValue].read($0) }
        static let blocks = Argument<[Int]?>(
            "blocks", default: nil,
            summary: "which blocks to reconstruct the photograph from; blocks 1, 4 and the last if left out")
        static let rows = Argument<Int>("rows", default: 2, summary: "how many rows of patches to reconstruct from")
        static let steps = Argument<Int>("steps", default: 256, summary: "how many gradient steps each picture takes")
        static let patch = Argument<Int?>(
            "patch", default: nil, summary: "the patch whose gradients are measured; the middle one if left out")
        static let seed = Argument<Seed>("seed", default: 1, summary: "the seed")
    }

    private static let mixing = Command(
        Signature(
            "mixing",
            [Mixing.models, photo, Mixing.blocks, Mixing.rows, Mixing.steps, Mixing.patch, Mixing.seed],
            result: .object(.mixingStudy),
            summary: "How far models mix the patches of a photograph, block by block, as a picture and as numbers.",
            discussion:
                "For every block and sublayer: what share of the gradient of one patch's elements falls outside that patch. "
                + "For some blocks: how much of the photograph can be reconstructed from its first rows of patches, by L1 and by "
                + "cosine. The claims of *Transformer and Mixer Features* (Badger) are checked against the numbers. "
                + "Interrupting keeps what is done.",
            example: "mixing([vit, mixer], photo)")
    ) { arguments, run in
        let (reference, image) = try arguments[photo].reference
        let settings = MixingStudy.Settings(
            patch: arguments[Mixing.patch], blocks: arguments[Mixing.blocks], rows: arguments[Mixing.rows],
            reconstruction: .init(steps: arguments[Mixing.steps], seed: arguments[Mixing.seed].number))
        let live = LiveSheet(in: run.execution, title: "How far patches mix")
        let study = try MixingStudy(
            of: arguments[Mixing.models].map(\.model), on: image, named: reference.name, settings,
            cancellation: run.cancellation
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
    /// The arguments of `consistency`.
    private enum Agreement {
        static let objective = Argument<[ObjectiveValue]>(
            "objective", label: nil, .oneOf([.object(.objective), .list(.object(.objective))]),
            summary:
                "what to maximize; for a list, the study also measures how much each picture drives the other "
                + "objectives"
        ) { ObjectiveValue.list($0) }
        static let runs = Argument<Int>("runs", default: 8, summary: "how many independent pictures of each")
        static let folder = Argument<String?>(
            "folder", label: "in", default: nil,
            summary:
                "a folder of photographs to compare with: does the weakest picture drive the objective more than any "
                + "of them?",
            completes: PathSource.folder)
        static let seed = Argument<Seed>("seed", default: 1, summary: "the first run's seed; each run uses the next")
    }

    private static let consistency = Command(
        Signature(
            "consistency",
            [
                Agreement.objective, Agreement.runs, Agreement.folder, RecipeArguments.steps, Agreement.seed,
                RecipeArguments.size, RecipeArguments.recipe,
            ],
            result: .object(.consistencyStudy),
            summary: "Do independent runs agree? A sheet of them, and a score from 0 to 1.",
            discussion:
                "The score is how similar the model finds the runs: the cosine between the activations of the "
                + "objective's layer, after subtracting those of baseline pictures. Interrupting keeps the pictures so "
                + "far.\n\nSource of the comparison with photographs: Zimmermann et al. 2021, arXiv:2106.12447.",
            example: "consistency(vit.blocks[7].mlp.neuron(42), runs: 8)")
    ) { arguments, run in
        let values = arguments[Agreement.objective]
        guard !values.isEmpty else {
            throw arguments.complaint(
                about: Agreement.objective, "The list of objectives is empty: there is nothing to render.")
        }
        let model = try ObjectiveValue.model(of: values, for: "A study of consistency")
        let objectives = values.map(\.objective)
        let photographs = values.flatMap(\.photographs)
        let settings = Consistency.Settings(
            runs: arguments[Agreement.runs], seed: arguments[Agreement.seed].number,
            steps: arguments[RecipeArguments.steps], recipe: arguments[RecipeArguments.recipe],
            size: arguments[RecipeArguments.size],
            folder: arguments[Agreement.folder].map { ($0 as NSString).expandingTildeInPath })
        try settings.validate()
        let references = try model.references(
            for: objectives, photographs: photographs, cancellation: run.cancellation)
        let labels = objectives.flatMap { objective in
            (0..<settings.runs).map { "\(objective), seed \(settings.seed &+ UInt64($0))" }
        }
        let live = LivePicture(in: run.execution, labels: labels, model: model.name)
        // Created after the render, so that it measures its own time.
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
