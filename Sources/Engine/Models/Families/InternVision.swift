import Checkpoints
import Platform

/// InternVL's vision transformer with the tensor names of Hugging Face's transformers, and Qianfan-OCR's, which is the same: alone or
/// in a whole model, whose language model is left out.
///
/// Its parts are those of ``BEiT`` without relative positions. Tokens have no last norm where a classifier would take their mean.
/// The largest models normalize queries and keys over all heads, by root mean squares.
///
/// Source: Chen et al. 2023, arXiv:2312.14238; transformers `modeling_internvl.py`, `modeling_qianfan_ocr.py`.
enum InternVision: ModelFamily {
    static let name = "InternVL vision transformer"

    private static let prefixes = ["", "model.vision_tower.", "vision_tower."]

    static func recognizes(_ checkpoint: any Checkpoint) -> Bool { prefix(checkpoint) != nil }

    static func ignores(_ tensor: String) -> Bool { tensor.hasSuffix("embeddings.mask_token") }

    /// Returns whether a tensor belongs to what reads and writes texts.
    static func setsAside(_ tensor: String) -> Bool {
        [
            "model.language_model.", "model.multi_modal_projector.", "language_model.", "multi_modal_projector.",
            "lm_head.",
        ]
        .contains { tensor.hasPrefix($0) }
    }

    static func build(_ weights: WeightReader, _ configuration: Configuration) throws(EngineError) -> Blueprint {
        let weights = weights.spelling(names(prefix: prefix(weights.checkpoint) ?? ""))
        var transformer = Transformer(
            positions: .bicubic, returnsTokens: true, input: .imageNet, certain: [.norms, .pooling])
        transformer.normIsOptional = configuration.lacksLastNorm ?? true
        if !weights["blocks"][0]["norm1"].has("bias") { transformer.normalization = .rootMeanSquare }
        return try transformer.build(weights, configuration)
    }

    private static func prefix(_ checkpoint: any Checkpoint) -> String? {
        prefixes.first { prefix in
            checkpoint.has("\(prefix)embeddings.cls_token", "\(prefix)embeddings.position_embeddings")
                && ["encoder.layer.0", "layers.0"].contains {
                    checkpoint.has("\(prefix)\($0).attention.projection_layer.weight", "\(prefix)\($0).lambda_1")
                }
        }
    }

    private static func names(prefix: String) -> TensorNames {
        TensorNames(
            [
                "patch_embed": ["embeddings.patch_embeddings"],
                "patch_embed.proj": ["embeddings.patch_embeddings.projection"],
                "cls_token": ["embeddings.cls_token"], "pos_embed": ["embeddings.position_embeddings"],
                "norm": ["layernorm"], "tokens": ["embeddings"], "blocks": ["encoder"],
            ], blocks: ["encoder.layer.#", "layers.#"],
            [
                "norm1": ["layernorm_before"], "attn": ["attention"], "attn.q": ["attention.q_proj"],
                "attn.k": ["attention.k_proj"], "attn.v": ["attention.v_proj"], "attn.q_norm": ["attention.q_norm"],
                "attn.k_norm": ["attention.k_norm"], "attn.proj": ["attention.projection_layer"],
                "ls1.gamma": ["lambda_1"], "norm2": ["layernorm_after"], "mlp": ["mlp"], "mlp.fc1": ["mlp.fc1"],
                "mlp.act": ["mlp.activation_fn"], "mlp.fc2": ["mlp.fc2"], "ls2.gamma": ["lambda_2"],
            ], prefix: prefix)
    }
}
