// Rotary positions in the configurations of timm.

import Platform

extension Configuration {
    /// Takes what timm fixes for an architecture, where the configuration does not state it.
    mutating func take(architecture name: String) {
        settings = settings.filled(by: TimmArchitecture(name).settings)
        isComplete = TimmArchitecture.isKnown(name)
        rotary = TimmArchitecture.rotary(name)
        knowsRotary = rotary != nil || isComplete
        if name.hasPrefix("vit_pe_core_") { poolingHeads = 8 }
        takeFlexible(architecture: name)
    }

    /// Reads the arguments of timm's `Eva` and `NaFlexVit`, which override those of the architecture.
    ///
    /// - Throws: ``EngineError/unsupportedConfiguration(place:found:supported:)``,
    ///   ``EngineError/invalidValue(what:found:expected:)``.
    mutating func readRotary(_ arguments: ConfigurationFile) throws(EngineError) {
        if try arguments.flag("use_post_norm") == true { settings.norms = .after }
        try arguments.requireUnset(
            "num_kv_heads", "gated_attn", "attn_gated", "attn_only_layer_scale", "rope_mrope_section")
        // These follow from the tensors, or only change the training.
        arguments.ignore([
            "attn_type", "use_abs_pos_emb", "num_reg_tokens", "qkv_fused", "swiglu_mlp", "swiglu_align_to", "scale_mlp",
            "scale_attn_inner", "use_pre_transformer_norm", "use_post_transformer_norm", "use_fc_norm",
            "attn_pool_mlp_ratio", "head_init_scale", "rope_shift_coords", "rope_jitter_coords", "rope_rescale_coords",
        ])
        poolingHeads = try arguments.integer("attn_pool_num_heads") ?? poolingHeads
        let isUsed = try arguments.flag("use_rot_pos_emb")
        let kind = try arguments.text("rope_type")
        guard isUsed != false, !["", "none"].contains(kind) else {
            (rotary, knowsRotary) = (nil, true)
            return
        }
        guard isUsed == true || kind != nil || rotary != nil else { return }
        var positions = rotary ?? RotaryPositions(angles: .counted())
        positions.angles = try Self.angles(kind, arguments, default: positions.angles)
        switch try arguments.text("rope_grid_indexing") {
        case "ij": positions.columnsFirst = false
        case "xy": positions.columnsFirst = true
        case nil: break
        default: throw arguments.unsupported("rope_grid_indexing", supported: "ij or xy")
        }
        if let isHalved = try arguments.flag("rope_rotate_half") {
            positions.pairing = isHalved ? .halves : .neighbors
        }
        (rotary, knowsRotary) = (positions, true)
    }

    /// Returns the angles of a type of rotary positions, or those of the architecture with other numbers.
    private static func angles(
        _ kind: String?, _ arguments: ConfigurationFile, default angles: RotaryPositions.Angles
    ) throws(EngineError) -> RotaryPositions.Angles {
        let temperature = try arguments.number("rope_temperature").map { Float($0) }
        let offset = try arguments.number("rope_grid_offset").map { Float($0) }
        if let temperature, temperature <= 0 {
            throw .invalidValue(
                what: arguments.place("rope_temperature"), found: "\(temperature)", expected: "above 0, such as 100")
        }
        switch kind ?? angles.kind {
        case "mixed": return .learned
        case "dinov3":
            guard (offset ?? 0) == 0 else { throw arguments.unsupported("rope_grid_offset", supported: "0 for dinov3") }
            return .centered(temperature: temperature ?? angles.temperature)
        case "cat", "axial":
            let usual: (offset: Float, reference: RotaryPositions.Reference) =
                if case .counted(_, let offset, let reference) = angles { (offset, reference) } else { (0, .none) }
            var reference = usual.reference
            for key in ["ref_feat_shape", "rope_ref_feat_shape"] {
                if arguments.object.isNull(key) { reference = .none }
                if let grid = try arguments.size(key) { reference = .grid(rows: grid.height, columns: grid.width) }
            }
            return .counted(
                temperature: temperature ?? angles.temperature, offset: offset ?? usual.offset, reference: reference)
        default: throw arguments.unsupported("rope_type", supported: "cat, axial, mixed or dinov3")
        }
    }
}

extension RotaryPositions.Angles {
    /// timm's name.
    fileprivate var kind: String {
        switch self {
        case .counted: "cat"
        case .centered: "dinov3"
        case .learned: "mixed"
        case .thirds: "vjepa2"
        }
    }

    /// The temperature of the frequencies, or timm's default.
    fileprivate var temperature: Float {
        switch self {
        case .counted(let temperature, _, _), .centered(let temperature), .thirds(let temperature): temperature
        case .learned: 10_000
        }
    }
}
