// What transformers' configurations say of models in stages, with windows, or with rotary positions.

import Images
import Platform

extension Configuration {
    /// The types of models whose tokens have no last norm if their classifier takes the mean of the patches.
    static let meanPooled: Set = ["beit", "data2vec-vision", "internvl_vision", "qianfan_ocr_vision"]

    /// The types of models whose norms of queries and keys are computed.
    static let normalizesQueries: Set = ["sapiens2", "internvl_vision", "qianfan_ocr_vision"]

    /// The types of models whose rotary positions count the patches along both axes.
    static let countsPatches: Set = ["mlcd_vision_model", "step3p5_vision"]

    /// Reads the heads and the windows of a model whose blocks differ.
    ///
    /// - Throws: ``EngineError/unsupportedConfiguration(place:found:supported:)``.
    mutating func readStages(_ vision: ConfigurationFile, kind: String) throws(EngineError) {
        if let heads = vision.object.integers("num_attention_heads_per_stage")?.first { settings.heads = heads }
        windowSides = vision.object.integers("window_size_per_stage")
        globalBlocks = vision.object.integers("global_attention_blocks")
        windows.sizes = try Self.sizes(vision, "window_size")
        windows.trainedSizes = try Self.sizes(vision, "pretrained_window_sizes")
        switch kind {
        case "hiera": try readHiera(vision)
        case "sapiens2":
            vision.ignore([
                "num_key_value_heads_per_layer", "num_key_value_attention_heads", "num_first_full_attention_layers",
                "num_last_full_attention_layers", "flip_pairs", "head_config",
            ])
        case "vitdet":
            windowBlocks = vision.object.integers("window_block_indices")
            vision.ignore([
                "window_block_indices", "residual_block_indices", "use_relative_position_embeddings",
                "pretrain_image_size", "dropout_prob",
            ])
        case "internvl_vision", "qianfan_ocr_vision":
            if let norm = try vision.text("norm_type"), norm != "layer_norm", norm != "rms_norm" {
                throw vision.unsupported("norm_type", supported: "layer_norm or rms_norm")
            }
        case "sam_vision_model", "pp_formulanet_vision":
            // The tensors of the relative positions tell which blocks attend to all patches.
            vision.ignore([
                "global_attn_indexes", "mlp_dim", "output_channels", "use_abs_pos", "use_rel_pos",
                "post_conv_in_channels", "post_conv_mid_channels", "post_conv_out_channels",
            ])
        case "mlcd_vision_model":
            if let groups = try vision.integer("num_key_value_groups"), groups != 1 {
                throw vision.unsupported("num_key_value_groups", supported: "1")
            }
        default: break
        }
        vision.ignore([
            "attention_bias", "projection_dropout", "hidden_dropout_rate", "num_image_tokens", "n_cls_tokens",
            "use_qk_norm", "max_position_embeddings", "feature_layer", "image_token_id",
        ])
        if ["janus_vision_model", "step3p5_vision"].contains(kind) { vision.ignore(["depth"]) }
    }

    /// Reads Hiera's, whose patches are as far apart as `patch_stride`, so that `patch_size` says nothing of the grid.
    private mutating func readHiera(_ vision: ConfigurationFile) throws(EngineError) {
        if let heads = vision.object.integers("num_heads")?.first { settings.heads = heads }
        maskUnit = vision.object.integers("masked_unit_size")?.first
        patchSize = nil
        let flags = (vision.object["masked_unit_attention"] as? [Bool]) ?? [true, true]
        guard flags.count >= 2, flags.prefix(2) == [true, true], !flags.dropFirst(2).contains(true) else {
            throw vision.unsupported("masked_unit_attention", supported: "true for the first two stages alone")
        }
        vision.ignore([
            "masked_unit_attention", "masked_unit_size", "embed_dim_multiplier", "num_query_pool", "query_stride",
            "patch_stride", "patch_padding", "layer_norm_init", "decoder_depth", "decoder_num_heads",
            "normalize_pixel_loss",
        ])
    }

    /// Reads rotary positions that count the patches along both axes.
    ///
    /// - Throws: ``EngineError/unsupportedConfiguration(place:found:supported:)``.
    mutating func readAxialRotary(_ parameters: ConfigurationFile) throws(EngineError) {
        if let kind = try parameters.text("rope_type"), kind != "axial" {
            throw parameters.unsupported("rope_type", supported: "axial")
        }
        guard let theta = try parameters.number("rope_theta"), theta > 0 else { return }
        rotary = RotaryPositions(angles: .counted(temperature: Float(theta)), pairing: .halves)
        knowsRotary = true
    }
}
