import Checkpoints
import Platform

/// timm's vision transformers with relative positions: `vit_relpos_*`, and `vit_srelpos_*`, whose blocks share them.
///
/// There are no positions of single tokens; the scores get a constant for each head and distance, which a small network
/// computes or a table contains. Some have a class token, to which and from which there is no distance.
///
/// Source: timm `vision_transformer_relpos.py`, `layers/pos_embed_rel.py`.
enum RelativePositionTransformer: ModelFamily {
    static let name = "vision transformer"

    static func recognizes(_ checkpoint: any Checkpoint) -> Bool {
        checkpoint.has("patch_embed.proj.weight", "blocks.0.attn.qkv.weight")
            && ["blocks.0.attn.rel_pos", "shared_rel_pos"].contains { scope in
                checkpoint.has("\(scope).mlp.fc1.weight") || checkpoint.has("\(scope).relative_position_bias_table")
            }
    }

    static func build(_ weights: WeightReader, _ configuration: Configuration) throws(EngineError) -> Blueprint {
        try Transformer(
            input: .half,
            relativePositions: RelativePositionSource(
                inBlock: "attn.rel_pos", shared: "shared_rel_pos", resampling: .geometric)
        ).build(weights, configuration)
    }
}
