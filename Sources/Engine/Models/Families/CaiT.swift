import Checkpoints
import Compute
import Images
import Platform

/// CaiT: a transformer of the patches alone, whose heads talk to each other; then blocks in which only the class token
/// attends.
///
///     x ← x + γ₁ · talking heads(norm₁(x));  x ← x + γ₂ · mlp(norm₂(x))                   `blocks`
///     c ← c + γ₁ · class attention(norm₁([c; x]));  c ← c + γ₂ · mlp(norm₂(c))            `class_blocks`
///
/// Talking heads mix the heads' scores before the softmax and the patterns after it. `pattern` is the softmax, whose rows
/// sum to 1.
///
/// Source: Touvron et al. 2021, arXiv:2103.17239; timm `cait.py`.
enum CaiT: ModelFamily {
    static let name = "CaiT"

    static func recognizes(_ checkpoint: any Checkpoint) -> Bool {
        checkpoint.has("blocks.0.attn.proj_l.weight", "blocks_token_only.0.attn.q.weight")
    }

    static func build(
        _ weights: WeightReader, _ configuration: Configuration
    ) throws(EngineError) -> Blueprint {
        let embedding = weights["patch_embed"]["proj"]
        let (width, patch) = try embedding.patchSizes()
        try configuration.check(patch: patch)
        let count = (weights.shape("pos_embed")?.count ?? 0) / width
        let grid = try PatchGrid([count], configuration, patch: patch)
        let size = try grid.size(configuration, patch: patch)
        let layout = TokenLayout(
            special: ["CLS"], rows: size.height / patch.height, columns: size.width / patch.width)
        // Each head is mixed with every other, so the tensors determine how many there are.
        let heads = weights["blocks"][0]["attn"]["proj_l"].shape("weight")?.dimensions.first ?? 1
        let settings = try configuration.settings(
            heads: heads, of: width, tensor: "blocks.0.attn.proj_l.weight", pooling: .classToken)
        let block = CaiTBlock(heads: heads, epsilon: settings.epsilon ?? 1e-6, activation: settings.activation ?? .gelu)

        var graph = GraphBuilder(height: size.height, width: size.width, layout: layout, names: weights.names)
        let patches = try graph.patches(of: graph.picture, embedding, size: patch, features: width)
        graph.name(patches, "patch_embed", also: ["patch_embed.proj"])
        let positions = try weights.parameter("pos_embed", [1, count, width]).reshaped([count, width])
        // DeiT's own program stretches positions so when it fine-tunes at another size.
        var x = try graph.apply(
            AssembleTokens(
                special: nil,
                positions: PositionResampling.bicubic.resampled(
                    positions, from: (grid.rows, grid.columns), to: (layout.rows, layout.columns))), patches)
        graph.name(x, "tokens")
        for index in 0..<weights.blockCount {
            x = try block.append(to: &graph, x, weights["blocks"][index], at: "blocks.\(index)")
        }
        graph.name(x, "blocks", listed: false)
        x = try block.appendClassBlocks(to: &graph, x, weights)
        try TransformerReadout.classToken.append(
            to: &graph, x, weights, epsilon: block.epsilon, pooling: settings.pooling,
            AttentionPooling(heads: heads, epsilon: block.epsilon), returnsTokens: false)

        var blueprint = Blueprint(size: size, patch: patch, input: .imageNet, graph: graph.build())
        blueprint.settings = settings
        blueprint.assumed = configuration.open([.activation, .epsilon, .pooling])
        blueprint.width = width
        blueprint.notes = [grid.note].compactMap(\.self)
        return blueprint
    }
}

/// The blocks of ``CaiT``.
private struct CaiTBlock {
    let heads: Int
    let epsilon: Float
    let activation: Activation

    /// Appends a block of the patches, named below `at`.
    func append(
        to graph: inout GraphBuilder, _ input: GraphBuilder.Result, _ block: WeightReader, at: String
    ) throws(EngineError) -> GraphBuilder.Result {
        graph.name(input, "\(at).before", listed: false)
        let norm1 = try graph.layerNorm(input, block["norm1"], epsilon: epsilon)
        graph.name(norm1, "\(at).norm1")
        let mixed = try attention(&graph, norm1, block["attn"], at: "\(at).attn")
        let scaled1 = try graph.layerScale(mixed, block["ls1"], at: "\(at).ls1")
        let middle = try graph.add(input, scaled1)
        graph.name(middle, "\(at).middle")
        let norm2 = try graph.layerNorm(middle, block["norm2"], epsilon: epsilon)
        graph.name(norm2, "\(at).norm2")
        let features = try graph.mlp(norm2, block["mlp"], at: "\(at).mlp", activation: activation)
        let output = try graph.add(middle, graph.layerScale(features, block["ls2"], at: "\(at).ls2"))
        graph.name(output, at, aliases: ["\(at).after"])
        return output
    }

