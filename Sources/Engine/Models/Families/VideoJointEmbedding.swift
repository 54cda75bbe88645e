import Checkpoints
import Images
import Platform

/// The encoder of V-JEPA 2 on pictures, with the tensor names of Hugging Face and of its authors.
///
/// The model was trained on videos. As in the reference, a picture is a video that stands still for as many frames as a
/// patch has, so the first layer is the sum of its frames' weights. Positions are rotary; what predicts the features of
/// hidden patches, and what classifies videos, are left out.
///
/// Source: Assran et al. 2025, arXiv:2506.09985; transformers `modeling_vjepa2.py`,
/// <https://github.com/facebookresearch/vjepa2> `vision_transformer.py`.
enum VideoJointEmbedding: ModelFamily {
    static let name = "V-JEPA 2"

    static func recognizes(_ checkpoint: any Checkpoint) -> Bool { spelling(checkpoint) != nil }

    static func ignores(_ tensor: String) -> Bool {
        ["predictor.", "vjepa2.predictor."].contains { tensor.hasPrefix($0) } || tensor.hasSuffix("mask_token")
    }

    /// Returns whether a tensor belongs to the classifier of videos.
    static func setsAside(_ tensor: String) -> Bool { tensor.hasPrefix("pooler.") || tensor.hasPrefix("classifier.") }

    static func build(_ weights: WeightReader, _ configuration: Configuration) throws(EngineError) -> Blueprint {
        let weights = weights.spelling(spelling(weights.checkpoint)?.names ?? .timm)
        let frames = weights.shape("patch_embed.proj.weight").map { $0.rank == 5 ? $0[2] : 1 } ?? 1
        var transformer = Transformer(returnsTokens: true, certain: [.norms, .pooling])
        transformer.rotary = RotaryPositions(angles: .thirds(), pairing: .unequalNeighbors)
        transformer.usualSize = PixelSize(side: 256)
        transformer.readout = .mean
        var blueprint = try transformer.build(weights, configuration)
        blueprint.notes.append(
            "V-JEPA 2 takes videos; a picture is one that stands still for the \(frames) frames of a patch.")
        return blueprint
    }

    private enum Spelling {
        case huggingFace(prefix: String)
        case original

        var names: TensorNames {
            switch self {
            case .huggingFace(let prefix): VideoJointEmbedding.names(prefix: prefix)
            case .original: .timm
            }
        }
    }

    private static func spelling(_ checkpoint: any Checkpoint) -> Spelling? {
        func isOfVideo(_ name: String) -> Bool { checkpoint.shape(name)?.rank == 5 }
        for prefix in ["vjepa2.encoder.", "encoder.", ""]
        where isOfVideo("\(prefix)embeddings.patch_embeddings.proj.weight")
            && checkpoint.has("\(prefix)layer.0.attention.query.weight", "\(prefix)layernorm.weight")
        {
            return .huggingFace(prefix: prefix)
        }
        // With positions of its own it would be another model for videos.
        let isOriginal =
            isOfVideo("patch_embed.proj.weight") && checkpoint.has("blocks.0.attn.qkv.weight", "norm.weight")
            && !checkpoint.has("pos_embed")
        return isOriginal ? .original : nil
    }

    private static func names(prefix: String) -> TensorNames {
        TensorNames(
            [
                "patch_embed": ["embeddings"],
                "patch_embed.proj": ["embeddings.patch_embeddings.proj", "embeddings.patch_embeddings"],
                "norm": ["layernorm"], "blocks": [],
            ],
            blocks: ["layer.#"],
            [
                "norm1": ["norm1"], "attn": ["attention"], "attn.q": ["attention.query"],
                "attn.k": ["attention.key"], "attn.v": ["attention.value"], "attn.proj": ["attention.proj"],
                "norm2": ["norm2"], "mlp": ["mlp"], "mlp.fc1": ["mlp.fc1"], "mlp.act": ["mlp.activation"],
                "mlp.fc2": ["mlp.fc2"],
            ], prefix: prefix)
    }
}
