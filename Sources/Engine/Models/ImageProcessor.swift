import Images

/// What one of transformers' image processors does where its file leaves a setting out.
///
/// Only those that resize, crop, rescale and normalize as all do, and nothing else.
///
/// Source: transformers 5 `image_processing_pil_vit.py`, `image_processing_pil_clip.py` and so on; the processor of a
/// kind of model is that of `image_processing_auto.py`.
struct ImageProcessor {
    let interpolation: Interpolation
    let values: Values
    /// What a picture is resized to: a square of this side, or its shorter side is.
    let side: Int
    /// Whether a size that is one number is the shorter side, and not a square's.
    let isShorterSide: Bool
    /// Whether the middle is cut out.
    let crops: Bool

    /// Mean and deviation.
    enum Values {
        case half, imageNet, clip

        var defaults: InputDefaults {
            switch self {
            case .half: .half
            case .imageNet: .imageNet
            case .clip: .clip
            }
        }
    }

    /// The side of the middle that is cut out.
    static let cropSide = 224

    /// The processor of this name: "CLIPImageProcessor", "ViTFeatureExtractor", "DeiTImageProcessorFast"; nil for one that
    /// is not known here.
    init?(named name: String) {
        guard let end = name.firstRange(of: /ImageProcessor(Fast|Pil)?$|FeatureExtractor$/),
            let known = Self.known[String(name[..<end.lowerBound])]
        else { return nil }
        self = known
    }

    /// The processor of a kind of model; nil for one that has none of those that are known here.
    init?(ofModel kind: String) {
        let names = [
            "vit": "ViT", "vit_mae": "ViT", "vit_msn": "ViT", "ijepa": "ViT", "deit": "DeiT", "clip": "CLIP",
            "clip_vision_model": "CLIP", "git": "CLIP", "dinov2": "Bit", "dinov2_with_registers": "Bit",
        ]
        guard let known = names[kind].flatMap({ Self.known[$0] }) else { return nil }
        self = known
    }

    private init(
        _ interpolation: Interpolation, _ values: Values, _ side: Int, shorter: Bool = false, crops: Bool = false
    ) {
        self.interpolation = interpolation
        self.values = values
        self.side = side
        isShorterSide = shorter
        self.crops = crops
    }

    private static let known = [
        "ViT": ImageProcessor(.bilinear, .half, 224),
        "DeiT": ImageProcessor(.bicubic, .half, 256, crops: true),
        "CLIP": ImageProcessor(.bicubic, .clip, 224, shorter: true, crops: true),
        "ChineseCLIP": ImageProcessor(.bicubic, .clip, 224, shorter: true, crops: true),
        "Bit": ImageProcessor(.bicubic, .clip, 224, shorter: true, crops: true),
        "Blip": ImageProcessor(.bicubic, .clip, 384),
        "Siglip": ImageProcessor(.bicubic, .half, 224, shorter: true),
        "Beit": ImageProcessor(.bicubic, .half, 224),
        "Pvt": ImageProcessor(.bicubic, .imageNet, 224),
        "OwlViT": ImageProcessor(.bicubic, .clip, 768),
        "MobileNetV1": ImageProcessor(.bilinear, .half, 256, shorter: true, crops: true),
        "MobileNetV2": ImageProcessor(.bilinear, .half, 256, shorter: true, crops: true),
    ]
}
