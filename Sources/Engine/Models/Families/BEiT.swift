import Checkpoints
import Platform

/// BEiT, BEiT v2 and the vision part of data2vec, as timm, their authors and Hugging Face store them.
///
/// A vision transformer without learned positions of its tokens: its scores get a constant for each head and distance. Keys
/// have no bias; a classifier's input is the mean of the patches.
///
/// Source: Bao et al. 2021, arXiv:2106.08254; Peng et al. 2022, arXiv:2208.06366; timm `beit.py`; transformers
/// `modeling_beit.py`.
enum BEiT: ModelFamily {
    static let name = "BEiT"

    private static let prefixes = ["beit.", "data2vec_vision.", ""]

    static func recognizes(_ checkpoint: any Checkpoint) -> Bool {
        isTimm(checkpoint) || prefix(checkpoint) != nil
    }

    /// Returns whether a tensor belongs to masked training.
    static func ignores(_ tensor: String) -> Bool {
        tensor.hasSuffix("mask_token") || tensor.hasPrefix("lm_head.")
    }

    static func build(_ weights: WeightReader, _ configuration: Configuration) throws(EngineError) -> Blueprint {
        guard let prefix = prefix(weights.checkpoint) else {
            return try Transformer(
                input: .half,
                relativePositions: RelativePositionSource(
                    inBlock: "attn", shared: "rel_pos_bias", resampling: .geometric)
            ).build(weights, configuration)
        }
        var transformer = Transformer(
            epsilon: 1e-12, positions: .bicubic, returnsTokens: true, input: .stretchedHalf,
            certain: [.norms, .pooling],
            relativePositions: RelativePositionSource(
                inBlock: "attn", shared: "rel_pos_bias", resampling: .bilinear))
        // A backbone ends with its last block, and so does data2vec without the pooler that would normalize the mean.
        let isHeadless =
            configuration.frameworkKind == "data2vec-vision" && !weights.checkpoint.has("classifier.weight")
        transformer.normIsOptional = configuration.isBackbone || (isHeadless && configuration.lacksLastNorm == true)
        var configuration = configuration
        configuration.backboneMap?.isNormalized = false
        return try transformer.build(weights.spelling(names(prefix: prefix)), configuration)
    }

    private static func isTimm(_ checkpoint: any Checkpoint) -> Bool {
        checkpoint.has("patch_embed.proj.weight", "cls_token", "blocks.0.attn.qkv.weight")
            && (checkpoint.has("blocks.0.attn.relative_position_bias_table")
                || checkpoint.has("rel_pos_bias.relative_position_bias_table"))
    }

    private static func prefix(_ checkpoint: any Checkpoint) -> String? {
        prefixes.first { prefix in
            checkpoint.has("\(prefix)embeddings.cls_token", "\(prefix)embeddings.patch_embeddings.projection.weight")
                && (checkpoint.has("\(prefix)encoder.layer.0.lambda_1") || checkpoint.has("\(prefix)layers.0.lambda_1"))
        }
    }

    private static func names(prefix: String) -> TensorNames {
        TensorNames(
            [
                "patch_embed": ["embeddings.patch_embeddings"],
                "patch_embed.proj": ["embeddings.patch_embeddings.projection"],
                "cls_token": ["embeddings.cls_token"], "pos_embed": ["embeddings.position_embeddings"],
                "norm": ["layernorm"], "fc_norm": ["pooler.layernorm"], "tokens": ["embeddings"], "blocks": ["encoder"],
                "rel_pos_bias": ["encoder.relative_position_bias", "relative_position_bias"],
            ],
            bare: ["head": ["classifier"]], blocks: ["encoder.layer.#", "layers.#"],
            [
                "norm1": ["layernorm_before"], "attn": ["attention"], "attn.heads": ["attention.attention"],
                "attn.q": ["attention.attention.query", "attention.q_proj"],
                "attn.k": ["attention.attention.key", "attention.k_proj"],
                "attn.v": ["attention.attention.value", "attention.v_proj"],
                "attn.proj": ["attention.output.dense", "attention.output", "attention.o_proj"],
                "attn.relative_position_bias_table": [
                    "attention.attention.relative_position_bias.relative_position_bias_table",
                    "attention.relative_position_bias.relative_position_bias_table",
                    "relative_position_bias.relative_position_bias_table",
                ],
                "ls1.gamma": ["lambda_1"], "norm2": ["layernorm_after"], "mlp": ["mlp"],
                "mlp.fc1": ["intermediate.dense", "mlp.fc1"],
                "mlp.act": ["intermediate", "mlp.activation_fn", "intermediate.intermediate_act_fn"],
                "mlp.fc2": ["output.dense", "mlp.fc2"], "ls2.gamma": ["lambda_2"],
            ], prefix: prefix)
    }
}
