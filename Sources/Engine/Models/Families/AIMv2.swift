import Checkpoints
import Images
import Platform

/// AIMv2's vision encoder, with the tensor names of Hugging Face's transformers (alone or beside its text tower), of timm,
/// and of Apple.
///
/// Norms divide by the root mean square, also after the patches; MLPs have a gate (SwiGLU). A head pools by attention
/// with a query that is not projected.
///
/// Source: Fini et al. 2024, arXiv:2411.14402; transformers `modeling_aimv2.py`; timm `vision_transformer.py`,
/// `_convert_aimv2`.
enum AIMv2: ModelFamily {
    static let name = "AIMv2"

    static func recognizes(_ checkpoint: any Checkpoint) -> Bool { spelling(checkpoint) != nil }

    static func ignores(_ tensor: String) -> Bool { CLIPVisionTower.ignores(tensor) }

    static func build(
        _ weights: WeightReader, _ configuration: Configuration
    ) throws(EngineError) -> Blueprint {
        let spelling = spelling(weights.checkpoint) ?? .timm
        let weights = weights.spelling(spelling.names)
        let width = try TransformerPatches(weights).width
        var transformer = Transformer(
            epsilon: 1e-5, normalization: .rootMeanSquare, activation: .silu, input: .clip,
            headCount: width.isMultiple(of: headWidth) ? width / headWidth : nil,
            certain: [.activation, .epsilon, .norms, .pooling])
        // Models for pictures of any size compute their positions.
        if weights.shape("pos_embed") == nil, width.isMultiple(of: 4) {
            transformer.usualSize = PixelSize(side: 224)
            transformer.sines = .aboveEnd
        }
        if case .timm = spelling {
            transformer.readout = .mean
        } else {
            // A tower alone returns its tokens; a projection is that into the space of the texts.
            transformer.positions = .bicubic
            transformer.returnsTokens = true
            transformer.readout =
                AttentionPooling.isIn(weights)
                ? .projection(ofNormalizedTokens: true, headless: .normalizedTokens) : .mean
        }
        return try transformer.build(weights, configuration)
    }

    /// The number of features of a head in all published models.
    private static let headWidth = 128

    private enum Spelling {
        case huggingFace(prefix: String), timm, apple

        var names: TensorNames {
            switch self {
            case .huggingFace(let prefix): AIMv2.huggingFace(prefix: prefix)
            case .timm: AIMv2.timm
            case .apple: AIMv2.apple
            }
        }
    }

    private static func spelling(_ checkpoint: any Checkpoint) -> Spelling? {
        for prefix in ["vision_model.", ""]
        where checkpoint.has("\(prefix)embeddings.rms_norm.weight", "\(prefix)encoder.layers.0.ffn.gate_proj.weight") {
            return .huggingFace(prefix: prefix)
        }
        if checkpoint.has("patch_embed.norm.weight", "pos_embed", "blocks.0.mlp.fc1_g.weight") { return .timm }
        if checkpoint.has("preprocessor.patchifier.norm.weight", "trunk.blocks.0.mlp.fc3.weight") { return .apple }
        return nil
    }

    private static func huggingFace(prefix: String) -> TensorNames {
        TensorNames(
            [
                "patch_embed.proj": ["embeddings.patch_embed"], "patch_embed.norm": ["embeddings.rms_norm"],
                "pos_embed": ["embeddings.position_embedding.weight"], "norm": ["rms_norm"],
                "tokens": ["embeddings"], "blocks": ["encoder"], "attn_pool": ["head"],
                "attn_pool.latent": ["head.cls_token"], "attn_pool.k": ["head.k_proj"], "attn_pool.v": ["head.v_proj"],
                "attn_pool.proj": ["head.output_proj"],
            ],
            bare: ["head": ["visual_projection"]], blocks: ["encoder.layers.#"],
            [
                "norm1": ["rms_norm1"], "attn": ["attention"], "attn.q": ["attention.q_proj"],
                "attn.k": ["attention.k_proj"], "attn.v": ["attention.v_proj"],
                "attn.proj": ["attention.out_proj"], "norm2": ["rms_norm2"], "mlp": ["ffn"],
                "mlp.w1": ["ffn.gate_proj"], "mlp.w2": ["ffn.up_proj"], "mlp.act": ["ffn.act_fn"],
                "mlp.w3": ["ffn.down_proj"],
            ], prefix: prefix)
    }

    private static let timm = TensorNames(
        [
            "patch_embed": ["patch_embed"], "patch_embed.proj": ["patch_embed.proj"],
            "patch_embed.norm": ["patch_embed.norm"], "pos_embed": ["pos_embed"], "norm": ["norm"],
            "fc_norm": ["fc_norm"], "head": ["head"], "blocks": ["blocks"],
        ],
        blocks: ["blocks.#"],
        [
            "norm1": ["norm1"], "attn": ["attn"], "attn.qkv": ["attn.qkv"], "attn.proj": ["attn.proj"],
            "norm2": ["norm2"], "mlp": ["mlp"], "mlp.w1": ["mlp.fc1_g"], "mlp.w2": ["mlp.fc1_x"],
            "mlp.act": ["mlp.act"], "mlp.w3": ["mlp.fc2"],
        ])

    private static let apple = TensorNames(
        [
            "patch_embed": ["preprocessor.patchifier"], "patch_embed.proj": ["preprocessor.patchifier.proj"],
            "patch_embed.norm": ["preprocessor.patchifier.norm"], "pos_embed": ["preprocessor.pos_embed"],
            "norm": ["trunk.post_trunk_norm", "trunk"], "tokens": ["preprocessor"],
        ],
        blocks: ["trunk.blocks.#"],
        [
            "norm1": ["norm_1"], "attn": ["attn"], "attn.qkv": ["attn.qkv"], "attn.proj": ["attn.proj"],
            "norm2": ["norm_2"], "mlp": ["mlp"], "mlp.w1": ["mlp.fc1"], "mlp.w2": ["mlp.fc3"],
            "mlp.w3": ["mlp.fc2"],
        ])
}
