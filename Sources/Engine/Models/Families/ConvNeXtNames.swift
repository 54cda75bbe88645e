import Checkpoints

/// A framework's names for the parts of a ConvNeXt.
struct ConvNeXtNames: Sendable {
    /// The first convolution and its norm.
    let stem: (convolution: String, norm: String)
    /// The modules that consist of the two.
    let stemModules: [String]
    /// The beginning of a stage's name, to which its number is added.
    private let stages: String
    /// What a stage's blocks are called in it, with a dot before; nothing if they are its elements.
    private let list: String
    /// The name of the layers before a stage.
    private let between: @Sendable (Int) -> String
    /// The number that is added to a stage's, for a framework that also numbers what is between stages.
    private let number: @Sendable (Int) -> Int
    /// The parts of a block, the first name with the tensors.
    let parts: [String: [String]]
    /// The names of the block's factors.
    let scales: [String]
    /// The modules whose output is that of the last stage.
    let whole: [String]
    /// The modules of the pool, of the norm after it and of the head, the first of each with the tensors.
    let pools: [String]
    let norms: [String]
    let heads: [String]
    /// The last norm's epsilon, if no configuration states another.
    var headEpsilon: Float = 1e-6
    /// Whether an epsilon in a configuration does not concern the other norms.
    var hasFixedEpsilon = false
    /// Whether the framework's forward pass returns the map if there is no head.
    var returnsMap = false
    /// Whether the framework has models with other stems and norms.
    var hasVariants = false
    /// Whether the framework's models have no other settings than these.
    var isCertain = false

    /// Returns the name of a stage.
    func stage(_ index: Int) -> String { "\(stages)\(number(index))" }
    /// Returns the name of the list of a stage's blocks.
    func blocks(_ stage: Int) -> String { self.stage(stage) + list }
    /// Returns the name of a block.
    func block(_ stage: Int, _ index: Int) -> String { "\(blocks(stage)).\(index)" }
    /// Returns the name of the layers before a stage.
    func downsample(_ stage: Int) -> String { between(stage) }

    /// Returns the number of stages in a file.
    func stageCount(_ weights: WeightReader) -> Int {
        (0...).first { weights.elementCount(blocks($0)) == 0 } ?? 0
    }

    /// Returns whether a file's tensors have these names.
    func fit(_ checkpoint: any Checkpoint) -> Bool {
        let block = block(0, 0)
        return ["conv_dw", "norm", "mlp.fc1"].allSatisfy { part in
            parts[part]?.first.map { checkpoint.has("\(block).\($0).weight") } ?? false
        }
    }

    /// The names of all frameworks.
    static let all = [timm, torchvision] + ["convnext.", "convnextv2.", ""].map(huggingFace) + [facebook]

    private static let timm = ConvNeXtNames(
        stem: ("stem.0", "stem.1"), stemModules: ["stem"], stages: "stages.", list: ".blocks",
        between: { "stages.\($0).downsample" }, number: { $0 },
        parts: [
            "conv_dw": ["conv_dw"], "norm": ["norm"], "mlp.fc1": ["mlp.fc1"], "mlp.act": ["mlp.act"],
            "mlp.grn": ["mlp.grn"], "mlp.fc2": ["mlp.fc2", "mlp"],
        ],
        scales: ["gamma"], whole: ["stages"], pools: ["head.global_pool", "head.global_pool.pool"],
        norms: ["head.norm", "head.flatten"], heads: ["head.fc", "head"], hasVariants: true)

    private static let torchvision = ConvNeXtNames(
        stem: ("features.0.0", "features.0.1"), stemModules: ["features.0"], stages: "features.", list: "",
        between: { "features.\(2 * $0)" }, number: { 2 * $0 + 1 },
        parts: [
            "conv_dw": ["block.0", "block.1"], "norm": ["block.2"], "mlp.fc1": ["block.3"], "mlp.act": ["block.4"],
            "mlp.fc2": ["block.5", "block.6", "block"], "ls": ["stochastic_depth"],
        ],
        scales: ["layer_scale"], whole: ["features"], pools: ["avgpool"], norms: ["classifier.0", "classifier.1"],
        heads: ["classifier.2", "classifier"], isCertain: true)

    private static func huggingFace(_ prefix: String) -> ConvNeXtNames {
        ConvNeXtNames(
            stem: ("\(prefix)embeddings.patch_embeddings", "\(prefix)embeddings.layernorm"),
            stemModules: ["\(prefix)embeddings"], stages: "\(prefix)encoder.stages.", list: ".layers",
            between: { "\(prefix)encoder.stages.\($0).downsampling_layer" }, number: { $0 },
            parts: [
                "conv_dw": ["dwconv"], "norm": ["layernorm"], "mlp.fc1": ["pwconv1"], "mlp.act": ["act"],
                "mlp.grn": ["grn"], "mlp.fc2": ["pwconv2"],
            ],
            scales: ["layer_scale_parameter"], whole: [], pools: [], norms: ["\(prefix)layernorm"],
            heads: ["classifier"],
            headEpsilon: 1e-12, hasFixedEpsilon: true, returnsMap: true)
    }

    private static let facebook = ConvNeXtNames(
        stem: ("downsample_layers.0.0", "downsample_layers.0.1"), stemModules: ["downsample_layers.0"],
        stages: "stages.", list: "", between: { "downsample_layers.\($0)" }, number: { $0 },
        parts: [
            "conv_dw": ["dwconv"], "norm": ["norm"], "mlp.fc1": ["pwconv1"], "mlp.act": ["act"], "mlp.grn": ["grn"],
            "mlp.fc2": ["pwconv2"],
        ],
        scales: ["gamma"], whole: [], pools: [], norms: ["norm"], heads: ["head"], isCertain: true)
}
