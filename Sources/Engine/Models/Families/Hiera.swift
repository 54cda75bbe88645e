import Checkpoints
import Compute
import Images
import Platform

/// Hiera, as it was published and as the encoder of SAM 2: a transformer whose grid halves from stage to stage, with attention
/// within windows and, in the later blocks, among all patches.
///
///     x ← pool(proj(norm₁(x))) + attention(pool(Q), K, V)          in the first block of a stage
///     x ← x + attention(norm₁(x));  x ← x + mlp(norm₂(x))
///
/// Queries are pooled by their maximum over 2 × 2 patches, so a stage's first block attends on the finer grid and gives the
/// coarser one.
///
/// Source: Ryali et al. 2023, arXiv:2306.00989; Bolya et al. 2023, arXiv:2311.05613 (positions by window); Ravi et al. 2024,
/// arXiv:2408.00714 (SAM 2); timm `hiera.py`, `hieradet_sam2.py`; transformers `modeling_hiera.py`.
enum Hiera: ModelFamily {
    static let name = "Hiera"

    static func recognizes(_ checkpoint: any Checkpoint) -> Bool {
        if spelling(checkpoint) != nil { return true }
        let widens = checkpoint.names.contains { name in
            guard name.hasPrefix("blocks."), name.hasSuffix(".attn.qkv.weight"), let shape = checkpoint.shape(name)
            else {
                return false
            }
            return shape.rank == 2 && shape[0] == 6 * shape[1]
        }
        return widens && checkpoint.has("patch_embed.proj.weight", "pos_embed", "blocks.0.attn.qkv.weight")
    }

    /// Returns whether a tensor is the norm of a map that is not the last of a backbone's.
    static func ignores(_ tensor: String) -> Bool { tensor.hasPrefix("hidden_states_norms.") }

    static func setsAside(_ tensor: String) -> Bool {
        SegmentAnything2.setsAside(tensor) || HuggingFaceHiera.setsAside(tensor)
    }

    /// Returns the names of SAM 2's encoder, or of Hugging Face's Hiera; nil for timm's.
    private static func spelling(_ checkpoint: any Checkpoint) -> TensorNames? {
        SegmentAnything2.spelling(checkpoint) ?? HuggingFaceHiera.spelling(checkpoint)
    }

    static func build(
        _ weights: WeightReader, _ configuration: Configuration
    ) throws(EngineError) -> Blueprint {
        let names = spelling(weights.checkpoint)
        let weights = names.map { weights.spelling($0) } ?? weights
        let embedding = weights["patch_embed"]["proj"]
        let (width, kernel) = try embedding.patchSizes()
        let plan = try HieraPlan(weights, configuration, width: width)
        let size = try plan.size(weights, configuration)
        let patch = PixelSize(width: HieraPlan.stride, height: HieraPlan.stride)
        let epsilon = configuration.settings.epsilon ?? 1e-6
        let activation = configuration.settings.activation ?? .gelu

        let window = SlidingWindow(
            rows: size.height, columns: size.width, height: kernel.height, width: kernel.width,
            stride: HieraPlan.stride, paddingRows: kernel.height / 2, paddingColumns: kernel.width / 2)
        let layout = TokenLayout(special: [], rows: window.outputRows, columns: window.outputColumns)
        var graph = GraphBuilder(height: size.height, width: size.width, layout: layout, names: weights.names)
        let patches = try graph.apply(
            Convolution(
                weight: embedding.parameter("weight", [width, 3, kernel.height, kernel.width]),
                bias: embedding.parameter("bias", [width]), window: window),
            graph.apply(PixelTokens(), graph.picture))
        graph.name(patches, "patch_embed", also: ["patch_embed.proj"])
        var x = try graph.apply(
            AssembleTokens(special: nil, positions: plan.positions(weights, layout, width: width)), patches)
        graph.name(x, "tokens")
        var maps = [graph.map(x)]
        for index in 0..<weights.blockCount {
            let block = HieraBlock(
                heads: plan.heads(ofBlock: index), side: plan.side(ofBlock: index), epsilon: epsilon,
                activation: activation)
            x = try block.append(to: &graph, x, weights["blocks"][index], at: "blocks.\(index)")
            guard plan.endsStage(block: index) else { continue }
            graph.name(x, "stages.\(maps.count - 1)", listed: false)
            maps.append(graph.map(x))
        }
        graph.name(x, "blocks", listed: false)
        if let map = configuration.backboneMap {
            try graph.readBackbone(map, among: maps, weights, epsilon: 1e-5)
        } else {
            try appendHead(to: &graph, x, weights["head"], epsilon: epsilon, returnsTokens: names != nil)
        }

        var input = InputDefaults.imageNet
        input.cropRatio = plan.isDetector ? 1 : 0.9
        var blueprint = Blueprint(size: size, patch: patch, input: input, graph: graph.build())
        blueprint.settings = ModelSettings(heads: plan.heads(ofBlock: 0), activation: activation, epsilon: epsilon)
        blueprint.assumed = configuration.open([.activation, .epsilon])
        blueprint.width = width
        blueprint.notes = plan.notes + (configuration.isBackbone ? [backboneNote] : [])
        return blueprint
    }

