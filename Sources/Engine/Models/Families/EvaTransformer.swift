import Checkpoints
import Compute
import Images
import Platform

/// The vision transformers of timm's `eva.py`, with timm's tensor names and those of their authors: EVA, EVA-02 and
/// EVA-CLIP, Perception Encoder, RoPE-ViT, and DINOv3 and EUPE as timm and Facebook store them.
///
/// Most have rotary positions, which leave no tensors. A configuration names the architecture and so the positions; without
/// one, ``Code`` recognizes them by the other tensors.
///
/// Source: timm 1.0.31 `eva.py`; Fang et al. 2023, arXiv:2303.11331; Bolya et al. 2025, arXiv:2504.13181; Heo et al. 2024,
/// arXiv:2403.13298; Siméoni et al. 2025, arXiv:2508.10104.
enum EvaTransformer: ModelFamily {
    static let name = "vision transformer"

    static func recognizes(_ checkpoint: any Checkpoint) -> Bool { Code(checkpoint) != nil }

    /// Returns whether a tensor only serves training, or is a table of rotary positions that is computed here.
    static func ignores(_ tensor: String) -> Bool {
        [
            "mask_token", "lm_head.weight", "lm_head.bias", "rope.freqs_cos", "rope.freqs_sin", "rope_embed.periods",
            "freqs_t_x", "freqs_t_y",
        ]
        .contains(tensor)
            || ["projectors.", "local_cls_norm.", "dino_head.", "ibot_head."].contains { tensor.hasPrefix($0) }
            || [".bias_mask", ".rope.freqs_cos", ".rope.freqs_sin"].contains { tensor.hasSuffix($0) }
    }

    static func build(
        _ weights: WeightReader, _ configuration: Configuration
    ) throws(EngineError) -> Blueprint {
        let code = Code(weights.checkpoint) ?? .eva
        var configuration = configuration
        let transformer = transformer(code, weights, &configuration)
        var blueprint = try transformer.build(weights, configuration)
        if !configuration.knowsRotary, let note = code.note { blueprint.notes.append(note) }
        return blueprint
    }

    /// Returns the builder of a model of `code`, and adds to the configuration what the code usually has.
    static func transformer(
        _ code: Code, _ weights: WeightReader, _ configuration: inout Configuration
    ) -> Transformer {
        var transformer = Transformer(epsilon: code.epsilon, input: code.input, rotary: configuration.rotary)
        transformer.usualSize = code.usualSize
        transformer.normIsOptional = code == .perceptionEncoder
        transformer.headCount = code.headCount(weights)
        transformer.poolingHeads = configuration.poolingHeads ?? code.poolingHeads
        transformer.poolsSpecialTokens = true
        transformer.certain = code.certain
        if !configuration.knowsRotary {
            transformer.rotary = code.rotary
            configuration.guess = configuration.guess.filled(by: code.guess(weights))
        }
        return transformer
    }

    /// Whose code a file's tensors belong to, by the tensors.
    enum Code: Sendable {
        /// EVA without rotary positions: biases of queries and values only.
        case eva
        /// EVA-02 and EVA-CLIP: SwiGLU, biases of queries and values only.
        case eva02
        /// Perception Encoder: a norm before the blocks, and attention pooling or no norm after them.
        case perceptionEncoder
        /// DINOv3 and EUPE as Facebook stores them: registers are called storage tokens.
        case dinov3
        /// DINOv3 and EUPE as timm stores them: a class token and registers without positions.
        case timmDINOv3
        /// timm's own model of registers without a class token, without positions.
        case registers
        /// RoPE-ViT with fixed frequencies: a class token without positions.
        case ropeViT
        /// RoPE-ViT with learned frequencies.
        case ropeMixed

        /// Recognizes the code by the tensors whose names begin with `prefix`; nil if they are of none.
        init?(_ checkpoint: any Checkpoint, prefix: String = "") {
            func has(_ names: String...) -> Bool { names.contains { checkpoint.shape(prefix + $0) != nil } }
            guard has("patch_embed.proj.weight"),
                has("blocks.0.attn.qkv.weight", "blocks.0.attn.q_proj.weight"),
                // Relative positions take the place of others in BEiT and timm's `vit_relpos_*`.
                !checkpoint.names.contains(where: { $0.contains("rel_pos") || $0.contains("relative_position") })
            else { return nil }
            let hasKeyBias = has("blocks.0.attn.qkv.bias", "blocks.0.attn.k_proj.bias")
            if has("rope.freqs", "freqs") {
                self = .ropeMixed
            } else if has("storage_tokens") {
                self = .dinov3
            } else if has("pos_embed") {
                let isPerception =
                    has("norm_pre.weight")
                    && (has("attn_pool.latent") || !has("norm.weight", "norm.bias", "fc_norm.weight", "fc_norm.bias"))
                if isPerception {
                    self = .perceptionEncoder
                } else if !hasKeyBias, has("blocks.0.attn.q_bias", "blocks.0.attn.q_proj.bias") {
                    let first = checkpoint.shape("\(prefix)blocks.0.mlp.fc1.weight")?.dimensions.first
                    let inner = checkpoint.shape("\(prefix)blocks.0.mlp.fc2.weight")?.dimensions.last
                    let isPacked = first != nil && first == inner.map { 2 * $0 }
                    let isGated = has("blocks.0.mlp.fc1_g.weight", "blocks.0.mlp.w1.weight") || isPacked
                    self = isGated ? .eva02 : .eva
                } else {
                    return nil
                }
            } else if has("blocks.0.gamma_1") {
                // All of these have a LayerScale, by which they differ from a file that lost its positions.
                self = has("cls_token") ? (has("reg_token") ? .timmDINOv3 : .ropeViT) : .registers
            } else {
                return nil
            }
        }
    }
}
