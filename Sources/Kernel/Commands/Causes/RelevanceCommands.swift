import Cells
import VitrineEngine

/// The commands `relevance` and `faithfulness`.
enum RelevanceCommands {
    private static let objective = Argument<Value>(
        "objective", label: "of", type: .object(.objective),
        summary: "what the map explains: a logit, a text, a neuron, a difference of them")
    private static let photo = Argument<Photograph>("photo", label: "at", summary: "the photograph")
    private static let method = Argument<Relevance.Method>(
        "by", default: .chefer,
        summary:
            "the method: gradient ⊙ attention through all blocks, integrated gradients, Grad-CAM on tokens, or gradient "
            + "⊙ attention of one block")
    private static let steps = Argument<Int>(
        "steps", default: 50, summary: "how many gradients integrated gradients take")
    private static let baseline = Argument<Relevance.Baseline>(
        "baseline", default: .mean,
        summary: "where integrated gradients begin: the preprocessing's mean color, black, white")
    private static let layer = Argument<LayerValue?>(
        "in", default: nil,
        summary: "the layer that Grad-CAM weighs; the first norm of the last block if left out")
    private static let block = Argument<Int?>(
        "block", default: nil,
        summary:
            "the block of `.gradientAttention`, or the one that `.chefer` begins with; the last or the first if left out"
    )

    static let relevance = Command(
        Signature(
            "relevance", [objective, photo, method, steps, baseline, layer, block], result: .object(.relevance),
            summary: "What in a photograph an objective depends on: a map that differs from class to class.",
            discussion:
                "`.chefer` and `.gradientAttention` need a model whose blocks attend, also in windows; `.gradCAM` and "
                + "`.integratedGradients` take any model. `.chefer` starts at what the objective reads: the class token, the "
                + "query of attention pooling, all patches, or the tokens of a neuron's layer. A patch that was merged of "
                + "several passes its relevance to them in equal parts. A map may look right and be wrong: `faithfulness` takes away what it names.\n\nSource: Chefer et al. "
                + "2021, arXiv:2103.15679 (the method without LRP); Sundararajan et al. 2017, arXiv:1703.01365; Selvaraju et "
                + "al. 2017, arXiv:1610.02391.",
            example: "relevance(of: vit.logit(\"church\"), at: photo, by: .integratedGradients)")
    ) { arguments, run in
        let (objective, model) = try CauseCommands.objective(arguments, Self.objective, for: "A relevance map")
        let photograph = arguments[photo]
        let layer = arguments[layer]
        if let layer, !layer.model.isSameWeights(as: model) {
            throw arguments.complaint(
                about: Self.layer, "This is a layer of \(layer.model.name), not of \(model.name).")
        }
        let settings = Relevance.Settings(
            arguments[method], steps: arguments[steps], baseline: arguments[baseline], layer: layer?.layer.address,
            block: arguments[block])
        let image = try photograph.image
        let references = try CauseCommands.references(for: objective, of: model, run)
        let found = try ProgressLine.during("relevance", in: run.execution) { line in
            try model.relevance(
                of: objective.objective, at: image, settings, references: references, cancellation: run.cancellation
            ) { line.update(done: $0, of: $1, .things("gradient")) }
        }
        return .object(RelevanceValue(found, of: objective, at: photograph))
    }
}

extension Relevance.Method: ArgumentChoice {}
extension Relevance.Baseline: ArgumentChoice {}

