import Checkpoints
import Compute
import Images
import Platform

/// timm's NaFlexViT, a vision transformer for pictures of any number of patches: a linear layer on the pixels of each patch,
/// and positions on a grid of their own, which is resampled for every picture. RADIO's encoders are among them.
///
/// Source: timm 1.0.31 `naflexvit.py`; Dehghani et al. 2023, arXiv:2307.06304; Beyer et al. 2023, arXiv:2212.08013.
enum FlexibleTransformer: ModelFamily {
    static let name = "vision transformer"

    static func recognizes(_ checkpoint: any Checkpoint) -> Bool {
        checkpoint.has("embeds.proj.weight", "blocks.0.norm1.weight")
    }

    static func build(
        _ weights: WeightReader, _ configuration: Configuration
    ) throws(EngineError) -> Blueprint {
        var weights = weights.spelling(names)
        var transformer = Transformer(input: .half, rotary: configuration.rotary)
        // RADIO's models have a class token and no norm after the blocks.
        transformer.normIsOptional = weights.has("cls_token")
        var configuration = configuration
        let patch = try TransformerPatches(weights).size
        // The size of the pictures has nothing to do with that of the grid.
        configuration.inputSize = configuration.inputSize ?? configuration.storedSize ?? usualSize(weights)
        transformer.usualSize = configuration.inputSize
        if let positions = try positions(weights) {
            configuration.storedSize = PixelSize(
                width: positions.shape[2] * patch.width, height: positions.shape[1] * patch.height)
            if weights.has("pos_embed_y") { configuration.positions = .bilinear }
            weights = weights.spelling(
                names,
                in: SubstitutedTensor(
                    base: weights.checkpoint, name: "embeds.pos_embed",
                    value: positions.reshaped([1, positions.shape[1] * positions.shape[2], positions.shape[3]])))
        }
        transformer.cropsPositions = configuration.cropsPositions
        return try transformer.build(weights, configuration)
    }

    /// Returns the positions, `[1, rows, columns, features]`, with those of rows and columns added up if they are stored
    /// apart; nil if there are none.
    ///
    /// Resampling both bilinearly and adding is the same as resampling the sums.
    private static func positions(_ weights: WeightReader) throws(EngineError) -> Parameter? {
        if let shape = weights.shape("pos_embed") {
            let expected: Shape = shape.rank == 4 ? shape : [1, 1, shape.count, 1]
            return try weights.parameter("pos_embed", expected)
        }
        guard let down = weights.shape("pos_embed_y"), let across = weights.shape("pos_embed_x"), down.rank == 3 else {
            return nil
        }
        let width = down[2]
        let rows = try weights.parameter("pos_embed_y", [1, down[1], width])
        let columns = try weights.parameter("pos_embed_x", [1, across.count / max(width, 1), width])
        return Parameter(shape: [1, rows.shape[1], columns.shape[1], width]) { values in
            for row in 0..<rows.shape[1] {
                for column in 0..<columns.shape[1] {
                    let start = (row * columns.shape[1] + column) * width
                    for feature in 0..<width {
                        values[start + feature] =
                            rows.values[row * width + feature] + columns.values[column * width + feature]
                    }
                }
            }
        }
    }

    /// Returns the size that timm's configurations have, in pixels: RADIO's models have a class token and are larger.
    private static func usualSize(_ weights: WeightReader) -> PixelSize {
        PixelSize(side: weights.has("cls_token") ? 512 : 384)
    }

    private static let names = TensorNames.timm.replacing([
        "patch_embed": [], "patch_embed.proj": ["embeds.proj"], "patch_embed.norm": ["embeds.norm"],
        "patch_embed.norm_pixels": ["embeds.norm_input"], "cls_token": ["embeds.cls_token"],
        "reg_token": ["embeds.reg_token"], "pos_embed": ["embeds.pos_embed"], "pos_embed_y": ["embeds.pos_embed_y"],
        "pos_embed_x": ["embeds.pos_embed_x"], "tokens": ["embeds"],
    ])
}

/// A checkpoint with another value for one tensor, or with one more.
private struct SubstitutedTensor: Checkpoint {
    let base: any Checkpoint
    let name: String
    let value: Parameter

    var path: String { base.path }
    var metadata: [String: String] { base.metadata }
    var names: [String] { base.names }
    var sha256: String { base.sha256 }
    var tensorBytes: Int { base.tensorBytes }
    var sources: [SourceFile] { base.sources }
    var ownBytes: Int { base.ownBytes }
    var notes: [String] { base.notes }

    func check() throws(EngineError) { try base.check() }

    func originalName(of name: String) -> String { base.originalName(of: name) }

    func shape(_ name: String) -> Shape? { name == self.name ? value.shape : base.shape(name) }

    func holdsIntegers(_ name: String) -> Bool { base.holdsIntegers(name) }

    func parameter(_ name: String) throws(EngineError) -> Parameter {
        name == self.name ? value : try base.parameter(name)
    }
}
