/// Parts of models that no family computes, recognized by the names of their tensors.
///
/// The error about a model that does not load says what it would take.
enum UnsupportedParts {
    /// Returns the parts that some tensors belong to, in words: "focal modulation (FocalNet)".
    static func words(for names: [String]) -> [String] {
        var found: [String] = []
        for (sign, words) in signs where names.contains(where: { $0.contains(sign) }) && !found.contains(words) {
            found.append(words)
        }
        // Beside a convolution they are no hindrance, and what else there is says more.
        return found.isEmpty && names.contains { $0.contains("running_mean") } ? ["batch norms of its own"] : found
    }

    /// The parts of tensors' names, and what such a part is. Source: the models of timm and transformers in parentheses.
    private static let signs: [(sign: String, words: String)] = [
        (
            "attention_bias",
            "attention with a bias for each distance and strides between stages (LeViT, TinyViT, EfficientFormer)"
        ),
        ("patch_embed.backbone.", "a convolutional network that makes the patches (ViT hybrids)"),
        ("gating_param", "attention gated between content and position (ConViT)"),
        (".fusion.0.", "attention between branches of two patch sizes (CrossViT)"),
        ("crpe.", "relative positions by convolution (CoaT)"),
        (".cpe1.", "positions by convolution and attention among channels (DaViT)"),
        ("pos_block.", "positions by convolution (Twins)"),
        (".attn.sr.", "attention to a coarser grid (PVT, Twins, SegFormer)"),
        ("attention.self.sr.", "attention to a coarser grid (PVT, SegFormer)"),
        ("sequence_reduction.", "attention to a coarser grid (PVT, SegFormer)"),
        ("spatial_reduction.", "attention to a coarser grid (PVT, SegFormer)"),
        ("convolution_projection_query.", "queries, keys and values by convolution (CvT)"),
        ("patch_conv.", "rotary positions in which rows and columns alternate (Pixtral)"),
        ("group_token", "tokens that gather patches into groups (GroupViT)"),
        ("before_norm.", "tokens mixed by pools (PoolFormer)"),
        ("mid_position_embeddings", "positions that are added between the blocks (YOLOS)"),
        ("detection_tokens", "tokens for objects after the patches (YOLOS)"),
        ("residual.conv1.", "convolutions between the blocks (ViTDet)"),
        ("squeeze_excite.", "depthwise convolutions whose channels are weighed (EfficientNet)"),
        (".attn.pool_", "queries and keys pooled by convolution (MViT)"),
        ("rnn_v.", "recurrent layers over rows and columns (Sequencer)"),
        ("token_mixer.", "tokens mixed by pools or separable convolutions (MetaFormer)"),
        ("modulation.f.", "focal modulation (FocalNet)"),
        ("modulation.projection_in.", "focal modulation (FocalNet)"),
        ("global_block.", "queries of the whole picture (GCViT)"),
        (".attn_grid.", "attention in blocks and in grids (MaxViT)"),
        ("post_network.", "outlook attention (VOLO)"),
        ("levels.0.transformer_encoder.", "attention in blocks that are merged (NesT)"),
        ("global_rep.", "patches that are unfolded and folded between convolutions (MobileViT)"),
        ("conv_1x1_exp.", "patches that are unfolded and folded between convolutions (MobileViT)"),
        ("attention.qkv_proj.", "separable attention between convolutions (MobileViT v2)"),
        ("local_representation.", "additive attention (SwiftFormer)"),
        ("dwconv.", "convolutions within the MLPs (PVT v2, SegFormer)"),
        ("stages.0.blocks.0.main.", "linear attention (EfficientViT)"),
        ("temporal", "time: it takes videos"),
        ("experts.", "experts that a router chooses"),
        (".gate_proj.", "a gate in the MLPs"),
        ("lambda_q1", "the difference of two attention patterns"),
        ("relative_position", "relative positions in blocks of another kind"),
        ("rel_pos", "relative positions in blocks of another kind"),
        ("q_norm.", "norms of queries and keys"),
        ("decoder.", "a decoder"),
    ]
}
