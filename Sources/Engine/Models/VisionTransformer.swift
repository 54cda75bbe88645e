/// The vision transformer with timm's tensor names; DeiT is one.
///
/// Patches and a class token with learned positions; each block mixes tokens by attention, then works
/// on each token alone, both normalised before and added to the residual stream. The logits are read
/// off the class token.
///
/// Source: Dosovitskiy et al. 2021, arXiv:2010.11929, eq. 1–4; timm `vision_transformer.py`.
enum VisionTransformer: ModelFamily {
    static let name = "vision transformer"
    static let lookedFor = "“cls_token”, “pos_embed” and “blocks.0.attn.qkv.weight” for a vision transformer"

    /// Every published size from tiny to huge has heads of this width.
    private static let usualHeadWidth = 64

    static func recognises(_ checkpoint: any Checkpoint) -> Bool {
        ["cls_token", "pos_embed", "blocks.0.attn.qkv.weight"].allSatisfy { checkpoint.shape($0) != nil }
    }

    static func build(
        _ weights: WeightReader, _ configuration: Configuration
    ) throws(EngineError) -> Blueprint {
        let embedding = weights["patch_embed"]["proj"]
        let (width, patch) = try patchSizes(embedding, "patch_embed.proj")
        let tokens = weights.shape("pos_embed").map { $0.rank == 3 ? $0[1] : 0 } ?? 0
        let side = try squareSide(tokens - 1)
        let layout = TokenLayout(special: ["CLS"], rows: side, columns: side)
        let heads = try headCount(configuration, width: width)

        var graph = GraphBuilder(height: side * patch, width: side * patch, layout: layout)
        let patches = try graph.patches(
            of: graph.picture, embedding, size: patch, features: width, bias: embedding.shape("bias") != nil)
        graph.name(patches, "patch_embed", also: ["patch_embed.proj"])
        var x = try graph.apply(assembly(weights, width: width, patches: side * side), patches)

        for index in 0..<weights["blocks"].count {
            let (block, at) = (weights["blocks"][index], "blocks.\(index)")

            let norm1 = try graph.layerNorm(x, block["norm1"])
            graph.name(norm1, "\(at).norm1")
            let attention = try attention(&graph, norm1, block["attn"], heads: heads, at: "\(at).attn")
            x = try graph.add(x, attention)

            let norm2 = try graph.layerNorm(x, block["norm2"])
            graph.name(norm2, "\(at).norm2")
            x = try graph.add(x, graph.mlp(norm2, block["mlp"], at: "\(at).mlp"))
            graph.name(x, at)
        }

        let norm = try graph.layerNorm(x, weights["norm"])
        graph.name(norm, "norm")
        if let classes = weights["head"].shape("weight")?.dimensions.first {
            let logits = try graph.linear(graph.apply(SelectToken(0), norm), weights["head"], classes)
            graph.name(logits, "logits", also: ["head"])
        }
        return Blueprint(height: side * patch, width: side * patch, patch: patch, graph: graph.build())
    }

    /// softmax(Q · Kᵀ / √d) · V for each head, then a projection.
    private static func attention(
        _ graph: inout GraphBuilder, _ x: GraphBuilder.Result, _ weights: WeightReader, heads: Int, at: String
    ) throws(EngineError) -> GraphBuilder.Result {
        let width = x.shape[-1]
        let qkv = try graph.linear(x, weights["qkv"], 3 * width, bias: weights["qkv"].shape("bias") != nil)
        graph.name(qkv, "\(at).qkv", listed: false)
        let mixing = try graph.apply(AttentionWeights(heads: heads), qkv)
        let mixed = try graph.apply(AttentionValues(heads: heads), mixing, qkv)
        graph.name(mixed, "\(at).heads", listed: false)
        let output = try graph.linear(mixed, weights["proj"], width)
        graph.name(output, at, also: ["\(at).proj"])
        return output
    }

    /// The class token, and a position for every token.
    private static func assembly(
        _ weights: WeightReader, width: Int, patches: Int
    ) throws(EngineError) -> AssembleTokens {
        let token = try weights.parameter("cls_token", [1, 1, width])
        let positions = try weights.parameter("pos_embed", [1, patches + 1, width])
        return AssembleTokens(classToken: token, positions: positions, width: width)
    }

    private static func headCount(
        _ configuration: Configuration, width: Int
    ) throws(EngineError) -> Int {
        let heads = configuration.heads ?? width / usualHeadWidth
        guard heads > 0, width % heads == 0, configuration.heads != nil || width % usualHeadWidth == 0 else {
            throw .invalidValue(
                what: "The number of heads", found: configuration.heads.map { "\($0)" } ?? "not in the file",
                expected: "a divisor of the width \(width), as “num_heads” in the file's “config”")
        }
        return heads
    }
}
