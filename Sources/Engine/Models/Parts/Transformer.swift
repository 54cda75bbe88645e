import Images
import Platform

/// A builder of vision transformers, with the settings in which families differ.
///
/// Patches and special tokens get learned positions. Each block mixes tokens by attention, then works on each token by
/// itself; both parts are normalized before and added to the residual stream. Tensors determine which optional parts
/// there are (class token, registers, LayerScale, a gate in the MLP …); families set what tensors do not determine.
///
/// Source: Dosovitskiy et al. 2021, arXiv:2010.11929, eq. 1–4; timm `vision_transformer.py`.
struct Transformer {
    /// The number that every layer norm adds to the variance.
    var epsilon: Float = 1e-6
    /// How rows of features are normalized.
    var normalization = Normalization.layer
    /// The function between the MLP's layers.
    var activation = Activation.gelu
    /// How positions are resampled for another input size.
    var positions = PositionResampling.bicubicAntialiased
    /// The input of the head.
    var readout = TransformerReadout.classToken
    /// Whether the framework's forward pass without a head returns all tokens, instead of the head's input.
    var returnsTokens = false
    /// The preprocessing that the weights were trained with, unless their configuration states it.
    var input = InputDefaults.imageNet
    /// The number of heads, if the tensors determine it.
    var headCount: Int?
    /// The rotary positions, if there are any.
    var rotary: RotaryPositions?
    /// The input size of a model without learned positions, in pixels; nil if it must have them.
    var usualSize: PixelSize?
    /// The sines and cosines that positions are computed from, if none are learned.
    var sines: SinePositions?
    /// Whether the last norm may be missing.
    var normIsOptional = false
    /// Whether positions are resampled for a square, whose upper left part is used.
    var cropsPositions = false
    /// The activation of a gate that has a layer of its own.
    var splitGate = Activation.silu
    /// The number of heads of the attention pooling; nil for that of the blocks.
    var poolingHeads: Int?
    /// Whether attention pooling attends to the special tokens as well as to the patches.
    var poolsSpecialTokens = false
    /// Whether the norm of the pooled features is that of a class token, not that of a mean.
    var normsClassToken = false
    /// The number of empty pixels around the picture, from which patches are cut as well.
    var padding = 0
    /// Whether the first position is added to all patches: that of a class token which is not there.
    var sharesFirstPosition = false
    /// The settings that the family's code fixes.
    var certain: Set<ModelSettings.Part> = []
    /// The place of relative positions in the weights; nil if the model has none.
    var relativePositions: RelativePositionSource?
    /// Whether the LayerScale is that of the attention alone.
    var scalesAttentionAlone = false
    /// Whether several heads of queries may share keys and values.
    var sharesKeys = false
    /// The convolutions after the blocks, each of which halves the grid.
    var downsampling: [String] = []

    /// Builds the model as a graph.
    ///
    /// - Throws: ``EngineError/missingTensors(path:names:count:)``,
    ///   ``EngineError/shapeMismatch(place:expected:found:)``,
    ///   ``EngineError/invalidValue(what:found:expected:)``.
    func build(
        _ weights: WeightReader, _ configuration: Configuration
    ) throws(EngineError) -> Blueprint {
        let patches = try TransformerPatches(weights)
        let (width, patch) = (patches.width, patches.size)
        try configuration.check(patch: patch)
        if let side = configuration.windows.sizes.first {
            throw .invalidValue(
                what: "“window_size” in the configuration", found: "\(side)",
                expected: "not set: windows of attention are known of Swin transformers only")
        }
        let tokens = try TransformerTokens(
            weights, configuration, width: width, patch: patch, usualSize: usualSize,
            relativePositions: relativePositions, sharesFirstPosition: sharesFirstPosition)
        let inner = AttentionProjection.innerWidth(weights["blocks"][0]["attn"], width: width)
        let settings = try settings(configuration, weights, width: inner, hasClassToken: tokens.hasClassToken)
        var parts = TransformerBlock.Parts(weights)
        if scalesAttentionAlone { parts.hasSecondLayerScale = false }
        parts.sharesKeys = sharesKeys
        var block = TransformerBlock(
            heads: settings.heads ?? 1, epsilon: settings.epsilon ?? epsilon,
            activation: settings.activation ?? activation, gate: configuration.settings.activation ?? .silu,
            splitGate: splitGate, normsAfterParts: settings.norms == .after, parts: parts, normalization: normalization)
        let rotations = try rotary?.rotations(
            weights, layout: tokens.layout, learned: tokens.learned, heads: block.heads, width: width)
        let attention = AttentionPooling(
            heads: poolingHeads ?? block.heads, epsilon: block.epsilon, normalization: normalization,
            activation: block.activation,
            first: poolsSpecialTokens || configuration.poolsSpecialTokens ? 0 : tokens.layout.firstPatch)

        var graph = GraphBuilder(
            height: tokens.size.height, width: tokens.size.width, layout: tokens.layout, names: weights.names)
        var x = try patches.append(
            to: &graph, weights["patch_embed"], by: normalization, epsilon: block.epsilon, padding: padding)
        let assembly = try tokens.assembly(
            weights, resampling: configuration.positions ?? positions, cropped: cropsPositions, sines: sines)
        x = try graph.apply(assembly, x)
        graph.name(x, "tokens")
        if weights["norm_pre"].has("weight") {
            x = try graph.norm(x, weights["norm_pre"], by: normalization, epsilon: block.epsilon)
            graph.name(x, "norm_pre")
        }
        let learned = tokens.learned ?? (tokens.layout.rows, tokens.layout.columns)
        let biases = try relativePositions?.biases(weights, tokens.layout, learned: learned)
        var results = [x]
        for index in 0..<weights.blockCount {
            block.scores.bias = biases?[index]
            // One rotation for each block, or one for all.
            let rotation = rotations.flatMap { $0.isEmpty ? nil : $0[index % $0.count] }
            x = try block.append(
                to: &graph, x, weights["blocks"][index], index: index, at: "blocks.\(index)", rotation: rotation)
            results.append(x)
        }
        graph.name(x, "blocks", listed: false)
        for name in downsampling where weights[name].has("weight") {
            let map = try graph.convolution(graph.map(x), weights[name], LayerName(name), stride: 2, bias: true)
            (x, graph.layout) = (map.result, map.layout)
        }
        // InternVL's last norm has a shift, even where its blocks are normalized by root mean squares.
        let lastNorm: Normalization = weights["norm"].has("bias") ? .layer : normalization
        if let map = configuration.backboneMap {
            try graph.readBackbone(map, among: results, weights, by: lastNorm, epsilon: block.epsilon)
        }
        try readout.append(
            to: &graph, x, weights, by: lastNorm, epsilon: block.epsilon, pooling: settings.pooling, attention,
            returnsTokens: returnsTokens && !configuration.isClassifier, normIsOptional: normIsOptional,
            isBackbone: configuration.isBackbone)
        var blueprint = Blueprint(size: tokens.size, patch: patch, input: input, graph: graph.build())
        blueprint.settings = settings
        if parts.isGated { blueprint.settings.activation = nil }
        blueprint.assumed = assumed(configuration)
        blueprint.width = inner
        blueprint.notes = [tokens.note].compactMap(\.self)
        return blueprint
    }

