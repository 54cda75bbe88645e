import Images

extension KnownWeights {
    /// torchvision's vision and Swin transformers.
    ///
    /// - Source: torchvision 0.29, `torchvision.models.vision_transformer`, `swin_transformer`; `KnownWeightsTests` compares the list with
    ///   a fixture that `make_torchvision_weights.py` writes.
    static let torchvision: [KnownWeights] = [
        own("vit_b_16", "c867db91", 86_567_656, 330.285, resize: 256),
        swag("vit_b_16", .endToEnd, "9ac1b537", 86_859_496, 331.398, 384),
        swag("vit_b_16", .linear, "4e70ced5", 86_567_656, 330.285, 224),
        own("vit_b_32", "d86f8d99", 88_224_232, 336.604, resize: 256),
        own("vit_l_16", "852ce7e3", 304_326_632, 1161.023, resize: 242),
        swag("vit_l_16", .endToEnd, "4f3808c9", 305_174_504, 1164.258, 512),
        swag("vit_l_16", .linear, "4d563306", 304_326_632, 1161.023, 224),
        own("vit_l_32", "c7638314", 306_535_400, 1169.449, resize: 256),
        swag("vit_h_14", .endToEnd, "80465313", 633_470_440, 2416.643, 518),
        swag("vit_h_14", .linear, "c1eb923e", 632_045_800, 2411.209, 224),
        own("swin_t", "704ceda3", 28_288_354, 108.19, resize: 232, by: .bicubic),
        own("swin_s", "5e29d889", 49_606_258, 189.786, resize: 246, by: .bicubic),
        own("swin_b", "68c6b09e", 87_768_224, 335.364, resize: 238, by: .bicubic),
        own("swin_v2_t", "b137f0e2", 28_351_570, 108.626, 256, resize: 260, by: .bicubic),
        own("swin_v2_s", "637d8ceb", 49_737_442, 190.675, 256, resize: 260, by: .bicubic),
        own("swin_v2_b", "781e5279", 87_930_848, 336.372, 256, resize: 272, by: .bicubic),
    ]

    private static let host = "https://download.pytorch.org/models/"

    private static func own(
        _ model: String, _ hash: String, _ parameters: Int, _ mebibytes: Double, _ size: Int = 224, resize: Int,
        by interpolation: Interpolation = .bilinear
    ) -> KnownWeights {
        KnownWeights(
            model, "IMAGENET1K_V1", project: "torchvision", license: "BSD-3-Clause",
            url: "\(host)\(model)-\(hash).pth", parameters: parameters, bytes: Int(mebibytes * 1_048_576),
            preprocessing: Preprocessing(
                size: PixelSize(side: size), resize: PixelSize(side: resize), interpolation: interpolation),
            usesImageNetClasses: true)
    }

    /// How SWAG's weights (Singh et al. 2022) were tuned to ImageNet.
    private enum Tuning: String {
        case endToEnd = "E2E", linear = "LINEAR"
    }

    private static func swag(
        _ model: String, _ tuning: Tuning, _ hash: String, _ parameters: Int, _ mebibytes: Double, _ size: Int
    ) -> KnownWeights {
        let file = "\(model)_\(tuning == .linear ? "lc_" : "")swag-\(hash).pth"
        return KnownWeights(
            model, "IMAGENET1K_SWAG_\(tuning.rawValue)_V1", project: "torchvision", license: "CC-BY-NC-4.0",
            url: host + file, parameters: parameters, bytes: Int(mebibytes * 1_048_576),
            preprocessing: Preprocessing(size: PixelSize(side: size), interpolation: .bicubic),
            usesImageNetClasses: true)
    }
}