    /// Appends the blocks of the class token, and returns all tokens with it as the first.
    func appendClassBlocks(
        to graph: inout GraphBuilder, _ patches: GraphBuilder.Result, _ weights: WeightReader
    ) throws(EngineError) -> GraphBuilder.Result {
        let (count, width) = (patches.shape[0], patches.shape[1])
        let token = try weights.parameter("cls_token", [1, 1, width])
        let none = Parameter(shape: [count, width]) { $0.update(repeating: 0) }
        var tokens = try graph.apply(
            AssembleTokens(special: token.reshaped([1, width]), positions: none), patches)
        let blocks = weights["blocks_token_only"]
        for index in 0... {
            guard blocks[index]["norm1"].has("weight") else { break }
            let (block, at, module) = (blocks[index], "class_blocks.\(index)", "blocks_token_only.\(index)")
            graph.name(tokens, "\(at).before", listed: false)
            let class0 = try graph.apply(SelectToken(0), tokens)
            let norm1 = try graph.layerNorm(tokens, block["norm1"], epsilon: epsilon)
            graph.name(norm1, "\(at).norm1", also: ["\(module).norm1"])
            let mixed = try ClassAttention(heads: heads).append(
                to: &graph, norm1, block["attn"], at: "\(at).attn", module: "\(module).attn")
            let scaled1 = try graph.apply(Scale(factor: block.parameter("gamma_1", [width])), mixed)
            graph.name(scaled1, "\(at).ls1")
            let middle = try graph.add(class0, scaled1)
            graph.name(middle, "\(at).middle")
            let norm2 = try graph.layerNorm(middle, block["norm2"], epsilon: epsilon)
            graph.name(norm2, "\(at).norm2", also: ["\(module).norm2"])
            let features = try graph.mlp(
                norm2, block["mlp"], at: "\(at).mlp", module: "\(module).mlp", activation: activation)
            let scaled2 = try graph.apply(Scale(factor: block.parameter("gamma_2", [width])), features)
            graph.name(scaled2, "\(at).ls2")
            let class1 = try graph.add(middle, scaled2)
            graph.name(class1, at, also: [module], aliases: ["\(at).after"])
            tokens = try graph.apply(JoinTokens(), class1, patches)
        }
        return tokens
    }

    /// Adds attention whose heads are mixed before and after the softmax, then a projection.
    private func attention(
        _ graph: inout GraphBuilder, _ x: GraphBuilder.Result, _ weights: WeightReader, at: String
    ) throws(EngineError) -> GraphBuilder.Result {
        let width = x.shape[-1]
        let qkv = try graph.linear(x, weights["qkv"], 3 * width, bias: weights["qkv"].has("bias"))
        graph.name(qkv, "\(at).qkv", listed: false)
        let parts = try graph.queriesKeysAndValues(of: qkv, at: at)
        let shape = LayerShape.heads(
            TokenLayout(special: [], rows: graph.layout.rows, columns: graph.layout.columns), count: heads)
        let factor = 1 / Float(width / heads).squareRoot()
        let scores = try graph.apply(GroupedScores(heads: heads, factor: factor), parts.queries, parts.keys)
        let before = try mix(&graph, scores, weights["proj_l"])
        graph.name(before, "\(at).proj_l", listed: false, as: shape)
        let pattern = try graph.apply(RowSoftmax(), before)
        graph.name(pattern, "\(at).pattern", as: shape)
        let after = try mix(&graph, pattern, weights["proj_w"])
        graph.name(after, "\(at).proj_w", listed: false, as: shape)
        let mixed = try graph.apply(MixValues(heads: heads), after, parts.values)
        graph.name(mixed, "\(at).heads")
        let output = try graph.linear(mixed, weights["proj"], width)
        graph.name(output, at, also: ["\(at).proj"])
        return output
    }

    private func mix(
        _ graph: inout GraphBuilder, _ x: GraphBuilder.Result, _ weights: WeightReader
    ) throws(EngineError) -> GraphBuilder.Result {
        try graph.apply(
            MixHeads(weight: weights.parameter("weight", [heads, heads]), bias: weights.parameter("bias", [heads])), x)
    }
}