    private static let backboneNote =
        "transformers' HieraBackbone (5.24) does not sort the patches by windows before its blocks, as HieraModel and the model's "
        + "authors do; here they are sorted."

    /// Adds the mean of the patches, its norm, and the classifier if there is one.
    ///
    /// - Parameter returnsTokens: whether the framework's forward pass returns all patches.
    private static func appendHead(
        to graph: inout GraphBuilder, _ x: GraphBuilder.Result, _ weights: WeightReader, epsilon: Float,
        returnsTokens: Bool
    ) throws(EngineError) {
        var pooled = try graph.apply(MeanOfTokens(), x)
        if weights["norm"].has("weight") {
            pooled = try graph.layerNorm(pooled, weights["norm"], epsilon: epsilon)
            graph.name(pooled, "norm", also: ["head.norm"])
        }
        let classes = weights["fc"].shape("weight")?.dimensions.first
        graph.name(
            pooled, "embedding", aliases: classes == nil && !returnsTokens ? ["output"] : [], listed: false)
        if classes == nil, returnsTokens { graph.name(x, "output", listed: false) }
        guard let classes else { return }
        let logits = try graph.linear(pooled, weights["fc"], classes)
        graph.name(logits, "logits", also: ["head", "head.fc"], aliases: ["output"])
    }
}

/// A block of ``Hiera``.
private struct HieraBlock {
    let heads: Int
    /// The side of the windows on the grid of the block's input; nil if it attends to all patches.
    let side: Int?
    let epsilon: Float
    let activation: Activation

    /// Appends the block, named below `at`, and leaves the builder with the layout of its output.
    func append(
        to graph: inout GraphBuilder, _ input: GraphBuilder.Result, _ block: WeightReader, at: String
    ) throws(EngineError) -> GraphBuilder.Result {
        graph.name(input, "\(at).before", listed: false)
        let width = (block["attn"]["qkv"].shape("weight")?.dimensions.first ?? 0) / 3
        let norm1 = try graph.layerNorm(input, block["norm1"], epsilon: epsilon)
        graph.name(norm1, "\(at).norm1")
        let pools = width != input.shape[-1]
        let before = graph.layout
        let after =
            pools ? TokenLayout(special: [], rows: before.rows / 2, columns: before.columns / 2) : before
        let shortcut = try pools ? shortened(&graph, input, norm1, block, width: width, at: at) : input
        let mixed = try attention(&graph, norm1, block["attn"], width: width, to: after, at: "\(at).attn")
        graph.layout = after
        let middle = try graph.add(shortcut, scaled(&graph, mixed, block["ls1"], at: "\(at).ls1"))
        graph.name(middle, "\(at).middle")
        let norm2 = try graph.layerNorm(middle, block["norm2"], epsilon: epsilon)
        graph.name(norm2, "\(at).norm2")
        let features = try graph.mlp(norm2, block["mlp"], at: "\(at).mlp", activation: activation)
        let output = try graph.add(middle, scaled(&graph, features, block["ls2"], at: "\(at).ls2"))
        graph.name(output, at, also: ["\(at).after"], aliases: ["\(at).after"])
        return output
    }

