import Checkpoints
import Images
import Platform

/// Perception Encoder with its authors' tensor names, which are those of OpenAI's CLIP: core, lang and spatial.
///
/// Its core pools by attention and projects; the others return their tokens, without a last norm, those of Step3-VL after two
/// convolutions. For another size,
/// learned positions are resampled and rotary ones go on counting. timm's files of the same models are read by
/// ``EvaTransformer``.
///
/// Source: Bolya et al. 2025, arXiv:2504.13181; <https://github.com/facebookresearch/perception_models>
/// `core/vision_encoder/pe.py`.
enum PerceptionEncoder: ModelFamily {
    static let name = "Perception Encoder"

    static func recognizes(_ checkpoint: any Checkpoint) -> Bool { prefix(checkpoint) != nil }

    static func ignores(_ tensor: String) -> Bool { CLIPVisionTower.ignores(tensor) }

    static func build(_ weights: WeightReader, _ configuration: Configuration) throws(EngineError) -> Blueprint {
        let weights = weights.spelling(names(prefix: prefix(weights.checkpoint) ?? ""))
        let code = EvaTransformer.Code.perceptionEncoder
        let isStep = weights["vit_downsampler1"].has("weight")
        let isCore = AttentionPooling.isIn(weights)
        var transformer = Transformer(
            epsilon: code.epsilon, activation: isStep ? .quickGELU : .gelu, positions: .bilinear, returnsTokens: true,
            input: code.input,
            certain: [.activation, .epsilon, .norms, .pooling])
        if isCore { transformer.readout = .projection(ofNormalizedTokens: true, headless: .pooled) }
        transformer.normIsOptional = true
        transformer.downsampling = ["vit_downsampler1", "vit_downsampler2"]
        transformer.poolingHeads = code.poolingHeads
        transformer.poolsSpecialTokens = true
        transformer.rotary = RotaryPositions(
            angles: .counted(offset: weights.has("cls_token") ? 1 : 0), columnsFirst: true)
        var configuration = configuration
        configuration.guess = configuration.guess.filled(by: code.guess(weights))
        if !isCore { configuration.settings.pooling = configuration.settings.pooling ?? .mean }
        return try transformer.build(weights, configuration)
    }

    private static func prefix(_ checkpoint: any Checkpoint) -> String? {
        ["visual.", ""].first { prefix in
            checkpoint.has(
                "\(prefix)conv1.weight", "\(prefix)ln_pre.weight", "\(prefix)positional_embedding",
                "\(prefix)transformer.resblocks.0.attn.in_proj_weight")
                && (checkpoint.has("\(prefix)attn_pool.probe") || !checkpoint.has("\(prefix)ln_post.weight"))
        }
    }

    private static func names(prefix: String) -> TensorNames {
        CLIPVisionTower.openAI(
            prefix: prefix,
            more: [
                "vit_downsampler1": ["vit_downsampler1"], "vit_downsampler2": ["vit_downsampler2"],
                "attn_pool": ["attn_pool"], "attn_pool.latent": ["attn_pool.probe"],
                "attn_pool.qkv.weight": ["attn_pool.attn.in_proj_weight"],
                "attn_pool.qkv.bias": ["attn_pool.attn.in_proj_bias"],
                "attn_pool.proj": ["attn_pool.attn.out_proj", "attn_pool.attn"],
                "attn_pool.norm": ["attn_pool.layernorm"],
                "attn_pool.mlp": ["attn_pool.mlp"], "attn_pool.mlp.fc1": ["attn_pool.mlp.c_fc"],
                "attn_pool.mlp.act": ["attn_pool.mlp.gelu"], "attn_pool.mlp.fc2": ["attn_pool.mlp.c_proj"],
            ])
    }
}
