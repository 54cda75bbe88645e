// `config.json` as timm and Hugging Face's transformers write it.

import Images
import Platform

extension Configuration {
    /// Reads timm's `config.json`.
    ///
    /// Source: timm `models/_hub.py`, `data/config.py`, `data/transforms_factory.py`, `models/vision_transformer.py`.
    mutating func readTimm(_ file: ConfigurationFile) throws(EngineError) {
        let part = try file.part("pretrained_cfg")
        let pretrained = part ?? file
        try readEvaluation(pretrained)
        license = try pretrained.text("license")
        let outer = try file.texts("label_names")
        classes = try pretrained.texts("label_names") ?? outer ?? []
        let arguments = try file.part("model_args")
        if let arguments { try readArguments(arguments) }
        let stated = try file.text("architecture")
        let named = try pretrained.text("architecture")
        let name = stated ?? named ?? ""
        if let reason = TimmArchitecture.unsupportedPart(of: name) {
            throw file.unsupported("architecture", supported: "an architecture without \(reason)")
        }
        // timm's smallest model of this kind is the only one whose pooling includes the register.
        if name == "test_vit3" { poolsSpecialTokens = true }
        let inner = try pretrained.text("global_pool")
        let pool = try file.text("global_pool") ?? inner
        if settings.pooling == nil, let pool { settings.pooling = try Self.pooling(pool, file) }
        guard !poolsSpecialTokens || settings.pooling == .attention else {
            throw (arguments ?? file).unsupported(
                "pool_include_prefix", supported: "false, except for attention pooling")
        }
        take(architecture: name)
        windows = windows.filled(by: WindowSettings(architecture: name))
        if let arguments {
            try readRotary(arguments)
            try readFlexible(arguments)
        }
        if !name.isEmpty, !isComplete {
            notes.append(
                "“architecture” in config.json is “\(name)”, which is unknown. It is treated as the known model with "
                    + "the same tensor names; if it differs in anything else, the results are wrong.")
        }
        file.ignore(["pretrained_cfg", "num_classes", "num_features", "pretrained", "label_descriptions"])
        pretrained.ignore([
            "url", "file", "hf_hub_id", "hf_hub_filename", "source", "tag", "custom_load", "test_input_size",
            "min_input_size", "fixed_input_size", "test_crop_pct", "num_classes", "label_descriptions", "pool_size",
            "test_pool_size", "first_conv", "classifier", "description", "origin_url", "paper_name", "paper_ids",
            "notes",
            "architecture", "license", "label_names", "global_pool", "state_dict", "repo_id",
        ])
        noteUnknown(file, arguments, part)
    }

    /// Reads how timm prepares a photograph for a model. Missing settings have timm's defaults.
    private mutating func readEvaluation(_ file: ConfigurationFile) throws(EngineError) {
        mean = try file.numbers("mean") ?? Preprocessing.imageNetMean
        deviation = try file.deviations("std") ?? Preprocessing.imageNetDeviation
        let ratio = try file.number("crop_pct") ?? 0
        cropRatio = ratio == 0 ? 0.875 : ratio
        interpolation = try file.interpolation("interpolation") ?? .bicubic
        try file.requireUnset("crop_border_pixels", "label_offset")
        switch try file.text("crop_mode") {
        case "center", nil: fitting = .cover
        case "squash": fitting = .stretch
        case "border":
            fitting = .contain
            let levels = (mean ?? []).map { UInt8(min(max((255 * Double($0)).rounded(.toNearestOrEven), 0), 255)) }
            if levels.count == 3 { border = SIMD3(levels[0], levels[1], levels[2]) }
        default: throw file.unsupported("crop_mode", supported: "center, squash or border")
        }
        guard file.object["input_size"] != nil else { return }
        _ = try? file.size("input_size")
        guard let size = file.object.integers("input_size"), size.count == 3, size[0] == 3 else {
            throw file.unsupported("input_size", supported: "[3, height, width]")
        }
        storedSize = PixelSize(width: size[2], height: size[1])
    }

