/// The feed-forward-only model: a vision transformer whose attention is replaced by a second MLP
/// that works over the tokens.
///
/// Each block works on each token's features first, then on each feature's tokens, the class token
/// included. The second layer norm normalises over the tokens. The logits are read off the class token.
///
/// Source: Melas-Kyriazi 2021, arXiv:2105.02723.
enum FeedForwardMixer: ModelFamily {
    static let name = "feed-forward mixer"
    static let lookedFor = "a feed-forward mixer by “pos_encoding.pos_embed”"

    static func recognises(_ checkpoint: any Checkpoint) -> Bool {
        checkpoint.has("pos_encoding.pos_embed", "blocks.0.mlp1.fc1.weight", "blocks.0.mlp2.fc1.weight")
    }

    static func build(
        _ weights: WeightReader, _ configuration: Configuration
    ) throws(EngineError) -> Blueprint {
        let embedding = weights["patch_embed"]["proj"]
        let (width, patch) = try embedding.patchSizes()
        // The layers over the tokens tell their number; the positions may be those of a finer grid.
        let side = try squareSide((weights["blocks"][0]["norm2"].shape("weight")?[0] ?? 0) - 1)
        let layout = TokenLayout(special: ["CLS"], rows: side, columns: side)
        try configuration.checkFixedSize(side * patch)

        var graph = GraphBuilder(height: side * patch, width: side * patch, layout: layout, names: weights.names)
        let patches = try graph.patches(of: graph.picture, embedding, size: patch, features: width)
        graph.name(patches, "patch_embed", also: ["patch_embed.proj"])
        var x = try graph.apply(assembly(weights, width: width, layout), patches)
        graph.name(x, "tokens", also: ["pos_encoding"])

        for index in 0..<weights.blockCount {
            let (block, at) = (weights["blocks"][index], "blocks.\(index)")
            graph.name(x, "\(at).before", listed: false)

            let norm1 = try graph.layerNorm(x, block["norm1"])
            graph.name(norm1, "\(at).norm1")
            x = try graph.add(x, graph.mlp(norm1, block["mlp1"], at: "\(at).mlp1", alias: "\(at).mlp"))
            graph.name(x, "\(at).middle")

            let norm2 = try graph.layerNorm(graph.transpose(x), block["norm2"])
            graph.name(try graph.transpose(norm2), "\(at).norm2")
            x = try graph.add(x, graph.tokenMLP(norm2, block["mlp2"], at: "\(at).mlp2"))
            graph.name(x, at, aliases: ["\(at).after"])
        }
        graph.name(x, "blocks", listed: false)

        let norm = try graph.layerNorm(x, weights["norm"])
        graph.name(norm, "norm")
        let pooled = try graph.apply(SelectToken(0), norm)
        graph.name(pooled, "embedding", listed: false)
        if let classes = weights["head"].shape("weight")?.dimensions.first {
            graph.name(
                try graph.linear(pooled, weights["head"], classes), "logits", also: ["head"], aliases: ["output"])
        } else {
            graph.name(norm, "output", listed: false)
        }
        return Blueprint(
            height: side * patch, width: side * patch, patch: patch, input: .imageNet, graph: graph.build())
    }

    /// The class token, and a position for every token.
    ///
    /// Those of the patches are stored features first, for 14 × 14 patches whatever the model's number:
    /// `linear_large` has 7 × 7 and shrinks them bilinearly.
    private static func assembly(
        _ weights: WeightReader, width: Int, _ layout: TokenLayout
    ) throws(EngineError) -> AssembleTokens {
        let scope = weights["pos_encoding"]
        let grid = scope.shape("pos_embed") ?? []
        guard grid.rank == 4, grid[2] > 0, grid[3] > 0 else {
            throw .shapeMismatch(
                place: "The tensor “pos_encoding.pos_embed” of “\(weights.checkpoint.path)”",
                expected: [1, width, layout.rows, layout.columns], found: grid)
        }
        let learned = grid[2] * grid[3]
        let stored = try scope.parameter("pos_embed", [1, width, grid[2], grid[3]]).reshaped([width, learned])
        let ofToken = try scope.parameter("cls_pos_embed", [1, 1, width])
        let token = try weights.parameter("cls_token", [1, 1, width])
        guard ofToken.count > 0, token.count > 0 else {
            // The reader has noted what is missing and the graph will not be used.
            return AssembleTokens(special: nil, positions: Parameter(missing: [layout.patchCount, width]))
        }
        let special = Parameter(shape: [1, width]) { values in
            for index in 0..<width { values[index] = token.values[index] + ofToken.values[index] }
        }
        let byPatch = stored.transposed()
        guard learned != layout.patchCount else { return AssembleTokens(special: special, positions: byPatch) }
        let positions = Parameter(shape: [layout.patchCount, width]) { values in
            guard let start = values.baseAddress else { return }
            PositionResampling.bilinear.resample(
                byPatch.values, from: (grid[2], grid[3]), into: start, to: (layout.rows, layout.columns),
                features: width)
        }
        return AssembleTokens(special: special, positions: positions)
    }
}
