import Compute
import Images
import Platform

/// The place of a transformer's relative positions in its weights: tables, or networks that compute them.
struct RelativePositionSource: Sendable {
    /// The scope in a block: "attn" or "attn.rel_pos".
    let inBlock: String
    /// The scope of the positions that all blocks share.
    let shared: String
    /// How a table is resampled for another number of patches.
    let resampling: PositionResampling

    /// The grid of patches that the positions were learned for; nil if the weights do not determine it.
    ///
    /// - Parameter prefix: the number of rows for the class token in a table.
    /// - Throws: ``EngineError/invalidValue(what:found:expected:)`` if a table fits no grid.
    func learnedGrid(
        _ weights: WeightReader, _ configuration: Configuration, patch: PixelSize
    ) throws(EngineError) -> (rows: Int, columns: Int)? {
        guard let count = table(weights)?.dimensions.first else { return nil }
        let distances = count - (weights.has("cls_token") ? 3 : 0)
        for size in [configuration.storedSize, configuration.requestedSize].compactMap(\.self) {
            let (rows, columns) = (size.height / patch.height, size.width / patch.width)
            if RelativePositions.distanceCount(rows: rows, columns: columns) == distances { return (rows, columns) }
        }
        guard let side = RelativePositions.side(distances: distances) else {
            throw .invalidValue(
                what: "The number of relative positions", found: "\(distances)",
                expected:
                    "(2 · rows − 1) · (2 · columns − 1) of a grid of patches: `load(path, size: …)` with the height and width "
                    + "that the weights were trained with")
        }
        return (side, side)
    }

    private func table(_ weights: WeightReader) -> Shape? {
        scopes(weights).lazy.compactMap { $0.shape("relative_position_bias_table") }.first
    }

    private func scopes(_ weights: WeightReader) -> [WeightReader] {
        (0..<weights.blockCount).map { weights["blocks"][$0][inBlock] } + [weights[shared]]
    }

    /// Returns the constants of the scores of every block.
    ///
    /// - Parameter learned: the grid that tables were learned for.
    func biases(
        _ weights: WeightReader, _ layout: TokenLayout, learned: (rows: Int, columns: Int)
    ) throws(EngineError) -> [Parameter?] {
        let ofAll = try bias(weights[shared], layout, learned)
        var result: [Parameter?] = []
        // A block without positions among others with them lacks a tensor.
        let isInBlocks = (0..<weights.blockCount).contains { isHere(weights["blocks"][$0][inBlock]) }
        for index in 0..<weights.blockCount {
            let own = isInBlocks ? try bias(weights["blocks"][index][inBlock], layout, learned, isRequired: true) : nil
            if let own, let ofAll { result.append(sum(own, ofAll)) } else { result.append(own ?? ofAll) }
        }
        return result
    }

    private func isHere(_ scope: WeightReader) -> Bool {
        scope.has("relative_position_bias_table") || scope.has("mlp.fc1.weight")
    }

    private func bias(
        _ scope: WeightReader, _ layout: TokenLayout, _ learned: (rows: Int, columns: Int), isRequired: Bool = false
    ) throws(EngineError) -> Parameter? {
        let hasClassToken = !layout.special.isEmpty
        if let hidden = scope["mlp"]["fc1"].shape("weight")?.dimensions.first {
            return try network(scope["mlp"], layout, hidden: hidden, hasClassToken: hasClassToken)
        }
        guard isRequired || scope.has("relative_position_bias_table") else { return nil }
        let heads = scope.shape("relative_position_bias_table")?.dimensions.last ?? 1
        let count = RelativePositions.distanceCount(rows: learned.rows, columns: learned.columns)
        let table = try scope.parameter(
            "relative_position_bias_table", [count + (hasClassToken ? 3 : 0), heads])
        guard table.count > 0 else { return nil }
        try checkRoom(layout, heads: heads)
        return RelativePositions(
            table: table, rows: learned.rows, columns: learned.columns, hasClassToken: hasClassToken
        ).resampled(rows: layout.rows, columns: layout.columns, by: resampling).bias
    }

    private func network(
        _ scope: WeightReader, _ layout: TokenLayout, hidden: Int, hasClassToken: Bool
    ) throws(EngineError) -> Parameter? {
        let heads = scope["fc2"].shape("weight")?.dimensions.first ?? 1
        // Only the kind without a sigmoid has a bias in its second layer. Source: timm `RelPosMlp`.
        let isPlain = scope["fc2"].has("bias")
        let first = try scope["fc1"].parameter("weight", [hidden, 2])
        let firstBias = try scope["fc1"].parameter("bias", [hidden])
        let second = try scope["fc2"].parameter("weight", [heads, hidden])
        let secondBias = isPlain ? try scope["fc2"].parameter("bias", [heads]) : nil
        guard [first, firstBias, second].allSatisfy({ $0.count > 0 }) else { return nil }
        try checkRoom(layout, heads: heads)
        return RelativePositions(
            first: (first, firstBias), second: (second, secondBias), rows: layout.rows, columns: layout.columns,
            coordinates: isPlain ? .plain : .scaled(trainedWindow: nil), hasClassToken: hasClassToken
        ).bias
    }

    private func checkRoom(_ layout: TokenLayout, heads: Int) throws(EngineError) {
        try Workspace.checkRoom(
            floats: heads * layout.count * layout.count, for: "The relative positions of \(layout.patchCount) patches")
    }

    private func sum(_ a: Parameter, _ b: Parameter) -> Parameter {
        Parameter(shape: a.shape) { values in
            for index in values.indices { values[index] = a.values[index] + b.values[index] }
        }
    }
}