    /// Reads the arguments with which a model was created in addition to its architecture.
    private mutating func readArguments(_ arguments: ConfigurationFile) throws(EngineError) {
        let outerHeads = try arguments.integer("num_heads_outer")
        // Models in stages have several numbers, which their tensors determine.
        if arguments.object.integers("num_heads") == nil { settings.heads = try arguments.integer("num_heads") }
        settings.heads = settings.heads ?? outerHeads
        maskUnit = arguments.object.integers("mask_unit_size")?.first
        windowSides = arguments.object.integers("window_spec")
        globalBlocks = arguments.object.integers("global_att_blocks")
        arguments.ignore(["num_heads", "mask_unit_size", "window_spec", "global_att_blocks", "stages"])
        innerHeads = try arguments.integer("num_heads_inner")
        settings.activation = try arguments.activation("act_layer")
        settings.epsilon = try arguments.number("norm_eps").map { Float($0) }
        if let size = try arguments.size("img_size") { storedSize = size }
        patchSize = try arguments.size("patch_size")
        if let pool = try arguments.text("global_pool") { settings.pooling = try Self.pooling(pool, arguments) }
        if let channels = try arguments.integer("in_chans"), channels != 3 {
            throw arguments.unsupported("in_chans", supported: "3")
        }
        if let kind = try arguments.text("pos_embed"), !["learn", "learned", "factorized"].contains(kind) {
            throw arguments.unsupported("pos_embed", supported: "learn, learned or factorized")
        }
        normalizesAllTokens = try arguments.flag("tokens_norm")
        try arguments.requireUnset(
            "qk_norm", "scale_attn_norm", "scale_mlp_norm", "embed_norm_layer", "norm_layer",
            "block_fn", "attn_layer", "mlp_layer", "block_layer", "embed_layer", "attn_type", "scale_norm",
            "dynamic_img_pad", "global_attn_indexes", "use_rope", "use_rel_pos", "scale_mlp", "swiglu_mlp", "head_dim",
            "sequential_attn",
            "aa_layer", "block_args", "replace_stem_pool")
        try readWindows(arguments)
        if let stride = try arguments.integer("output_stride"), stride != 32 {
            throw arguments.unsupported("output_stride", supported: "32")
        }
        try arguments.require("final_norm", true)
        poolsSpecialTokens = try arguments.flag("pool_include_prefix") ?? false
        // Keys that follow from the tensors, and keys that only training needs.
        arguments.ignore([
            "embed_dim", "inner_dim", "depth", "depths", "num_blocks", "depth_token_only", "cls_attn_layers", "eta",
            "legacy", "use_abs_pos_emb", "use_rel_pos_bias", "use_shared_rel_pos_bias",
            "use_fc_norm", "head_init_scale", "rel_pos_type", "rel_pos_dim", "shared_rel_pos", "extra_norm_period",
            "extra_norm_stage", "num_classes", "mlp_ratio", "qkv_bias", "proj_bias", "init_values",
            "class_token", "no_embed_class", "reg_tokens", "pre_norm", "fc_norm", "dynamic_img_size", "strict_img_size",
            "drop_rate", "pos_drop_rate", "patch_drop_rate", "proj_drop_rate", "attn_drop_rate", "drop_path_rate",
            "weight_init", "fix_init", "stem_norm", "nlhb", "distilled", "pretrained", "scriptable", "exportable",
            "no_jit", "features_only", "dtype", "device", "depths", "dims", "kernel_sizes", "kernel_size", "dim",
            "ls_init_value", "stem_type", "head_init_scale", "head_norm_first", "conv_mlp", "conv_bias", "use_grn",
            "block", "layers", "channels", "cardinality", "base_width", "stem_width", "avg_down", "down_kernel_size",
            "drop_block_rate", "zero_init_last",
        ])
    }

    static func pooling(
        _ name: String, _ file: ConfigurationFile, key: String = "global_pool"
    ) throws(EngineError) -> Pooling {
        switch name {
        case "token": return .classToken
        case "avg": return .mean
        case "max": return .max
        case "avgmax": return .meanAndMax
        case "map": return .attention
        case "": return .allTokens
        default: throw file.unsupported(key, supported: "token, avg, max, avgmax, map or none")
        }
    }

