import Checkpoints
import Platform

/// The vision tower of BLIP, BLIP-2 and InstructBLIP with the tensor names of Hugging Face's transformers, alone or in a whole
/// file.
///
/// A vision transformer with queries, keys and values in one layer; the output is all tokens. What reads or writes texts is
/// left out.
///
/// Source: Li et al. 2022, arXiv:2201.12086; Li et al. 2023, arXiv:2301.12597; transformers `modeling_blip.py`,
/// `modeling_blip_2.py`.
enum BLIP: ModelFamily {
    static let name = "BLIP vision tower"

    private static let prefixes = ["vision_model.", ""]

    static func recognizes(_ checkpoint: any Checkpoint) -> Bool { prefix(checkpoint) != nil }

    /// Returns whether a tensor belongs to what reads or writes texts.
    static func setsAside(_ tensor: String) -> Bool {
        [
            "text_decoder.", "text_encoder.", "text_model.", "text_projection.", "text_proj.", "vision_proj.",
            "visual_projection.", "itm_head.", "qformer.", "query_tokens", "language_model.", "language_projection.",
            "vision_projection.", "embeddings.word_embeddings.", "embeddings.position_embeddings.", "logit_scale",
        ].contains { tensor.hasPrefix($0) }
    }

    static func build(_ weights: WeightReader, _ configuration: Configuration) throws(EngineError) -> Blueprint {
        let names = names(prefix: prefix(weights.checkpoint) ?? "")
        return try Transformer(
            epsilon: 1e-5, positions: .bicubic, returnsTokens: true, input: .clip, certain: [.norms, .pooling]
        ).build(weights.spelling(names), configuration)
    }

    private static func prefix(_ checkpoint: any Checkpoint) -> String? {
        prefixes.first { prefix in
            checkpoint.has(
                "\(prefix)embeddings.class_embedding", "\(prefix)embeddings.position_embedding",
                "\(prefix)encoder.layers.0.self_attn.qkv.weight")
        }
    }

    private static func names(prefix: String) -> TensorNames {
        TensorNames(
            [
                "patch_embed.proj": ["embeddings.patch_embedding"], "cls_token": ["embeddings.class_embedding"],
                "pos_embed": ["embeddings.position_embedding"], "norm": ["post_layernorm"], "tokens": ["embeddings"],
                "blocks": ["encoder"],
            ],
            blocks: ["encoder.layers.#"],
            [
                "norm1": ["layer_norm1"], "attn": ["self_attn"], "attn.qkv": ["self_attn.qkv"],
                "attn.proj": ["self_attn.projection"], "norm2": ["layer_norm2"], "mlp": ["mlp"],
                "mlp.fc1": ["mlp.fc1"], "mlp.act": ["mlp.activation_fn"], "mlp.fc2": ["mlp.fc2"],
            ], prefix: prefix)
    }
}
