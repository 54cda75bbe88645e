import Checkpoints
import Platform

/// The vision transformer with the tensor names of Hugging Face's transformers: ViT, DeiT, ViTMSN, I-JEPA, which has no
/// class token, the encoder of ViTMAE beside its decoder, Pixio, which has several class tokens, and the backbone of DPT beside
/// what computes depth from it.
///
/// Source: transformers `modeling_vit.py`, `modeling_deit.py`, `modeling_vit_msn.py`, `modeling_ijepa.py`,
/// `modeling_vit_mae.py`, `modeling_dpt.py`, `modeling_pixio.py`, with the module names of versions 4 and 5.
enum HuggingFaceTransformer: ModelFamily {
    static let name = "vision transformer"

    private static let prefixes = ["vit.", "deit.", "ijepa.", "dpt.", "", pixio]
    /// Pixio below its backbone, which has a last norm of its own.
    private static let pixio = "encoder."

    static func recognizes(_ checkpoint: any Checkpoint) -> Bool { prefix(checkpoint) != nil }

    /// Returns whether a tensor belongs to a pooler, which no logit depends on, or to masked training.
    static func ignores(_ tensor: String) -> Bool {
        tensor.contains("pooler.") || tensor.hasSuffix("mask_token") || tensor.hasPrefix("decoder.")
            || tensor.hasPrefix("encoder.layernorm.")
    }

    /// Returns whether a tensor belongs to what DPT builds on its backbone.
    static func setsAside(_ tensor: String) -> Bool {
        ["neck.", "head.", "auxiliary_head."].contains { tensor.hasPrefix($0) }
    }

    static func build(
        _ weights: WeightReader, _ configuration: Configuration
    ) throws(EngineError) -> Blueprint {
        let prefix = prefix(weights.checkpoint) ?? ""
        let detection = weights.checkpoint.names.filter { name in
            ["detection_tokens", "mid_position_embeddings"].contains { name.hasSuffix($0) }
        }
        guard detection.isEmpty else {
            throw .unusedTensors(
                path: weights.checkpoint.path, family: name, names: detection, count: detection.count,
                parts: UnsupportedParts.words(for: detection))
        }
        // transformers writes a ViTMSN's embeddings below "vit." and its blocks beside it.
        let hasBareBlocks = !prefix.isEmpty && hasBlocks(weights.checkpoint, "")
        var names = hasBareBlocks ? names(prefix: prefix).merging(names(prefix: "")) : names(prefix: prefix)
        if prefix == pixio, weights.checkpoint.has("layernorm.weight") { names.add(["norm": ["layernorm"]]) }
        return try Transformer(
            epsilon: 1e-12, positions: prefix == "dpt." ? .bilinear : .bicubic, returnsTokens: true,
            input: .stretchedHalf, certain: [.norms, .pooling]
        ).build(weights.spelling(names), configuration)
    }

    private static func prefix(_ checkpoint: any Checkpoint) -> String? {
        prefixes.first { prefix in
            checkpoint.has(
                "\(prefix)embeddings.patch_embeddings.projection.weight", "\(prefix)embeddings.position_embeddings")
                && (hasBlocks(checkpoint, prefix) || (prefix == "vit." && hasBlocks(checkpoint, "")))
        }
    }

    private static func hasBlocks(_ checkpoint: any Checkpoint, _ prefix: String) -> Bool {
        ["encoder.layer.0", "layers.0"].contains { checkpoint.has("\(prefix)\($0).layernorm_before.weight") }
            // DINOv2's norms have the same names as Pixio's, its MLPs others.
            || checkpoint.has(
                "\(prefix)encoder.layer.0.norm1.weight", "\(prefix)encoder.layer.0.intermediate.dense.weight")
    }

    /// Returns the names of a transformer whose tensors begin with `prefix`; those of ViTPose are the same.
    static func names(prefix: String) -> TensorNames {
        TensorNames(
            [
                "patch_embed": ["embeddings.patch_embeddings"],
                "patch_embed.proj": ["embeddings.patch_embeddings.projection"],
                "cls_token": ["embeddings.cls_token"], "dist_token": ["embeddings.distillation_token"],
                "pos_embed": ["embeddings.position_embeddings"], "norm": ["layernorm"],
                "tokens": ["embeddings"], "blocks": ["encoder"],
            ],
            bare: ["head": ["classifier", "cls_classifier"], "head_dist": ["distillation_classifier"]],
            blocks: ["encoder.layer.#", "layers.#"],
            [
                "norm1": ["layernorm_before", "norm1"], "attn": ["attention"], "attn.heads": ["attention.attention"],
                "attn.q": ["attention.attention.query", "attention.q_proj"],
                "attn.k": ["attention.attention.key", "attention.k_proj"],
                "attn.v": ["attention.attention.value", "attention.v_proj"],
                "attn.proj": ["attention.output.dense", "attention.output", "attention.o_proj"],
                "norm2": ["layernorm_after", "norm2"], "mlp": ["mlp"], "mlp.fc1": ["intermediate.dense", "mlp.fc1"],
                "mlp.act": ["intermediate", "mlp.activation_fn", "mlp.activation", "intermediate.intermediate_act_fn"],
                "mlp.fc2": ["output.dense", "mlp.fc2"],
                "after": ["output"],
            ], prefix: prefix)
    }
}
