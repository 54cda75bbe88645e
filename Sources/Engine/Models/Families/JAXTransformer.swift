import Checkpoints
import Platform

/// The vision transformer as Google published it: JAX arrays in an `.npz`.
///
/// The MLP's GELU is the tanh form, which `flax.linen.gelu` computes. (timm computes the exact form with the same
/// weights; its logits differ in the third digit.)
///
/// Source: <https://github.com/google-research/vision_transformer> `models_vit.py`; timm `_load_weights`.
enum JAXTransformer: ModelFamily {
    static let name = "vision transformer"

    static func recognizes(_ checkpoint: any Checkpoint) -> Bool {
        JAXArrays(checkpoint).has("embedding.weight", "Transformer/encoderblock_0/LayerNorm_0.weight")
    }

    static func build(
        _ weights: WeightReader, _ configuration: Configuration
    ) throws(EngineError) -> Blueprint {
        let arrays = JAXArrays(weights.checkpoint)
        return try Transformer(
            activation: .tanhGELU, positions: .bilinear, input: .half, headCount: arrays.headCount,
            certain: [.activation, .epsilon, .norms, .pooling]
        ).build(weights.spelling(names, in: arrays), configuration)
    }

    // The modules' numbers in a block: those of Google's first models, then those of big_vision.
    private static let names = TensorNames(
        [
            "patch_embed.proj": ["embedding"], "cls_token": ["cls"],
            "pos_embed": ["Transformer/posembed_input/pos_embedding", "pos_embedding"],
            "norm": ["Transformer/encoder_norm"], "pre_logits.fc": ["pre_logits"], "head": ["head"],
        ],
        blocks: ["Transformer/encoderblock_#"],
        [
            "norm1": ["LayerNorm_0"], "attn": attention(""), "attn.q": attention("/query"),
            "attn.k": attention("/key"), "attn.v": attention("/value"), "attn.proj": attention("/out"),
            "norm2": ["LayerNorm_2", "LayerNorm_1"], "mlp": ["MlpBlock_3", "MlpBlock_0"],
            "mlp.fc1": ["MlpBlock_3/Dense_0", "MlpBlock_0/Dense_0"],
            "mlp.fc2": ["MlpBlock_3/Dense_1", "MlpBlock_0/Dense_1"],
        ], separator: "/")

    private static func attention(_ part: String) -> [String] {
        ["MultiHeadDotProductAttention_1\(part)", "MultiHeadDotProductAttention_0\(part)"]
    }
}

/// The MLP-Mixer as Google published it.
///
/// Source: <https://github.com/google-research/vision_transformer> `models_mixer.py`.
enum JAXMixer: ModelFamily {
    static let name = MLPMixer.name

    static func recognizes(_ checkpoint: any Checkpoint) -> Bool {
        JAXArrays(checkpoint).has("stem.weight", "MixerBlock_0/LayerNorm_0.weight")
    }

    static func build(
        _ weights: WeightReader, _ configuration: Configuration
    ) throws(EngineError) -> Blueprint {
        var configuration = configuration
        configuration.settings.activation = configuration.settings.activation ?? .tanhGELU
        return try MLPMixer.build(
            weights.spelling(names, in: JAXArrays(weights.checkpoint)), configuration)
    }

    private static let names = TensorNames(
        ["stem.proj": ["stem"], "norm": ["pre_head_layer_norm"], "head": ["head"]],
        blocks: ["MixerBlock_#"],
        [
            "norm1": ["LayerNorm_0"], "mlp_tokens": ["token_mixing"], "mlp_tokens.fc1": ["token_mixing/Dense_0"],
            "mlp_tokens.fc2": ["token_mixing/Dense_1"], "norm2": ["LayerNorm_1"],
            "mlp_channels": ["channel_mixing"], "mlp_channels.fc1": ["channel_mixing/Dense_0"],
            "mlp_channels.fc2": ["channel_mixing/Dense_1"],
        ], separator: "/")
}