    /// The defaults of transformers' configuration classes for keys that are missing in `config.json`.
    ///
    /// Source: transformers `configuration_vit.py`, `configuration_dinov2.py`, `configuration_clip.py` and so on.
    private static let classes: [String: (activation: Activation, epsilon: Float)] = [
        "vit": (.gelu, 1e-12), "deit": (.gelu, 1e-12), "vit_mae": (.gelu, 1e-12), "vit_msn": (.gelu, 1e-6),
        "ijepa": (.gelu, 1e-12), "siglip": (.tanhGELU, 1e-6), "siglip_vision_model": (.tanhGELU, 1e-6),
        "siglip2": (.tanhGELU, 1e-6), "siglip2_vision_model": (.tanhGELU, 1e-6), "aimv2": (.silu, 1e-5),
        "dpt": (.gelu, 1e-12),
        "aimv2_vision_model": (.silu, 1e-5),
        "dinov2": (.gelu, 1e-6), "dinov2_with_registers": (.gelu, 1e-6), "clip": (.quickGELU, 1e-5),
        "beit": (.gelu, 1e-12), "data2vec-vision": (.gelu, 1e-12), "swin": (.gelu, 1e-5), "swinv2": (.gelu, 1e-5),
        "dinov3_vit": (.gelu, 1e-5),
        "convnext": (.gelu, 1e-12), "convnextv2": (.gelu, 1e-12),
        "blip_vision_model": (.gelu, 1e-5), "blip_2_vision_model": (.gelu, 1e-6),
        "instructblip_vision_model": (.gelu, 1e-6), "dinov3_convnext": (.gelu, 1e-6), "metaclip_2": (.quickGELU, 1e-5),
        "metaclip_2_vision_model": (.quickGELU, 1e-5), "donut-swin": (.gelu, 1e-5),
        "vjepa2": (.gelu, 1e-6), "vitpose_backbone": (.gelu, 1e-12), "sam2_hiera_det_model": (.gelu, 1e-6),
        "sam2_vision_model": (.gelu, 1e-6), "sam_vision_model": (.gelu, 1e-6),
        "hiera": (.gelu, 1e-6), "owlvit": (.quickGELU, 1e-5), "owlvit_vision_model": (.quickGELU, 1e-5),
        "owlv2": (.quickGELU, 1e-5), "owlv2_vision_model": (.quickGELU, 1e-5), "mlcd_vision_model": (.gelu, 1e-5),
        "internvl_vision": (.gelu, 1e-6), "qianfan_ocr_vision": (.gelu, 1e-6), "janus_vision_model": (.gelu, 1e-6),
        "pixio": (.gelu, 1e-6), "tipsv2_vision_model": (.gelu, 1e-6), "sapiens2": (.silu, 1e-6),
        "vitdet": (.gelu, 1e-6), "maskformer-swin": (.gelu, 1e-5), "phi4_multimodal_vision": (.tanhGELU, 1e-6),
        "step3p5_vision": (.quickGELU, 1e-5), "pp_formulanet_vision": (.gelu, 1e-6),
        "clip_vision_model": (.quickGELU, 1e-5), "git": (.quickGELU, 1e-5), "git_vision_model": (.quickGELU, 1e-5),
    ]

