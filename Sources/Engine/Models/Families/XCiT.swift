import Checkpoints
import Compute
import Images
import Platform

/// XCiT: attention among features instead of patches, and convolutions that connect neighboring patches; then blocks in which
/// the class token attends to all.
///
///     x ← x + γ₁ · cross-covariance attention(norm₁(x))
///     x ← x + γ₃ · local patch interaction(norm₃(x))
///     x ← x + γ₂ · mlp(norm₂(x))
///
/// Positions are Fourier features of the place, so any number of patches will do.
///
/// Source: El-Nouby et al. 2021, arXiv:2106.09681; timm `xcit.py`, <https://github.com/facebookresearch/xcit>.
enum XCiT: ModelFamily {
    static let name = "XCiT"

    static func recognizes(_ checkpoint: any Checkpoint) -> Bool {
        checkpoint.has("blocks.0.attn.temperature", "blocks.0.local_mp.conv1.weight")
    }

    static func build(
        _ weights: WeightReader, _ configuration: Configuration
    ) throws(EngineError) -> Blueprint {
        let stem = try ConvolutionStem(weights["patch_embed"]["proj"])
        let (width, patch) = (stem.width, stem.patch)
        try configuration.check(patch: patch)
        let size = try configuration.freeSize(patch: patch, otherwise: PixelSize(width: 224, height: 224))
        let layout = TokenLayout(
            special: ["CLS"], rows: size.height / patch.height, columns: size.width / patch.width)
        let heads = weights["blocks"][0]["attn"].shape("temperature")?.count ?? 1
        let settings = try configuration.settings(
            heads: heads, of: width, tensor: "blocks.0.attn.temperature", pooling: .classToken)
        let block = XCiTBlock(
            heads: heads, epsilon: settings.epsilon ?? 1e-6, activation: settings.activation ?? .gelu,
            // Only the narrowest published model normalizes the class token alone.
            normalizesAllTokens: configuration.normalizesAllTokens ?? (width != 128))

        var graph = GraphBuilder(height: size.height, width: size.width, layout: layout, names: weights.names)
        var x = try stem.append(to: &graph, weights["patch_embed"]["proj"], size: size, activation: block.activation)
        graph.name(x, "patch_embed", also: ["patch_embed.proj"])
        if weights.has("pos_embed.token_projection.weight") || weights.has("pos_embeder.token_projection.weight") {
            let prefix = weights.has("pos_embed.token_projection.weight") ? "pos_embed" : "pos_embeder"
            let positions = FourierPositions(rows: layout.rows, columns: layout.columns)
            x = try graph.apply(
                AssembleTokens(
                    special: nil, positions: positions.projected(weights[prefix]["token_projection"], width)), x)
        }
        graph.name(x, "tokens")
        for index in 0..<weights.blockCount {
            x = try block.append(to: &graph, x, weights["blocks"][index], at: "blocks.\(index)")
        }
        graph.name(x, "blocks", listed: false)
        x = try block.appendClassBlocks(to: &graph, x, weights)
        try TransformerReadout.classToken.append(
            to: &graph, x, weights, epsilon: block.epsilon, pooling: settings.pooling,
            AttentionPooling(heads: heads, epsilon: block.epsilon), returnsTokens: false)

        var input = InputDefaults.imageNet
        input.cropRatio = 1
        var blueprint = Blueprint(size: size, patch: patch, input: input, graph: graph.build())
        blueprint.settings = settings
        blueprint.assumed = configuration.open([.activation, .epsilon, .pooling])
        blueprint.width = width
        return blueprint
    }
}

/// The blocks of ``XCiT``.
private struct XCiTBlock {
    let heads: Int
    let epsilon: Float
    let activation: Activation
    /// Whether the second norm of the class token's blocks is applied to the patches, too.
    let normalizesAllTokens: Bool

