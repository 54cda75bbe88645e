import Images
import Platform

/// A vision transformer as a graph: what all of them have in common, and where they differ.
///
/// Patches and special tokens with learned positions; each block mixes tokens by attention, then works
/// on each token alone, both normalized before and added to the residual stream. Which optional parts
/// there are (class token, registers, LayerScale, a gate in the MLP …) is read off the tensors; what
/// tensors cannot say is set here by the family.
///
/// Source: Dosovitskiy et al. 2021, arXiv:2010.11929, eq. 1–4; timm `vision_transformer.py`.
struct Transformer {
    /// What is added to the variance by every layer norm.
    var epsilon: Float = 1e-6
    /// The function between the MLP's layers.
    var activation = Activation.gelu
    /// How positions are stretched to another size of picture.
    var positions = PositionResampling.bicubicAntialiased
    /// What the head is given.
    var readout = TransformerReadout.classToken
    /// Whether the framework's own forward returns all tokens where there is no head, instead of what a head would be given.
    var returnsTokens = false
    /// What pictures the weights were trained on, unless their configuration says so.
    var input = InputDefaults.imageNet
    /// How many heads each attention has, where the tensors tell it.
    var headCount: Int?
    /// What the family's own code fixes, so that it need not be asked for.
    var certain: Set<ModelSettings.Part> = []

    /// Writes the model as a graph.
    ///
    /// - Throws: ``EngineError/missingTensors(path:names:count:)``, ``EngineError/shapeMismatch(place:expected:found:)``,
    ///   ``EngineError/invalidValue(what:found:expected:)``.
    func build(
        _ weights: WeightReader, _ configuration: Configuration
    ) throws(EngineError) -> Blueprint {
        let embedding = weights["patch_embed"]["proj"]
        let (width, patch) = try embedding.patchSizes()
        try configuration.check(patch: patch)
        let tokens = try TransformerTokens(weights, configuration, width: width, patch: patch)
        let settings = try settings(configuration, weights, width: width, hasClassToken: tokens.hasClassToken)
        let parts = TransformerBlock.Parts(weights)
        let block = TransformerBlock(
            heads: settings.heads ?? 1, epsilon: settings.epsilon ?? epsilon,
            activation: settings.activation ?? activation, gate: configuration.settings.activation ?? .silu,
            normsAfterParts: settings.norms == .after, parts: parts)

        var graph = GraphBuilder(
            height: tokens.size.height, width: tokens.size.width, layout: tokens.layout, names: weights.names)
        let patches = try graph.patches(
            of: graph.picture, embedding, size: patch, features: width, bias: embedding.has("bias"))
        graph.name(patches, "patch_embed", also: ["patch_embed.proj"])
        var x = try graph.apply(tokens.assembly(weights, resampling: configuration.positions ?? positions), patches)
        graph.name(x, "tokens")
        if weights["norm_pre"].has("weight") {
            x = try graph.layerNorm(x, weights["norm_pre"], epsilon: block.epsilon)
            graph.name(x, "norm_pre")
        }
        for index in 0..<weights.blockCount {
            x = try block.append(to: &graph, x, weights["blocks"][index], at: "blocks.\(index)")
        }
        graph.name(x, "blocks", listed: false)
        try readout.append(
            to: &graph, x, weights, epsilon: block.epsilon, pooling: settings.pooling,
            returnsTokens: returnsTokens && !configuration.isClassifier)
        var blueprint = Blueprint(size: tokens.size, patch: patch, input: input, graph: graph.build())
        blueprint.settings = settings
        if parts.isGated { blueprint.settings.activation = nil }
        blueprint.assumed = assumed(configuration)
        blueprint.width = width
        blueprint.notes = [tokens.note].compactMap(\.self)
        return blueprint
    }

    /// What the graph is made with: what a configuration says, what the name lets one guess, or what is usual.
    private func settings(
        _ configuration: Configuration, _ weights: WeightReader, width: Int, hasClassToken: Bool
    ) throws(EngineError) -> ModelSettings {
        var guess = configuration.guess
        // A name says nothing of a model that cannot be what is so called.
        if let heads = guess.heads, !width.isMultiple(of: heads) { guess.heads = nil }
        var settings = configuration.settings.filled(by: guess)
        settings.activation = settings.activation ?? activation
        settings.epsilon = settings.epsilon ?? epsilon
        settings.norms = settings.norms ?? .before
        settings.heads = try heads(settings.heads, configuration, weights, width: width)
        if case .classToken = readout {
            let usesMean = !hasClassToken || weights["fc_norm"].has("weight")
            settings.pooling = settings.pooling ?? (usesMean ? .mean : .classToken)
            guard hasClassToken || settings.pooling != .classToken else {
                throw .invalidValue(
                    what: "What the head is given",
                    found: "the class token, which this model lacks",
                    expected: "`pooling: .mean`, `.max` or `.meanAndMax`")
            }
        } else {
            settings.pooling = nil
        }
        return settings
    }

    /// Which of the settings no file tells.
    private func assumed(_ configuration: Configuration) -> [ModelSettings.Part] {
        guard !configuration.isComplete else {
            return []
        }
        return ModelSettings.Part.allCases.filter { part in
            !configuration.settings.says(part) && !certain.contains(part) && !(part == .heads && headCount != nil)
        }
    }

    /// How many heads each attention has, which no tensor tells: what is known, or what all published models of the width
    /// have.
    private func heads(
        _ known: Int?, _ configuration: Configuration, _ weights: WeightReader, width: Int
    ) throws(EngineError) -> Int {
        let usual = UsualHeads.count(width: width, inner: weights["blocks"][0]["mlp"].hiddenWidth)
        let heads = known ?? headCount ?? usual ?? (width % UsualHeads.width == 0 ? width / UsualHeads.width : 0)
        guard heads > 0, width % heads == 0 else {
            throw .invalidValue(
                what: "The number of heads", found: configuration.settings.heads.map { "\($0)" } ?? "not in the file",
                expected:
                    "a divisor of the width \(width): `load(path, heads: …)`, or “num_attention_heads” in a config.json "
                    + "beside the file; then load the folder")
        }
        return heads
    }
}

extension Configuration {
    /// Refuses a patch that contradicts the tensors.
    ///
    /// - Throws: ``EngineError/invalidValue(what:found:expected:)``.
    func check(patch: PixelSize) throws(EngineError) {
        guard let patchSize, patchSize != patch else { return }
        throw .invalidValue(
            what: "“patch_size” in the configuration", found: patchSize.words,
            expected: "\(patch.words), as the weights have it")
    }
}

extension WeightReader {
    /// The features and the patch size that a patch embedding's weight `[features, 3, height, width]` has.
    ///
    /// - Throws: ``EngineError/missingTensors(path:names:count:)``, or
    ///   ``EngineError/shapeMismatch(place:expected:found:)`` when it is of another form.
    func patchSizes() throws(EngineError) -> (features: Int, patch: PixelSize) {
        let name = spelling(of: "weight")
        guard let shape = shape("weight") else {
            throw .missingTensors(path: checkpoint.path, names: [name], count: 1)
        }
        guard shape.rank == 4, shape[1] == 3, shape.count > 0 else {
            let found = shape.rank == 4 ? shape : [0, 0, 0, 0]
            throw .shapeMismatch(
                place: "The tensor “\(name)” of “\(checkpoint.path)”",
                expected: [max(found[0], 1), 3, max(found[2], 1), max(found[3], 1)], found: shape)
        }
        return (shape[0], PixelSize(width: shape[3], height: shape[2]))
    }
}
