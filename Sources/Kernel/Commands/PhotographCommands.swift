import Cells
import VitrineEngine

/// Commands that find the photographs that drive a neuron, and the neurons that a photograph drives.
struct PhotographCommands {
    var all: [Command] { [Self.topImages, Self.strongest, Self.usualLevel] }
}

// Photographs for a neuron.
extension PhotographCommands {
    private static let folder = Argument<String>(
        "in", summary: "a folder of PNG and JPEG files; its subfolders are searched too",
        completes: PathSource.folder)
    private static let target = Argument<Value>(
        "target", label: "for", type: .object(.objective),
        summary: "what the photographs should drive: a neuron, a patch, a logit, or a sum of these")
    private static let photographCount = Argument<Int>(
        "count", default: 9, summary: "how many photographs to keep, 1 to 1000")
    private static let ranking = Argument<ImageRanking>(
        "by", default: .objective,
        summary: "what ranks them: the objective, or only the activation in the strongest patch")

    private static let topImages = Command(
        Signature(
            "topImages", [folder, target, photographCount, ranking],
            result: .object(.photographList),
            summary: "The photographs of a folder that drive a target most, with the patch that drives it most.",
            discussion:
                "Photographs are read one at a time, so a folder may have any size. Files that cannot be read are "
                + "skipped and listed. Interrupting keeps the best so far.",
            example: "topImages(in: \"photos\", for: vit.blocks[8].mlp.neuron(42))")
    ) { arguments, run in
        guard let objective = ObjectiveValue(arguments[target]) else {
            throw arguments.complaint(
                about: target,
                "Photographs can be searched for one target at a time, but this is a list. Search for each in turn, or for "
                    + "`.together` of several neurons.")
        }
        let model = try ObjectiveValue.model(of: [objective], for: "A search for photographs")
        let references = try CauseCommands.references(for: objective, of: model, run)
        let live = LiveSheet(in: run.execution, title: "Photographs for \(objective.plainText)")
        let found = try model.topImages(
            in: arguments[folder], for: objective.objective, count: arguments[photographCount],
            by: arguments[ranking], references: references, cancellation: run.cancellation
        ) { report, soFar in
            live.update(done: report.done, of: report.total, unit: "file") { soFar().sheet }
        }
        return .object(show(TopImagesValue(found), in: live, run))
    }

    /// Replaces the live sheet by the finished value. A value that was not shown yet becomes the cell's result; an
    /// interrupted cell has no result, so there it is shown in any case.
    private static func show<Shown: CellObject & Displayable & AnyObject>(
        _ value: Shown, in live: LiveSheet, _ run: CellRun
    ) -> Shown {
        if live.isShown || run.isCancelled {
            live.finish(value.bundle)
            run.didShow(value, id: live.id)
        }
        return value
    }
}

// Neurons for a photograph.
extension PhotographCommands {
    private static let photo = Argument<Photograph>("photo", label: "for", summary: "a photograph or a picture")
    private static let layer = Argument<LayerValue>("in", summary: "whose neurons to compare")
    private static let neuronCount = Argument<Int>("count", default: 6, summary: "how many neurons to list")
    private static let comparison = Argument<Comparison?>(
        "against", .optional(.oneOf([.string, .object(.usualLevel)])), default: .nothing,
        summary:
            "a folder of photographs, or what `usualLevel` measured on one; if left out, a neuron is compared "
            + "with itself in this photograph's other patches", completes: PathSource.folder
    ) { value in
        .some(value.string.map { .folder($0) } ?? UsualLevelValue.read(value).map { .level($0.level) })
    }
    private static let perPatch = Argument<Int?>(
        "perPatch", default: 2, summary: "the largest number of neurons listed for one patch; nil for no limit")
    private static let steps = Argument<Int>(
        "steps", default: 64,
        summary: "the number of steps for each neuron's picture; 0 shows heat maps instead")
    private static let seed = Argument<Seed>("seed", default: 0, summary: "the pictures' seed")

    /// The baseline of the neurons of a photograph.
    private enum Comparison {
        case folder(String)
        case level(UsualLevel)
    }

    private static let strongest = Command(
        Signature(
            "strongest", [photo, layer, neuronCount, comparison, perPatch, steps, seed],
            result: .object(.strongestNeurons),
            summary:
                "The neurons of a layer that a photograph drives furthest above their usual level, with their "
                + "pictures.",
            discussion:
                "Each neuron is listed once, beside the patch in which it is the most standard deviations above its "
                + "mean. The result is a list of targets: `render(found[0])`, or `render(found)` for all of them. "
                + "Interrupting keeps the pictures so far.",
            example: "let found = strongest(for: photo, in: vit.blocks[8].mlp)\nrender(found[0], steps: 512)")
    ) { arguments, run in try strongest(in: arguments[layer], arguments, run) }

