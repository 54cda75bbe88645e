import Checkpoints
import Compute
import Images
import Platform

/// Transformer in transformer: a small transformer on the pixels of each patch, whose result is added to the patch before each
/// block of the large one.
///
///     y ← y + attention(norm(y)), y ← y + mlp(norm(y))         within each patch: `inner`
///     x ← x + projection(y), except the class token
///     x ← x + attention(norm(x)), x ← x + mlp(norm(x))         among the patches
///
/// A “pixel” is a window of 7 × 7 pixels, every 4 pixels. The layers below `inner` have a token for each, row by row over the
/// whole picture.
///
/// Source: Han et al. 2021, arXiv:2103.00112, eq. 2–9; timm `tnt.py`.
enum TNT: ModelFamily {
    static let name = "TNT"

    static func recognizes(_ checkpoint: any Checkpoint) -> Bool {
        checkpoint.has("pixel_embed.proj.weight", "blocks.0.attn_in.qk.weight")
    }

    static func build(
        _ weights: WeightReader, _ configuration: Configuration
    ) throws(EngineError) -> Blueprint {
        let width = weights["proj"].shape("weight")?.dimensions.first ?? 0
        let stem = try TNTStem(weights)
        let patch = PixelSize(width: stem.side.columns * TNTStem.stride, height: stem.side.rows * TNTStem.stride)
        try configuration.check(patch: patch)
        let learned = (weights.shape("patch_pos")?.count ?? 0) / max(width, 1) - 1
        let grid = try PatchGrid([learned], configuration, patch: patch)
        let size = try grid.size(configuration, patch: patch)
        let layout = TokenLayout(
            special: ["CLS"], rows: size.height / patch.height, columns: size.width / patch.width)
        let settings = try settings(configuration, width: width, inner: stem.width)
        let epsilon = settings.epsilon ?? 1e-5

        var graph = GraphBuilder(height: size.height, width: size.width, layout: layout, names: weights.names)
        var pixels = try stem.append(to: &graph, weights, size: size)
        graph.name(
            try graph.apply(stem.spatial(layout), pixels), "inner", also: ["pixel_embed"],
            as: stem.shape(layout, stem.width))
        var x = try projected(&graph, pixels, weights, layout, width: width, epsilon: epsilon, at: "")
        graph.name(x, "patch_embed", also: ["norm2_proj"])
        let positions = try weights.parameter("patch_pos", [1, learned + 1, width])
        let token = try weights.parameter("cls_token", [1, 1, width])
        x = try graph.apply(
            assembly(token, positions, from: (grid.rows, grid.columns), to: (layout.rows, layout.columns)), x)
        graph.name(x, "tokens")
        let block = TNTBlock(
            heads: settings.heads ?? 1, innerHeads: configuration.innerHeads ?? 4, epsilon: epsilon,
            activation: settings.activation ?? .gelu, stem: stem)
        for index in 0..<weights.blockCount {
            (pixels, x) = try block.append(to: &graph, pixels, x, weights["blocks"][index], at: "blocks.\(index)")
        }
        graph.name(x, "blocks", listed: false)
        try TransformerReadout.classToken.append(
            to: &graph, x, weights, epsilon: epsilon, pooling: settings.pooling,
            AttentionPooling(heads: block.heads, epsilon: epsilon), returnsTokens: false)

        var input = InputDefaults.half
        input.cropRatio = 0.9
        var blueprint = Blueprint(size: size, patch: patch, input: input, graph: graph.build())
        blueprint.settings = settings
        blueprint.assumed = configuration.open([.heads, .activation, .epsilon, .pooling])
        blueprint.width = width
        blueprint.notes = [grid.note].compactMap(\.self)
        return blueprint
    }

