import Checkpoints
import Images
import Platform

/// CLIP's vision tower, alone or in a whole CLIP, with Hugging Face's, OpenAI's and open_clip's tensor names; and those of
/// OWL-ViT, whose heads find objects, and MLCD, whose positions are rotary.
///
/// `embedding` is compared with texts: the projection of the class token, or without a projection the class token after
/// the last norm.
///
/// Source: Radford et al. 2021, arXiv:2103.00020; Minderer et al. 2022, arXiv:2205.06230 (OWL-ViT); An et al. 2024,
/// arXiv:2407.17331 (MLCD); transformers `modeling_clip.py`, `modeling_owlvit.py`, `modeling_mlcd.py`,
/// <https://github.com/openai/CLIP>.
enum CLIPVisionTower: ModelFamily {
    static let name = "CLIP vision tower"

    static func recognizes(_ checkpoint: any Checkpoint) -> Bool { spelling(checkpoint) != nil }

    /// Returns whether a tensor belongs to the text tower, or to neither tower.
    static func ignores(_ tensor: String) -> Bool {
        let tensor = detectors.first { tensor.hasPrefix($0) }.map { String(tensor.dropFirst($0.count)) } ?? tensor
        return ["text_model.", "transformer.resblocks.", "token_embedding.", "ln_final.", "text."].contains {
            tensor.hasPrefix($0)
        }
            || [
                "text_projection", "text_projection.weight", "logit_scale", "logit_bias", "positional_embedding",
                "input_resolution", "context_length", "vocab_size", "attn_mask",
            ].contains(tensor) || tensor.hasSuffix("position_ids")
            // A classifier does not use the last norm; the towers that do have read it.
            || tensor.hasPrefix("vision_model.post_layernorm.")
    }

    /// The prefixes of a whole model below OWL-ViT's heads.
    private static let detectors = ["owlvit.", "owlv2."]

    /// Returns whether a tensor belongs to what OWL-ViT finds objects with.
    static func setsAside(_ tensor: String) -> Bool {
        ["class_head.", "box_head.", "objectness_head.", "layer_norm."].contains { tensor.hasPrefix($0) }
    }

    static func build(
        _ weights: WeightReader, _ configuration: Configuration
    ) throws(EngineError) -> Blueprint {
        let spelling = spelling(weights.checkpoint) ?? .huggingFace(prefix: "")
        var input = InputDefaults.clip
        // OpenAI and open_clip crop with torchvision.
        if case .openAI = spelling { input.cropsTowardsCorner = false }
        let isGIT = configuration.returnsNormalizedTokens
        if weights.checkpoint.has("classifier.weight"), case .huggingFace(let prefix) = spelling {
            return try classifier(prefix, weights, configuration, input)
        }
        let weights = weights.spelling(spelling.names)
        let isRotary = weights.has("rope.class")
        return try Transformer(
            epsilon: 1e-5, activation: isRotary ? .gelu : .quickGELU, positions: spelling.positions,
            readout: .projection(
                ofNormalizedTokens: spelling.normalizesTokens || isGIT,
                headless: isGIT ? .normalizedTokens : spelling.headless),
            input: input, rotary: isRotary ? configuration.rotary ?? Self.rotary : nil,
            usualSize: isRotary ? PixelSize(side: 336) : nil, certain: spelling.certain
        ).build(weights, configuration)
    }

    /// MLCD's positions: patches are counted along both axes, and the class token turns by learned angles.
    private static let rotary = RotaryPositions(angles: .counted(), pairing: .halves)

    /// Builds Hugging Face's classifier, which takes the mean of the patches without the last norm.
    private static func classifier(
        _ prefix: String, _ weights: WeightReader, _ configuration: Configuration, _ input: InputDefaults
    ) throws(EngineError) -> Blueprint {
        var transformer = Transformer(
            epsilon: 1e-5, activation: .quickGELU, positions: .bicubic, readout: .mean, input: input,
            certain: [.norms, .pooling])
        transformer.normIsOptional = true
        let names = huggingFace(prefix: prefix, head: ["classifier"], more: ["norm": []])
        return try transformer.build(weights.spelling(names), configuration)
    }

    private enum Spelling {
        case huggingFace(prefix: String)
        case openAI(prefix: String)

        var positions: PositionResampling {
            switch self {
            case .huggingFace: .bicubic
            case .openAI: .bicubicAntialiased
            }
        }

        var normalizesTokens: Bool {
            switch self {
            case .huggingFace: false
            case .openAI: true
            }
        }

