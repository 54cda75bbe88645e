import Images

/// The defaults of one of transformers' image processors, for settings that are missing in its file.
///
/// Only processors that do nothing but resize, crop, rescale and normalize are listed.
///
/// Source: transformers 5 `image_processing_pil_vit.py`, `image_processing_pil_clip.py` and so on; the processor of a
/// kind of model is from `image_processing_auto.py`.
struct ImageProcessor {
    let interpolation: Interpolation
    let values: Values
    /// The side of the square that a picture is resized to, or its shorter side.
    let side: Int
    /// Whether a size that is a single number is the shorter side, rather than the side of a square.
    let isShorterSide: Bool
    /// Whether the center is cropped.
    let crops: Bool

    /// The mean and the deviation.
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

    /// The side of the crop.
    static let cropSide = 224

    /// Finds the processor with a name: "CLIPImageProcessor", "ViTFeatureExtractor", "DeiTImageProcessorFast"; nil if
    /// it is unknown.
    init?(named name: String) {
        guard let end = name.firstRange(of: /ImageProcessor(Fast|Pil)?$|FeatureExtractor$/),
            let known = Self.known[String(name[..<end.lowerBound])]
        else { return nil }
        self = known
    }

    /// Finds the processor of a kind of model; nil if it is unknown.
    init?(ofModel kind: String) {
        let names = [
            "vit": "ViT", "vit_mae": "ViT", "vit_msn": "ViT", "ijepa": "ViT", "deit": "DeiT", "clip": "CLIP",
            "clip_vision_model": "CLIP", "git": "CLIP", "dinov2": "Bit", "dinov2_with_registers": "Bit",
            "dinov3_vit": "DINOv3ViT",
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
        "DINOv3ViT": ImageProcessor(.bilinear, .imageNet, 224),
        "Blip": ImageProcessor(.bicubic, .clip, 384),
        "Siglip": ImageProcessor(.bicubic, .half, 224, shorter: true),
        "Beit": ImageProcessor(.bicubic, .half, 224),
        "Pvt": ImageProcessor(.bicubic, .imageNet, 224),
        "OwlViT": ImageProcessor(.bicubic, .clip, 768),
        "MobileNetV1": ImageProcessor(.bilinear, .half, 256, shorter: true, crops: true),
        "MobileNetV2": ImageProcessor(.bilinear, .half, 256, shorter: true, crops: true),
    ]
}
