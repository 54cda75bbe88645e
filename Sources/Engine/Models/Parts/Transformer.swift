/// A vision transformer as a graph: what all of them have in common, and where they differ.
///
/// Patches and special tokens with learned positions; each block mixes tokens by attention, then works
/// on each token alone, both normalised before and added to the residual stream. Which optional parts
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
    /// What pictures the weights were trained on, unless their configuration says so.
    var input = InputDefaults.imageNet
    /// How many heads each attention has, where the tensors tell it.
    var headCount: Int?

    /// Writes the model as a graph.
    ///
    /// - Throws: ``EngineError/missingTensors(path:names:count:)``, ``EngineError/shapeMismatch(place:expected:found:)``,
    ///   ``EngineError/invalidValue(what:found:expected:)``.
    func build(
        _ weights: WeightReader, _ configuration: Configuration
    ) throws(EngineError) -> Blueprint {
        let embedding = weights["patch_embed"]["proj"]
        let (width, patch) = try embedding.patchSizes()
        let tokens = try TransformerTokens(weights, configuration, width: width, patch: patch)
        let block = TransformerBlock(
            heads: try heads(configuration, width: width, weights),
            epsilon: configuration.epsilon ?? epsilon, activation: configuration.activation ?? activation,
            normsAfterParts: configuration.normsAfterParts, parts: TransformerBlock.Parts(weights))
        let (rows, columns) = (tokens.layout.rows, tokens.layout.columns)

        var graph = GraphBuilder(
            height: rows * patch, width: columns * patch, layout: tokens.layout, names: weights.names)
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
        try readout.append(to: &graph, x, weights, epsilon: block.epsilon, pool: configuration.pool)
        var blueprint = Blueprint(
            height: rows * patch, width: columns * patch, patch: patch, input: input, graph: graph.build())
        if knownHeads(configuration, width: width) == nil {
            blueprint.notes.append(
                "The file does not say how many heads the attention has; \(block.heads) of \(width / block.heads) features "
                    + "are assumed. If not, put a config.json beside it, {\"num_attention_heads\": …}, and load the folder."
            )
        }
        return blueprint
    }

    /// How many heads each attention has: as the configuration says, or as all published models of the width have.
    private func knownHeads(_ configuration: Configuration, width: Int) -> Int? {
        configuration.heads ?? headCount ?? UsualHeads.count(width: width)
    }

    /// How many heads each attention has, which no tensor tells.
    private func heads(
        _ configuration: Configuration, width: Int, _ weights: WeightReader
    ) throws(EngineError) -> Int {
        let isKnown = knownHeads(configuration, width: width) != nil
        let heads = knownHeads(configuration, width: width) ?? width / UsualHeads.width
        guard heads > 0, width % heads == 0, isKnown || width % UsualHeads.width == 0 else {
            throw .invalidValue(
                what: "The number of heads", found: configuration.heads.map { "\($0)" } ?? "not in the file",
                expected: "a divisor of the width \(width), as “num_attention_heads” in a config.json beside the file; "
                    + "then load the folder")
        }
        return heads
    }
}

extension WeightReader {
    /// The features and the patch size that a patch embedding's weight `[features, 3, patch, patch]` has.
    ///
    /// - Throws: ``EngineError/missingTensors(path:names:count:)``, or
    ///   ``EngineError/shapeMismatch(place:expected:found:)`` when it is of another form.
    func patchSizes() throws(EngineError) -> (features: Int, patch: Int) {
        let name = spelling(of: "weight")
        guard let shape = shape("weight") else {
            throw .missingTensors(path: checkpoint.path, names: [name], count: 1)
        }
        guard shape.rank == 4, shape[1] == 3, shape[2] == shape[3], shape.count > 0 else {
            let found = shape.rank == 4 ? shape : [0, 0, 0, 0]
            throw .shapeMismatch(
                place: "The tensor “\(name)” of “\(checkpoint.path)”",
                expected: [max(found[0], 1), 3, max(found[2], 1), max(found[2], 1)], found: shape)
        }
        return (shape[0], shape[2])
    }
}
