import Checkpoints
import Compute
import Images
import Platform

/// The image encoder of Segment Anything: a transformer that attends within windows, and in a few blocks among all patches,
/// with relative positions that depend on the query; then a neck of two convolutions.
///
///     x ← x + attention within windows(norm₁(x));  x ← x + mlp(norm₂(x))
///
/// Windows that the grid does not fill are padded with zeros, which take part in the attention. The prompt encoder and the
/// mask decoder are left out. ViTDet's backbone is such a transformer without a neck, whose positions have a class token's before
/// them.
///
/// Source: Kirillov et al. 2023, arXiv:2304.02643; Li et al. 2022, arXiv:2203.16527; timm `vision_transformer_sam.py`,
/// transformers `modeling_sam.py`, `modeling_vitdet.py`, <https://github.com/facebookresearch/segment-anything>.
enum SegmentAnything: ModelFamily {
    static let name = "SAM image encoder"

    static func recognizes(_ checkpoint: any Checkpoint) -> Bool { spelling(checkpoint) != nil }

    static func ignores(_ tensor: String) -> Bool {
        ["prompt_encoder.", "mask_decoder.", "shared_image_embedding."].contains { tensor.hasPrefix($0) }
    }

    /// Returns whether a tensor belongs to what PP-FormulaNet hands to its language model.
    static func setsAside(_ tensor: String) -> Bool { tensor.hasPrefix("multi_modal_projector.") }

    static func build(
        _ weights: WeightReader, _ configuration: Configuration
    ) throws(EngineError) -> Blueprint {
        let spelling = spelling(weights.checkpoint) ?? .timm
        let weights = weights.spelling(spelling.names)
        let embedding = weights["patch_embed"]["proj"]
        let (width, patch) = try embedding.patchSizes()
        try configuration.check(patch: patch)
        let made = try spelling.grid(weights, width: width)
        let own = PixelSize(width: made.columns * patch.width, height: made.rows * patch.height)
        let size = try configuration.freeSize(patch: patch, otherwise: own)
        let layout = TokenLayout(
            special: [], rows: size.height / patch.height, columns: size.width / patch.width)
        let heads = spelling.isDetector ? configuration.settings.heads ?? 12 : 1
        let headWidth = weights["blocks"][0]["attn"].shape("rel_pos_h")?.dimensions.last ?? width / max(heads, 1)
        let settings = try configuration.settings(
            heads: width / max(headWidth, 1), of: width, tensor: "blocks.0.attn.rel_pos_h", pooling: .mean,
            epsilon: spelling.epsilon)
        let block = SegmentAnythingBlock(
            heads: width / max(headWidth, 1), epsilon: settings.epsilon ?? 1e-6,
            activation: settings.activation ?? .gelu, made: made,
            windows: spelling.isDetector ? (configuration.windows.sizes.first, configuration.windowBlocks) : nil)

        var graph = GraphBuilder(height: size.height, width: size.width, layout: layout, names: weights.names)
        let patches = try graph.patches(of: graph.picture, embedding, size: patch, features: width)
        graph.name(patches, "patch_embed", also: ["patch_embed.proj"])
        let positions = try spelling.positions(weights, made, width: width)
        let resampling: PositionResampling = spelling.isDetector ? .bicubic : .bicubicAntialiased
        var x = try graph.apply(
            AssembleTokens(
                special: nil,
                positions: resampling.resampled(positions, from: made, to: (layout.rows, layout.columns))), patches)
        graph.name(x, "tokens")
        var maps = [graph.map(x)]
        let count = weights.blockCount
        for index in 0..<count {
            x = try block.append(
                to: &graph, x, weights["blocks"][index], index: index, of: count, at: "blocks.\(index)")
            maps.append(graph.map(x))
        }
        graph.name(x, "blocks", listed: false)
        if let map = configuration.backboneMap {
            try graph.readBackbone(map, among: maps, weights, epsilon: 1e-6)
        } else {
            try appendHead(to: &graph, neck(&graph, x, weights["neck"]), weights, spelling, settings.pooling)
        }

        var input = InputDefaults.imageNet
        input.cropRatio = 1
        var blueprint = Blueprint(size: size, patch: patch, input: input, graph: graph.build())
        blueprint.settings = settings
        blueprint.assumed = configuration.open([.activation, .epsilon])
        blueprint.width = width
        if weights.checkpoint.names.contains(where: ignores) {
            blueprint.notes.append("This is the image encoder; the prompt encoder and the mask decoder are left out.")
        }
        return blueprint
    }