    /// Reads Hugging Face's `config.json`.
    ///
    /// Source: transformers `configuration_vit.py`, `configuration_dinov2.py`, `configuration_clip.py`.
    mutating func readTransformers(_ file: ConfigurationFile) throws(EngineError) {
        // Older files have the tower twice. transformers takes `vision_config_dict`, with its class's defaults for
        // missing keys.
        let older = try file.part("vision_config_dict")
        // A backbone's configuration lies within that of what is built on it.
        let backbone = try file.part("backbone_config")
        let newer = try file.part("vision_config") ?? backbone
        // SAM 2's is within its vision tower's.
        let inner = backbone == nil ? try newer?.part("backbone_config") : nil
        let part = older ?? inner ?? newer
        let vision = part ?? file
        // Models in stages have several numbers.
        if vision.object.integers("num_attention_heads") == nil {
            settings.heads = try vision.integer("num_attention_heads")
        }
        let rootMeanSquare = try vision.number("rms_norm_eps")
        settings.epsilon = try (vision.number("layer_norm_eps") ?? rootMeanSquare).map { Float($0) }
        settings.activation = try vision.activation("hidden_act")
        let whole = try file.text("model_type")
        let kind = try vision.text("model_type") ?? whole
        if let kind {
            if let known = Self.classes[kind] {
                let usual = kind.hasPrefix("aimv2") ? 8 : 12
                let heads = vision.object["num_heads"] == nil ? usual : nil
                let defaults = ModelSettings(heads: heads, activation: known.activation, epsilon: known.epsilon)
                settings = settings.filled(by: defaults)
            } else {
                notes.append(
                    "“model_type” in config.json is “\(kind)”, which is unknown. It is treated as the known model "
                        + "with the same tensor names; if it differs in anything else, the results are wrong.")
            }
            returnsNormalizedTokens = kind.hasPrefix("git")
            frameworkKind = kind
        }
        if kind == "dinov3_vit" || kind == "sapiens2", let theta = try vision.number("rope_theta"), theta > 0 {
            rotary = RotaryPositions(angles: .centered(temperature: Float(theta)), pairing: .halves)
            knowsRotary = true
        }
        if Self.countsPatches.contains(kind ?? ""), let parameters = try vision.part("rope_parameters") {
            try readAxialRotary(parameters)
        }
        let architecture = try file.texts("architectures")?.first ?? ""
        isClassifier = architecture.contains("ForImageClassification")
        if architecture.hasSuffix("Backbone") { try readBackbone(vision) }
        if Self.meanPooled.contains(kind ?? "") { lacksLastNorm = try vision.flag("use_mean_pooling") ?? true }
        storedSize = try vision.size(kind == "vjepa2" ? "crop_size" : "image_size")
        if storedSize != nil { storedSizeSource = vision.place("image_size") }
        patchSize = try vision.size("patch_size")
        if let count = try vision.integer("num_patches"), let patchSize, let size = Self.square(count, of: patchSize) {
            storedSize = storedSize ?? size
        }
        if let channels = try vision.integer("num_channels"), channels != 3 {
            throw vision.unsupported("num_channels", supported: "3")
        }
        if let names = file.object.object("id2label")?.texts {
            let ordered = (0..<names.count).compactMap { names["\($0)"] }
            // "LABEL_0" and so on are placeholders of transformers.
            if ordered.count == names.count, ordered.first != "LABEL_0" { classes = ordered }
        }
        if !Self.normalizesQueries.contains(kind ?? "") { try vision.requireUnset("use_qk_norm") }
        try vision.requireUnset("qk_norm")
        if !isBackbone { try vision.require("apply_layernorm", true) }
        try readStages(vision, kind: kind ?? "")
        let olderText = try file.part("text_config_dict")
        let newerText = try file.part("text_config")
        try readText(olderText ?? newerText, kind: whole ?? "")
        // A whole model's own keys concern its text tower and what joins the two.
        file.ignore(part == nil ? Self.ignoredKeys : file.object.keys)
        vision.ignore(Self.ignoredKeys)
        noteUnknown(vision)
    }

    /// Returns the size of a picture of `count` patches in as many rows as columns; nil if they are no square.
    private static func square(_ count: Int, of patch: PixelSize) -> PixelSize? {
        let side = Int(Double(max(count, 0)).squareRoot().rounded())
        guard side > 0, side * side == count else { return nil }
        return PixelSize(width: side * patch.width, height: side * patch.height)
    }

