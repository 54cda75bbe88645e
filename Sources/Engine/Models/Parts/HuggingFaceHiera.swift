import Checkpoints

/// The names of Hiera in Hugging Face's transformers, whose blocks are numbered anew in every stage.
///
/// Source: transformers `modeling_hiera.py`.
enum HuggingFaceHiera {
    /// Returns the names in a checkpoint; nil if it is none of these.
    static func spelling(_ checkpoint: any Checkpoint) -> TensorNames? {
        for prefix in ["hiera.", ""]
        where checkpoint.has(
            "\(prefix)embeddings.position_embeddings", "\(prefix)encoder.stages.0.layers.0.attn.qkv.weight")
        {
            return names(prefix, among: checkpoint.names)
        }
        return nil
    }

    /// Returns whether a tensor belongs to masked training, or is the norm of a map that is not the last.
    static func setsAside(_ tensor: String) -> Bool {
        ["decoder.", "encoder_norm.", "multiscale_fusion."].contains { tensor.hasPrefix($0) }
    }

    private static func names(_ prefix: String, among names: [String]) -> TensorNames {
        func block(_ stage: Int, _ index: Int) -> String { "encoder.stages.\(stage).layers.\(index)" }
        var table = TensorNames(
            [
                "patch_embed": ["embeddings.patch_embeddings"],
                "patch_embed.proj": ["embeddings.patch_embeddings.projection"], "tokens": ["embeddings"],
                "pos_embed": ["embeddings.position_embeddings"], "head.norm": ["pooler.layernorm", "pooler"],
            ],
            bare: ["head.fc": ["classifier"]], among: names, block: block,
            [
                "norm1": ["layernorm_before"], "attn": ["attn"], "attn.qkv": ["attn.qkv"], "attn.proj": ["attn.proj"],
                "proj": ["proj"], "norm2": ["layernorm_after"], "mlp": ["mlp"], "mlp.fc1": ["mlp.fc1"],
                "mlp.act": ["mlp.activation_fn"], "mlp.fc2": ["mlp.fc2"],
            ], stage: { stage, _ in ["encoder.stages.\(stage)"] }, merging: { _ in [] }, prefix: prefix)
        table.add(TensorNames.mapNorms(stages: table.depths.count))
        return table
    }
}
