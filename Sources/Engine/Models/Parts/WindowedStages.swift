import Compute
import Foundation
import Images
import Platform

/// The stages of a transformer with windows: the grid, the windows and the heads of each.
struct WindowedStages {
    /// The input size in pixels.
    let size: PixelSize
    /// The grid of each stage.
    let grids: [TokenLayout]
    /// The number of heads of each stage.
    let heads: [Int]
    /// Whether the scores are cosines and their positions come from a network.
    let isSecondVersion: Bool
    /// Notes about what was assumed.
    let notes: [String]

    private let builder: WindowedTransformer
    /// The rows and columns of each stage's windows.
    private let windows: [(rows: Int, columns: Int)]
    /// The rows and columns of the windows that each stage's table is for; zeros for a network.
    private let tables: [Int]
    private let trained: [Int?]
    /// The grid of each stage in the model as it was made.
    private let made: [(rows: Int, columns: Int)]
    private let masks = MaskCache()

    /// Determines the stages from the tensors and the configuration.
    ///
    /// - Throws: ``EngineError/invalidValue(what:found:expected:)`` for a size that is no multiple of the patch, or a table that
    ///   fits no square window.
    init(
        _ weights: WeightReader, _ configuration: Configuration, _ builder: WindowedTransformer, patch: PixelSize
    ) throws(EngineError) {
        self.builder = builder
        let depths = weights.names.depths
        let firsts = depths.indices.map { depths[..<$0].reduce(0, +) }
        let attention = firsts.map { weights["blocks"][$0]["attn"] }
        isSecondVersion = attention[0].has("logit_scale")
        heads = attention.map { scope in
            scope.shape("table")?.dimensions.last ?? scope.shape("logit_scale")?.count ?? 1
        }
        tables = try attention.map { scope throws(EngineError) in try Self.side(ofTable: scope) }
        let stated = configuration.windows
        var sides: [Int?] = []
        for (stage, scope) in attention.enumerated() {
            let table = tables[stage] > 0 ? tables[stage] : nil
            let own = builder.rule.resamplesTables ? stated.size(ofStage: stage) ?? table : table
            let coordinates = scope.shape("coordinates").map { ($0.rank == 4 ? $0[1] + 1 : 0) / 2 }
            sides.append(own ?? coordinates ?? stated.size(ofStage: stage))
        }
        let isKnown = sides.allSatisfy { $0 != nil } || builder.dividesGrid
        let scale = 1 << (depths.count - 1)
        let side = isSecondVersion ? Self.usualSide / patch.height : (sides.last.flatMap(\.self) ?? 7) * scale
        size = try PatchGrid(rows: side, columns: side).size(configuration, patch: patch)
        grids = Self.grids(size, patch, count: depths.count).map {
            TokenLayout(special: [], rows: $0.rows, columns: $0.columns)
        }
        made = Self.grids(configuration.storedSize ?? size, patch, count: depths.count, roundsUp: false)
        let (ratio, first) = (stated.ratio ?? Self.usualRatio, grids[0])
        let divided = builder.dividesGrid && stated.sizes.isEmpty
        windows = sides.map { side in
            divided ? (max(first.rows / ratio, 1), max(first.columns / ratio, 1)) : (side ?? 8, side ?? 8)
        }
        trained = depths.indices.map { stated.trainedSize(ofStage: $0) }
        notes = isKnown ? [] : [Self.note]
        try check()
    }

    /// The pictures' usual side in the second version. Source: timm `swinv2_tiny_window8_256`.
    private static let usualSide = 256
    /// The usual number of windows along a side of the first grid. Source: timm `swin_transformer_v2_cr.py`.
    private static let usualRatio = 8
    private static let note =
        "The file does not say how large its windows are; 8 × 8 patches are assumed. If they are not, name the file or its "
        + "folder like the model, such as swinv2_tiny_window16_256, or load the folder with its config.json."

    private static func side(ofTable attention: WeightReader) throws(EngineError) -> Int {
        guard let count = attention.shape("table")?.dimensions.first else { return 0 }
        guard let side = RelativePositions.side(distances: count) else {
            throw .invalidValue(
                what: "The number of relative positions in “\(attention.spelling(of: "table"))”", found: "\(count)",
                expected: "(2 · w − 1)² for square windows of w × w patches")
        }
        return side
    }