        var headless: TransformerReadout.Headless {
            switch self {
            case .huggingFace: .tokens
            case .openAI: .pooled
            }
        }

        /// The settings that the code fixes. open_clip's norms have PyTorch's default epsilon.
        var certain: Set<ModelSettings.Part> {
            switch self {
            case .huggingFace: [.norms, .pooling]
            case .openAI: [.norms, .pooling, .epsilon]
            }
        }

        var names: TensorNames {
            switch self {
            case .huggingFace(let prefix):
                CLIPVisionTower.huggingFace(
                    prefix: prefix, head: [(detectors.first { prefix.hasPrefix($0) } ?? "") + "visual_projection"],
                    more: ["rope.class": ["class_pos_emb"]])
            case .openAI(let prefix): CLIPVisionTower.openAI(prefix: prefix)
            }
        }
    }

    private static func spelling(_ checkpoint: any Checkpoint) -> Spelling? {
        for prefix in ["vision_model.", ""] + detectors.map({ $0 + "vision_model." })
        where checkpoint.has("\(prefix)embeddings.class_embedding")
            && ["pre_layrnorm", "pre_layernorm"].contains(where: { checkpoint.has("\(prefix)\($0).weight") })
        {
            return .huggingFace(prefix: prefix)
        }
        for prefix in ["visual.", ""]
        where checkpoint.has("\(prefix)class_embedding", "\(prefix)ln_pre.weight") {
            return .openAI(prefix: prefix)
        }
        return nil
    }

    /// Returns the names of Hugging Face's towers, which those of SigLIP share.
    ///
    /// - Parameter more: the names of other parts outside the blocks.
    static func huggingFace(prefix: String, head: [String] = ["visual_projection"], more: [String: [String]] = [:])
        -> TensorNames
    {
        TensorNames(
            more.merging([
                "patch_embed.proj": ["embeddings.patch_embedding"], "cls_token": ["embeddings.class_embedding"],
                "pos_embed": ["embeddings.position_embedding.weight"], "norm_pre": ["pre_layrnorm", "pre_layernorm"],
                "norm": ["post_layernorm"], "tokens": ["embeddings"], "blocks": ["encoder"],
            ]) { more, _ in more },
            bare: ["head": head], blocks: ["encoder.layers.#"], huggingFaceBlock, prefix: prefix)
    }

    /// The names of a block's parts, which the text tower has too.
    static let huggingFaceBlock: [String: [String]] = [
        "norm1": ["layer_norm1"], "attn": ["self_attn"], "attn.q": ["self_attn.q_proj"],
        "attn.k": ["self_attn.k_proj"], "attn.v": ["self_attn.v_proj"],
        "attn.proj": ["self_attn.out_proj", "self_attn.projection_layer"], "norm2": ["layer_norm2"], "mlp": ["mlp"],
        "mlp.fc1": ["mlp.fc1"], "mlp.act": ["mlp.activation_fn"],
        "mlp.fc2": ["mlp.fc2"],
    ]

    /// Returns the names of OpenAI's and open_clip's towers, which those of Perception Encoder share.
    ///
    /// - Parameter more: the names of other parts outside the blocks.
    static func openAI(prefix: String, more: [String: [String]] = [:]) -> TensorNames {
        TensorNames(
            more.merging([
                "patch_embed.proj": ["conv1"], "cls_token": ["class_embedding"],
                "pos_embed": ["positional_embedding"], "norm_pre": ["ln_pre"], "norm": ["ln_post"],
                "head.transposed": ["proj"], "blocks": ["transformer"],
            ]) { more, _ in more },
            blocks: ["transformer.resblocks.#"], openAIBlock, prefix: prefix)
    }

    /// The names of a block's parts, which the text tower has too.
    static let openAIBlock: [String: [String]] = [
        "norm1": ["ln_1"], "attn": ["attn"], "attn.qkv.weight": ["attn.in_proj_weight"],
        "attn.qkv.bias": ["attn.in_proj_bias"], "attn.proj": ["attn.out_proj"], "ls1": ["ls_1"],
        "ls1.gamma": ["ls_1.gamma"], "norm2": ["ln_2"], "mlp": ["mlp"], "mlp.fc1": ["mlp.c_fc"],
        "mlp.act": ["mlp.gelu"], "mlp.fc2": ["mlp.c_proj"], "ls2": ["ls_2"], "ls2.gamma": ["ls_2.gamma"],
    ]
}