    /// Appends a block of the patches, named below `at`.
    func append(
        to graph: inout GraphBuilder, _ input: GraphBuilder.Result, _ block: WeightReader, at: String
    ) throws(EngineError) -> GraphBuilder.Result {
        graph.name(input, "\(at).before", listed: false)
        let norm1 = try graph.layerNorm(input, block["norm1"], epsilon: epsilon)
        graph.name(norm1, "\(at).norm1")
        let mixed = try attention(&graph, norm1, block["attn"], at: "\(at).attn")
        let attended = try graph.add(input, scaled(&graph, mixed, block, "gamma1", at: "\(at).ls1"))
        let norm3 = try graph.layerNorm(attended, block["norm3"], epsilon: epsilon)
        graph.name(norm3, "\(at).norm3")
        let local = try interaction(&graph, norm3, block["local_mp"], at: "\(at).local_mp")
        let middle = try graph.add(attended, scaled(&graph, local, block, "gamma3", at: "\(at).ls3"))
        graph.name(middle, "\(at).middle")
        let norm2 = try graph.layerNorm(middle, block["norm2"], epsilon: epsilon)
        graph.name(norm2, "\(at).norm2")
        let features = try graph.mlp(norm2, block["mlp"], at: "\(at).mlp", activation: activation)
        let output = try graph.add(middle, scaled(&graph, features, block, "gamma2", at: "\(at).ls2"))
        graph.name(output, at, aliases: ["\(at).after"])
        return output
    }

    /// Appends the blocks of the class token, which goes before the patches.
    func appendClassBlocks(
        to graph: inout GraphBuilder, _ patches: GraphBuilder.Result, _ weights: WeightReader
    ) throws(EngineError) -> GraphBuilder.Result {
        let (count, width) = (patches.shape[0], patches.shape[1])
        let token = try weights.parameter("cls_token", [1, 1, width])
        let none = Parameter(shape: [count, width]) { $0.update(repeating: 0) }
        var x = try graph.apply(AssembleTokens(special: token.reshaped([1, width]), positions: none), patches)
        let others = GatherRows(Array(1...count))
        for index in 0... {
            let (block, at, module) = (
                weights["cls_attn_blocks"][index], "class_blocks.\(index)", "cls_attn_blocks.\(index)"
            )
            guard block["norm1"].has("weight") else { break }
            graph.name(x, "\(at).before", listed: false)
            let norm1 = try graph.layerNorm(x, block["norm1"], epsilon: epsilon)
            graph.name(norm1, "\(at).norm1", also: ["\(module).norm1"])
            let attended = try ClassAttention(heads: heads).append(
                to: &graph, norm1, block["attn"], at: "\(at).attn", module: "\(module).attn")
            let mixed = try graph.apply(JoinTokens(), attended, graph.apply(others, norm1))
            x = try graph.add(x, scaled(&graph, mixed, block, "gamma1", at: "\(at).ls1"))
            graph.name(x, "\(at).middle")
            x = try secondNorm(&graph, x, others, block["norm2"], at: "\(at).norm2", module: "\(module).norm2")
            let features = try graph.mlp(
                graph.apply(SelectToken(0), x), block["mlp"], at: "\(at).mlp", module: "\(module).mlp",
                activation: activation)
            let token = try scaled(&graph, features, block, "gamma2", at: "\(at).ls2")
            // The patches are added to themselves, as in the reference.
            x = try graph.add(x, graph.apply(JoinTokens(), token, graph.apply(others, x)))
            graph.name(x, at, also: [module], aliases: ["\(at).after"])
        }
        return x
    }

    private func secondNorm(
        _ graph: inout GraphBuilder, _ x: GraphBuilder.Result, _ others: GatherRows, _ weights: WeightReader,
        at: String,
        module: String
    ) throws(EngineError) -> GraphBuilder.Result {
        let input = try normalizesAllTokens ? x : graph.apply(SelectToken(0), x)
        let norm = try graph.layerNorm(input, weights, epsilon: epsilon)
        graph.name(norm, at, also: [module])
        return try normalizesAllTokens ? norm : graph.apply(JoinTokens(), norm, graph.apply(others, x))
    }

