import Compute
import Images
import Platform

/// A builder of transformers whose attention takes place in windows, in stages with fewer and wider tokens each.
///
/// Every second block shifts its windows by half their size. Between stages, the features of 2 × 2 patches are joined and
/// projected to twice as many as a patch had. Scores get a constant for each distance: from a table in the first version, from
/// a small network in the second, which also compares by cosines and normalizes after its parts.
///
/// Source: Liu et al. 2021, arXiv:2103.14030; Liu et al. 2022, arXiv:2111.09883; timm `swin_transformer.py`,
/// `swin_transformer_v2.py`, `swin_transformer_v2_cr.py`.
struct WindowedTransformer {
    /// How the framework fits windows to a grid.
    let rule: WindowRule
    /// The coordinates of a network's positions, which belong to the second version.
    var coordinates = RelativePositions.Coordinates.scaled(trainedWindow: nil)
    /// Whether a window is as many patches as the grid has eighths, unless a configuration states its size.
    var dividesGrid = false
    /// Whether the framework replaces the keys' bias by zeros.
    var ignoresKeyBias = false
    /// Whether the framework's forward pass without a head returns all tokens, instead of their mean.
    var returnsTokens = false
    /// The preprocessing that the weights were trained with, unless their configuration states it.
    var input = InputDefaults.imageNet

    private static let defaults = ModelSettings(activation: .gelu, epsilon: 1e-5)

    /// Builds the model as a graph.
    ///
    /// - Throws: ``EngineError/missingTensors(path:names:count:)``,
    ///   ``EngineError/shapeMismatch(place:expected:found:)``, ``EngineError/invalidValue(what:found:expected:)``,
    ///   ``EngineError/tooLarge(what:neededBytes:availableBytes:)``.
    func build(_ weights: WeightReader, _ configuration: Configuration) throws(EngineError) -> Blueprint {
        let embedding = weights["patch_embed"]["proj"]
        let (width, patch) = try embedding.patchSizes()
        try configuration.check(patch: patch)
        let stages = try WindowedStages(weights, configuration, self, patch: patch)
        let settings = configuration.settings.filled(by: Self.defaults)
        let epsilon = settings.epsilon ?? 1e-5

        var graph = GraphBuilder(
            height: stages.size.height, width: stages.size.width, layout: stages.grids[0], names: weights.names)
        var x = try graph.patches(
            of: graph.picture, embedding, size: patch, features: width, bias: embedding.has("bias"))
        let norm = weights["patch_embed"]["norm"]
        if norm.has("weight") {
            graph.name(x, "patch_embed.proj", listed: false)
            x = try graph.layerNorm(x, norm, epsilon: epsilon)
            graph.name(x, "patch_embed", also: ["patch_embed.norm"], aliases: ["tokens"])
        } else {
            graph.name(x, "patch_embed", also: ["patch_embed.proj"], aliases: ["tokens"])
        }
        let parts = TransformerBlock.Parts(weights)
        var block = 0
        var maps = [graph.map(x)]
        for (stage, depth) in weights.names.depths.enumerated() {
            if stage > 0 {
                let at = "stages.\(stage).merging"
                x = try merge(&graph, x, weights["stages"][stage]["merging"], stages.grids[stage], at: at, epsilon)
            }
            for index in 0..<depth {
                let scores = try stages.scores(weights["blocks"][block]["attn"], stage: stage, shifts: index % 2 == 1)
                x = try TransformerBlock(
                    heads: stages.heads[stage], epsilon: epsilon, activation: settings.activation ?? .gelu,
                    gate: .silu, normsAfterParts: stages.isSecondVersion, parts: parts, scores: scores
                ).append(to: &graph, x, weights["blocks"][block], index: block, at: "blocks.\(block)")
                block += 1
            }
            graph.name(x, "stages.\(stage)", listed: false)
            maps.append(graph.map(x))
        }
        graph.name(x, "blocks", listed: false)
        if let map = configuration.backboneMap {
            try graph.readBackbone(map, among: maps, weights, epsilon: 1e-5)
        } else {
            if weights["norm"].has("weight") {
                x = try graph.layerNorm(x, weights["norm"], epsilon: epsilon)
                graph.name(x, "norm")
            }
            let returnsAll = returnsTokens && !weights["head"].has("weight") && !configuration.isClassifier
            try graph.readMean(of: x, weights, pooling: settings.pooling ?? (returnsAll ? .allTokens : nil))
        }
        var blueprint = Blueprint(size: stages.size, patch: patch, input: input, graph: graph.build())
        blueprint.settings = ModelSettings(activation: settings.activation, epsilon: settings.epsilon, pooling: .mean)
        blueprint.width = width
        blueprint.notes = stages.notes
        return blueprint
    }

    /// Joins the features of 2 × 2 patches and projects them, with a norm before or after.
    ///
    /// The four are taken column by column. An odd grid gets a row or column of zeros.
    ///
    /// - Parameter merged: the grid of the result.
    private func merge(
        _ graph: inout GraphBuilder, _ x: GraphBuilder.Result, _ weights: WeightReader, _ merged: TokenLayout,
        at: String,
        _ epsilon: Float
    ) throws(EngineError) -> GraphBuilder.Result {
        let grid = graph.layout
        var rows: [Int] = []
        for row in 0..<merged.rows {
            for column in 0..<merged.columns {
                for (down, across) in [(0, 0), (1, 0), (0, 1), (1, 1)] {
                    let (y, x) = (2 * row + down, 2 * column + across)
                    rows.append(y < grid.rows && x < grid.columns ? y * grid.columns + x : -1)
                }
            }
        }
        var x = try graph.apply(GatherRows(rows, joined: 4), x)
        graph.layout = merged
        let width = weights["reduction"].shape("weight")?.dimensions.first ?? x.shape[-1] / 2
        if weights["norm"].shape("weight")?.count == width {
            x = try graph.linear(x, weights["reduction"], width, bias: false)
            graph.name(x, "\(at).reduction", listed: false)
            x = try graph.layerNorm(x, weights["norm"], epsilon: epsilon)
            graph.name(x, at, also: ["\(at).norm"])
        } else {
            x = try graph.layerNorm(x, weights["norm"], epsilon: epsilon)
            graph.name(x, "\(at).norm", listed: false)
            x = try graph.linear(x, weights["reduction"], width, bias: false)
            graph.name(x, at, also: ["\(at).reduction"])
        }
        return x
    }
}
