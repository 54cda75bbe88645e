/// The settings that timm's functions fix for an architecture, and that neither tensors nor configurations contain.
///
/// Source: timm `vision_transformer.py`; compared with timm for every name in `Fixtures/timm-architectures.json`.
package struct TimmArchitecture {
    /// The number of heads, if it is not the default for the width.
    package let heads: Int?
    /// The activation between an MLP's layers, if it is not GELU.
    package let activation: Activation?
    /// The number that layer norms add to the variance, if it is not 1e-6.
    package let epsilon: Float?
    /// Whether norms come after a block's parts instead of before.
    package let normsAfterParts: Bool
    /// The pooling of the tokens for the head, if tensors do not determine it.
    package let pooling: Pooling?

    /// Creates the settings of an architecture.
    ///
    /// - Parameter name: the value of “architecture” in `config.json`.
    package init(_ name: String) {
        func isOne(of beginnings: [String]) -> Bool { beginnings.contains { name.hasPrefix($0) } }
        if isOne(of: ["vit_base_patch16_gap_", "vit_giantopt_"]) {
            heads = 16
        } else {
            heads =
                ["test_vit": 2, "test_vit2": 2, "test_vit3": 3, "test_vit4": 3, "test_vit_relpos": 3][name]
                ?? Self.rotaryHeads(name)
        }
        let isSecondSigLIP = isOne(of: [
            "vit_base_patch32_siglip_", "vit_giantopt_patch16_siglip_", "vit_so400m_patch16_siglip_",
            "vit_large_patch16_siglip_512", "vit_large_patch16_siglip_gap_512", "naflexvit_base_patch16_siglip",
            "naflexvit_so400m_patch16_siglip",
        ])
        let others: [String: Activation] = [
            "convmixer_768_32": .relu, "gmixer_12_224": .silu, "gmixer_24_224": .silu, "test_convnext": .tanhGELU,
            "test_convnext2": .tanhGELU, "test_convnext3": .silu,
        ]
        activation = name.contains("quickgelu") ? .quickGELU : isSecondSigLIP ? .tanhGELU : others[name]
        // EVA-CLIP's towers are not timm's CLIP.
        let isCLIP = name.contains("_clip_") && !isOne(of: ["eva02_", "eva_giant_"])
        let isLessExact = isCLIP || name.hasPrefix("test_convnext") || name == "convnext_xxlarge"
        epsilon = isLessExact || Self.hasLargeEpsilon(name) ? 1e-5 : nil
        normsAfterParts = name.contains("_rpn_") || name.hasPrefix("eva02_enormous")
        pooling = Self.rotaryPooling(name)
    }

    /// The settings; nil for defaults.
    var settings: ModelSettings {
        ModelSettings(
            heads: heads, activation: activation, epsilon: epsilon, norms: normsAfterParts ? .after : nil,
            pooling: pooling)
    }

    /// Returns whether a name is that of one of timm's vision transformers or mixers.
    package static func isKnown(_ name: String) -> Bool {
        [
            "vit_", "deit_", "deit3_", "flexivit_", "test_vit", "mixer_", "gmixer_", "resmlp_", "gmlp_", "eva_",
            "eva02_", "naflexvit_", "aimv2_", "swin", "beit", "resnet", "resnext", "wide_resnet", "convnext",
            "convmixer_", "test_resnet", "test_convnext", "cait_", "xcit_", "tnt_", "hiera_", "sam2_hiera_",
            "hieradet_", "samvit_",
        ].contains { name.hasPrefix($0) }
    }

    /// Returns an unsupported part of an architecture that no tensor reveals, in words; nil if there is none.
    static func unsupportedPart(of name: String) -> String? {
        if name.contains("_sapiens2") { return "grouped queries" }
        if name.hasPrefix("qwen") {
            return "blocks of its own"
        }
        if name.contains("vitdet") { return "windows of attention" }
        // Pools and filters without weights, in place of strides.
        if ["resnetaa", "resnetblur", "ecaresnetaa", "seresnetaa", "seresnextaa", "resnextaa"].contains(
            where: name.contains)
        {
            return "anti-aliasing"
        }
        if name.hasPrefix("convnext"), ["_rms", "zepto"].contains(where: name.contains) {
            return "norms without a shift"
        }
        return nil
    }
}
