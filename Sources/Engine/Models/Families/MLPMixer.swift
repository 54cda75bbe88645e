import Checkpoints
import Platform

/// The MLP-Mixer.
///
/// Each block works on each feature's tokens first, then on each token's features. There are no class token and no
/// positions; the logits are computed from the mean of the tokens. As in the feed-forward mixer, `mlp1` is the MLP over
/// the features and `mlp2` the one over the tokens, regardless of their order. In timm's GMixer, one half of each MLP's
/// hidden layer gates the other.
///
/// Source: Tolstikhin et al. 2021, arXiv:2105.01601, eq. 1; timm `mlp_mixer.py`.
enum MLPMixer: ModelFamily {
    static let name = "MLP-Mixer"

    static func recognizes(_ checkpoint: any Checkpoint) -> Bool {
        checkpoint.has("stem.proj.weight", "blocks.0.mlp_tokens.fc1.weight")
    }

    static func build(
        _ weights: WeightReader, _ configuration: Configuration
    ) throws(EngineError) -> Blueprint {
        let first = weights["blocks"][0]["mlp_tokens"]["fc1"]
        let stem = try MixerStem(weights, configuration, tokens: first.shape("weight")?.dimensions.last)
        let isGated = weights["blocks"][0]["mlp_tokens"].hasGate
        var defaults = stem.defaults
        if isGated { defaults.activation = .silu }
        let settings = configuration.settings.filled(by: defaults)
        let (epsilon, activation) = (settings.epsilon ?? 1e-6, settings.activation ?? .gelu)
        var graph = stem.graph
        var x = stem.patches

        for index in 0..<weights.blockCount {
            let (block, at) = (weights["blocks"][index], "blocks.\(index)")
            graph.name(x, "\(at).before", listed: false)

            let norm1 = try graph.layerNorm(x, block["norm1"], epsilon: epsilon)
            graph.name(norm1, "\(at).norm1")
            let mixed = try graph.tokenMLP(
                graph.transpose(norm1), block["mlp_tokens"], at: "\(at).mlp2", module: "\(at).mlp_tokens",
                activation: activation)
            x = try graph.add(x, mixed)
            graph.name(x, "\(at).middle")

            let norm2 = try graph.layerNorm(x, block["norm2"], epsilon: epsilon)
            graph.name(norm2, "\(at).norm2")
            let features = try graph.mlp(
                norm2, block["mlp_channels"], at: "\(at).mlp1", module: "\(at).mlp_channels", alias: "\(at).mlp",
                activation: activation)
            x = try graph.add(x, features)
            graph.name(x, at, aliases: ["\(at).after"])
        }
        graph.name(x, "blocks", listed: false)

        let norm = try graph.layerNorm(x, weights["norm"], epsilon: epsilon)
        graph.name(norm, "norm")
        try graph.readMean(of: norm, weights, pooling: settings.pooling)
        return stem.blueprint(graph.build(), input: isGated ? .imageNet : .half, settings, configuration)
    }
}
