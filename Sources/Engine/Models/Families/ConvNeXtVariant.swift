import Checkpoints

/// What a framework's ConvNeXts differ by from those of others: the names of their tensors, and a few facts.
struct ConvNeXtVariant: Sendable {
    /// The tensor by which it is recognized, after the prefix.
    private let marker: String
    private var prefix = ""
    /// The names of the parts outside the blocks; those with a prefix, and those without.
    private let parts: [String: [String]]
    private let bare: [String: [String]]
    /// The names of the parts of a block.
    private let inside: [String: [String]]
    /// The names of a stage, of a block in it, and of the norm and the convolution before it.
    private let stage: @Sendable (Int) -> [String]
    private let block: @Sendable (Int, Int) -> String
    private let merging: @Sendable (Int) -> [String]

    /// The last norm's epsilon, if no configuration states another.
    var headEpsilon: Float = 1e-6
    /// Whether a configuration's epsilon concerns the last norm alone.
    var hasFixedEpsilon = false
    /// Whether the framework's forward pass returns the map if there is no head.
    var returnsMap = false
    /// Whether that map is normalized, position by position. transformers puts a row of the pooled features before it, which are
    /// `embedding` here.
    var normalizesMap = false
    /// Whether all of the framework's models have the default settings.
    var isCertain = false

    /// Returns whether a file's tensors have these names.
    func fits(_ checkpoint: any Checkpoint) -> Bool { checkpoint.has(prefix + marker) }

    /// Returns the names in a file.
    func names(in checkpoint: any Checkpoint) -> TensorNames {
        var parts = parts
        // timm's “ols” models have two convolutions before the first norm.
        if checkpoint.shape("stem.1.weight")?.rank == 4 {
            parts["patch_embed.overlapping"] = ["stem.1"]
            parts["patch_embed.norm"] = ["stem.2"]
        }
        var names = TensorNames(
            parts, bare: bare, among: checkpoint.names, block: block, inside, stage: { place, _ in stage(place) },
            merging: merging, mergingParts: ["norm": "0", "reduction": "1"], prefix: prefix)
        names.add(TensorNames.mapNorms(stages: names.depths.count))
        return names
    }

    /// The frameworks.
    static let all =
        [timm, torchvision] + ["convnext.", "convnextv2.", ""].map(huggingFace)
        + ["model.", ""].map(huggingFaceDINOv3) + [facebook]

    private static let timm = ConvNeXtVariant(
        marker: "stages.0.blocks.0.conv_dw.weight",
        parts: [
            "patch_embed": ["stem"], "patch_embed.proj": ["stem.0"], "patch_embed.norm": ["stem.1"],
            "blocks": ["stages"], "norm_pre": ["norm_pre"],
            "pool": ["head.global_pool", "head.global_pool.pool", "head.global_pool.flatten"],
            "norm": ["head.norm", "head.flatten"], "head": ["head.fc", "head"],
        ],
        bare: [:],
        inside: [
            "conv_dw": ["conv_dw"], "norm": ["norm"], "mlp": ["mlp"], "mlp.fc1": ["mlp.fc1"], "mlp.act": ["mlp.act"],
            "mlp.grn": ["mlp.grn"], "mlp.fc2": ["mlp.fc2"], "ls.gamma": ["gamma"],
        ],
        stage: { ["stages.\($0)", "stages.\($0).blocks"] }, block: { "stages.\($0).blocks.\($1)" },
        merging: { ["stages.\($0).downsample"] })

    private static let torchvision = ConvNeXtVariant(
        marker: "features.1.0.layer_scale",
        parts: [
            "patch_embed": ["features.0"], "patch_embed.proj": ["features.0.0"], "patch_embed.norm": ["features.0.1"],
            "blocks": ["features"], "pool": ["avgpool"], "norm": ["classifier.0", "classifier.1"],
            "head": ["classifier.2", "classifier"],
        ],
        bare: [:],
        // Permutations to the channels last, and back, are modules of their own.
        inside: [
            "conv_dw": ["block.0", "block.1"], "norm": ["block.2"], "mlp": ["block"], "mlp.fc1": ["block.3"],
            "mlp.act": ["block.4"], "mlp.fc2": ["block.5", "block.6"], "ls": ["stochastic_depth"],
            "ls.gamma": ["layer_scale"],
        ],
        stage: { ["features.\(2 * $0 + 1)"] }, block: { "features.\(2 * $0 + 1).\($1)" },
        merging: { ["features.\(2 * $0)"] }, isCertain: true)

    private static func huggingFace(_ prefix: String) -> ConvNeXtVariant {
        ConvNeXtVariant(
            marker: "encoder.stages.0.layers.0.dwconv.weight", prefix: prefix,
            parts: [
                "patch_embed": ["embeddings"], "patch_embed.proj": ["embeddings.patch_embeddings"],
                "patch_embed.norm": ["embeddings.layernorm"], "norm": ["layernorm"],
            ],
            bare: ["head": ["classifier"]],
            inside: [
                "conv_dw": ["dwconv"], "norm": ["layernorm"], "mlp.fc1": ["pwconv1"], "mlp.act": ["act"],
                "mlp.grn": ["grn"], "mlp.fc2": ["pwconv2"], "ls.gamma": ["layer_scale_parameter"],
            ],
            stage: { ["encoder.stages.\($0)"] }, block: { "encoder.stages.\($0).layers.\($1)" },
            merging: { ["encoder.stages.\($0).downsampling_layer"] }, headEpsilon: 1e-12, hasFixedEpsilon: true,
            returnsMap: true)
    }

    private static func huggingFaceDINOv3(_ prefix: String) -> ConvNeXtVariant {
        ConvNeXtVariant(
            marker: "stages.0.layers.0.depthwise_conv.weight", prefix: prefix,
            parts: [
                "patch_embed": ["stages.0.downsample_layers"], "patch_embed.proj": ["stages.0.downsample_layers.0"],
                "patch_embed.norm": ["stages.0.downsample_layers.1"],
            ],
            bare: ["norm": ["layer_norm"]],
            inside: [
                "conv_dw": ["depthwise_conv"], "norm": ["layer_norm"], "mlp.fc1": ["pointwise_conv1"],
                "mlp.act": ["activation_fn"], "mlp.fc2": ["pointwise_conv2"], "ls.gamma": ["gamma"],
            ],
            stage: { ["stages.\($0)"] }, block: { "stages.\($0).layers.\($1)" },
            merging: { ["stages.\($0).downsample_layers"] }, returnsMap: true, normalizesMap: true)
    }

    private static let facebook = ConvNeXtVariant(
        marker: "stages.0.0.dwconv.weight",
        parts: [
            "patch_embed": ["downsample_layers.0"], "patch_embed.proj": ["downsample_layers.0.0"],
            "patch_embed.norm": ["downsample_layers.0.1"], "norm": ["norm"], "head": ["head"],
        ],
        bare: [:],
        inside: [
            "conv_dw": ["dwconv"], "norm": ["norm"], "mlp.fc1": ["pwconv1"], "mlp.act": ["act"], "mlp.grn": ["grn"],
            "mlp.grn.weight": ["grn.gamma"], "mlp.grn.bias": ["grn.beta"], "mlp.fc2": ["pwconv2"],
            "ls.gamma": ["gamma"],
        ],
        stage: { ["stages.\($0)"] }, block: { "stages.\($0).\($1)" }, merging: { ["downsample_layers.\($0)"] },
        isCertain: true)
}
