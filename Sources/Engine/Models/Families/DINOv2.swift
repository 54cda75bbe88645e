import Checkpoints
import Platform

/// DINOv2 with the tensor names of Hugging Face's transformers, with and without registers, also as the backbone of Depth
/// Anything.
///
/// Source: Oquab et al. 2023, arXiv:2304.07193; Darcet et al. 2023, arXiv:2309.16588 (registers);
/// transformers `modeling_dinov2.py`, `modeling_dinov2_with_registers.py`.
enum DINOv2: ModelFamily {
    static let name = "DINOv2"

    private static let prefixes = ["dinov2.", "dinov2_with_registers.", "backbone.", ""]

    static func recognizes(_ checkpoint: any Checkpoint) -> Bool { prefix(checkpoint) != nil }

    static func ignores(_ tensor: String) -> Bool { tensor.hasSuffix("mask_token") }

    /// Returns whether a tensor belongs to what Depth Anything builds on its backbone.
    static func setsAside(_ tensor: String) -> Bool { tensor.hasPrefix("neck.") || tensor.hasPrefix("head.") }

    static func build(
        _ weights: WeightReader, _ configuration: Configuration
    ) throws(EngineError) -> Blueprint {
        let weights = weights.spelling(names(prefix: prefix(weights.checkpoint) ?? ""))
        let width = weights["norm"].shape("weight")?.count
        let headInput = weights["head"].shape("weight")?.dimensions.last
        return try Transformer(
            positions: weights.has("reg_token") ? .bicubicAntialiased : .bicubic,
            readout: headInput == width.map { 2 * $0 } ? .classTokenAndMean : .classToken,
            returnsTokens: true, certain: [.norms, .pooling]
        ).build(weights, configuration)
    }

    private static func prefix(_ checkpoint: any Checkpoint) -> String? {
        prefixes.first {
            checkpoint.has("\($0)embeddings.cls_token", "\($0)encoder.layer.0.layer_scale1.lambda1")
        }
    }

    private static func names(prefix: String) -> TensorNames {
        TensorNames(
            [
                "patch_embed": ["embeddings.patch_embeddings"],
                "patch_embed.proj": ["embeddings.patch_embeddings.projection"],
                "cls_token": ["embeddings.cls_token"], "reg_token": ["embeddings.register_tokens"],
                "pos_embed": ["embeddings.position_embeddings"], "norm": ["layernorm"],
                "tokens": ["embeddings"], "blocks": ["encoder"],
            ],
            bare: ["head": ["classifier"]], blocks: ["encoder.layer.#"],
            [
                "norm1": ["norm1"], "attn": ["attention"], "attn.heads": ["attention.attention"],
                "attn.q": ["attention.attention.query", "attention.q_proj"],
                "attn.k": ["attention.attention.key", "attention.k_proj"],
                "attn.v": ["attention.attention.value", "attention.v_proj"],
                "attn.proj": ["attention.output.dense", "attention.output", "attention.o_proj"],
                "ls1": ["layer_scale1"], "ls1.gamma": ["layer_scale1.lambda1"], "norm2": ["norm2"],
                "mlp": ["mlp"], "mlp.fc1": ["mlp.fc1"],
                "mlp.act": ["mlp.activation", "mlp.activation_fn", "mlp.act_fn"],
                "mlp.fc2": ["mlp.fc2"], "mlp.w12": ["mlp.weights_in"], "mlp.w1": ["mlp.gate_proj"],
                "mlp.w2": ["mlp.up_proj"],
                "mlp.w3": ["mlp.weights_out", "mlp.down_proj"], "ls2": ["layer_scale2"],
                "ls2.gamma": ["layer_scale2.lambda1"],
            ], prefix: prefix)
    }
}
