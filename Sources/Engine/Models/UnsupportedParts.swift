/// Parts of models that no family computes, recognized by the names of their tensors.
///
/// The error about a model that does not load says what it would take.
enum UnsupportedParts {
    /// Returns the parts that some tensors belong to, in words: "focal modulation (FocalNet)".
    static func words(for names: [String]) -> [String] {
        signs.compactMap { sign, words in names.contains { $0.contains(sign) } ? words : nil }
    }

    /// The parts of tensors' names, and what such a part is. Source: the models of timm and transformers in parentheses.
    private static let signs: [(sign: String, words: String)] = [
        (
            "attention_bias",
            "attention with a bias for each distance and strides between stages (LeViT, TinyViT, EfficientFormer)"
        ),
        ("patch_embed.backbone.", "a convolutional network that makes the patches (ViT hybrids)"),
        ("gating_param", "attention gated between content and position (ConViT)"),
        (".fusion.", "attention between branches of two patch sizes (CrossViT)"),
        ("crpe.", "relative positions by convolution (CoaT)"),
        (".cpe1.", "positions by convolution and attention among channels (DaViT)"),
        ("pos_block.", "positions by convolution (Twins)"),
        (".attn.sr.", "attention to a coarser grid (PVT, Twins, SegFormer)"),
        ("attention.self.sr.", "attention to a coarser grid (PVT, SegFormer)"),
        (".attn.pool_", "queries and keys pooled by convolution (MViT)"),
        ("rnn_v.", "recurrent layers over rows and columns (Sequencer)"),
        ("token_mixer.", "tokens mixed by pools or separable convolutions (MetaFormer)"),
        ("modulation.f.", "focal modulation (FocalNet)"),
        ("global_block.", "queries of the whole picture (GCViT)"),
        (".attn_grid.", "attention in blocks and in grids (MaxViT)"),
        ("post_network.", "outlook attention (VOLO)"),
        ("levels.0.transformer_encoder.", "attention in blocks that are merged (NesT)"),
        ("global_rep.", "patches that are unfolded and folded between convolutions (MobileViT)"),
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
        ("running_mean", "batch norms"),
        ("decoder.", "a decoder"),
    ]
}
