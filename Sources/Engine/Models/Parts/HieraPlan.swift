import Compute
import Images
import Platform

/// What the tensors of a ``Hiera`` do not say: heads, windows, and the size of the pictures.
struct HieraPlan {
    /// The distance between patches in pixels.
    static let stride = 4
    /// Whether it is the encoder of SAM 2, which pads windows and attends to all patches in a few blocks only.
    let isDetector: Bool
    /// Notes about what was assumed.
    let notes: [String]

    /// The stage of each block's input.
    private let stages: [Int]
    /// The stage of each block's output.
    private let outputStages: [Int]
    private let firstHeads: Int
    /// The side of the windows of each stage; 0 for none.
    private let windows: [Int]
    /// The blocks that attend to all patches, whatever their stage.
    private let global: Set<Int>

    init(_ weights: WeightReader, _ configuration: Configuration, width: Int) throws(EngineError) {
        isDetector = weights.has("pos_embed_window")
        let blocks = weights["blocks"]
        var (stage, input) = (0, width)
        var (stages, outputStages): ([Int], [Int]) = ([], [])
        for index in 0..<weights.blockCount {
            stages.append(stage)
            let output = (blocks[index]["attn"]["qkv"].shape("weight")?.dimensions.first ?? 0) / 3
            if output != input { stage += 1 }
            input = output
            outputStages.append(stage)
        }
        (self.stages, self.outputStages) = (stages, outputStages)
        let heads = configuration.settings.heads ?? Self.publishedHeads[width]
        guard let heads, heads > 0, width % heads == 0 else {
            throw .invalidValue(
                what: "The number of heads of the first stage",
                found: configuration.settings.heads.map { "\($0)" } ?? "not in the file",
                expected:
                    "a divisor of the width \(width), in “num_heads” of a config.json beside the file; then load the folder"
            )
        }
        firstHeads = heads
        if isDetector {
            let hasScale = blocks[0]["ls1"].has("gamma")
            let known = Self.detectors[stages.count]
            windows = configuration.windowSides ?? (hasScale ? [8, 4, 16, 8] : known?.windows ?? [8, 4, 14, 7])
            global = Set(configuration.globalBlocks ?? known?.global ?? [])
            notes =
                known == nil && configuration.windowSides == nil
                ? ["The file does not say which blocks attend to all patches; none is assumed to."] : []
        } else {
            let side = configuration.maskUnit ?? weights.shape("pos_embed_win")?.dimensions.last ?? 8
            // The first two stages attend within mask units.
            windows = [side, side / 2]
            global = []
            notes = []
        }
    }

    /// The number of heads of the first stage, by its width. Source: timm `hiera.py`, `hieradet_sam2.py`.
    private static let publishedHeads = [96: 1, 112: 2, 144: 2, 256: 4]

    /// The published encoders of SAM 2, by their number of blocks. Source: timm `hieradet_sam2.py`.
    private static let detectors: [Int: (global: [Int], windows: [Int])] = [
        12: ([5, 7, 9], [8, 4, 14, 7]), 16: ([7, 10, 13], [8, 4, 14, 7]), 24: ([12, 16, 20], [8, 4, 14, 7]),
        48: ([23, 33, 43], [8, 4, 16, 8]),
    ]

    /// Returns the number of heads of a block.
    func heads(ofBlock index: Int) -> Int { firstHeads << outputStages[index] }

    /// Returns whether a block is the last of its stage.
    func endsStage(block index: Int) -> Bool {
        index + 1 == outputStages.count || outputStages[index + 1] != outputStages[index]
    }

    /// Returns the side of a block's windows, on the grid of its input; nil if it attends to all patches.
    func side(ofBlock index: Int) -> Int? {
        guard !global.contains(index), stages[index] < windows.count, windows[stages[index]] > 0 else { return nil }
        return windows[stages[index]]
    }

    /// Returns the input size in pixels, a multiple of the first stage's windows and of the last stage's patches.
    ///
    /// - Throws: ``EngineError/invalidValue(what:found:expected:)``.
    func size(_ weights: WeightReader, _ configuration: Configuration) throws(EngineError) -> PixelSize {
        let unit = Self.stride * max(windows.first ?? 1, 1 << (outputStages.last ?? 0))
        var side = isDetector ? 1024 : 256
        if let shape = weights.shape("pos_embed"), shape.rank == 3 {
            side = Int(Double(shape[1]).squareRoot().rounded()) * Self.stride
        }
        return try configuration.freeSize(
            patch: PixelSize(width: unit, height: unit), otherwise: PixelSize(width: side, height: side))
    }

    /// Returns the positions of all patches: learned for each, or learned for a coarse grid, with those within a window added
    /// in every window.
    func positions(_ weights: WeightReader, _ layout: TokenLayout, width: Int) throws(EngineError) -> Parameter {
        let grid = (rows: layout.rows, columns: layout.columns)
        let shape = weights.shape("pos_embed") ?? [1, 1, width]
        guard shape.rank == 4 else {
            let side = Int(Double(shape.count / max(width, 1)).squareRoot().rounded())
            let stored = try weights.parameter("pos_embed", [1, side * side, width])
            // transformers' names are those of models in stages; it does not smooth.
            let resampling: PositionResampling = weights.names.depths.isEmpty ? .bicubicAntialiased : .bicubic
            return resampling.resampled(
                stored.reshaped([side * side, width]), from: (side, side), to: grid)
        }
        let stored = try channelsLast(weights, "pos_embed", shape, width: width)
        let name = isDetector ? "pos_embed_window" : "pos_embed_win"
        let windowShape = weights.shape(name) ?? [1, width, 1, 1]
        let window = try channelsLast(weights, name, windowShape, width: width)
        guard stored.count > 0, window.count > 0 else { return Parameter(missing: [layout.patchCount, width]) }
        let resampling: PositionResampling = isDetector ? .bicubic : .bicubicAntialiased
        let coarse = resampling.resampled(stored, from: (shape[2], shape[3]), to: grid)
        return Parameter(shape: [layout.patchCount, width]) { values in
            for patch in 0..<layout.patchCount {
                let row = patch / layout.columns % windowShape[2]
                let column = patch % layout.columns % windowShape[3]
                for feature in 0..<width {
                    values[patch * width + feature] =
                        coarse.values[patch * width + feature]
                        + window.values[(row * windowShape[3] + column) * width + feature]
                }
            }
        }
    }

    /// Returns a grid of features, `[1, width, rows, columns]` in the file, as `[rows · columns, width]`.
    private func channelsLast(
        _ weights: WeightReader, _ name: String, _ shape: Shape, width: Int
    ) throws(EngineError) -> Parameter {
        let (rows, columns) = (shape[2], shape[3])
        let stored = try weights.parameter(name, [1, width, rows, columns])
        return stored.reshaped([width, rows * columns]).transposed()
    }
}