    private static func grids(
        _ size: PixelSize, _ patch: PixelSize, count: Int, roundsUp: Bool = true
    ) -> [(rows: Int, columns: Int)] {
        var grid = (rows: size.height / patch.height, columns: size.width / patch.width)
        var result = [grid]
        for _ in 1..<max(count, 1) {
            let extra = roundsUp ? 1 : 0
            grid = ((grid.rows + extra) / 2, (grid.columns + extra) / 2)
            result.append(grid)
        }
        return result
    }

    /// Refuses a size at which Hugging Face's windows would have fewer patches than their tables are for.
    private func check() throws(EngineError) {
        guard builder.rule == .huggingFace else { return }
        for (stage, grid) in grids.enumerated() where min(grid.rows, grid.columns) < windows[stage].rows {
            throw .invalidValue(
                what: "The size", found: size.words,
                expected:
                    "larger: stage \(stage) would have \(grid.rows) × \(grid.columns) patches, and its windows have "
                    + "\(windows[stage].rows) × \(windows[stage].columns)")
        }
    }

    /// Returns the constants and the windows of a block.
    ///
    /// - Parameter attention: the scope of its attention.
    func scores(_ attention: WeightReader, stage: Int, shifts: Bool) throws(EngineError) -> AttentionScores {
        let layout = builder.rule.windows(
            of: grids[stage], size: windows[stage], shifts: shifts, made: made[stage])
        var scores = AttentionScores(windows: layout)
        try Workspace.checkRoom(
            floats: (heads[stage] + layout.count) * layout.size * layout.size,
            for: "Attention in windows of \(layout.rows) × \(layout.columns) patches")
        scores.mask = masks.mask(layout)
        scores.bias = try positions(attention, stage: stage, layout)?.bias
        if isSecondVersion {
            scores.cosineFactors = try factors(attention, heads: heads[stage])
            scores.ignoresKeyBias = builder.ignoresKeyBias
        }
        return scores
    }

    /// Returns the relative positions of a block; nil if a tensor is missing, which the reader has recorded.
    private func positions(
        _ attention: WeightReader, stage: Int, _ layout: WindowLayout
    ) throws(EngineError) -> RelativePositions? {
        guard !isSecondVersion else { return try network(attention, stage: stage, layout) }
        let side = max(tables[stage], 1)
        let count = RelativePositions.distanceCount(rows: side, columns: side)
        let table = try attention.parameter("table", [count, heads[stage]])
        guard table.count > 0 else { return nil }
        let positions = RelativePositions(table: table, rows: side, columns: side, hasClassToken: false)
        return positions.resampled(rows: layout.rows, columns: layout.columns, by: .geometric)
    }

    private func network(
        _ attention: WeightReader, stage: Int, _ layout: WindowLayout
    ) throws(EngineError) -> RelativePositions? {
        let (first, second) = (attention["network.first"], attention["network.second"])
        let hidden = first.shape("weight")?.dimensions.first ?? 1
        let weight = try first.parameter("weight", [hidden, 2])
        let bias = try first.parameter("bias", [hidden])
        let outputs = try second.parameter("weight", [heads[stage], hidden])
        let outputBias = second.has("bias") ? try second.parameter("bias", [heads[stage]]) : nil
        guard [weight, bias, outputs].allSatisfy({ $0.count > 0 }) else { return nil }
        var coordinates = builder.coordinates
        if case .scaled = coordinates { coordinates = .scaled(trainedWindow: trained[stage]) }
        return RelativePositions(
            first: (weight, bias), second: (outputs, outputBias), rows: layout.rows, columns: layout.columns,
            coordinates: coordinates)
    }

    /// Returns the factors of a block's cosines, e to the power of what is stored, at most 100.
    private func factors(_ attention: WeightReader, heads: Int) throws(EngineError) -> Parameter {
        let stored = try attention.parameter("logit_scale", [heads], or: [heads, 1, 1])
        guard stored.count > 0 else { return stored }
        return Parameter(shape: [heads]) { values in
            for head in 0..<heads { values[head] = min(exp(stored.values[head]), 100) }
        }
    }
}

/// The masks of shifted windows, of which the blocks of a stage share one.
private final class MaskCache {
    private var masks: [WindowLayout: Parameter] = [:]

    func mask(_ windows: WindowLayout) -> Parameter? {
        if let mask = masks[windows] { return mask }
        let mask = AttentionScores.mask(windows)
        masks[windows] = mask
        return mask
    }
}
