import Compute
import Models
import Platform

/// Parts of a target that are selected by position and not by index.
extension Target {
    /// Returns the target in the patch at a row and a column, counted from 0.
    ///
    /// - Parameter shape: what the layer's output is.
    /// - Throws: ``EngineError`` `.outOfRange` with the range; `.invalidObjective` for a layer without patches.
    public func patch(row: Int, column: Int, in shape: LayerShape) throws(EngineError) -> Target {
        guard case .tokens(let layout, _) = shape else {
            // Throws the error that suits the shape.
            try with(tokens: .indices([0])).validate(in: shape)
            return with(tokens: .indices([0]))
        }
        for (what, index, count) in [("row", row, layout.rows), ("column", column, layout.columns)]
        where !(0..<count).contains(index) {
            throw .outOfRange(what: what, index: index, count: count, place: place)
        }
        return with(tokens: .indices([row * layout.columns + column]))
    }

    /// Returns the target in all patches of some rows and columns, counted from 0: the upper half of the picture, or
    /// its left edge.
    ///
    /// - Parameters:
    ///   - rows: all when nil; likewise `columns`.
    ///   - shape: what the layer's output is.
    /// - Throws: as ``patch(row:column:in:)``.
    public func patches(
        rows: Range<Int>? = nil, columns: Range<Int>? = nil, in shape: LayerShape
    ) throws(EngineError) -> Target {
        guard case .tokens(let layout, _) = shape else { return try patch(row: 0, column: 0, in: shape) }
        let (rows, columns) = (rows ?? 0..<layout.rows, columns ?? 0..<layout.columns)
        try check(columns, "column", of: layout.columns)
        try check(rows, "row", of: layout.rows)
        return with(tokens: .indices(rows.flatMap { row in columns.map { row * layout.columns + $0 } }))
    }

    private func check(_ chosen: Range<Int>, _ what: String, of count: Int) throws(EngineError) {
        guard let first = chosen.first, let last = chosen.last else {
            throw .invalidObjective(
                reason: "No \(what) of patches is chosen in \(place). Choose at least one from 0 to \(count - 1).")
        }
        for index in [first, last] where !(0..<count).contains(index) {
            throw .outOfRange(what: what, index: index, count: count, place: place)
        }
    }

    /// Returns the target's features separately, a target for each: a picture for every neuron.
    ///
    /// The target itself, with several features, is a single picture of all of them together.
    ///
    /// - Parameter shape: what the layer's output is.
    /// - Throws: as ``validate(in:)``.
    public func oneByOne(in shape: LayerShape) throws(EngineError) -> [Target] {
        try featureIndices(in: shape).map { with(features: .indices([$0])) }
    }

    /// Returns the same features of other tokens.
    func with(tokens: TokenSelection) -> Target {
        var target = self
        target.tokens = tokens
        return target
    }

    /// Returns other features of the same tokens.
    func with(features: FeatureSelection) -> Target {
        var target = self
        target.features = features
        return target
    }
}

extension Model {
    /// Returns the number of attention heads that share the features of a layer: a block's queries, keys, values, or
    /// the outputs of its heads; nil for other layers.
    public func headCount(at address: String) -> Int? {
        let parts = address.split(separator: ".")
        guard let last = parts.last, Target.layersOfHeads.contains(String(last)) else { return nil }
        let pattern = (parts.dropLast() + ["pattern"]).joined(separator: ".")
        return graph.layer(pattern)?.shape.headCount
    }
}