    /// Returns the settings of the graph: those of the configuration, those guessed from the name, or the defaults.
    ///
    /// - Parameter width: the number of features of all heads together.
    private func settings(
        _ configuration: Configuration, _ weights: WeightReader, width: Int, hasClassToken: Bool
    ) throws(EngineError) -> ModelSettings {
        var guess = configuration.guess
        // A guess from the name is ignored if it contradicts the tensors.
        if let heads = guess.heads, !width.isMultiple(of: heads) { guess.heads = nil }
        var settings = configuration.settings.filled(by: guess)
        settings.activation = settings.activation ?? activation
        settings.epsilon = settings.epsilon ?? epsilon
        settings.norms = settings.norms ?? .before
        settings.heads = try heads(settings.heads, configuration, weights, width: width)
        if case .classToken = readout {
            let usesMean = !hasClassToken || (weights["fc_norm"].has("weight") && !normsClassToken)
            let usual: Pooling = AttentionPooling.isIn(weights) ? .attention : usesMean ? .mean : .classToken
            settings.pooling = settings.pooling ?? usual
            guard hasClassToken || settings.pooling != .classToken else {
                throw .invalidValue(
                    what: "The head's input",
                    found: "the class token, which this model lacks",
                    expected: "`pooling: .mean`, `.max` or `.meanAndMax`")
            }
        } else {
            settings.pooling = nil
        }
        return settings
    }

    /// Returns the settings that no file states.
    private func assumed(_ configuration: Configuration) -> [ModelSettings.Part] {
        guard !configuration.isComplete else {
            return []
        }
        return ModelSettings.Part.allCases.filter { part in
            !configuration.settings.specifies(part) && !certain.contains(part) && !(part == .heads && headCount != nil)
        }
    }

    /// Returns the number of heads, which no tensor determines: the known number, or that of the published models of the
    /// same width.
    private func heads(
        _ known: Int?, _ configuration: Configuration, _ weights: WeightReader, width: Int
    ) throws(EngineError) -> Int {
        let published = PublishedHeadCounts.count(width: width, inner: weights["blocks"][0]["mlp"].hiddenWidth)
        let headWidth = PublishedHeadCounts.width
        let heads = known ?? headCount ?? published ?? (width % headWidth == 0 ? width / headWidth : 0)
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
    /// Refuses a configuration whose patch size contradicts the tensors.
    ///
    /// - Throws: ``EngineError/invalidValue(what:found:expected:)``.
    func check(patch: PixelSize) throws(EngineError) {
        guard let patchSize, patchSize != patch else { return }
        throw .invalidValue(
            what: "“patch_size” in the configuration", found: patchSize.words,
            expected: "\(patch.words), as in the weights")
    }
}

extension WeightReader {
    /// Returns the number of features and the patch size of a patch embedding's weight, `[features, 3, height, width]`.
    ///
    /// - Throws: ``EngineError/missingTensors(path:names:count:)``, or
    ///   ``EngineError/shapeMismatch(place:expected:found:)`` when its shape has another form.
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
