import Checkpoints
import Images
import Platform

/// The vision transformers of vit-pytorch: `ViT` in its present and its older form, and `SimpleViT`.
///
/// A patch's pixels are normalized in a row before the embedding, which is a linear layer, and again after it. Heads have
/// 64 features unless the model was made with others.
///
/// Source: <https://github.com/lucidrains/vit-pytorch> `vit.py`, `simple_vit.py`.
enum VitPytorch: ModelFamily {
    static let name = "vision transformer"

    static func recognizes(_ checkpoint: any Checkpoint) -> Bool {
        checkpoint.has("transformer.layers.0.0.to_qkv.weight")
            || checkpoint.has("transformer.layers.0.0.fn.to_qkv.weight")
    }

    static func build(
        _ weights: WeightReader, _ configuration: Configuration
    ) throws(EngineError) -> Blueprint {
        let weights = weights.spelling(names(weights.checkpoint))
        var configuration = configuration
        let width = try TransformerPatches(weights).width
        let inner = AttentionProjection.innerWidth(weights["blocks"][0]["attn"], width: width)
        if inner.isMultiple(of: PublishedHeadCounts.width) {
            configuration.guess.heads = configuration.guess.heads ?? inner / PublishedHeadCounts.width
        }
        var transformer = Transformer(
            epsilon: 1e-5, positions: .bicubicAntialiased, returnsTokens: true,
            certain: [.activation, .epsilon, .norms])
        // The older form has no norm after the blocks, but one of the class token before the head.
        transformer.normsClassToken = true
        if weights.shape("pos_embed") == nil {
            transformer.sines = .toEnd
            transformer.usualSize = PixelSize(side: 224)
        }
        return try transformer.build(weights, configuration)
    }

    private static func names(_ checkpoint: any Checkpoint) -> TensorNames {
        // Dropouts are layers, so the second layer's number depends on whether there are any.
        let isOlder = checkpoint.has("transformer.layers.0.0.fn.to_qkv.weight")
        let hasDropout = ["net.4", "4"].contains { checkpoint.has("transformer.layers.0.1.\($0).weight") }
        let isSequence = checkpoint.has("mlp_head.1.weight")
        // The oldest have no norm of the pixels.
        let first = checkpoint.shape("to_patch_embedding.1.weight")?.rank == 1 ? 2 : 1
        let attention = isOlder ? "0.fn" : "0"
        let net = isOlder ? "1.fn.net" : "1.net"
        let layers = isOlder ? ["0", "1", "3"] : ["1", "2", hasDropout ? "4" : "3"]
        // The only child between a number and a block's parts looks like a wrapper, whose name is dropped from the tensors'.
        func inMLP(_ layer: String) -> [String] { isOlder ? ["\(net).\(layer)"] : ["\(net).\(layer)", "1.\(layer)"] }
        return TensorNames(
            [
                "patch_embed": ["to_patch_embedding"], "patch_embed.pixels": ["to_patch_embedding.0"],
                "patch_embed.norm_pixels": first == 2 ? ["to_patch_embedding.1"] : [],
                "patch_embed.proj": ["to_patch_embedding.\(first)"],
                "patch_embed.norm": ["to_patch_embedding.\(first + 1)"], "cls_token": ["cls_token"],
                "pos_embed": ["pos_embedding"], "norm": ["transformer.norm", "transformer"],
                "fc_norm": isSequence ? ["mlp_head.0"] : [],
                "head": isSequence ? ["mlp_head.1", "mlp_head"] : ["mlp_head", "linear_head"],
            ],
            blocks: ["transformer.layers.#"],
            [
                "norm1": ["0.norm"], "attn": isOlder ? ["0", "0.fn"] : ["0"], "attn.qkv": ["\(attention).to_qkv"],
                "attn.proj": ["\(attention).to_out.0", "\(attention).to_out"],
                "norm2": isOlder ? ["1.norm"] : inMLP("0"), "mlp": isOlder ? ["1", "1.fn", net] : ["1", net],
                "mlp.fc1": inMLP(layers[0]), "mlp.act": inMLP(layers[1]), "mlp.fc2": inMLP(layers[2]),
            ])
    }
}