    /// Adds attention among the features of each head: the softmax of the cosines of queries' and keys' features, over the
    /// patches, divided by a temperature.
    ///
    ///     y = V · softmax(K̂ᵀ · Q̂ · τ)          Source: eq. 3
    private func attention(
        _ graph: inout GraphBuilder, _ x: GraphBuilder.Result, _ weights: WeightReader, at: String
    ) throws(EngineError) -> GraphBuilder.Result {
        let width = x.shape[-1]
        let qkv = try graph.linear(x, weights["qkv"], 3 * width, bias: weights["qkv"].has("bias"))
        graph.name(qkv, "\(at).qkv", listed: false)
        let parts = try graph.queriesKeysAndValues(of: qkv, at: at)
        let temperature = try weights.parameter("temperature", [heads, 1, 1])
        let factor = Parameter(shape: [width]) { values in
            for feature in 0..<width where temperature.count == heads {
                values[feature] = temperature.values[feature / (width / heads)]
            }
        }
        // A head's features are the rows of a group.
        let queries = try graph.apply(UnitRows(factor: factor), graph.transpose(parts.queries))
        let keys = try graph.apply(UnitRows(), graph.transpose(parts.keys))
        let pattern = try graph.apply(
            RowSoftmax(), graph.apply(GroupedScores(heads: 1, groups: heads, factor: 1), queries, keys))
        let mixed = try graph.transpose(
            graph.apply(MixValues(heads: 1, groups: heads), pattern, graph.transpose(parts.values)))
        graph.name(mixed, "\(at).heads")
        let output = try graph.linear(mixed, weights["proj"], width)
        graph.name(output, at, also: ["\(at).proj"])
        return output
    }

    /// Adds the exchange among neighboring patches: two depthwise convolutions with an activation and a batch norm between
    /// them.
    private func interaction(
        _ graph: inout GraphBuilder, _ x: GraphBuilder.Result, _ weights: WeightReader, at: String
    ) throws(EngineError) -> GraphBuilder.Result {
        let first = try convolution(&graph, x, weights["conv1"])
        graph.name(first, "\(at).conv1", listed: false)
        let hidden = try graph.activate(first, by: activation)
        graph.name(hidden, "\(at).hidden", also: ["\(at).act"])
        let fold = try FoldedBatchNorm(weights["bn"], features: x.shape[-1])
        let norm = try graph.apply(Scale(factor: fold.factor, shift: fold.shift), hidden)
        graph.name(norm, "\(at).bn", listed: false)
        let output = try convolution(&graph, norm, weights["conv2"])
        graph.name(output, at, also: ["\(at).conv2"])
        return output
    }

    private func convolution(
        _ graph: inout GraphBuilder, _ x: GraphBuilder.Result, _ weights: WeightReader
    ) throws(EngineError) -> GraphBuilder.Result {
        let width = x.shape[-1]
        let side = weights.shape("weight")?.dimensions.last ?? 3
        let window = SlidingWindow(
            rows: graph.layout.rows, columns: graph.layout.columns, height: side, width: side, paddingRows: side / 2,
            paddingColumns: side / 2)
        return try graph.apply(
            DepthwiseConvolution(
                weight: weights.parameter("weight", [width, 1, side, side]), bias: weights.parameter("bias", [width]),
                window: window), x)
    }

    private func scaled(
        _ graph: inout GraphBuilder, _ x: GraphBuilder.Result, _ block: WeightReader, _ name: String, at: String
    ) throws(EngineError) -> GraphBuilder.Result {
        let output = try graph.apply(Scale(factor: block.parameter(name, [x.shape[-1]])), x)
        graph.name(output, at)
        return output
    }
}