    /// The method of a dictionary, which lists latents.
    static let latentSignature = Signature(
        "strongest", [photo, neuronCount, comparison, perPatch, steps, seed], result: .object(.strongestNeurons),
        summary: "The latents that a photograph drives furthest above their usual level, with their pictures.",
        discussion:
            "As `strongest(for:in:)` of neurons: a list of targets, each once, beside the patch that drives it.",
        example: "sae.strongest(for: photo)")

    /// Finds the strongest neurons of a layer, and renders their pictures.
    static func strongest(in chosen: LayerValue, _ arguments: Arguments, _ run: CellRun) throws -> Value {
        let (model, address) = (chosen.model, chosen.layer.address)
        let image = try arguments[photo].image
        let steps = arguments[steps]
        guard (0...100_000).contains(steps) else {
            throw arguments.complaint(
                about: Self.steps, "`steps` must be 0 to 100000, not \(steps). 0 shows heat maps instead of pictures.")
        }
        if case .vector = chosen.layer.shape, arguments[comparison] == nil {
            throw arguments.complaint(
                about: layer,
                "\(address) of \(model.name) has no patches to compare with each other. Name a folder of photographs: "
                    + "`against: \"photos\"`.")
        }
        let found = try model.strongest(
            for: image, in: address, count: arguments[neuronCount],
            against: try usualLevel(arguments[comparison], at: chosen, run), perPatch: arguments[perPatch],
            cancellation: run.cancellation)
        guard steps > 0, !found.findings.isEmpty else {
            return .object(StrongestValue(found, of: model, rendering: nil))
        }
        return .object(
            try rendered(found, of: model, steps: steps, seed: arguments[seed].number, run))
    }

    /// Renders the neurons' pictures, which appear beside their patches and sharpen.
    private static func rendered(
        _ found: StrongestNeurons, of model: Model, steps: Int, seed: UInt64, _ run: CellRun
    ) throws -> StrongestValue {
        let objectives = found.findings.map { Objective.mean($0.neuronTarget) }
        let recipe = try Recipe(
            .vitrine, for: objectives, in: model, seeds: objectives.map { _ in seed }, steps: steps)
        let names = found.names(in: model)
        let live = LiveSheet(
            in: run.execution, title: "Strongest neurons of \(found.usual.layer) of \(model.name)", delay: 0)
        let rendering = try Renderer(subject: model, recipe: recipe).run(cancellation: run.cancellation) { progress in
            live.update(done: progress.step, of: progress.steps, unit: "step") {
                found.sheet(beside: progress.snapshot(), names: names)
            }
        }
        return show(StrongestValue(found, of: model, rendering: try PictureValue(rendering)), in: live, run)
    }

    private static let measured = Argument<LayerValue>("at", summary: "whose neurons to measure")
    private static let measuredOn = Argument<String>(
        "in", summary: "a folder of photographs; hundreds are better than a dozen", completes: PathSource.folder)

    private static let usualLevel = Command(
        Signature(
            "usualLevel", [measured, measuredOn],
            result: .object(.usualLevel),
            summary:
                "How strongly the neurons of a layer usually respond: their mean and deviation over a folder's "
                + "photographs.",
            discussion: "Interrupting keeps the level over the photographs so far.",
            example:
                "let usual = usualLevel(at: vit.blocks[8].mlp, in: \"photos\")\nstrongest(for: photo, in: vit.blocks[8].mlp, against: usual)"
        )
    ) { arguments, run in
        .object(try level(at: arguments[measured], in: arguments[measuredOn], run))
    }

    /// Returns the level that neurons are compared with; nil for the photograph's own patches.
    private static func usualLevel(
        _ comparison: Comparison?, at layer: LayerValue, _ run: CellRun
    ) throws -> UsualLevel? {
        switch comparison {
        case .level(let level): level
        case .folder(let folder): try level(at: layer, in: folder, run).level
        case nil: nil
        }
    }

    private static func level(at layer: LayerValue, in folder: String, _ run: CellRun) throws -> UsualLevelValue {
        let live = LiveSheet(in: run.execution, title: "Usual level of \(layer.layer.address)")
        let level = try live.during {
            try layer.model.usualLevel(
                at: layer.layer.address, in: folder, cancellation: run.cancellation
            ) { report, soFar in
                live.update(
                    "usual level of \(layer.layer.address): file \(report.done) of \(report.total)",
                    share: Double(report.done) / Double(max(report.total, 1))
                ) { [UsualLevelValue.plot(of: soFar()).image] }
            }
        }
        let value = UsualLevelValue(level)
        if live.isShown || run.isCancelled {
            live.finish(value.bundle)
            run.didShow(value, id: live.id)
        }
        return value
    }
}

extension ImageRanking: ArgumentChoice {}
