import Checkpoints
import Compute
import Platform

/// gMLP: no attention; half of an MLP's hidden layer, mixed over the tokens, gates the other half.
///
///     x ← x + fc2(u · (W · norm(v) + b))          with [u, v] = GELU(fc1(norm(x))), W over the tokens
///
/// Source: Liu et al. 2021, arXiv:2105.08050, section 2; timm `mlp_mixer.py`.
enum GatedMLP: ModelFamily {
    static let name = "gMLP"

    static func recognizes(_ checkpoint: any Checkpoint) -> Bool {
        checkpoint.has("stem.proj.weight", "blocks.0.mlp_channels.gate.proj.weight")
    }

    static func build(
        _ weights: WeightReader, _ configuration: Configuration
    ) throws(EngineError) -> Blueprint {
        let gate = weights["blocks"][0]["mlp_channels"]["gate"]["proj"]
        let stem = try MixerStem(weights, configuration, tokens: gate.shape("weight")?.dimensions.last)
        let settings = configuration.settings.filled(by: stem.defaults)
        let (epsilon, activation) = (settings.epsilon ?? 1e-6, settings.activation ?? .gelu)
        var graph = stem.graph
        var x = stem.patches

        for index in 0..<weights.blockCount {
            let (block, at) = (weights["blocks"][index], "blocks.\(index)")
            graph.name(x, "\(at).before", listed: false)
            let norm = try graph.layerNorm(x, block["norm"], epsilon: epsilon)
            graph.name(norm, "\(at).norm")
            x = try graph.add(x, gatedMLP(&graph, norm, block["mlp_channels"], at: at, activation))
            graph.name(x, at, aliases: ["\(at).after"])
        }
        graph.name(x, "blocks", listed: false)

        let norm = try graph.layerNorm(x, weights["norm"], epsilon: epsilon)
        graph.name(norm, "norm")
        try graph.readMean(of: norm, weights, pooling: settings.pooling)
        return stem.blueprint(graph.build(), input: .half, settings, configuration)
    }

    private static func gatedMLP(
        _ graph: inout GraphBuilder, _ x: GraphBuilder.Result, _ weights: WeightReader, at: String,
        _ activation: Activation
    ) throws(EngineError) -> GraphBuilder.Result {
        let module = "\(at).mlp_channels"
        let first = try graph.linear(x, weights["fc1"], weights.hiddenWidth)
        graph.name(first, "\(module).fc1", listed: false)
        let hidden = try graph.activate(first, by: activation)
        graph.name(hidden, "\(at).mlp.hidden", also: ["\(module).act"])

        let half = hidden.shape[-1] / 2
        let normal = try graph.layerNorm(
            graph.apply(SelectFeatures(half..<2 * half), hidden), weights["gate"]["norm"], epsilon: 1e-5)
        graph.name(normal, "\(module).gate.norm", listed: false)
        let mixed = try graph.transpose(
            graph.linear(graph.transpose(normal), weights["gate"]["proj"], graph.layout.count))
        graph.name(mixed, "\(at).mlp.mixed", also: ["\(module).gate.proj"])
        let gated = try graph.apply(Multiply(), graph.apply(SelectFeatures(0..<half), hidden), mixed)
        graph.name(gated, "\(at).mlp.gate", also: ["\(module).gate"])

        let output = try graph.linear(gated, weights["fc2"], x.shape[-1])
        graph.name(output, "\(at).mlp", also: [module, "\(module).fc2"])
        return output
    }
}