    /// Adds the patches that pixels make: all pixels of a patch side by side, normalized, through a layer.
    ///
    /// The first models normalize each pixel by itself, and not the result.
    ///
    /// - Parameter at: the address of the part, with a dot at the end.
    fileprivate static func projected(
        _ graph: inout GraphBuilder, _ pixels: GraphBuilder.Result, _ weights: WeightReader, _ layout: TokenLayout,
        width: Int, epsilon: Float, at: String
    ) throws(EngineError) -> GraphBuilder.Result {
        let features = pixels.shape.count / layout.patchCount
        let normalizesPixels = weights["norm1_proj"].shape("weight")?.count == pixels.shape[-1]
        var x = pixels
        if normalizesPixels { x = try graph.layerNorm(x, weights["norm1_proj"], epsilon: epsilon) }
        x = try graph.apply(Reshape([layout.patchCount, features]), x)
        if !normalizesPixels {
            x = try graph.layerNorm(x, weights["norm1_proj"], epsilon: epsilon)
            graph.name(x, "\(at)norm1_proj", listed: false)
        }
        x = try graph.linear(x, weights["proj"], width, bias: weights["proj"].has("bias"))
        graph.name(x, "\(at)proj", listed: false)
        guard weights["norm2_proj"].has("weight") else { return x }
        return try graph.layerNorm(x, weights["norm2_proj"], epsilon: epsilon)
    }

    private static func settings(
        _ configuration: Configuration, width: Int, inner: Int
    ) throws(EngineError) -> ModelSettings {
        // 64 features per head in all published models.
        let heads = configuration.settings.heads ?? (width % 64 == 0 ? width / 64 : 0)
        guard heads > 0, width % heads == 0, inner % (configuration.innerHeads ?? 4) == 0 else {
            throw .invalidValue(
                what: "The number of heads", found: configuration.settings.heads.map { "\($0)" } ?? "not in the file",
                expected: "a divisor of the width \(width): `load(path, heads: …)`")
        }
        return try configuration.settings(
            heads: heads, of: width, tensor: "proj.weight", pooling: .classToken, epsilon: 1e-5)
    }

    /// Returns the operation that puts the class token before the patches and adds the positions.
    private static func assembly(
        _ token: Parameter, _ positions: Parameter, from learned: (rows: Int, columns: Int),
        to grid: (rows: Int, columns: Int)
    ) -> AssembleTokens {
        let width = positions.shape[2]
        guard token.count > 0, positions.count > 0 else {
            return AssembleTokens(special: nil, positions: Parameter(missing: [grid.rows * grid.columns, width]))
        }
        let special = Parameter(shape: [1, width]) { values in
            for feature in 0..<width { values[feature] = token.values[feature] + positions.values[feature] }
        }
        let own = Parameter(shape: [learned.rows * learned.columns, width]) { values in
            values.baseAddress?.update(from: positions.values + width, count: values.count)
        }
        return AssembleTokens(
            special: special, positions: PositionResampling.bicubicAntialiased.resampled(own, from: learned, to: grid))
    }
}

/// The blocks of ``TNT``.
private struct TNTBlock {
    let heads: Int
    let innerHeads: Int
    let epsilon: Float
    let activation: Activation
    let stem: TNTStem

    /// Appends a block, named below `at`.
    ///
    /// - Parameters:
    ///   - pixels: `[patches · pixels, inner width]`, patch by patch.
    ///   - tokens: `[1 + patches, width]`.
    func append(
        to graph: inout GraphBuilder, _ pixels: GraphBuilder.Result, _ tokens: GraphBuilder.Result,
        _ block: WeightReader, at: String
    ) throws(EngineError) -> (pixels: GraphBuilder.Result, tokens: GraphBuilder.Result) {
        graph.name(tokens, "\(at).before", listed: false)
        let pixels = try inner(&graph, pixels, block, at: at)
        let width = tokens.shape[-1]
        let patches = try TNT.projected(
            &graph, pixels, block, graph.layout, width: width, epsilon: epsilon, at: "\(at).")
        graph.name(patches, "\(at).inner", also: block["norm2_proj"].has("weight") ? ["\(at).norm2_proj"] : [])
        // A row of zeros for the class token.
        let added = try graph.apply(GatherRows([-1] + Array(0..<graph.layout.patchCount)), patches)
        let input = try graph.add(tokens, added)

        let norm1 = try graph.layerNorm(input, block["norm_out"], epsilon: epsilon)
        graph.name(norm1, "\(at).norm1", also: ["\(at).norm_out"])
        let mixed = try attention(&graph, norm1, block["attn_out"], at: "\(at).attn")
        let middle = try graph.add(input, mixed)
        graph.name(middle, "\(at).middle")
        let norm2 = try graph.layerNorm(middle, block["norm_mlp"], epsilon: epsilon)
        graph.name(norm2, "\(at).norm2", also: ["\(at).norm_mlp"])
        let features = try graph.mlp(norm2, block["mlp"], at: "\(at).mlp", activation: activation)
        let output = try graph.add(middle, features)
        graph.name(output, at, aliases: ["\(at).after"])
        return (pixels, output)
    }