    /// Adds the neck: two convolutions, each followed by a norm of every place's channels.
    private static func neck(
        _ graph: inout GraphBuilder, _ x: GraphBuilder.Result, _ weights: WeightReader
    ) throws(EngineError) -> GraphBuilder.Result {
        guard let channels = weights["0"].shape("weight")?.dimensions.first else { return x }
        let width = x.shape[-1]
        let first = try weights["0"].parameter("weight", [channels, width, 1, 1])
        var y = try graph.apply(Linear(weight: first.reshaped([channels, width]), bias: nil), x)
        graph.name(y, "neck.0", listed: false)
        y = try graph.layerNorm(y, weights["1"], epsilon: 1e-6)
        graph.name(y, "neck.1", listed: false)
        let window = SlidingWindow(
            rows: graph.layout.rows, columns: graph.layout.columns, height: 3, width: 3, paddingRows: 1,
            paddingColumns: 1)
        y = try graph.apply(
            Convolution(
                weight: weights["2"].parameter("weight", [channels, channels, 3, 3]), bias: nil, window: window), y)
        graph.name(y, "neck.2", listed: false)
        y = try graph.layerNorm(y, weights["3"], epsilon: 1e-6)
        graph.name(y, "neck", also: ["neck.3"])
        return y
    }

    /// Adds the mean of the patches, timm's classifier if there is one, and `output`.
    private static func appendHead(
        to graph: inout GraphBuilder, _ x: GraphBuilder.Result, _ weights: WeightReader, _ spelling: Spelling,
        _ pooling: Pooling?
    ) throws(EngineError) {
        let pooled = try graph.apply(MeanOfTokens(), x)
        let returnsMap = !spelling.isTimm || pooling == .allTokens
        if let classes = weights["head"]["fc"].shape("weight")?.dimensions.first {
            graph.name(pooled, "embedding", listed: false)
            let logits = try graph.linear(pooled, weights["head"]["fc"], classes)
            graph.name(logits, "logits", also: ["head", "head.fc"], aliases: ["output"])
        } else {
            graph.name(pooled, "embedding", aliases: returnsMap ? [] : ["output"], listed: false)
            if returnsMap { graph.name(x, "output", listed: false) }
        }
    }

    /// The names of the tensors.
    private enum Spelling {
        case timm
        /// Meta's own files.
        case original(prefix: String)
        case huggingFace(prefix: String)
        /// ViTDet in Hugging Face's transformers.
        case detector(prefix: String)

        var isTimm: Bool { if case .timm = self { true } else { false } }
        var isDetector: Bool { if case .detector = self { true } else { false } }

        /// Returns the grid that the positions were learned for.
        func grid(_ weights: WeightReader, width: Int) throws(EngineError) -> (rows: Int, columns: Int) {
            let learned = weights.shape("pos_embed")
            if let learned, learned.rank == 4, !isDetector { return (learned[1], learned[2]) }
            let side = Int(Double(max((learned?.count ?? 0) / max(width, 1) - 1, 0)).squareRoot().rounded())
            guard isDetector, side > 0 else {
                throw .missingTensors(
                    path: weights.checkpoint.path, names: [weights.spelling(of: "pos_embed")], count: 1)
            }
            return (side, side)
        }

        /// Returns the patches' positions, `[patches, width]`.
        func positions(
            _ weights: WeightReader, _ grid: (rows: Int, columns: Int), width: Int
        ) throws(EngineError) -> Parameter {
            let count = grid.rows * grid.columns
            guard isDetector else {
                return try weights.parameter("pos_embed", [1, grid.rows, grid.columns, width]).reshaped([count, width])
            }
            let stored = try weights.parameter("pos_embed", [1, count + 1, width])
            guard stored.count > 0 else { return Parameter(missing: [count, width]) }
            return stored.reshaped([count + 1, width]).rows(1..<count + 1)
        }

        /// The default of the norms' epsilon: timm's encoder has PyTorch's.
        var epsilon: Float { isTimm ? 1e-5 : 1e-6 }

