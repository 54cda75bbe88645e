import Checkpoints
import Images
import Platform

/// Sapiens2, a transformer for pictures of people, with its authors' tensor names, in which Hugging Face's transformers saves it, too.
///
/// It is like ``DINOv3`` with root mean squares for norms, also of each head's queries and keys before they turn, and a LayerScale
/// of the attention alone. In the middle blocks of the larger models several heads share keys and values, which are repeated here.
///
/// Source: transformers `modeling_sapiens2.py`.
enum Sapiens2: ModelFamily {
    static let name = "Sapiens2"

    static func recognizes(_ checkpoint: any Checkpoint) -> Bool { prefix(checkpoint) != nil }

    static func ignores(_ tensor: String) -> Bool {
        tensor.hasSuffix("mask_token") || tensor.hasSuffix("rope_embed.periods")
    }

    /// Returns whether a tensor belongs to what a task builds on the backbone.
    static func setsAside(_ tensor: String) -> Bool { tensor.hasPrefix("decode_head.") || tensor.hasPrefix("head.") }

    static func build(_ weights: WeightReader, _ configuration: Configuration) throws(EngineError) -> Blueprint {
        var transformer = Transformer(
            normalization: .rootMeanSquare, activation: .silu, returnsTokens: true,
            input: InputDefaults(
                mean: InputDefaults.imageNet.mean, deviation: InputDefaults.imageNet.deviation, cropRatio: 1,
                interpolation: .bilinear, fitting: .stretch),
            rotary: configuration.rotary ?? .dinov3, usualSize: PixelSize(width: 768, height: 1024),
            certain: [.norms, .pooling])
        transformer.scalesAttentionAlone = true
        transformer.sharesKeys = true
        return try transformer.build(weights.spelling(names(prefix: prefix(weights.checkpoint) ?? "")), configuration)
    }

    private static func prefix(_ checkpoint: any Checkpoint) -> String? {
        ["", "backbone."].first { prefix in
            checkpoint.has(
                "\(prefix)cls_token", "\(prefix)patch_embed.projection.weight", "\(prefix)blocks.0.attn.wq.weight",
                "\(prefix)blocks.0.attn.gamma.weight")
        }
    }

    private static func names(prefix: String) -> TensorNames {
        TensorNames(
            [
                "patch_embed.proj": ["patch_embed.projection"], "cls_token": ["cls_token"],
                "reg_token": ["storage_tokens"], "norm": ["ln1"],
            ],
            blocks: ["blocks.#"],
            [
                "norm1": ["ln1"], "attn": ["attn"], "attn.q": ["attn.wq"], "attn.k": ["attn.wk"], "attn.v": ["attn.wv"],
                "attn.q_norm": ["attn.q_norm"], "attn.k_norm": ["attn.k_norm"], "attn.proj": ["attn.proj"],
                "ls1": ["attn.gamma"], "ls1.gamma": ["attn.gamma.weight"], "norm2": ["ln2"], "mlp": ["ffn"],
                "mlp.fc1": ["ffn.w1"], "mlp.act": ["ffn.act"], "mlp.fc2": ["ffn.w2"], "mlp.w12": ["ffn.w12"],
                "mlp.w3": ["ffn.w3"],
            ], prefix: prefix)
    }
}
