// Positions of timm's NaFlexViT, which are resampled for every picture.

import Platform

extension Configuration {
    /// Takes how timm resamples the positions of one of its NaFlexViTs.
    ///
    /// Source: timm 1.0.31 `naflexvit.py`, `NaFlexVitCfg` and its models.
    mutating func takeFlexible(architecture name: String) {
        guard name.hasPrefix("naflexvit_") else { return }
        let isRADIO = name.contains("_radio_")
        cropsPositions = isRADIO || name.contains("_par_") || name.contains("_parfac_")
        if isRADIO {
            let isAligned = ["naflexvit_base_patch16_radio_v3", "naflexvit_huge_patch16_radio_v3"].contains(name)
            positions = isAligned ? .bilinearAligned : .bilinear
        } else {
            positions = name.contains("_siglip") ? .bilinearAntialiased : .bicubicAntialiased
        }
    }

    /// Reads the arguments of timm's NaFlexViT that concern positions, which override those of the architecture.
    ///
    /// - Throws: ``EngineError/unsupportedConfiguration(place:found:supported:)``.
    mutating func readFlexible(_ arguments: ConfigurationFile) throws(EngineError) {
        let mode = try arguments.text("pos_embed_interp_mode")
        let antialias = try arguments.flag("pos_embed_antialias")
        let aligns = try arguments.flag("pos_embed_align_corners")
        cropsPositions = try arguments.flag("pos_embed_ar_preserving") ?? cropsPositions
        arguments.ignore([
            "pos_embed_grid_size", "embed_proj_type", "pos_embed_use_grid_sample", "enable_patch_interpolator",
            "use_key_only_attn_mask",
        ])
        try arguments.require("patchify_channels_last", true)
        guard mode != nil || antialias != nil || aligns != nil else { return }
        let known = positions ?? .bicubicAntialiased
        let isBicubic =
            mode.map { $0 == "bicubic" } ?? [.bicubicAntialiased, .bicubic, .bicubicAligned].contains(known)
        guard ["bicubic", "bilinear", nil].contains(mode) else {
            throw arguments.unsupported("pos_embed_interp_mode", supported: "bicubic or bilinear")
        }
        switch (antialias ?? true, aligns ?? false) {
        case (true, false): positions = isBicubic ? .bicubicAntialiased : .bilinearAntialiased
        case (false, false): positions = isBicubic ? .bicubic : .bilinear
        case (false, true): positions = isBicubic ? .bicubicAligned : .bilinearAligned
        case (true, true):
            throw arguments.unsupported("pos_embed_align_corners", supported: "false with “pos_embed_antialias”")
        }
    }
}
