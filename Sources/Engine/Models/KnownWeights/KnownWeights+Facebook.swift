import Images

extension KnownWeights {
    private static let host = "https://dl.fbaipublicfiles.com/"

    /// DeiT (Touvron et al. 2021), as `torch.hub.load("facebookresearch/deit", …)` loads it.
    ///
    /// - Source: github.com/facebookresearch/deit, models.py; the evaluation's transform is in its datasets.py.
    static let deit: [KnownWeights] = [
        deit("deit_tiny_patch16_224", "a1311bcf", 5_717_416),
        deit("deit_small_patch16_224", "cd65a155", 22_050_664),
        deit("deit_base_patch16_224", "b5f2ef4d", 86_567_656),
        deit("deit_base_patch16_384", "8de9b5d1", 86_859_496, size: 384),
        deit("deit_tiny_distilled_patch16_224", "b40b3cf7", 5_910_800),
        deit("deit_small_distilled_patch16_224", "649709d9", 22_436_432),
        deit("deit_base_distilled_patch16_224", "df68dfff", 87_338_192),
        deit("deit_base_distilled_patch16_384", "d0272ac0", 87_630_032, size: 384),
    ]

    private static func deit(_ model: String, _ hash: String, _ parameters: Int, size: Int = 224) -> KnownWeights {
        KnownWeights(
            model, project: "DeiT", license: "Apache-2.0", url: "\(host)deit/\(model)-\(hash).pth",
            parameters: parameters, bytes: parameters * 4,
            preprocessing: Preprocessing(
                size: PixelSize(side: size), resize: PixelSize(side: size * 256 / 224), interpolation: .bicubic),
            usesImageNetClasses: true)
    }

    /// DINO (Caron et al. 2021) and DINOv2 (Oquab et al. 2023; Darcet et al. 2024), as torch.hub loads them.
    ///
    /// DINOv2's positions are for 518 pixels, the size that timm uses.
    ///
    /// - Source: github.com/facebookresearch/dino, hubconf.py and eval_linear.py;
    ///   github.com/facebookresearch/dinov2, README.md and dinov2/hub/backbones.py.
    static let dino: [KnownWeights] = [
        dino("dino_vits16", "dino_deitsmall16", 21_665_664),
        dino("dino_vits8", "dino_deitsmall8", 21_670_272),
        dino("dino_vitb16", "dino_vitbase16", 85_798_656),
        dino("dino_vitb8", "dino_vitbase8", 85_807_872),
        dinov2("dinov2_vits14", 22_056_576),
        dinov2("dinov2_vitb14", 86_580_480),
        dinov2("dinov2_vitl14", 304_368_640),
        dinov2("dinov2_vitg14", 1_136_480_768),
        dinov2("dinov2_vits14_reg", 22_058_112),
        dinov2("dinov2_vitb14_reg", 86_583_552),
        dinov2("dinov2_vitl14_reg", 304_372_736),
        dinov2("dinov2_vitg14_reg", 1_136_486_912),
    ]

    private static func dino(_ model: String, _ name: String, _ parameters: Int) -> KnownWeights {
        KnownWeights(
            model, project: "DINO", license: "Apache-2.0", url: "\(host)dino/\(name)_pretrain/\(name)_pretrain.pth",
            parameters: parameters, bytes: parameters * 4,
            preprocessing: Preprocessing(size: 224, resize: 256, interpolation: .bicubic),
            usesImageNetClasses: false, stretchesWithOffset: true)
    }

    private static func dinov2(_ model: String, _ parameters: Int) -> KnownWeights {
        let hasRegisters = model.hasSuffix("_reg")
        let folder = hasRegisters ? String(model.dropLast("_reg".count)) : model
        return KnownWeights(
            model, project: "DINOv2", license: "Apache-2.0",
            url: "\(host)dinov2/\(folder)/\(folder)\(hasRegisters ? "_reg4" : "")_pretrain.pth",
            parameters: parameters, bytes: parameters * 4,
            preprocessing: Preprocessing(size: 518, interpolation: .bicubic), usesImageNetClasses: false)
    }

    /// ResMLP (Touvron et al. 2021), with its authors' names.
    ///
    /// - Source: github.com/facebookresearch/deit, resmlp_models.py.
    static let resMLP: [KnownWeights] = [
        resMLP("resmlp_12", "no_dist", 15_350_872), resMLP("resmlp_12", "dist", 15_350_872),
        resMLP("resmlp_24", "no_dist", 30_020_680), resMLP("resmlp_24", "dist", 30_020_680),
        resMLP("resmlp_24", "dino", 30_020_680),
        resMLP("resmlp_36", "no_dist", 44_690_488), resMLP("resmlp_36", "dist", 44_690_488),
        resMLP("resmlpB_24", "no_dist", 129_138_280), resMLP("resmlpB_24", "dist", 129_138_280),
        resMLP("resmlpB_24", "22k", 129_138_280),
    ]

    private static func resMLP(_ model: String, _ weights: String, _ parameters: Int) -> KnownWeights {
        KnownWeights(
            model, weights, project: "ResMLP", license: "Apache-2.0", url: "\(host)deit/\(model)_\(weights).pth",
            parameters: parameters, bytes: parameters * 4,
            preprocessing: Preprocessing(size: 224, resize: 256, interpolation: .bicubic),
            usesImageNetClasses: weights != "dino")
    }
}
