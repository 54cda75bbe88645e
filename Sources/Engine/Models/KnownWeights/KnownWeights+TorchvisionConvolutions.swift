import Images

extension KnownWeights {
    /// torchvision's convolutional models that a family here builds.
    ///
    /// - Source: torchvision 0.29, `torchvision.models.resnet`, `googlenet` and `convnext`; `KnownWeightsTests` compares the
    ///   list with a fixture that `make_torchvision_weights.py` writes.
    static let torchvisionConvolutions: [KnownWeights] = [
        row("resnet18", "V1", "f37072fd", 11_689_512, 44.661, resize: 256),
        row("resnet34", "V1", "b627a593", 21_797_672, 83.275, resize: 256),
        row("resnet50", "V2", "11ad3fa6", 25_557_032, 97.79, resize: 232),
        row("resnet50", "V1", "0676ba61", 25_557_032, 97.781, resize: 256),
        row("resnet101", "V2", "cd907fc2", 44_549_160, 170.53, resize: 232),
        row("resnet101", "V1", "63fe2227", 44_549_160, 170.511, resize: 256),
        row("resnet152", "V2", "f82ba261", 60_192_808, 230.474, resize: 232),
        row("resnet152", "V1", "394f9c45", 60_192_808, 230.434, resize: 256),
        row("resnext50_32x4d", "V2", "1a0047aa", 25_028_904, 95.833, resize: 232),
        row("resnext50_32x4d", "V1", "7cdf4587", 25_028_904, 95.789, resize: 256),
        row("wide_resnet50_2", "V2", "9ba9bcbe", 68_883_240, 263.124, resize: 232),
        row("wide_resnet50_2", "V1", "95faca4d", 68_883_240, 131.82, resize: 256),
        // Its parameters are counted without the heads that only training uses, which its file contains.
        row("googlenet", "V1", "1378be20", 6_624_904, 49.731, resize: 256, transformsInput: true),
        row("convnext_tiny", "V1", "983f1562", 28_589_128, 109.119, resize: 236),
        row("convnext_small", "V1", "0c510722", 50_223_688, 191.703, resize: 230),
        row("convnext_base", "V1", "6075fbad", 88_591_464, 338.064, resize: 232),
        row("convnext_large", "V1", "ea097f82", 197_767_336, 754.537, resize: 232),
    ]

    private static func row(
        _ model: String, _ version: String, _ hash: String, _ parameters: Int, _ mebibytes: Double, resize: Int,
        transformsInput: Bool = false
    ) -> KnownWeights {
        KnownWeights(
            model, "IMAGENET1K_\(version)", project: "torchvision", license: "BSD-3-Clause",
            url: "https://download.pytorch.org/models/\(model)-\(hash).pth", parameters: parameters,
            bytes: Int(mebibytes * 1_048_576),
            preprocessing: Preprocessing(size: 224, resize: PixelSize(side: resize), interpolation: .bilinear),
            usesImageNetClasses: true, transformsInput: transformsInput)
    }
}
