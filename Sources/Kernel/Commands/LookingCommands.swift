import Cells
import VitrineEngine

/// Commands that lay over a photograph what a model makes of it: activations, gradients, attention.
struct LookingCommands {
    /// The warm models.
    let store: ModelStore

    var all: [Command] { [activations, Self.gradient, Self.attention] }
}

// Activations.
extension LookingCommands {
    private var activations: Command {
        Command(
            Self.activations(
                summary:
                    "What a layer or some neurons compute from a photograph: a heat map over it, and the numbers.",
                at: "a layer, a target, or a list of them; a layer's address where only one model is loaded",
                example: "activations(photo, at: vit.blocks[5].mlp.neurons(0..<8))")
        ) { [store] arguments, context in
            let chosen = try Activations(arguments) { address in
                guard let model = store.onlyModel else {
                    throw arguments.complaint(
                        about: "at",
                        "An address alone is enough where one model is loaded, but \(store.loadedWords). Pass the layer "
                            + "itself: `at: \(store.loaded.first?.name ?? "model")[\"\(address)\"]`.")
                }
                return LayerValue(model, try model.layer(address))
            }
            return .object(try chosen.value(of: arguments.object("x"), in: context.run))
        }
    }

    /// How `activations` is declared, as a command and as a model's own method.
    static func activations(summary: String, at place: String, example: String) -> Signature {
        Signature(
            "activations",
            [
                ModelInput.parameter(),
                Parameter(
                    "at",
                    .oneOf([
                        .object(.layer), .string, .object(.target), .object(.targetList), .list(.any),
                    ]),
                    summary: place, completions: "addresses"),
                Parameter(
                    "by", .symbol(FeatureSummary.allCases.map(\.rawValue)), default: ".norm",
                    summary: "what the map of a layer shows of all its features: their norm or their mean"),
                Parameter(
                    "sameScale", .boolean, default: "false",
                    summary: "whether all maps share one scale, so that their colors can be compared"),
            ],
            result: .object(.tensor), summary: summary,
            discussion:
                "A layer gives its whole output; the map shows its norm in each patch. A target gives the chosen "
                + "numbers alone: a neuron its patches, several neurons a row each. `.save(\"acts.npy\")` writes the numbers, "
                + "`save(…, \"acts.png\")` the maps; `.maps` holds the maps one by one. " + ModelInput.discussion,
            example: example)
    }
}

// Gradients.
extension LookingCommands {
    /// How `gradient` is declared, as a command and as a model's own method.
    static let gradientSignature = Signature(
        "gradient",
        [
            Parameter(
                label: "of", name: "objective", .object(.objective),
                summary: "what to differentiate: a neuron, a logit, a layer's mean, or a sum of these"),
            ModelInput.parameter(label: "at"),
            Parameter(
                "by", .symbol(Saliency.Attribution.allCases.map(\.rawValue)), default: ".gradient",
                summary: "what the map shows: the gradient's size, or input × gradient with its sign"),
            Parameter(
                "samples", .integer, default: "16",
                summary: "how many noisy copies of the photograph the map is averaged over (SmoothGrad); 0 for none"
            ),
            Parameter(
                "deviation", .number, default: "0.15",
                summary: "how strong the noise is, as a share of the input's range"),
            Parameter(
                "blur", .optional(.number), default: "nil",
                summary: "how far the map is blurred, in pixels; 0 for none, half a patch if left out"),
            Parameter("seed", .integer, default: "0", summary: "the seed of the noise"),
        ],
        result: .object(.tensor),
        summary: "Where in a photograph an objective looks: a saliency map over it, and its gradient as numbers.",
        discussion:
            "The numbers are the gradient with respect to the normalized input at the photograph itself, of the input's "
            + "shape: divide channel by channel by the deviation of the preprocessing for one with respect to pixels in "
            + "0 to 1. The map shows the mean over noisy copies (`.smoothed`), blurred: a plain "
            + "gradient of a transformer is speckled, and strong in patches where there is nothing to see. `samples: 0` and "
            + "`blur: 0` show it as it is. `.objective` is the objective's value. " + ModelInput.discussion,
        example: "gradient(of: vit.logit(\"church\"), at: photo).save(\"gradient.npy\")")