        var names: TensorNames {
            switch self {
            case .timm: .timm
            case .original(let prefix): SegmentAnything.names(prefix, norm: "norm", blocks: "blocks.#", neck: nil)
            case .huggingFace(let prefix):
                SegmentAnything.names(prefix, norm: "layer_norm", blocks: "layers.#", neck: "neck")
            case .detector(let prefix):
                SegmentAnything.names(prefix, norm: "norm", blocks: "encoder.layer.#", neck: nil).replacing(
                    [
                        "patch_embed": [], "patch_embed.proj": ["embeddings.projection"], "tokens": ["embeddings"],
                        "pos_embed": ["embeddings.position_embeddings"],
                    ].mapValues { $0.map { prefix + $0 } }
                ).replacing(
                    [
                        "attn": ["attention"], "attn.qkv": ["attention.qkv"], "attn.proj": ["attention.proj"],
                        "attn.rel_pos_h": ["attention.rel_pos_h"], "attn.rel_pos_w": ["attention.rel_pos_w"],
                        "mlp.fc1": ["mlp.fc1"], "mlp.fc2": ["mlp.fc2"],
                    ], inBlocks: prefix + "encoder.layer.#")
            }
        }
    }

    private static func spelling(_ checkpoint: any Checkpoint) -> Spelling? {
        if checkpoint.has("pos_embed", "blocks.0.attn.rel_pos_h", "blocks.0.mlp.fc1.weight") { return .timm }
        for prefix in ["image_encoder.", ""]
        where checkpoint.has(
            "\(prefix)pos_embed", "\(prefix)blocks.0.attn.rel_pos_h", "\(prefix)blocks.0.mlp.lin1.weight")
        {
            return .original(prefix: prefix)
        }
        for prefix in ["vision_encoder.", ""]
        where checkpoint.has("\(prefix)pos_embed", "\(prefix)layers.0.attn.rel_pos_h") {
            return .huggingFace(prefix: prefix)
        }
        for prefix in ["vitdet.", ""]
        where checkpoint.has(
            "\(prefix)embeddings.projection.weight", "\(prefix)embeddings.position_embeddings",
            "\(prefix)encoder.layer.0.attention.qkv.weight")
        {
            return .detector(prefix: prefix)
        }
        return nil
    }

    private static func names(_ prefix: String, norm: String, blocks: String, neck: String?) -> TensorNames {
        let projection = neck == nil ? "patch_embed.proj" : "patch_embed.projection"
        return TensorNames(
            [
                "patch_embed": ["patch_embed"], "patch_embed.proj": [projection], "pos_embed": ["pos_embed"],
                "neck": ["neck"], "neck.0": [neck == nil ? "neck.0" : "neck.conv1"],
                "neck.1": [neck == nil ? "neck.1" : "neck.layer_norm1"],
                "neck.2": [neck == nil ? "neck.2" : "neck.conv2"],
                "neck.3": [neck == nil ? "neck.3" : "neck.layer_norm2"],
            ],
            blocks: [blocks],
            [
                "norm1": ["\(norm)1"], "attn": ["attn"], "attn.qkv": ["attn.qkv"], "attn.proj": ["attn.proj"],
                "attn.rel_pos_h": ["attn.rel_pos_h"], "attn.rel_pos_w": ["attn.rel_pos_w"], "norm2": ["\(norm)2"],
                "mlp": ["mlp"], "mlp.fc1": ["mlp.lin1"], "mlp.act": ["mlp.act"], "mlp.fc2": ["mlp.lin2"],
            ], prefix: prefix)
    }
}

/// The blocks of ``SegmentAnything``.
private struct SegmentAnythingBlock {
    let heads: Int
    let epsilon: Float
    let activation: Activation
    /// The grid of the pictures that the model was made for.
    let made: (rows: Int, columns: Int)
    /// The side of the windows and the blocks that have them, if a configuration says so; nil if the tensors do.
    let windows: (side: Int?, blocks: [Int]?)?

    /// Appends a block, named below `at`.
    func append(
        to graph: inout GraphBuilder, _ input: GraphBuilder.Result, _ block: WeightReader, index: Int, of count: Int,
        at: String
    ) throws(EngineError) -> GraphBuilder.Result {
        graph.name(input, "\(at).before", listed: false)
        let norm1 = try graph.layerNorm(input, block["norm1"], epsilon: epsilon)
        graph.name(norm1, "\(at).norm1")
        let mixed = try attention(
            &graph, norm1, block["attn"], side: side(block["attn"], index, count), at: "\(at).attn")
        let middle = try graph.add(input, mixed)
        graph.name(middle, "\(at).middle")
        let norm2 = try graph.layerNorm(middle, block["norm2"], epsilon: epsilon)
        graph.name(norm2, "\(at).norm2")
        let features = try graph.mlp(norm2, block["mlp"], at: "\(at).mlp", activation: activation)
        let output = try graph.add(middle, features)
        graph.name(output, at, also: ["\(at).after"], aliases: ["\(at).after"])
        return output
    }