// Whether maps are right.
extension RelevanceCommands {
    private static let maps = Argument<Value>(
        "maps", label: nil,
        type: .oneOf([.object(.relevance), .object(.heatMap), .object(.tensor), .list(.any)]),
        summary: "a map, or a list of them: from `relevance`, `gradient`, `attention`, `activations`")
    private static let explained = Argument<Value?>(
        "objective", label: "of", .optional(.object(.objective)), default: .nothing,
        summary: "what the maps explain; a map of `relevance` knows it"
    ) { .some($0.isNothing ? nil : $0) }
    private static let tested = Argument<Photograph?>(
        "photo", label: "at", default: nil, summary: "the photograph; a map of `relevance` knows it")
    private static let samples = Argument<Int>(
        "samples", default: 200, summary: "how many random parts MuFidelity takes away; 0 to leave it out")
    private static let removals = Argument<Int>("steps", default: 10, summary: "how many steps a curve has")
    private static let seed = Argument<Seed>(
        "seed", default: 0, summary: "the seed of the random map and the random parts")

    static let faithfulness = Command(
        Signature(
            "faithfulness", [maps, explained, tested, removals, samples, seed], result: .object(.faithfulness),
            summary:
                "Whether maps are right: what is left of the objective when the pixels that they name are taken away.",
            discussion:
                "Deletion takes the strongest pixels away first (a small area is good), insertion puts them in first (a large "
                + "area is good), MuFidelity compares a map with the loss for random parts, and 10 to 90 % of the pixels are "
                + "masked from either end. What is taken away has the preprocessing's mean color. A random map is the floor. "
                + "Interrupting keeps the maps that are done.\n\nConstants: Xplique's. Source: Petsiuk et al. 2018, "
                + "arXiv:1806.07421; Bhatt et al. 2020, arXiv:2005.00631; Chefer et al. 2021, arXiv:2012.09838.",
            example: "faithfulness(relevance(of: vit.logit(\"church\"), at: photo))")
    ) { arguments, run in
        let given = try found(arguments[maps], arguments)
        guard !given.isEmpty else { throw arguments.complaint(about: maps, "The list of maps is empty.") }
        let known = given.compactMap(\.origin).first
        let objective: ObjectiveValue
        if let value = arguments[explained] {
            guard let one = ObjectiveValue(value) else {
                throw arguments.complaint(about: explained, "The maps explain one objective, but this is a list.")
            }
            objective = one
        } else if let known {
            objective = known.objective
        } else {
            throw arguments.complaint(
                about: maps, "These maps do not say what they explain: add `of: vit.logit(\"church\")`.")
        }
        guard let photograph = arguments[tested] ?? known?.photograph else {
            throw arguments.complaint(
                about: maps, "These maps do not say of which photograph they are: add `at: photo`.")
        }
        let model = try ObjectiveValue.model(of: [objective], for: "A test of maps")
        var settings = Faithfulness.Settings()
        settings.steps = arguments[removals]
        settings.samples = arguments[samples]
        settings.seed = arguments[seed].number
        let image = try photograph.image
        let references = try CauseCommands.references(for: objective, of: model, run)
        let result = try ProgressLine.during("faithfulness", in: run.execution) { line in
            try model.faithfulness(
                of: given.map(\.map), for: objective.objective, at: image, settings, references: references,
                cancellation: run.cancellation
            ) { line.update(done: $0, of: $1, .things("picture")) }
        }
        return .object(FaithfulnessValue(result))
    }

    /// A map and, if it is known, what it explains.
    private struct GivenMap {
        let map: HeatMap
        var origin: RelevanceValue?
    }

    private static func found(_ value: Value, _ arguments: Arguments) throws -> [GivenMap] {
        switch value.object {
        case let relevance as RelevanceValue:
            return [GivenMap(map: relevance.labeledMap, origin: relevance)]
        case let map as HeatMapValue: return [GivenMap(map: map.map)]
        case let tensor as TensorValue:
            guard let map = try tensor.member("map")?.object as? HeatMapValue else { break }
            return [GivenMap(map: map.map)]
        case nil:
            if let list = value.array { return try list.flatMap { try found($0, arguments) } }
        default: break
        }
        throw arguments.complaint(
            about: maps,
            "\(value.descriptiveWords.prefix(1).uppercased())\(value.descriptiveWords.dropFirst()) is no map over a photograph."
        )
    }
}