    /// Adds the residual stream of a block that halves the grid: pooled after a layer, or its maximum and its mean side by side.
    private func shortened(
        _ graph: inout GraphBuilder, _ input: GraphBuilder.Result, _ norm: GraphBuilder.Result, _ block: WeightReader,
        width: Int, at: String
    ) throws(EngineError) -> GraphBuilder.Result {
        let window = Self.quarters(rows: graph.layout.rows, columns: graph.layout.columns)
        guard block["proj"].has("weight") else {
            return try graph.apply(
                Concatenate(), graph.apply(MaximumPool(window), input),
                graph.apply(AveragePool(window, countsPadding: true), input))
        }
        let wide = try graph.linear(norm, block["proj"], width)
        graph.name(wide, "\(at).proj", listed: false)
        return try graph.apply(MaximumPool(window), wide)
    }

    /// Adds attention within windows or among all patches, then a projection.
    private func attention(
        _ graph: inout GraphBuilder, _ x: GraphBuilder.Result, _ weights: WeightReader, width: Int,
        to after: TokenLayout,
        at: String
    ) throws(EngineError) -> GraphBuilder.Result {
        let before = graph.layout
        let ratio = after == before ? 1 : 2
        let windows = side.map { PaddedWindows(before, side: $0) }
        let outputs = side.map { PaddedWindows(after, side: $0 / ratio) }
        let groups = windows?.count ?? 1
        let input = try windows.map { windows throws(EngineError) in try graph.apply(windows.gathering, x) } ?? x
        let qkv = try graph.linear(input, weights["qkv"], 3 * width)
        var queries = try graph.apply(SelectFeatures(0..<width), qkv)
        let keys = try graph.apply(SelectFeatures(width..<2 * width), qkv)
        let values = try graph.apply(SelectFeatures(2 * width..<3 * width), qkv)
        if ratio > 1 {
            // Windows, one below the other, are a grid, too.
            let pool = Self.quarters(
                rows: side.map { groups * $0 } ?? before.rows, columns: side ?? before.columns)
            queries = try graph.apply(MaximumPool(pool), queries)
        }
        for (part, result, places, layout) in [
            ("queries", queries, outputs, after), ("keys", keys, windows, before), ("values", values, windows, before),
        ] {
            let named = try places.map { places throws(EngineError) in try graph.apply(places.scattering, result) }
            graph.name(named ?? result, "\(at).\(part)", as: .tokens(layout, features: width))
        }
        let factor = 1 / Float(width / heads).squareRoot()
        let pattern = try graph.apply(
            RowSoftmax(), graph.apply(GroupedScores(heads: heads, groups: groups, factor: factor), queries, keys))
        if windows == nil, ratio == 1 { graph.name(pattern, "\(at).pattern", as: .heads(before, count: heads)) }
        var mixed = try graph.apply(MixValues(heads: heads, groups: groups), pattern, values)
        if let outputs { mixed = try graph.apply(outputs.scattering, mixed) }
        let shape = LayerShape.tokens(after, features: width)
        graph.name(mixed, "\(at).heads", as: shape)
        let output = try graph.linear(mixed, weights["proj"], width)
        graph.name(output, at, also: ["\(at).proj"], as: shape)
        return output
    }

    /// Adds a LayerScale if the weights have one.
    private func scaled(
        _ graph: inout GraphBuilder, _ x: GraphBuilder.Result, _ weights: WeightReader, at: String
    ) throws(EngineError) -> GraphBuilder.Result {
        weights.has("gamma") ? try graph.layerScale(x, weights, at: at) : x
    }

    private static func quarters(rows: Int, columns: Int) -> SlidingWindow {
        SlidingWindow(rows: rows, columns: columns, height: 2, width: 2, stride: 2)
    }
}
