/// What timm's `eva.py` fixes for its architectures, and neither tensors nor configurations contain.
///
/// Source: timm 1.0.31 `eva.py`; compared with timm for every name in `Fixtures/timm-architectures.json`.
extension TimmArchitecture {
    /// Returns the rotary positions of an architecture; nil if it has none.
    package static func rotary(_ name: String) -> RotaryPositions? {
        if name.hasPrefix("eva02_"), !name.hasPrefix("eva02_enormous") { return .eva02 }
        if name.hasPrefix("vit_pe_") {
            var positions = RotaryPositions.perceptionEncoder(hasClassToken: !isPerceptionWithoutClassToken(name))
            // The grid that it was trained with, also where it was made for another size: "patch16_224".
            if let sizes = name.firstMatch(of: /patch(\d+)_(\d+)/), let patch = Int(sizes.1), let side = Int(sizes.2),
                patch > 0, case .counted(let temperature, let offset, _) = positions.angles
            {
                let reference = RotaryPositions.Reference.grid(rows: side / patch, columns: side / patch)
                positions.angles = .counted(temperature: temperature, offset: offset, reference: reference)
            }
            return positions
        }
        if name.contains("_dinov3") || name.contains("_lingbot") { return .dinov3 }
        if name.contains("_rope_reg") { return .eva02 }
        if name.contains("_rope_mixed_") { return RotaryPositions(angles: .learned, columnsFirst: true) }
        if name.contains("_rope_") { return .ropeViT }
        return nil
    }

    /// Returns the number of heads, if it is not the default for the width.
    static func rotaryHeads(_ name: String) -> Int? {
        if isPerceptionWithoutClassToken(name) || name.hasPrefix("eva02_enormous") { return 16 }
        if name.hasPrefix("vit_huge_plus_patch16_dinov3") { return 20 }
        return name == "vit_7b_patch16_dinov3" ? 32 : nil
    }

    /// Returns whether norms add 1e-5 to the variance.
    static func hasLargeEpsilon(_ name: String) -> Bool {
        name.hasPrefix("vit_pe_") || name.contains("_dinov3") || name.contains("_lingbot")
    }

    /// Returns the pooling of the tokens for the head, if it differs from that of timm's other vision transformers.
    static func rotaryPooling(_ name: String) -> Pooling? {
        let isEVA = (name.hasPrefix("eva02_") || name.hasPrefix("eva_giant_")) && !name.contains("_clip_")
        let others = ["vit_pe_lang_", "vit_pe_spatial_", "_dinov3", "_rope_reg"]
        let isMean = isEVA || others.contains { name.contains($0) }
        return isMean ? .mean : nil
    }

    private static func isPerceptionWithoutClassToken(_ name: String) -> Bool {
        name.hasPrefix("vit_pe_") && name.contains("_gigantic_")
    }
}

extension RotaryPositions {
    /// EVA-02, and timm's own models with registers: trained with 16 × 16 patches.
    static let eva02 = RotaryPositions(angles: .counted(reference: .grid(rows: 16, columns: 16)))
    /// DINOv3, EUPE and LingBot-Vision.
    static let dinov3 = RotaryPositions(angles: .centered(), pairing: .halves)
    /// RoPE-ViT with fixed frequencies.
    static let ropeViT = RotaryPositions(angles: .counted(temperature: 100), columnsFirst: true)

    /// Perception Encoder, which counts the class token as patch 0.
    static func perceptionEncoder(hasClassToken: Bool) -> RotaryPositions {
        RotaryPositions(
            angles: .counted(offset: hasClassToken ? 1 : 0, reference: .learnedPositions), columnsFirst: true)
    }
}
