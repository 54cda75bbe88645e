import Checkpoints
import Platform

/// The vision transformer with torchvision's tensor names.
///
/// Source: torchvision `vision_transformer.py`.
enum TorchvisionTransformer: ModelFamily {
    static let name = "vision transformer"

    static func recognizes(_ checkpoint: any Checkpoint) -> Bool {
        checkpoint.has("conv_proj.weight", "encoder.layers.encoder_layer_0.ln_1.weight")
    }

    static func build(
        _ weights: WeightReader, _ configuration: Configuration
    ) throws(EngineError) -> Blueprint {
        var input = InputDefaults.imageNet
        input.interpolation = .bilinear
        return try Transformer(
            positions: .bicubicAligned, input: input, certain: [.activation, .epsilon, .norms, .pooling]
        ).build(weights.spelling(names), configuration)
    }

    // Files from before 2022 have mlp.linear_1 and mlp.linear_2.
    private static let names = TensorNames(
        [
            "patch_embed.proj": ["conv_proj"], "cls_token": ["class_token"],
            "pos_embed": ["encoder.pos_embedding"], "norm": ["encoder.ln", "encoder"],
            "blocks": ["encoder.layers"],
            "pre_logits.fc": ["heads.pre_logits"], "pre_logits": ["heads.act"], "head": ["heads.head", "heads"],
        ],
        blocks: ["encoder.layers.encoder_layer_#"],
        [
            "norm1": ["ln_1"], "attn": ["self_attention"],
            "attn.qkv.weight": ["self_attention.in_proj_weight"],
            "attn.qkv.bias": ["self_attention.in_proj_bias"], "attn.proj": ["self_attention.out_proj"],
            "norm2": ["ln_2"], "mlp": ["mlp"], "mlp.fc1": ["mlp.0", "mlp.linear_1"], "mlp.act": ["mlp.1", "mlp.2"],
            "mlp.fc2": ["mlp.3", "mlp.linear_2", "mlp.4"],
        ])
}
