/// What timm's own functions set for an architecture and neither its tensors nor its configuration say.
///
/// Source: timm `vision_transformer.py`; compared with it for every name in `Fixtures/timm-architectures.json`.
package struct TimmArchitecture {
    /// How many heads each attention has, where it is not the usual number for the width.
    package let heads: Int?
    /// The function between an MLP's layers, where it is not GELU.
    package let activation: Activation?
    /// What the layer norms add to the variance, where it is not 1e-6.
    package let epsilon: Float?
    /// Whether a part is normalized after it instead of before.
    package let normsAfterParts: Bool

    /// - Parameter name: as `config.json` has it under “architecture”.
    package init(_ name: String) {
        func isOne(of beginnings: [String]) -> Bool { beginnings.contains { name.hasPrefix($0) } }
        if isOne(of: ["vit_base_patch16_gap_", "vit_giantopt_"]) {
            heads = 16
        } else {
            heads = ["test_vit": 2, "test_vit2": 2, "test_vit3": 3, "test_vit4": 3][name]
        }
        let isSecondSigLIP = isOne(of: [
            "vit_base_patch32_siglip_", "vit_giantopt_patch16_siglip_", "vit_so400m_patch16_siglip_",
            "vit_large_patch16_siglip_512", "vit_large_patch16_siglip_gap_512",
        ])
        activation = name.contains("quickgelu") ? .quickGELU : isSecondSigLIP ? .tanhGELU : nil
        epsilon = name.contains("_clip_") ? 1e-5 : nil
        normsAfterParts = name.contains("_rpn_")
    }

    /// The same as settings; nil where it is what is usual.
    var settings: ModelSettings {
        ModelSettings(
            heads: heads, activation: activation, epsilon: epsilon, norms: normsAfterParts ? .after : nil)
    }

    /// Whether a name is one that timm gives its vision transformers and mixers.
    package static func looksLikeOne(_ name: String) -> Bool {
        ["vit_", "deit_", "deit3_", "flexivit_", "test_vit", "mixer_", "gmixer_", "resmlp_", "gmlp_", "eva_"].contains {
            name.hasPrefix($0)
        }
    }

    /// What an architecture has that no tensor tells and that is not computed here; nil where all is.
    ///
    /// Rotary positions are turned into the queries and keys and learn nothing: timm's `Eva`. Without them its tensors are
    /// those of a plain vision transformer.
    package static func unsupportedPart(of name: String) -> String? {
        if name.contains("rope") || name.contains("eva02") || name.contains("_pe_") || name.hasPrefix("pe_") {
            return "rotary positions"
        }
        if ["hiera", "sam2_", "cait_", "xcit_", "naflex", "qwen", "beit"].contains(where: name.hasPrefix) {
            return "blocks of its own"
        }
        if name.hasPrefix("samvit") || name.contains("vitdet") { return "windows of attention" }
        if name.contains("_parallel_") || name.contains("vit_huge_patch14_xp") { return "parts in parallel" }
        return nil
    }
}
