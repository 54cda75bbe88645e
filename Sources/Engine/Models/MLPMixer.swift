/// The MLP-Mixer with timm's tensor names.
///
/// Each block works on each feature's tokens first, then on each token's features. No class token
/// and no positions; the logits are read off the mean of the tokens. `mlp1` is the MLP over the
/// features and `mlp2` the one over the tokens, here as in the feed-forward mixer, whichever comes first.
///
/// Source: Tolstikhin et al. 2021, arXiv:2105.01601, eq. 1; timm `mlp_mixer.py`.
enum MLPMixer: ModelFamily {
    static let name = "MLP-Mixer"
    static let lookedFor = "“stem.proj.weight” and “blocks.0.mlp_tokens.fc1.weight” for an MLP-Mixer"

    static func recognises(_ checkpoint: any Checkpoint) -> Bool {
        ["stem.proj.weight", "blocks.0.mlp_tokens.fc1.weight"].allSatisfy { checkpoint.shape($0) != nil }
    }

    static func build(
        _ weights: WeightReader, _ configuration: Configuration
    ) throws(EngineError) -> Blueprint {
        let embedding = weights["stem"]["proj"]
        let (width, patch) = try patchSizes(embedding, "stem.proj")
        let side = try squareSide(
            weights["blocks"][0]["mlp_tokens"]["fc1"].shape("weight")?.dimensions.last ?? 0)
        let layout = TokenLayout(special: [], rows: side, columns: side)

        var graph = GraphBuilder(height: side * patch, width: side * patch, layout: layout)
        var x = try graph.patches(of: graph.picture, embedding, size: patch, features: width)
        graph.name(x, "patch_embed", also: ["stem", "stem.proj"])

        for index in 0..<weights["blocks"].count {
            let (block, at) = (weights["blocks"][index], "blocks.\(index)")

            let norm1 = try graph.layerNorm(x, block["norm1"])
            graph.name(norm1, "\(at).norm1")
            let mixed = try graph.tokenMLP(
                graph.transpose(norm1), block["mlp_tokens"], at: "\(at).mlp2",
                also: ["\(at).mlp_tokens", "\(at).mlp_tokens.fc2"])
            x = try graph.add(x, mixed)

            let norm2 = try graph.layerNorm(x, block["norm2"])
            graph.name(norm2, "\(at).norm2")
            let features = try graph.mlp(
                norm2, block["mlp_channels"], at: "\(at).mlp1", framework: "\(at).mlp_channels",
                alias: "\(at).mlp")
            x = try graph.add(x, features)
            graph.name(x, at)
        }

        let norm = try graph.layerNorm(x, weights["norm"])
        graph.name(norm, "norm")
        if let classes = weights["head"].shape("weight")?.dimensions.first {
            let logits = try graph.linear(graph.apply(MeanOfTokens(), norm), weights["head"], classes)
            graph.name(logits, "logits", also: ["head"])
        }
        return Blueprint(height: side * patch, width: side * patch, patch: patch, graph: graph.build())
    }
}