    /// Keys of transformers that follow from the tensors, that only training or text needs, or that describe the file.
    private static let ignoredKeys = [
        "crop_size", "frames_per_clip", "tubelet_size", "in_chans", "pred_hidden_size", "pred_mlp_ratio",
        "pred_num_attention_heads", "pred_num_hidden_layers", "pred_num_mask_tokens", "pred_zero_init_mask_tokens",
        "num_attention_heads_per_stage", "window_size_per_stage", "global_attention_blocks", "blocks_per_stage",
        "embed_dim_per_stage", "query_stride", "patch_kernel_size", "patch_stride", "patch_padding",
        "window_positional_embedding_background_size", "num_query_pool_stages",
        "num_pooler_layers", "num_experts", "part_features", "backbone_config",
        "embed_dim", "depths", "hidden_sizes", "num_stages", "num_heads", "num_layers", "use_absolute_embeddings",
        "use_relative_position_bias",
        "use_shared_relative_position_bias", "use_absolute_position_embeddings", "use_mean_pooling", "add_fpn",
        "auxiliary_channels", "auxiliary_concat_input", "auxiliary_loss_weight", "auxiliary_num_convs", "pool_scales",
        "semantic_loss_ignore_index", "use_auxiliary_head", "vocab_size", "layer_scale_init_value",
        "hidden_size", "num_hidden_layers", "intermediate_size", "mlp_ratio", "qkv_bias", "use_swiglu_ffn",
        "query_bias", "key_bias", "value_bias", "proj_bias", "mlp_bias", "use_gated_mlp", "pos_embed_shift",
        "pos_embed_jitter", "pos_embed_rescale",
        "num_register_tokens", "projection_dim", "vision_config", "text_config", "vision_config_dict",
        "text_config_dict",
        "logit_scale_init_value", "layerscale_value", "use_mask_token", "encoder_stride", "pooler_act",
        "pooler_output_size", "hidden_dropout_prob", "attention_probs_dropout_prob", "hidden_dropout",
        "attention_dropout", "dropout", "drop_path_rate", "initializer_range", "initializer_factor",
        "decoder_num_attention_heads", "decoder_hidden_size", "decoder_num_hidden_layers", "decoder_intermediate_size",
        "mask_ratio", "norm_pix_loss", "stage_names", "out_features", "out_indices", "reshape_hidden_states",
        "backbone_out_indices", "readout_type", "reassemble_factors", "neck_hidden_sizes", "fusion_hidden_size",
        "neck_ignore_stages", "head_in_index", "use_batch_norm_in_fusion_residual", "use_bias_in_fusion_residual",
        "add_projection", "use_auxiliary_head", "auxiliary_loss_weight", "semantic_loss_ignore_index",
        "semantic_classifier_dropout", "backbone_featmap_shape", "is_hybrid", "pooler_output_size",
        "vision_use_head", "use_head", "is_native", "mlp_bias",
        "_name_or_path", "architectures", "chunk_size_feed_forward", "dtype", "torch_dtype", "id2label", "label2id",
        "is_encoder_decoder", "model_type", "output_attentions", "output_hidden_states", "problem_type", "return_dict",
        "transformers_version", "num_labels", "finetuning_task", "image_mean", "image_std", "auto_map", "license",
        "_attn_implementation_autoset", "_attn_implementation", "attn_implementation", "_commit_hash",
        "add_cross_attention",
        "bad_words_ids", "begin_suppress_tokens", "bos_token_id", "cross_attention_hidden_size",
        "decoder_start_token_id",
        "diversity_penalty", "do_sample", "early_stopping", "encoder_no_repeat_ngram_size", "eos_token_id",
        "exponential_decay_length_penalty", "forced_bos_token_id", "forced_eos_token_id", "is_decoder",
        "length_penalty",
        "max_length", "min_length", "no_repeat_ngram_size", "num_beam_groups", "num_beams", "num_return_sequences",
        "output_scores", "pad_token_id", "prefix", "pruned_heads", "remove_invalid_values", "repetition_penalty",
        "return_dict_in_generate", "sep_token_id", "suppress_tokens", "task_specific_params", "temperature",
        "tf_legacy_loss", "tie_encoder_decoder", "tie_word_embeddings", "tokenizer_class", "top_k", "top_p",
        "torchscript",
        "typical_p", "use_bfloat16", "use_cache", "gradient_checkpointing", "quantization_config",
    ]
}
