import Checkpoints
import Platform

/// The Swin transformer, first and second version, S3, and Christoph Reich's second version (CR), as timm, its authors, Hugging Face and torchvision
/// store it.
///
/// Source: Liu et al. 2021, arXiv:2103.14030; Liu et al. 2022, arXiv:2111.09883; Chen et al. 2021, arXiv:2111.14725 (S3);
/// timm `swin_transformer.py`, `swin_transformer_v2.py`, `swin_transformer_v2_cr.py`; transformers `modeling_swin.py`,
/// `modeling_swinv2.py`; torchvision `swin_transformer.py`.
enum SwinTransformer: ModelFamily {
    static let name = "Swin transformer"

    static func recognizes(_ checkpoint: any Checkpoint) -> Bool { spelling(checkpoint) != nil }

    /// Returns whether a tensor follows from the sizes, belongs to masked training, or is a norm that a backbone does not apply to
    /// its last map.
    static func ignores(_ tensor: String) -> Bool {
        ["relative_coords_table", "attn_mask", "mask_token"].contains { tensor.hasSuffix($0) }
            || ["decoder.", "hidden_states_norms.", "swin.layernorm.", "model.layernorm."].contains {
                tensor.hasPrefix($0)
            }
    }

    static func build(_ weights: WeightReader, _ configuration: Configuration) throws(EngineError) -> Blueprint {
        let spelling = spelling(weights.checkpoint) ?? .timm
        let names = spelling.names(among: weights.checkpoint)
        let weights = weights.spelling(names)
        let isSecond = weights["blocks"][0]["attn"].has("logit_scale")
        var rule = spelling.rule(isSecond: isSecond)
        if rule == .huggingFace, configuration.isBackbone { rule = .huggingFaceBackbone }
        var builder = WindowedTransformer(rule: rule)
        switch spelling {
        case .christophReich:
            builder.coordinates = .plain
            builder.dividesGrid = true
        case .torchvision:
            builder.ignoresKeyBias = isSecond
            builder.input.cropRatio = 224.0 / 232
        case .huggingFace: builder.returnsTokens = true
        case .timm, .authors: break
        }
        return try builder.build(weights, configuration)
    }

    private static func spelling(_ checkpoint: any Checkpoint) -> Spelling? {
        func hasAttention(_ block: String) -> Bool {
            ["relative_position_bias_table", "relative_position_bias.relative_position_bias_table", "logit_scale"]
                .contains {
                    checkpoint.has("\(block).\($0)")
                }
        }
        if checkpoint.has("patch_embed.proj.weight") {
            if hasAttention("layers.0.blocks.0.attn") {
                // Its authors merge patches at the end of a stage, timm at the beginning of the next.
                return checkpoint.has("layers.0.downsample.reduction.weight") ? .authors : .timm
            }
            if checkpoint.has("stages.0.blocks.0.attn.meta_mlp.fc1.weight") { return .christophReich }
        }
        if checkpoint.has("features.0.0.weight"), hasAttention("features.1.0.attn") { return .torchvision }
        for prefix in ["swin.", "swinv2.", "model.", ""]
        where checkpoint.has("\(prefix)embeddings.patch_embeddings.projection.weight")
            && ["attention.self", "attention"].contains(where: {
                hasAttention("\(prefix)encoder.layers.0.blocks.0.\($0)")
            })
        {
            return .huggingFace(prefix: prefix)
        }
        return nil
    }

    private enum Spelling {
        case timm, authors, christophReich, torchvision
        case huggingFace(prefix: String)

        func rule(isSecond: Bool) -> WindowRule {
            switch self {
            case .timm, .authors, .christophReich: .timm
            case .torchvision: .torchvision
            case .huggingFace: isSecond ? .huggingFaceSecond : .huggingFace
            }
        }

        /// Returns the names of the stages that a checkpoint has.
        func names(among checkpoint: any Checkpoint) -> TensorNames {
            let prefix = if case .huggingFace(let prefix) = self { prefix } else { "" }
            var names = TensorNames(
                parts, bare: bare, among: checkpoint.names, block: block, inside, stage: stage,
                merging: merging, prefix: prefix)
            names.add(TensorNames.mapNorms(stages: names.depths.count))
            return names
        }

        private func block(_ stage: Int, _ index: Int) -> String {
            switch self {
            case .timm, .authors: "layers.\(stage).blocks.\(index)"
            case .christophReich: "stages.\(stage).blocks.\(index)"
            case .torchvision: "features.\(2 * stage + 1).\(index)"
            case .huggingFace: "encoder.layers.\(stage).blocks.\(index)"
            }
        }

