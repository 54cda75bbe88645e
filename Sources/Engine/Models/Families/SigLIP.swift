import Checkpoints
import Platform

/// SigLIP's and SigLIP 2's vision tower with the tensor names of Hugging Face's transformers, alone or beside its text
/// tower, with patches of a fixed or of any number (NaFlex); and Janus's, which has no attention pooling.
///
/// `embedding` is what attention pooling collects, which is compared with texts. Beside a text tower it is also the
/// output; a tower alone returns its tokens.
///
/// Source: Zhai et al. 2023, arXiv:2303.15343; Tschannen et al. 2025, arXiv:2502.14786; transformers
/// `modeling_siglip.py`, `modeling_siglip2.py`, `modeling_janus.py`.
enum SigLIP: ModelFamily {
    static let name = "SigLIP vision tower"

    private static let prefixes = ["vision_model.", ""]

    static func recognizes(_ checkpoint: any Checkpoint) -> Bool { prefix(checkpoint) != nil }

    static func ignores(_ tensor: String) -> Bool { CLIPVisionTower.ignores(tensor) }

    static func build(
        _ weights: WeightReader, _ configuration: Configuration
    ) throws(EngineError) -> Blueprint {
        let prefix = prefix(weights.checkpoint) ?? ""
        let weights = weights.spelling(names(prefix: prefix))
        // A linear layer on a patch's pixels is that of the models for any number of patches.
        let isFlexible = weights["patch_embed.proj"].shape("weight")?.rank == 2
        let isJanus = weights.checkpoint.has("\(prefix)encoder.layers.0.self_attn.projection_layer.weight")
        let isClassifier = weights["head"].has("weight")
        let hasTexts = weights.checkpoint.has("logit_scale", "logit_bias")
        let readout: TransformerReadout =
            isClassifier || !AttentionPooling.isIn(weights)
            ? .mean : .projection(ofNormalizedTokens: true, headless: hasTexts ? .pooled : .normalizedTokens)
        return try Transformer(
            activation: isJanus ? .gelu : .tanhGELU, positions: isFlexible ? .bilinearAntialiased : .bicubic,
            readout: readout,
            returnsTokens: true, input: .sigLIP, certain: [.norms, .pooling]
        ).build(weights, configuration)
    }

    private static func prefix(_ checkpoint: any Checkpoint) -> String? {
        prefixes.first { prefix in
            checkpoint.has(
                "\(prefix)embeddings.patch_embedding.weight", "\(prefix)embeddings.position_embedding.weight",
                "\(prefix)post_layernorm.weight", "\(prefix)encoder.layers.0.layer_norm1.weight")
                && !checkpoint.has("\(prefix)embeddings.class_embedding")
        }
    }

    private static func names(prefix: String) -> TensorNames {
        CLIPVisionTower.huggingFace(
            prefix: prefix, head: ["classifier"],
            more: [
                "attn_pool": ["head"], "attn_pool.latent": ["head.probe"],
                "attn_pool.qkv.weight": ["head.attention.in_proj_weight"],
                "attn_pool.qkv.bias": ["head.attention.in_proj_bias"],
                "attn_pool.proj": ["head.attention.out_proj", "head.attention"], "attn_pool.norm": ["head.layernorm"],
                "attn_pool.mlp": ["head.mlp"], "attn_pool.mlp.fc1": ["head.mlp.fc1"],
                "attn_pool.mlp.act": ["head.mlp.activation_fn"], "attn_pool.mlp.fc2": ["head.mlp.fc2"],
            ])
    }
}
