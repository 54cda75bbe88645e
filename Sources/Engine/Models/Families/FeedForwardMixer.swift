import Checkpoints
import Compute
import Images
import Platform

/// The feed-forward-only model: a vision transformer whose attention is replaced by a second MLP over the tokens.
///
/// Each block works on each token's features first, then on each feature's tokens, including the class token. The
/// second layer norm normalizes over the tokens. The logits are computed from the class token.
///
/// Source: Melas-Kyriazi 2021, arXiv:2105.02723.
enum FeedForwardMixer: ModelFamily {
    static let name = "feed-forward mixer"

    static func recognizes(_ checkpoint: any Checkpoint) -> Bool {
        checkpoint.has("pos_encoding.pos_embed", "blocks.0.mlp1.fc1.weight", "blocks.0.mlp2.fc1.weight")
    }

    static func build(
        _ weights: WeightReader, _ configuration: Configuration
    ) throws(EngineError) -> Blueprint {
        let embedding = weights["patch_embed"]["proj"]
        let (width, patch) = try embedding.patchSizes()
        let grid = try grid(weights, configuration, patch: patch)
        let size = try grid.fixedSize(configuration, patch: patch)
        let layout = TokenLayout(special: ["CLS"], rows: grid.rows, columns: grid.columns)
        let settings = configuration.settings.filled(by: ModelSettings(activation: .gelu, epsilon: 1e-6))
        let (epsilon, activation) = (settings.epsilon ?? 1e-6, settings.activation ?? .gelu)

        var graph = GraphBuilder(height: size.height, width: size.width, layout: layout, names: weights.names)
        let patches = try graph.patches(of: graph.picture, embedding, size: patch, features: width)
        graph.name(patches, "patch_embed", also: ["patch_embed.proj"])
        var x = try graph.apply(assembly(weights, width: width, layout), patches)
        graph.name(x, "tokens", also: ["pos_encoding"])

        for index in 0..<weights.blockCount {
            let (block, at) = (weights["blocks"][index], "blocks.\(index)")
            graph.name(x, "\(at).before", listed: false)

            let norm1 = try graph.layerNorm(x, block["norm1"], epsilon: epsilon)
            graph.name(norm1, "\(at).norm1")
            x = try graph.add(
                x, graph.mlp(norm1, block["mlp1"], at: "\(at).mlp1", alias: "\(at).mlp", activation: activation))
            graph.name(x, "\(at).middle")

            let norm2 = try graph.layerNorm(graph.transpose(x), block["norm2"], epsilon: epsilon)
            graph.name(try graph.transpose(norm2), "\(at).norm2")
            x = try graph.add(x, graph.tokenMLP(norm2, block["mlp2"], at: "\(at).mlp2", activation: activation))
            graph.name(x, at, aliases: ["\(at).after"])
        }
        graph.name(x, "blocks", listed: false)

        let norm = try graph.layerNorm(x, weights["norm"], epsilon: epsilon)
        graph.name(norm, "norm")
        let pooled = try graph.apply(SelectToken(0), norm)
        if let classes = weights["head"].shape("weight")?.dimensions.first {
            graph.name(pooled, "embedding", listed: false)
            graph.name(
                try graph.linear(pooled, weights["head"], classes), "logits", also: ["head"], aliases: ["output"])
        } else {
            graph.name(pooled, "embedding", aliases: ["output"], listed: false)
        }
        var blueprint = Blueprint(size: size, patch: patch, input: .imageNet, graph: graph.build())
        blueprint.settings = ModelSettings(activation: activation, epsilon: epsilon)
        blueprint.width = width
        blueprint.notes = [grid.note].compactMap(\.self)
        return blueprint
    }

    /// Returns the grid of the patches. The layers over the tokens determine their number; the positions may have a
    /// finer grid.
    private static func grid(
        _ weights: WeightReader, _ configuration: Configuration, patch: PixelSize
    ) throws(EngineError) -> PatchGrid {
        let count = (weights["blocks"][0]["norm2"].shape("weight")?[0] ?? 0) - 1
        var configuration = configuration
        if let stored = weights["pos_encoding"].shape("pos_embed"), stored.rank == 4,
            stored[2] < 1 << 16, stored[3] < 1 << 16, configuration.storedSize == nil
        {
            configuration.storedSize = PixelSize(width: stored[3] * patch.width, height: stored[2] * patch.height)
        }
        return try PatchGrid([count], configuration, patch: patch)
    }

    /// Returns the class token and a position for every token.
    ///
    /// The patches' positions are stored with features first, for 14 × 14 patches regardless of the model's number:
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
            // The reader has recorded what is missing, and the graph will not be used.
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
