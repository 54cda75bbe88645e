/// The feed-forward-only model: a vision transformer whose attention is replaced by a second MLP
/// that works over the tokens.
///
/// Each block works on each token's features first, then on each feature's tokens, the class token
/// included. The second layer norm normalises over the tokens. The logits are read off the class token.
///
/// Source: Melas-Kyriazi 2021, arXiv:2105.02723.
enum FeedForwardMixer: ModelFamily {
    static let name = "feed-forward mixer"
    static let lookedFor =
        "“pos_encoding.pos_embed”, “blocks.0.mlp1.fc1.weight” and “blocks.0.mlp2.fc1.weight” for a feed-forward mixer"

    static func recognises(_ checkpoint: any Checkpoint) -> Bool {
        ["pos_encoding.pos_embed", "blocks.0.mlp1.fc1.weight", "blocks.0.mlp2.fc1.weight"]
            .allSatisfy { checkpoint.shape($0) != nil }
    }

    static func build(
        _ weights: WeightReader, _ configuration: Configuration
    ) throws(EngineError) -> Blueprint {
        let embedding = weights["patch_embed"]["proj"]
        let (width, patch) = try patchSizes(embedding, "patch_embed.proj")
        let grid = weights["pos_encoding"].shape("pos_embed") ?? []
        guard grid.rank == 4, grid[2] > 0, grid[3] > 0 else {
            throw .shapeMismatch(
                place: "The tensor “pos_encoding.pos_embed” of “\(weights.checkpoint.path)”",
                expected: [1, width, 14, 14], found: grid)
        }
        let layout = TokenLayout(special: ["CLS"], rows: grid[2], columns: grid[3])

        var graph = GraphBuilder(height: layout.rows * patch, width: layout.columns * patch, layout: layout)
        let patches = try graph.patches(of: graph.picture, embedding, size: patch, features: width)
        graph.name(patches, "patch_embed", also: ["patch_embed.proj"])
        var x = try graph.apply(assembly(weights, width: width, layout), patches)

        for index in 0..<weights["blocks"].count {
            let (block, at) = (weights["blocks"][index], "blocks.\(index)")

            let norm1 = try graph.layerNorm(x, block["norm1"])
            graph.name(norm1, "\(at).norm1")
            x = try graph.add(x, graph.mlp(norm1, block["mlp1"], at: "\(at).mlp1", alias: "\(at).mlp"))

            let norm2 = try graph.layerNorm(graph.transpose(x), block["norm2"])
            graph.name(try graph.transpose(norm2), "\(at).norm2")
            x = try graph.add(
                x, graph.tokenMLP(norm2, block["mlp2"], at: "\(at).mlp2", also: ["\(at).mlp2.fc2"]))
            graph.name(x, at)
        }

        let norm = try graph.layerNorm(x, weights["norm"])
        graph.name(norm, "norm")
        if let classes = weights["head"].shape("weight")?.dimensions.first {
            let logits = try graph.linear(graph.apply(SelectToken(0), norm), weights["head"], classes)
            graph.name(logits, "logits", also: ["head"])
        }
        return Blueprint(
            height: layout.rows * patch, width: layout.columns * patch, patch: patch, graph: graph.build())
    }

    /// The class token, and a position for every token. Those of the patches are stored features first.
    private static func assembly(
        _ weights: WeightReader, width: Int, _ layout: TokenLayout
    ) throws(EngineError) -> AssembleTokens {
        let scope = weights["pos_encoding"]
        let count = layout.patchCount
        let stored = try scope.parameter("pos_embed", [1, width, layout.rows, layout.columns])
        let ofToken = try scope.parameter("cls_pos_embed", [1, 1, width])
        let token = try weights.parameter("cls_token", [1, 1, width])
        guard stored.count > 0, ofToken.count > 0 else {
            return AssembleTokens(
                classToken: token, positions: Parameter(missing: [1, 1 + count, width]), width: width)
        }
        let positions = Parameter(shape: [1, 1 + count, width]) { values in
            for feature in 0..<width {
                values[feature] = ofToken.values[feature]
                for patch in 0..<count {
                    values[(1 + patch) * width + feature] = stored.values[feature * count + patch]
                }
            }
        }
        return AssembleTokens(classToken: token, positions: positions, width: width)
    }
}
