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
    /// Whether a part is normalised after it instead of before.
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
}
