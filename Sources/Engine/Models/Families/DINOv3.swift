import Checkpoints
import Images
import Platform

/// DINOv3 and EUPE with the tensor names of Hugging Face's transformers.
///
/// Source: Siméoni et al. 2025, arXiv:2508.10104; transformers `modeling_dinov3_vit.py`.
enum DINOv3: ModelFamily {
    static let name = "DINOv3"

    private static let prefixes = ["dinov3_vit.", ""]
    /// The path of the blocks in files, and that of the modules in transformers 5.
    private static let blocks = ["layer.#", "model.layer.#"]

    static func recognizes(_ checkpoint: any Checkpoint) -> Bool { prefix(checkpoint) != nil }

    static func ignores(_ tensor: String) -> Bool { tensor.hasSuffix("mask_token") || tensor.hasSuffix("inv_freq") }

    static func build(
        _ weights: WeightReader, _ configuration: Configuration
    ) throws(EngineError) -> Blueprint {
        let weights = weights.spelling(names(prefix: prefix(weights.checkpoint) ?? ""))
        let width = weights.shape("patch_embed.proj.weight")?.dimensions.first ?? 0
        var configuration = configuration
        if let map = configuration.backboneMap {
            configuration.backboneMap = BackboneMap(
                stage: map.stage, isNormalized: map.isNormalized || map.stage == nil)
        }
        // 7B and H+ have other heads than vision transformers of these widths usually have.
        configuration.guess.heads = configuration.guess.heads ?? [4096: 32, 1280: 20][width]
        return try Transformer(
            epsilon: 1e-5, returnsTokens: true,
            input: InputDefaults(
                mean: InputDefaults.imageNet.mean, deviation: InputDefaults.imageNet.deviation, cropRatio: 1,
                interpolation: .bilinear, fitting: .stretch),
            rotary: configuration.rotary ?? .dinov3, usualSize: PixelSize(side: 224),
            splitGate: configuration.settings.activation ?? .silu, certain: [.norms, .pooling]
        ).build(weights, configuration)
    }

    private static func prefix(_ checkpoint: any Checkpoint) -> String? {
        prefixes.first { prefix in
            checkpoint.has("\(prefix)embeddings.cls_token", "\(prefix)embeddings.register_tokens")
                && blocks.contains { block in
                    checkpoint.has("\(prefix)\(block.replacing("#", with: "0")).layer_scale1.lambda1")
                }
        }
    }

    private static func names(prefix: String) -> TensorNames {
        TensorNames(
            [
                "patch_embed.proj": ["embeddings.patch_embeddings"], "cls_token": ["embeddings.cls_token"],
                "reg_token": ["embeddings.register_tokens"], "norm": ["norm"], "tokens": ["embeddings"],
                "blocks": ["model"],
            ],
            blocks: blocks,
            [
                "norm1": ["norm1"], "attn": ["attention"], "attn.q": ["attention.q_proj"],
                "attn.k": ["attention.k_proj"], "attn.v": ["attention.v_proj"], "attn.proj": ["attention.o_proj"],
                "ls1": ["layer_scale1"], "ls1.gamma": ["layer_scale1.lambda1"], "norm2": ["norm2"], "mlp": ["mlp"],
                "mlp.fc1": ["mlp.up_proj"], "mlp.act": ["mlp.act_fn"], "mlp.fc2": ["mlp.down_proj"],
                "mlp.w1": ["mlp.gate_proj"], "mlp.w2": ["mlp.up_proj"], "mlp.w3": ["mlp.down_proj"],
                "ls2": ["layer_scale2"], "ls2.gamma": ["layer_scale2.lambda1"],
            ], prefix: prefix)
    }
}