    /// Returns the side of a block's windows; nil if it attends to all patches.
    ///
    /// A block with positions for the whole grid attends to all. Where all blocks have such positions, every fourth of the
    /// depth does, as in the published models.
    private func side(_ weights: WeightReader, _ index: Int, _ count: Int) -> Int? {
        if let windows { return windows.blocks?.contains(index) == true ? windows.side : nil }
        guard let side = weights.shape("rel_pos_h").map({ ($0[0] + 1) / 2 }) else { return nil }
        guard side == made.rows else { return side }
        return (index + 1) % max(count / 4, 1) == 0 ? nil : side
    }

    /// Adds attention within windows of `side` × `side` patches, or among all, then a projection.
    private func attention(
        _ graph: inout GraphBuilder, _ x: GraphBuilder.Result, _ weights: WeightReader, side: Int?, at: String
    ) throws(EngineError) -> GraphBuilder.Result {
        let (width, layout) = (x.shape[-1], graph.layout)
        let windows = side.map { PaddedWindows(layout, side: $0) }
        let (rows, columns) = (side ?? layout.rows, side ?? layout.columns)
        let groups = windows?.count ?? 1
        let input = try windows.map { windows throws(EngineError) in try graph.apply(windows.gathering, x) } ?? x
        let qkv = try graph.linear(input, weights["qkv"], 3 * width, bias: weights["qkv"].has("bias"))
        var parts: [GraphBuilder.Result] = []
        for (index, part) in ["queries", "keys", "values"].enumerated() {
            let selected = try graph.apply(SelectFeatures(index * width..<(index + 1) * width), qkv)
            let named = try windows.map { windows throws(EngineError) in try graph.apply(windows.scattering, selected) }
            graph.name(named ?? selected, "\(at).\(part)")
            parts.append(selected)
        }
        let factor = 1 / Float(width / heads).squareRoot()
        let scores = try graph.apply(GroupedScores(heads: heads, groups: groups, factor: factor), parts[0], parts[1])
        var positioned = scores
        if weights.has("rel_pos_h") || self.windows == nil {
            let terms = try graph.apply(
                RelativeTerms(
                    down: positions(weights, "rel_pos_h", rows, width / heads),
                    across: positions(weights, "rel_pos_w", columns, width / heads), heads: heads, groups: groups),
                parts[0])
            positioned = try graph.apply(AddRelativeTerms(rows: rows, columns: columns), scores, terms)
        }
        let pattern = try graph.apply(RowSoftmax(), positioned)
        if groups == 1, windows == nil { graph.name(pattern, "\(at).pattern", as: .heads(layout, count: heads)) }
        var mixed = try graph.apply(MixValues(heads: heads, groups: groups), pattern, parts[2])
        if let windows { mixed = try graph.apply(windows.scattering, mixed) }
        graph.name(mixed, "\(at).heads")
        let output = try graph.linear(mixed, weights["proj"], width)
        graph.name(output, at, also: ["\(at).proj"])
        return output
    }

    /// Returns the positions of each of `side` rows or columns relative to each, `[side, side, features]`.
    ///
    /// For another side than the model's, they are resampled linearly, as in the reference.
    private func positions(
        _ weights: WeightReader, _ name: String, _ side: Int, _ features: Int
    ) throws(EngineError) -> Parameter {
        let count = weights.shape(name)?.dimensions.first ?? 2 * side - 1
        let stored = try weights.parameter(name, [count, features])
        guard stored.count > 0 else { return Parameter(missing: [side, side, features]) }
        let distances = PositionResampling.bilinear.resampled(stored, from: (1, count), to: (1, 2 * side - 1))
        return Parameter(shape: [side, side, features]) { values in
            for from in 0..<side {
                for to in 0..<side {
                    let distance = distances.values + (from - to + side - 1) * features
                    values.baseAddress.map {
                        ($0 + (from * side + to) * features).update(from: distance, count: features)
                    }
                }
            }
        }
    }
}
