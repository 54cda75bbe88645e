import Checkpoints
import Platform

/// The vision transformer with timm's tensor names: timm, DeiT, DINO, and DINOv2 and TIPSv2 as their authors publish them.
///
/// Source: timm `vision_transformer.py`, `deit.py`; <https://github.com/facebookresearch/dinov2>; transformers
/// `modeling_tipsv2.py`.
enum VisionTransformer: ModelFamily {
    static let name = "vision transformer"

    static func recognizes(_ checkpoint: any Checkpoint) -> Bool {
        checkpoint.has("patch_embed.proj.weight", "pos_embed")
            // A convolutional network that makes the patches is not built here.
            && !checkpoint.names.contains { $0.hasPrefix("patch_embed.backbone.") }
            && TransformerBlock.Arrangement.recognizedBy.contains { checkpoint.has($0) }
    }

    /// Returns whether a tensor is DINOv2's mask token, or belongs to a head or decoder that DINO and masked
    /// autoencoders use in training only.
    static func ignores(_ tensor: String) -> Bool {
        tensor == "mask_token" || tensor.hasPrefix("head.mlp.") || tensor.hasPrefix("head.last_layer.")
            || tensor.hasPrefix("dino_head.") || tensor.hasPrefix("ibot_head.")
            || WeightWrappers.decoders.contains { tensor.hasPrefix($0) }
    }

    static func build(
        _ weights: WeightReader, _ configuration: Configuration
    ) throws(EngineError) -> Blueprint {
        let isTIPS = weights.checkpoint.has("blocks.0.mlp.c_fc.weight")
        let weights = isTIPS ? weights.spelling(tipsNames) : weights
        // With learned positions too, rotary ones leave no trace in the tensors.
        var transformer = Transformer(rotary: configuration.rotary)
        // Root mean squares need no shift.
        let norms = [
            weights["norm"], weights["fc_norm"], weights["blocks"][0]["norm1"], weights["blocks"][0]["in_norm"],
        ]
        if !norms.contains(where: { $0.has("bias") }) { transformer.normalization = .rootMeanSquare }
        // DINOv2's authors resample positions in their own way, except with registers. A masked autoencoder's mask
        // token belongs to its decoder.
        if weights.has("mask_token"), !weights["decoder_embed"].has("weight"), weights.shape("reg_token") == nil {
            transformer.positions = .bicubicOffset
        }
        if isTIPS {
            transformer.positions = .bilinearAntialiased
            transformer.returnsTokens = true
            transformer.certain = [.norms, .pooling]
        }
        return try transformer.build(weights, configuration)
    }

    /// The names of TIPSv2, whose MLPs have those of OpenAI's CLIP.
    private static let tipsNames = TensorNames.timm.replacing([
        "blocks.#.mlp.fc1": ["blocks.#.mlp.c_fc"], "blocks.#.mlp.fc2": ["blocks.#.mlp.c_proj"],
    ])
}