        /// Returns the modules whose output is that of a stage's last block.
        private func stage(_ stage: Int, of count: Int) -> [String] {
            switch self {
            case .timm: ["layers.\(stage)", "layers.\(stage).blocks"]
            case .christophReich: ["stages.\(stage)"]
            case .torchvision: ["features.\(2 * stage + 1)"]
            // These stages end with a merging.
            case .authors: stage == count - 1 ? ["layers.\(stage)"] : []
            case .huggingFace: stage == count - 1 ? ["encoder.layers.\(stage)"] : []
            }
        }

        /// Returns the modules whose output is that of the merging of patches before a stage; the first does it.
        private func merging(_ stage: Int) -> [String] {
            switch self {
            case .timm: ["layers.\(stage).downsample"]
            case .authors: ["layers.\(stage - 1).downsample", "layers.\(stage - 1)"]
            case .christophReich: ["stages.\(stage).downsample"]
            case .torchvision: ["features.\(2 * stage)"]
            case .huggingFace: ["encoder.layers.\(stage - 1).downsample", "encoder.layers.\(stage - 1)"]
            }
        }

        private var parts: [String: [String]] {
            switch self {
            case .timm, .authors, .christophReich:
                [
                    "patch_embed": ["patch_embed"], "patch_embed.proj": ["patch_embed.proj"],
                    "patch_embed.norm": ["patch_embed.norm"], "norm": ["norm"], "head": ["head.fc", "head"],
                    "blocks": ["layers", "stages"],
                ]
            case .torchvision:
                [
                    "patch_embed": ["features.0"], "patch_embed.proj": ["features.0.0"],
                    "patch_embed.norm": ["features.0.2"], "norm": ["norm"], "head": ["head"], "blocks": ["features"],
                ]
            case .huggingFace:
                [
                    "patch_embed": ["embeddings"],
                    "patch_embed.proj": [
                        "embeddings.patch_embeddings.projection", "embeddings.patch_embeddings",
                    ],
                    "patch_embed.norm": ["embeddings.norm"], "norm": ["layernorm"], "blocks": ["encoder"],
                ]
            }
        }

        private var bare: [String: [String]] {
            if case .huggingFace = self { ["head": ["classifier"]] } else { [:] }
        }

        private var inside: [String: [String]] {
            switch self {
            case .huggingFace:
                [
                    "norm1": ["layernorm_before"], "attn": ["attention"], "attn.heads": ["attention.self"],
                    "attn.q": ["attention.self.query", "attention.q_proj"],
                    "attn.k": ["attention.self.key", "attention.k_proj"],
                    "attn.v": ["attention.self.value", "attention.v_proj"],
                    "attn.proj": ["attention.output.dense", "attention.output", "attention.o_proj"],
                    "attn.table": [
                        "attention.self.relative_position_bias_table",
                        "attention.relative_position_bias.relative_position_bias_table",
                    ],
                    "attn.logit_scale": ["attention.self.logit_scale"],
                    "attn.coordinates": ["attention.self.relative_coords_table"],
                    "attn.network.first": ["attention.self.continuous_position_bias_mlp.0"],
                    "attn.network.second": ["attention.self.continuous_position_bias_mlp.2"],
                    "norm2": ["layernorm_after"], "mlp": ["mlp"], "mlp.fc1": ["intermediate.dense", "mlp.fc1"],
                    "mlp.act": ["intermediate", "intermediate.intermediate_act_fn", "mlp.activation_fn"],
                    "mlp.fc2": ["output.dense", "output", "mlp.fc2"],
                ]
            default:
                [
                    "norm1": ["norm1"], "attn": ["attn"], "attn.qkv": ["attn.qkv"], "attn.proj": ["attn.proj"],
                    "attn.table": ["attn.relative_position_bias_table"], "attn.logit_scale": ["attn.logit_scale"],
                    "attn.coordinates": ["attn.relative_coords_table"], "attn.q.bias": ["attn.q_bias"],
                    "attn.v.bias": ["attn.v_bias"], "attn.network.first": ["attn.cpb_mlp.0", "attn.meta_mlp.fc1"],
                    "attn.network.second": ["attn.cpb_mlp.2", "attn.meta_mlp.fc2"], "norm2": ["norm2"], "mlp": ["mlp"],
                    "mlp.fc1": ["mlp.fc1", "mlp.0"], "mlp.act": ["mlp.act", "mlp.1", "mlp.2"],
                    "mlp.fc2": ["mlp.fc2", "mlp.3", "mlp.4"], "norm3": ["norm3"],
                ]
            }
        }
    }
}