    /// Adds the small transformer within each patch.
    private func inner(
        _ graph: inout GraphBuilder, _ pixels: GraphBuilder.Result, _ block: WeightReader, at: String
    ) throws(EngineError) -> GraphBuilder.Result {
        let width = pixels.shape[-1]
        let norm1 = try graph.layerNorm(pixels, block["norm_in"], epsilon: epsilon)
        try name(&graph, norm1, "\(at).inner.norm1", also: "\(at).norm_in")
        let qkv = try graph.apply(projection(block["attn_in"], width: width), norm1)
        let windows = graph.layout.patchCount
        let pattern = try graph.apply(AttentionWeights(heads: innerHeads, windows: windows), qkv)
        let values = try graph.apply(AttentionValues(heads: innerHeads, windows: windows), pattern, qkv)
        let mixed = try graph.linear(values, block["attn_in"]["proj"], width)
        try name(&graph, mixed, "\(at).inner.attn", also: "\(at).attn_in")
        let middle = try graph.add(pixels, mixed)
        let norm2 = try graph.layerNorm(middle, block["norm_mlp_in"], epsilon: epsilon)
        try name(&graph, norm2, "\(at).inner.norm2", also: "\(at).norm_mlp_in")
        let mlp = block["mlp_in"]
        let hidden = try graph.activate(graph.linear(norm2, mlp["fc1"], mlp.hiddenWidth), by: activation)
        try name(&graph, hidden, "\(at).inner.mlp.hidden", also: "\(at).mlp_in.act")
        let features = try graph.linear(hidden, mlp["fc2"], width)
        try name(&graph, features, "\(at).inner.mlp", also: "\(at).mlp_in")
        return try graph.add(middle, features)
    }

    /// Names a result of the small transformer, its pixels in the order of the picture.
    private func name(
        _ graph: inout GraphBuilder, _ x: GraphBuilder.Result, _ address: String, also module: String
    ) throws(EngineError) {
        let spatial = try graph.apply(stem.spatial(graph.layout), x)
        graph.name(spatial, address, also: [module], as: stem.shape(graph.layout, x.shape[-1]))
    }

    /// Adds attention among all tokens, then a projection.
    private func attention(
        _ graph: inout GraphBuilder, _ x: GraphBuilder.Result, _ weights: WeightReader, at: String
    ) throws(EngineError) -> GraphBuilder.Result {
        let width = x.shape[-1]
        let module = "\(at)_out"
        let qkv = try graph.apply(projection(weights, width: width), x)
        let parts = try graph.queriesKeysAndValues(of: qkv, at: at)
        graph.name(parts.values, "\(module).v", listed: false)
        let pattern = try graph.apply(AttentionWeights(heads: heads), qkv)
        graph.name(pattern, "\(at).pattern", as: .heads(graph.layout, count: heads))
        let mixed = try graph.apply(AttentionValues(heads: heads), pattern, qkv)
        graph.name(mixed, "\(at).heads")
        let output = try graph.linear(mixed, weights["proj"], width)
        graph.name(output, at, also: [module, "\(module).proj"])
        return output
    }

    /// Returns the layer of queries, keys and values; the file has the first two in one.
    private func projection(_ weights: WeightReader, width: Int) throws(EngineError) -> Linear {
        let both = try weights["qk"].parameter("weight", [2 * width, width])
        let values = try weights["v"].parameter("weight", [width, width])
        guard weights["v"].has("bias") else {
            return Linear(weight: Parameter(joining: [both, values], shape: [3 * width, width]), bias: nil)
        }
        let biases = try [weights["qk"].parameter("bias", [2 * width]), weights["v"].parameter("bias", [width])]
        return Linear(
            weight: Parameter(joining: [both, values], shape: [3 * width, width]),
            bias: Parameter(joining: biases, shape: [3 * width]))
    }
}
