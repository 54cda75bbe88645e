import Cells
import VitrineEngine

/// Commands that show heat maps over a photograph: activations, gradients, attention.
struct HeatMapCommands {
    /// The warm models.
    let store: ModelStore

    var all: [Command] { [activations, Self.gradient, Self.attention] }
}

// Activations.
extension HeatMapCommands {
    /// The arguments of `activations`, as a command and as a model's method.
    enum ActivationArguments {
        /// Creates the argument `at` with a summary and completions.
        static func place(_ summary: String, completes: AddressSource) -> Argument<Value> {
            Argument<Value>(
                "at",
                type: .oneOf([
                    .object(.layer), .string, .object(.target), .object(.targetList), .list(.any),
                ]), summary: summary, completes: completes)
        }

        /// The key that reads the argument `at`.
        static let place = place("", completes: AddressSource())
        private static let summarized = Argument<FeatureSummary>(
            "by", default: .norm,
            summary: "how the map of a layer summarizes its features: by their norm or their mean")
        private static let sameScale = Argument<Bool>(
            "sameScale", default: false,
            summary: "whether all maps share one scale, so that their colors can be compared")

        /// Creates the declaration.
        static func signature(summary: String, at place: Argument<Value>, example: String) -> Signature {
            Signature(
                "activations", [ModelInput.argument, place, summarized, sameScale], result: .object(.tensor),
                summary: summary,
                discussion:
                    "A layer gives its whole output; the map shows its norm in each patch. A target gives only the "
                    + "chosen numbers: for a neuron those of all patches, for several neurons a row each. "
                    + "`.save(\"acts.npy\")` writes the numbers, `save(…, \"acts.png\")` the maps; `.maps` holds the "
                    + "maps one by one. " + ModelInput.discussion,
                example: example)
        }

        /// Reads the arguments of a call.
        ///
        /// - Parameter address: returns the layer at an address.
        static func read(_ arguments: Arguments, address: (String) throws -> LayerValue) throws -> ActivationRequest {
            var chosen = try ActivationRequest(arguments, address: address)
            chosen.summary = arguments[summarized]
            chosen.hasSameScale = arguments[sameScale]
            return chosen
        }

        /// Reads the arguments of a call of a model's method; throws if they refer to another model.
        static func read(_ arguments: Arguments, of owner: Model) throws -> ActivationRequest {
            let chosen = try read(arguments) { LayerValue(owner, try owner.layer($0)) }
            try chosen.check(arguments, isOf: owner)
            return chosen
        }
    }

    private var activations: Command {
        Command(
            ActivationArguments.signature(
                summary:
                    "What a layer or some neurons compute from a photograph: a heat map over it, and the numbers.",
                at: ActivationArguments.place(
                    "a layer, a target, or a list of them; a layer's address where only one model is loaded",
                    completes: AddressSource(store: store)),
                example: "activations(photo, at: vit.blocks[5].mlp.neurons(0..<8))")
        ) { [store] arguments, run in
            let chosen = try ActivationArguments.read(arguments) { address in
                guard let model = store.onlyModel else {
                    throw arguments.complaint(
                        about: ActivationArguments.place,
                        "An address alone is enough if only one model is loaded, but \(store.loadedWords). Pass the layer "
                            + "itself: `at: \(store.loaded.first?.name ?? "model")[\"\(address)\"]`.")
                }
                return LayerValue(model, try model.layer(address))
            }
            return .object(try chosen.value(of: arguments[ModelInput.argument], in: run))
        }
    }
}

extension FeatureSummary: ArgumentChoice {}

// Gradients.
extension HeatMapCommands {
    /// The arguments of `gradient`, as a command and as a model's method.
    enum GradientArguments {
        static let objective = Argument<Value>(
            "objective", label: "of", type: .object(.objective),
            summary: "what to differentiate: a neuron, a logit, a layer's mean, or a sum of these")
        static let input = ModelInput.argument(label: "at")
        static let attribution = Argument<Saliency.Attribution>(
            "by", default: .gradient,
            summary: "what the map shows: the gradient's size, or input × gradient with its sign")
        static let samples = Argument<Int>(
            "samples", default: 16,
            summary: "how many noisy copies of the photograph the map is averaged over (SmoothGrad); 0 for none")
        static let deviation = Argument<Double>(
            "deviation", default: 0.15, summary: "how strong the noise is, as a share of the input's range")
        static let blur = Argument<Double?>(
            "blur", default: nil,
            summary: "how far the map is blurred, in pixels; 0 for none, half a patch if left out")
        static let seed = Argument<Seed>("seed", default: 0, summary: "the seed of the noise")

        /// The arguments that affect only the map over a photograph.
        static let ofMap: [any ArgumentKey] = [attribution, samples, deviation, blur, seed]

