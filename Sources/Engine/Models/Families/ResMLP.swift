import Checkpoints
import Compute
import Platform

/// ResMLP: one linear layer mixes the tokens, and affine layers replace the norms.
///
///     x ← x + γ₁ · linear over tokens(affine₁(x))
///     x ← x + γ₂ · mlp(affine₂(x))
///
/// `mlp2` is the layer over the tokens and `mlp1` the MLP over the features, as in the other mixers.
///
/// Source: Touvron et al. 2021, arXiv:2105.03404, eq. 1–3; timm `mlp_mixer.py`.
enum ResMLP: ModelFamily {
    static let name = "ResMLP"

    static func recognizes(_ checkpoint: any Checkpoint) -> Bool {
        checkpoint.has("stem.proj.weight", "blocks.0.linear_tokens.weight")
    }

    static func build(
        _ weights: WeightReader, _ configuration: Configuration
    ) throws(EngineError) -> Blueprint {
        let tokens = weights["blocks"][0]["linear_tokens"].shape("weight")?.dimensions.last ?? 0
        let stem = try MixerStem(weights, configuration, tokens: tokens)
        var settings = configuration.settings.filled(by: stem.defaults)
        settings.epsilon = nil
        let activation = settings.activation ?? .gelu
        var graph = stem.graph
        var x = stem.patches

        for index in 0..<weights.blockCount {
            let (block, at) = (weights["blocks"][index], "blocks.\(index)")
            graph.name(x, "\(at).before", listed: false)

            let norm1 = try affine(&graph, x, block["norm1"])
            graph.name(norm1, "\(at).norm1")
            let mixed = try graph.transpose(graph.linear(graph.transpose(norm1), block["linear_tokens"], tokens))
            graph.name(mixed, "\(at).mlp2", also: ["\(at).linear_tokens"])
            x = try graph.add(x, graph.apply(Scale(factor: block.parameter("ls1", [stem.width])), mixed))
            graph.name(x, "\(at).middle")

            let norm2 = try affine(&graph, x, block["norm2"])
            graph.name(norm2, "\(at).norm2")
            let features = try graph.mlp(
                norm2, block["mlp_channels"], at: "\(at).mlp1", module: "\(at).mlp_channels", alias: "\(at).mlp",
                activation: activation)
            x = try graph.add(x, graph.apply(Scale(factor: block.parameter("ls2", [stem.width])), features))
            graph.name(x, at, aliases: ["\(at).after"])
        }
        graph.name(x, "blocks", listed: false)

        let norm = try affine(&graph, x, weights["norm"])
        graph.name(norm, "norm")
        try graph.readMean(of: norm, weights, pooling: settings.pooling)
        return stem.blueprint(graph.build(), input: .imageNet, settings, configuration)
    }

    /// Adds an affine layer, α · x + β.
    private static func affine(
        _ graph: inout GraphBuilder, _ x: GraphBuilder.Result, _ weights: WeightReader
    ) throws(EngineError) -> GraphBuilder.Result {
        let width = x.shape[-1]
        return try graph.apply(
            Scale(
                factor: weights.parameter("alpha", [width], or: [1, 1, width]),
                shift: weights.parameter("beta", [width], or: [1, 1, width])), x)
    }
}
