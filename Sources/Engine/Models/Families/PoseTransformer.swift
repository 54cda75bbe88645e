import Checkpoints
import Images
import Platform

/// The backbone of ViTPose with the tensor names of Hugging Face's transformers.
///
/// It is a vision transformer without a class token, whose position stays: it is added to every patch. Two empty pixels
/// lie around the picture, so each patch reaches two pixels further to the left and up.
///
/// Source: Xu et al. 2022, arXiv:2204.12484; transformers `modeling_vitpose_backbone.py`.
enum PoseTransformer: ModelFamily {
    static let name = "ViTPose backbone"

    static func recognizes(_ checkpoint: any Checkpoint) -> Bool {
        // ViT's MLPs have other names beside this attention's.
        checkpoint.has(
            "embeddings.patch_embeddings.projection.weight", "embeddings.position_embeddings",
            "encoder.layer.0.attention.attention.query.weight", "encoder.layer.0.mlp.fc1.weight")
            && !checkpoint.has("embeddings.cls_token")
    }

    /// Returns whether a tensor belongs to what computes poses.
    static func setsAside(_ tensor: String) -> Bool { tensor.hasPrefix("head.") }

    static func build(_ weights: WeightReader, _ configuration: Configuration) throws(EngineError) -> Blueprint {
        var transformer = Transformer(
            epsilon: 1e-12, positions: .bicubic, returnsTokens: true, input: .imageNet, certain: [.norms, .pooling])
        transformer.padding = 2
        transformer.sharesFirstPosition = true
        var configuration = configuration
        if configuration.storedSize == nil, configuration.requestedSize == nil {
            // The published models take people in pictures of this shape.
            let patch = weights.shape("embeddings.patch_embeddings.projection.weight")?.dimensions.last ?? 16
            configuration.storedSize = PixelSize(width: 12 * patch, height: 16 * patch)
        }
        return try transformer.build(weights.spelling(HuggingFaceTransformer.names(prefix: "")), configuration)
    }
}
