import Checkpoints
import Platform

/// A vision transformer of timm as the vision tower of an open_clip model, which calls it the trunk: SigLIP and SigLIP 2,
/// EVA-CLIP and Perception Encoder with their rotary positions, and CLIPs with timm's other architectures.
///
/// `embedding` is compared with texts: the trunk's pooled features, or their projection.
///
/// Source: <https://github.com/mlfoundations/open_clip> `timm_model.py`; timm `vision_transformer.py`.
enum OpenCLIPTrunk: ModelFamily {
    static let name = "vision transformer in open_clip"

    private static let prefix = "visual.trunk."

    static func recognizes(_ checkpoint: any Checkpoint) -> Bool {
        checkpoint.has(
            "\(prefix)patch_embed.proj.weight", "\(prefix)pos_embed", "\(prefix)blocks.0.attn.qkv.weight")
            || EvaTransformer.Code(checkpoint, prefix: prefix) != nil
    }

    static func ignores(_ tensor: String) -> Bool { CLIPVisionTower.ignores(tensor) }

    static func build(
        _ weights: WeightReader, _ configuration: Configuration
    ) throws(EngineError) -> Blueprint {
        // open_clip has a projection of its own or, with `timm_proj` null, timm's head for one.
        let hasProjection = weights.checkpoint.has("visual.head.proj.weight")
        var names = TensorNames.timm.prefixed(by: prefix)
        names.add(
            hasProjection
                ? ["head": ["visual.head.proj"], "pooled": ["visual.trunk"], "embedding": ["visual"]]
                : ["embedding": ["visual.trunk", "visual"]])
        let weights = weights.spelling(names)
        var configuration = configuration
        let code = EvaTransformer.Code(weights.checkpoint, prefix: prefix)
        var transformer =
            code.map { EvaTransformer.transformer($0, weights, &configuration) } ?? Transformer(input: .clip)
        let pooling = configuration.settings.pooling
        // Without a text tower it is a classifier like others.
        let hasTexts = weights.checkpoint.has("logit_scale")
        if hasTexts,
            AttentionPooling.isIn(weights) || (weights.has("cls_token") && pooling ?? .classToken == .classToken)
        {
            transformer.readout = .projection(ofNormalizedTokens: true, headless: .pooled)
            transformer.certain = [.norms, .pooling]
        }
        var blueprint = try transformer.build(weights, configuration)
        if !configuration.knowsRotary, let note = code?.note { blueprint.notes.append(note) }
        return blueprint
    }
}