    static let gradient = Command(gradientSignature) { arguments, context in
        try gradient(arguments, context)
    }

    /// The gradient that a call asks for; of an objective in `owner` alone, where one is given.
    static func gradient(
        _ arguments: Arguments, _ context: any CellContext, in owner: Model? = nil
    ) throws -> Value {
        guard let objective = ObjectiveValue(try arguments.value("objective")) else {
            throw arguments.complaint(
                about: "objective",
                "A gradient needs one objective, but this is a list. "
                    + "`.together` makes one of several neurons; `+` adds objectives up.")
        }
        let model = try ObjectiveValue.model(of: [objective], for: "A gradient")
        if let owner, owner !== model {
            throw arguments.complaint(
                about: "objective", "The objective belongs to \(model.name), not to \(owner.name).")
        }
        let title = "gradient of \(objective.plainText) at the normalized input of \(model.name)"
        let input = try arguments.object("x")
        if let tensor = input as? TensorValue {
            for name in ["by", "samples", "deviation", "blur", "seed"] where arguments.wasGiven(name) {
                throw arguments.complaint(
                    about: name,
                    "`\(name)` shapes the map over a photograph. For a tensor only the gradient is returned.")
            }
            return try gradient(of: objective, in: model, at: tensor.tensor, title: title, context.run)
        }
        let settings = try saliencySettings(arguments, for: model)
        let run = context.run
        let live = LiveSheet(in: run.execution, title: title)
        let photo = try Photograph.image(input)
        let found = try live.during {
            try model.saliency(of: objective.objective, at: photo, settings, cancellation: run.cancellation) {
                done, total, soFar in live.update(done: done, of: total, unit: "gradient") { soFar().sheet }
            }
        }
        let value = TensorValue(
            found.gradientAtPhotograph, title: title, shapeWords: shapeWords(model), objective: [found.value],
            maps: TensorMaps(
                maps: HeatMaps(found.label, maps: [found.map], of: found.map.photograph), place: "pixel",
                smoothed: settings.smoothing == nil ? nil : found.gradient))
        if live.isShown {
            live.finish(value.bundle)
            run.didShow(value, id: live.id)
        }
        return .object(value)
    }

    private static func gradient(
        of objective: ObjectiveValue, in model: Model, at input: Tensor, title: String, _ run: CellRun
    ) throws -> Value {
        let found = try ProgressLine.during("gradient", in: run.execution) { line in
            try model.gradient(of: objective.objective, at: input, cancellation: run.cancellation) {
                line.update(done: $0, of: $1, .things("picture"))
            }
        }
        return .object(
            TensorValue(
                found.gradient, title: title, shapeWords: ModelInput.words(shapeWords(model), for: input),
                objective: found.values))
    }

    private static func shapeWords(_ model: Model) -> String {
        "3 channels × \(model.imageSize.height) rows × \(model.imageSize.width) columns"
    }

    private static func saliencySettings(_ arguments: Arguments, for model: Model) throws -> Saliency.Settings {
        let samples = try arguments.integer("samples")
        guard samples >= 0 else {
            throw arguments.complaint(
                about: "samples", "`samples` must be 0 or more, not \(samples). 0 shows the gradient as it is.")
        }
        let settings = Saliency.Settings(
            Saliency.Attribution(rawValue: try arguments.choice("by")) ?? .gradient,
            smoothing: samples == 0
                ? nil
                : Smoothing(
                    copies: samples, deviation: Float(try arguments.number("deviation")),
                    seed: try arguments.seed),
            blur: arguments.optionalNumber("blur").map { Float($0) } ?? model.patchSide / 2)
        try settings.validate()
        return settings
    }
}

