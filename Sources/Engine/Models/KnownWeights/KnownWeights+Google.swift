import Downloads
import Images

extension KnownWeights {
    /// The vision transformers of Dosovitskiy et al. 2021 as JAX arrays.
    ///
    /// - Source: github.com/google-research/vision_transformer, vit_jax.ipynb (the list of files with their sizes)
    ///   and vit_jax/input_pipeline.py: the whole picture is resized, pixels go from -1 to 1.
    static let jaxVisionTransformers: [KnownWeights] = [
        vit("ViT-B_16", tuned, 331.4, size: 384), vit("ViT-B_16", large, 393.69, size: 224),
        vit("ViT-B_16", "sam", 330.3, size: 224),
        vit("ViT-B_16-224", tuned, 330.29, size: 224),
        vit("ViT-B_32", tuned, 336.89, size: 384), vit("ViT-B_32", large, 400.01, size: 224),
        vit("ViT-B_32", "sam", 336.61, size: 224),
        vit("ViT-B_8", tuned, 334.78, size: 384), vit("ViT-B_8", large, 393.72, size: 224),
        vit("ViT-L_16", tuned, 1167, size: 384), vit("ViT-L_16", large, 1249, size: 224),
        vit("ViT-L_16", "sam", 1157, size: 224),
        vit("ViT-L_16-224", tuned, 1157, size: 224),
        vit("ViT-L_32", tuned, 1167, size: 384), vit("ViT-L_32", large, 1260, size: 224),
        vit("ViT-L_32", "sam", 1167, size: 224),
        vit("ViT-H_14", large, 2519, size: 224),
    ]

    /// The MLP-Mixers of Tolstikhin et al. 2021 as JAX arrays.
    ///
    /// - Source: as for ``jaxVisionTransformers``.
    static let jaxMixers: [KnownWeights] = [
        mixer("Mixer-B_16", "imagenet1k", 228.47), mixer("Mixer-B_16", large, 289.61),
        mixer("Mixer-B_16", "sam", 228.47), mixer("Mixer-B_16", "gsam", 228.47),
        mixer("Mixer-L_16", "imagenet1k", 794.29), mixer("Mixer-L_16", large, 875.78),
        mixer("Mixer-B_32", "sam", 230.04), mixer("Mixer-B_32", "gsam", 230.04),
        mixer("Mixer-S_16", "gsam", 70.71), mixer("Mixer-S_32", "gsam", 72.91), mixer("Mixer-S_8", "gsam", 78.79),
    ]

    private static let tuned = "imagenet21k+imagenet2012"
    private static let large = "imagenet21k"

    private static func vit(_ model: String, _ weights: String, _ mebibytes: Double, size: Int) -> KnownWeights {
        jax(model, weights, bucket: "vit_models", mebibytes, size: size)
    }

    private static func mixer(_ model: String, _ weights: String, _ mebibytes: Double) -> KnownWeights {
        jax(model, weights, bucket: "mixer_models", mebibytes, size: 224)
    }

    private static func jax(
        _ model: String, _ weights: String, bucket: String, _ mebibytes: Double, size: Int
    ) -> KnownWeights {
        let folder = percentEncoded(weights, keepingSlashes: false)
        return KnownWeights(
            model, weights, project: "Google", license: "Apache-2.0",
            url: "https://storage.googleapis.com/\(bucket)/\(folder)/\(model).npz",
            // Files in several folders have the same name.
            fileName: "\(model)-\(weights).npz",
            parameters: nil, bytes: Int(mebibytes * 1_048_576),
            preprocessing: Preprocessing(
                mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5], size: PixelSize(side: size), interpolation: .bilinear),
            usesImageNetClasses: weights != large)
    }
}
