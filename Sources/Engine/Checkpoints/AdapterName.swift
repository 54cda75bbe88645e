/// A tensor's name in a file that PEFT wrote, taken apart.
///
///     base_model.model.blocks.0.attn.qkv.base_layer.weight         the weight "blocks.0.attn.qkv.weight"
///     base_model.model.blocks.0.attn.qkv.lora_A.default.weight     A of that weight, of the adapter "default"
///     base_model.model.head.modules_to_save.default.bias           the trained copy of "head.bias"
///
/// Source: PEFT `tuners/lora/layer.py`, `utils/other.py`, `utils/save_and_load.py`.
struct AdapterName {
    /// What a tensor is.
    enum Part {
        /// A weight of the model.
        case weight
        /// A trained copy of a weight.
        case copy
        /// The weight that a trained copy replaces.
        case replaced
        /// The first matrix of an adapter.
        case a
        /// The second.
        case b
        /// An adapter of another kind: IA³, DoRA, or one of an embedding.
        case other
    }

    /// The name of the model's tensor that it is, or that it changes.
    let text: String
    let part: Part
    /// The name of its adapter; nil if the file does not say it.
    let adapter: String?

    init(_ stored: String) {
        let bare = stored.hasPrefix(Self.prefix) ? String(stored.dropFirst(Self.prefix.count)) : stored
        let components = bare.split(separator: ".").map(String.init)
        guard let index = components.firstIndex(where: Self.isMark) else {
            (text, part, adapter) = (bare, .weight, nil)
            return
        }
        let layer = components[..<index]
        let rest = components[(index + 1)...]
        switch components[index] {
        case "base_layer": (text, part, adapter) = ((layer + rest).joined(separator: "."), .weight, nil)
        case "original_module": (text, part, adapter) = ((layer + rest).joined(separator: "."), .replaced, nil)
        case "modules_to_save":
            (text, part, adapter) = ((layer + rest.dropFirst()).joined(separator: "."), .copy, rest.first)
        case "lora_A", "lora_B":
            text = (layer + ["weight"]).joined(separator: ".")
            part = components[index] == "lora_A" ? .a : .b
            adapter = rest.count > 1 ? rest.first : nil
        default: (text, part, adapter) = (bare, .other, nil)
        }
    }

    private static let prefix = "base_model.model."

    private static func isMark(_ component: String) -> Bool {
        ["base_layer", "original_module", "modules_to_save"].contains(component) || component.hasPrefix("lora_")
            || component.hasPrefix("ia3_")
    }
}