        /// The declaration.
        static let signature = Signature(
            "gradient", [objective, input] + ofMap, result: .object(.tensor),
            summary:
                "Which parts of a photograph an objective depends on: a saliency map over it, and the gradient as "
                + "numbers.",
            discussion:
                "The numbers are the gradient with respect to the normalized input at the photograph itself, of the "
                + "input's shape; for the gradient with respect to pixels from 0 to 1, divide each channel by the "
                + "deviation of the preprocessing. The map shows the mean over noisy copies (`.smoothed`), blurred: a "
                + "plain gradient of a transformer is speckled, and strong in patches where there is nothing to see. "
                + "`samples: 0` and `blur: 0` show it as it is. `.objective` is the objective's value. "
                + "" + ModelInput.discussion,
            example: "gradient(of: vit.logit(\"church\"), at: photo).save(\"gradient.npy\")")
    }

    static let gradient = Command(GradientArguments.signature) { arguments, run in
        try gradient(arguments, run)
    }

    /// Computes the gradient that a call asks for. If `owner` is given, the objective must be part of it.
    static func gradient(_ arguments: Arguments, _ run: CellRun, in owner: Model? = nil) throws -> Value {
        typealias Keys = GradientArguments
        guard let objective = ObjectiveValue(arguments[Keys.objective]) else {
            throw arguments.complaint(
                about: Keys.objective,
                "A gradient needs one objective, but this is a list. `.together` combines several neurons; `+` adds "
                    + "objectives.")
        }
        let model = try ObjectiveValue.model(of: [objective], for: "A gradient")
        if let owner, owner !== model {
            throw arguments.complaint(
                about: Keys.objective, "The objective belongs to \(model.name), not to \(owner.name).")
        }
        let title = "gradient of \(objective.plainText) at the normalized input of \(model.name)"
        let photograph: Photograph
        switch arguments[Keys.input] {
        case .photograph(let given): photograph = given
        case .tensor(let tensor):
            for key in Keys.ofMap where arguments.wasGiven(key) {
                throw arguments.complaint(
                    about: key,
                    "`\(key.parameter.name)` shapes the map over a photograph. For a tensor only the gradient is returned."
                )
            }
            return try gradient(of: objective, in: model, at: tensor.tensor, title: title, run)
        }
        let settings = try saliencySettings(arguments, for: model)
        let references = try CauseCommands.references(for: objective, of: model, run)
        let live = LiveSheet(in: run.execution, title: title)
        let photo = try photograph.image
        let found = try live.during {
            try model.saliency(
                of: objective.objective, at: photo, settings, references: references, cancellation: run.cancellation
            ) {
                done, total, soFar in live.update(done: done, of: total, unit: "gradient") { soFar().sheet }
            }
        }
        let value = TensorValue(
            found.gradientAtPhotograph, title: title, shapeWords: shapeWords(model), objective: [found.value],
            maps: TensorMaps(
                maps: HeatMaps(found.label, maps: [found.map], of: found.map.photograph), element: "pixel",
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
        let references = try CauseCommands.references(for: objective, of: model, run)
        let found = try ProgressLine.during("gradient", in: run.execution) { line in
            try model.gradient(
                of: objective.objective, at: input, references: references, cancellation: run.cancellation
            ) {
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
        typealias Keys = GradientArguments
        let samples = arguments[Keys.samples]
        guard samples >= 0 else {
            throw arguments.complaint(
                about: Keys.samples, "`samples` must be 0 or more, not \(samples). 0 shows the gradient as it is.")
        }
        let settings = Saliency.Settings(
            arguments[Keys.attribution],
            smoothing: samples == 0
                ? nil
                : Smoothing(
                    copies: samples, deviation: Float(arguments[Keys.deviation]),
                    seed: arguments[Keys.seed].number),
            blur: arguments[Keys.blur].map { Float($0) } ?? model.patchSide / 2)
        try settings.validate()
        return settings
    }
}

extension Saliency.Attribution: ArgumentChoice {}

extension Model {
    /// The width of a patch in pixels; that of the whole input if no layer has patches.
    fileprivate var patchSide: Float {
        for layer in layers {
            if case .tokens(let layout, _) = layer.shape { return Float(imageSize.width) / Float(layout.columns) }
        }
        return Float(imageSize.width)
    }
}

// Attention.
extension HeatMapCommands {
    /// A block, a head, or a model.
    private enum AttentionPlace {
        case layer(LayerValue)
        case target(TargetValue)
        case model(ModelValue)
    }

    /// The token whose attention is shown.
    private enum AttentionStart {
        case patch(Int)
        case name(String)
        case cls
        case patches
        case target(Target)
    }

    private static let place = Argument<AttentionPlace>(
        "in", .oneOf([.object(.layer), .object(.target), .object(.model)]),
        summary: "a block, whose heads get a map each, one head, or a model, whose blocks get one"
    ) { value in
        ModelValue.read(value).map { .model($0) } ?? LayerValue.read(value).map { .layer($0) }
            ?? TargetValue.read(value).map { .target($0) }
    }
    private static let start = Argument<AttentionStart?>(
        "from", .optional(.oneOf([.integer, .symbol(["cls", "patches"]), .object(.target), .string])),
        default: .nothing,
        summary:
            "where the attention starts: a patch by its index or as a target, `.cls`, `.patches` for the mean of all, "
            + "or a special token's name. CLS if left out, or all patches in a model without CLS"
    ) { value in
        switch value {
        case .integer(let patch): .some(.patch(patch))
        case .string(let name): .some(.name(name))
        case .symbol(let choice): .some(choice.name == "cls" ? .cls : .patches)
        default: .some(TargetValue.read(value).map { .target($0.target) })
        }
    }
    private static let sameScale = Argument<Bool>(
        "sameScale", default: false,
        summary: "whether all maps share one scale, so that their colors can be compared")

    private static let attention = Command(
        Signature(
            "attention", [Photograph.argument, place, start, sameScale], result: .object(.attention),
            summary: "Where a block's heads look in a photograph, as a map for each.",
            discussion:
                "A map shows what share of the attention each patch gets; the special tokens' shares are listed beside it. The "
                + "rollout follows attention through the block and all below it (Abnar and Zuidema 2020).",
            example: "attention(photo, in: vit.blocks[5], from: vit.blocks[5].patch(row: 3, column: 3))")
    ) { arguments, run in
        let photo = try arguments[Photograph.argument].image
        let sameScale = arguments[sameScale]
        let source = try attentionSource(arguments)
        return .object(
            try ProgressLine.during("attention", in: run.execution) { line in
                switch arguments[place] {
                case .model(let model):
                    AttentionValue(
                        try model.model.attentionThroughBlocks(
                            of: photo, from: source, cancellation: run.cancellation
                        ) { line.update(done: $0, of: $1, .things("block")) }, sameScale: sameScale)
                case .layer(let layer) where layer.model.poolingPattern(at: layer.layer.address) != nil:
                    AttentionValue(
                        try pooledAttention(layer, arguments, of: photo, run) {
                            line.update(done: $0, of: $1, .things("block"))
                        }, sameScale: sameScale)
                case .layer(let layer):
                    AttentionValue(
                        try layer.model.attention(
                            of: photo, inBlock: try attendingBlock(layer, arguments), from: source,
                            cancellation: run.cancellation
                        ) { line.update(done: $0, of: $1, .things("block")) }, sameScale: sameScale)
                case .target(let target):
                    AttentionValue(
                        try target.model.attention(
                            of: photo, inBlock: try attendingBlock(try layer(of: target), arguments), from: source,
                            cancellation: run.cancellation
                        ) { line.update(done: $0, of: $1, .things("block")) }, head: try head(of: target, arguments))
                }
            })
    }

    private static func layer(of target: TargetValue) throws(EngineError) -> LayerValue {
        LayerValue(target.model, try target.model.layer(target.target.layer))
    }

    /// Returns the head that a target is.
    private static func head(of target: TargetValue, _ arguments: Arguments) throws -> Int {
        guard case .head(let head, _) = target.target.features else {
            throw arguments.complaint(
                about: place,
                "\(target.plainText) is no head. A head's attention: `in: \(target.model.name).blocks[5].attn.head(2)`."
            )
        }
        return head
    }

    /// Returns the attention of a query that collects the tokens.
    private static func pooledAttention(
        _ layer: LayerValue, _ arguments: Arguments, of photo: Image, _ run: CellRun,
        progress: @escaping PictureProgress
    ) throws -> PooledAttention {
        guard try attentionSource(arguments) == nil else {
            throw arguments.complaint(
                about: start,
                "“\(layer.layer.address)” of \(layer.model.name) has one query, so its attention starts nowhere else. Leave out "
                    + "`from`.")
        }
        return try layer.model.pooledAttention(
            of: photo, in: layer.layer.address, cancellation: run.cancellation, progress: progress)
    }

    /// Returns the index of the block that a layer is, or whose attention it is part of.
    private static func attendingBlock(_ layer: LayerValue, _ arguments: Arguments) throws -> Int {
        let parts = layer.layer.address.split(separator: ".").map(String.init)
        let name = layer.model.name
        guard parts.count >= 2, parts[0] == "blocks", let block = Int(parts[1]) else {
            throw arguments.complaint(
                about: place,
                "“\(layer.layer.address)” of \(name) is not a block. Attention is in the blocks: "
                    + "`in: \(name).blocks[0]`, or `in: \(name)` for all of them"
                    + (layer.model.graph.layer("attn_pool.pattern") == nil
                        ? "." : ", and in what pools them: `in: \(name).attn_pool`."))
        }
        guard parts.count == 2 || parts[2] == "attn" else {
            throw arguments.complaint(
                about: place,
                "“\(layer.layer.address)” of \(name) has no attention of its own. Its block may: "
                    + "`in: \(name).blocks[\(block)]`.")
        }
        return block
    }

    private static func attentionSource(_ arguments: Arguments) throws -> AttentionSource? {
        let target: Target
        switch arguments[start] {
        case .patch(let patch): return .patch(patch)
        case .name(let name): return .special(name)
        case .cls: return .special("CLS")
        case .patches: return .patches
        case .target(let chosen): target = chosen
        case nil: return nil
        }
        switch target.tokens {
        case .special(let name): return .special(name)
        case .patches: return .patches
        case .indices(let patches) where patches.count == 1: return .patch(patches[0])
        default:
            throw arguments.complaint(
                about: start,
                "Attention is shown from one patch, from one special token, or with `.patches` from all patches at once."
            )
        }
    }
}
