import Checkpoints

/// The names of SAM 2's image encoder, a ``Hiera``, in whole files of Meta and of Hugging Face.
///
/// Source: Ravi et al. 2024, arXiv:2408.00714; <https://github.com/facebookresearch/sam2> `hieradet.py`; transformers
/// `modeling_sam2.py`.
enum SegmentAnything2 {
    /// Returns the names in a checkpoint; nil if it has none of these encoders.
    static func spelling(_ checkpoint: any Checkpoint) -> TensorNames? {
        for prefix in ["image_encoder.trunk.", "trunk.", ""]
        where checkpoint.has("\(prefix)pos_embed_window", "\(prefix)blocks.0.mlp.layers.0.weight") {
            return names(prefix, projection: "proj", norm: "norm", layers: ("layers.0", "layers.1"))
        }
        for prefix in ["vision_encoder.backbone.", "backbone.", ""]
        where checkpoint.has("\(prefix)pos_embed_window", "\(prefix)blocks.0.mlp.proj_in.weight") {
            return names(prefix, projection: "projection", norm: "layer_norm", layers: ("proj_in", "proj_out"))
        }
        return nil
    }

    /// Returns whether a tensor belongs to what finds and follows objects: the neck, prompts, masks and the memory.
    static func setsAside(_ tensor: String) -> Bool {
        [
            "image_encoder.neck.", "vision_encoder.neck.", "neck.", "prompt_encoder.", "mask_decoder.",
            "sam_prompt_encoder.", "sam_mask_decoder.", "shared_image_embedding.", "memory_attention.",
            "memory_encoder.", "memory_temporal_positional_encoding", "maskmem_tpos_enc", "no_memory_", "no_mem_",
            "no_obj_", "no_object_pointer", "obj_ptr_", "object_pointer_proj.", "mask_downsample.",
            "temporal_positional_encoding_projection_layer.", "occlusion_spatial_embedding_parameter",
        ].contains { tensor.hasPrefix($0) }
    }

    private static func names(
        _ prefix: String, projection: String, norm: String, layers: (String, String)
    ) -> TensorNames {
        TensorNames(
            [
                "patch_embed": ["patch_embed"], "patch_embed.proj": ["patch_embed.\(projection)"],
                "pos_embed": ["pos_embed"], "pos_embed_window": ["pos_embed_window"],
            ],
            blocks: ["blocks.#"],
            [
                "norm1": ["\(norm)1"], "attn": ["attn"], "attn.qkv": ["attn.qkv"], "attn.proj": ["attn.proj"],
                "proj": ["proj"], "norm2": ["\(norm)2"], "mlp": ["mlp"], "mlp.fc1": ["mlp.\(layers.0)"],
                "mlp.act": ["mlp.act", "mlp.activation"], "mlp.fc2": ["mlp.\(layers.1)"],
            ], prefix: prefix)
    }
}