extension Model {
    /// How many pixels wide a patch is; the whole input where nothing is cut into patches.
    fileprivate var patchSide: Float {
        for layer in layers {
            if case .tokens(let layout, _) = layer.shape { return Float(imageSize.width) / Float(layout.columns) }
        }
        return Float(imageSize.width)
    }
}

// Attention.
extension LookingCommands {
    private static let attention = Command(
        Signature(
            "attention",
            [
                Parameter(label: nil, name: "photo", .object(.image), summary: "a photograph or a picture"),
                Parameter(
                    "in", .oneOf([.object(.layer), .object(.model)]),
                    summary: "a block, whose heads get a map each, or a model, whose blocks get one"),
                Parameter(
                    "from", .optional(.oneOf([.integer, .symbol(["cls", "patches"]), .object(.target), .string])),
                    default: "nil",
                    summary:
                        "from where: a patch by its index or as a target, `.cls`, `.patches` for the mean of all, or "
                        + "a special token's name. CLS if left out, all patches where there is none"),
                Parameter(
                    "sameScale", .boolean, default: "false",
                    summary: "whether all maps share one scale, so that their colors can be compared"),
            ],
            result: .object(.attention),
            summary: "Where a block's heads look in a photograph, as a map for each.",
            discussion:
                "A map shows what share of the attention each patch gets; the special tokens' shares are listed beside it. The "
                + "rollout follows attention through the block and all below it (Abnar and Zuidema 2020).",
            example: "attention(photo, in: vit.blocks[5], from: vit.blocks[5].patch(row: 3, column: 3))")
    ) { arguments, context in
        let photo = try Photograph.image(arguments.object("photo"))
        let sameScale = try arguments.boolean("sameScale")
        let source = try attentionSource(arguments)
        let place = try arguments.object("in")
        return .object(
            try ProgressLine.during("attention", in: context.run.execution) { line in
                if let model = (place as? ModelValue)?.model {
                    return AttentionValue(
                        try model.attentionThroughBlocks(
                            of: photo, from: source, cancellation: context.run.cancellation
                        ) { line.update(done: $0, of: $1, .things("block")) }, sameScale: sameScale)
                }
                let layer = try arguments.object("in", as: LayerValue.self)
                return AttentionValue(
                    try layer.model.attention(
                        of: photo, inBlock: try attendingBlock(layer, arguments), from: source,
                        cancellation: context.run.cancellation
                    ) { line.update(done: $0, of: $1, .things("block")) }, sameScale: sameScale)
            })
    }

    /// The block that a layer is, or whose attention it belongs to.
    private static func attendingBlock(_ layer: LayerValue, _ arguments: Arguments) throws -> Int {
        let parts = layer.layer.address.split(separator: ".").map(String.init)
        let name = layer.model.name
        guard parts.count >= 2, parts[0] == "blocks", let block = Int(parts[1]) else {
            throw arguments.complaint(
                about: "in",
                "“\(layer.layer.address)” of \(name) is not a block. Attention is in the blocks: "
                    + "`in: \(name).blocks[0]`, or `in: \(name)` for all of them.")
        }
        guard parts.count == 2 || parts[2] == "attn" else {
            throw arguments.complaint(
                about: "in",
                "“\(layer.layer.address)” of \(name) has no attention of its own. Its block may: "
                    + "`in: \(name).blocks[\(block)]`.")
        }
        return block
    }

    private static func attentionSource(_ arguments: Arguments) throws -> AttentionSource? {
        if let patch = arguments.optionalInteger("from") { return .patch(patch) }
        if let name = arguments.optionalString("from") { return .special(name) }
        if let choice = arguments.optionalSymbol("from") { return choice.name == "cls" ? .special("CLS") : .patches }
        guard let target = arguments.optionalObject("from", as: TargetValue.self)?.target else { return nil }
        switch target.tokens {
        case .special(let name): return .special(name)
        case .patches: return .patches
        case .indices(let patches) where patches.count == 1: return .patch(patches[0])
        default:
            throw arguments.complaint(
                about: "from",
                "Attention is shown from one patch, from one special token, or with `.patches` from all patches at once."
            )
        }
    }
}
