import Images
import Platform

// What the code of each of these models fixes, for files without a configuration.
extension EvaTransformer.Code {
    /// The rotary positions.
    var rotary: RotaryPositions? {
        switch self {
        case .eva: nil
        case .eva02, .registers: .eva02
        case .perceptionEncoder: .perceptionEncoder(hasClassToken: true)
        case .dinov3, .timmDINOv3: .dinov3
        case .ropeViT: .ropeViT
        case .ropeMixed: RotaryPositions(angles: .learned, columnsFirst: true)
        }
    }

    /// The number that norms add to the variance.
    var epsilon: Float {
        switch self {
        case .perceptionEncoder, .dinov3, .timmDINOv3: 1e-5
        case .eva, .eva02, .registers, .ropeViT, .ropeMixed: 1e-6
        }
    }

    /// The input size of a model without learned positions, in pixels.
    var usualSize: PixelSize {
        switch self {
        case .dinov3, .timmDINOv3, .registers: PixelSize(side: 256)
        case .eva, .eva02, .perceptionEncoder, .ropeViT, .ropeMixed: PixelSize(side: 224)
        }
    }

    /// The preprocessing.
    var input: InputDefaults {
        switch self {
        case .eva, .eva02:
            InputDefaults(mean: InputDefaults.clip.mean, deviation: InputDefaults.clip.deviation, cropRatio: 0.9)
        case .perceptionEncoder:
            InputDefaults(mean: InputDefaults.half.mean, deviation: InputDefaults.half.deviation, cropRatio: 1)
        // As in DINOv3's README.
        case .dinov3:
            InputDefaults(
                mean: InputDefaults.imageNet.mean, deviation: InputDefaults.imageNet.deviation, cropRatio: 1,
                interpolation: .bilinear, fitting: .stretch)
        case .timmDINOv3:
            InputDefaults(
                mean: InputDefaults.imageNet.mean, deviation: InputDefaults.imageNet.deviation, cropRatio: 1)
        case .registers: .half
        case .ropeViT, .ropeMixed:
            InputDefaults(
                mean: InputDefaults.imageNet.mean, deviation: InputDefaults.imageNet.deviation, cropRatio: 0.9)
        }
    }

    /// The settings that the code fixes.
    var certain: Set<ModelSettings.Part> {
        self == .dinov3 ? [.activation, .epsilon, .norms, .pooling] : []
    }

    /// Returns the settings that the models of this code usually have.
    func guess(_ weights: WeightReader) -> ModelSettings {
        let width = weights.shape("patch_embed.proj.weight")?.dimensions.first ?? 0
        switch self {
        case .dinov3, .timmDINOv3:
            // 7B and H+ have other heads than vision transformers of these widths usually have.
            return ModelSettings(
                heads: [4096: 32, 1280: 20][width], pooling: self == .dinov3 ? .classToken : .mean)
        case .perceptionEncoder:
            let hasPool = weights["attn_pool"].has("latent")
            return ModelSettings(heads: width == 1536 ? 16 : nil, pooling: hasPool ? nil : .mean)
        case .eva, .eva02:
            // EVA-CLIP's largest tower has its norms after the parts.
            return ModelSettings(
                heads: width == 1792 ? 16 : nil, norms: width == 1792 ? .after : nil,
                pooling: weights["norm"].has("weight") ? nil : .mean)
        case .registers, .ropeViT, .ropeMixed: return ModelSettings()
        }
    }

    /// Returns the number of heads, if the tensors determine it: learned frequencies are stored for each head, periods for
    /// each four features of one.
    func headCount(_ weights: WeightReader) -> Int? {
        if self == .ropeMixed { return weights.shape("rope.freqs").flatMap { $0.rank == 4 ? $0[2] : nil } }
        guard let periods = weights.shape("rope_embed.periods")?.count, periods > 0,
            let width = weights.shape("patch_embed.proj.weight")?.dimensions.first
        else { return nil }
        return width % (4 * periods) == 0 ? width / (4 * periods) : nil
    }

    /// The number of heads of the attention pooling; nil for that of the blocks.
    var poolingHeads: Int? { self == .perceptionEncoder ? 8 : nil }

    /// The note of what was assumed about the positions; nil if the tensors determine them.
    var note: String? {
        let model: String
        switch self {
        case .eva, .dinov3, .ropeMixed: return nil
        case .eva02: model = "EVA-02 (trained with 16 × 16 patches)"
        case .perceptionEncoder: model = "Perception Encoder"
        case .timmDINOv3: model = "DINOv3"
        case .registers: model = "timm's models with registers and without a class token"
        case .ropeViT: model = "RoPE-ViT"
        }
        return "The file does not describe its rotary positions; those of \(model) are assumed from its tensors. "
            + "If it has others, load the folder with its config.json."
    }
}
