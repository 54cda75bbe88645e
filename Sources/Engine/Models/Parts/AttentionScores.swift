import Compute
import Platform

/// The constants that the attention of a block adds to its scores, and the windows that it takes place in.
///
///     scores = Q · Kᵀ / √d + bias + mask, or f · cos(Q, K) + bias + mask
struct AttentionScores {
    /// The windows; nil if every token attends to all.
    var windows: WindowLayout?
    /// `[heads, n, n]` for the n tokens of a window; nil for none.
    var bias: Parameter?
    /// `[windows, n, n]`, the same for every head; nil for none.
    var mask: Parameter?
    /// The factor of each head's cosines; nil for products.
    var cosineFactors: Parameter?
    /// Whether the framework replaces the keys' bias by zeros.
    var ignoresKeyBias = false

    /// The score of two patches that the shift of the windows has brought together. Source: timm `swin_transformer.py`.
    private static let apart: Float = -100

    /// Returns the mask that keeps the regions of shifted windows apart, `[windows, n, n]`; nil if they are not shifted.
    static func mask(_ windows: WindowLayout) -> Parameter? {
        guard windows.isShifted else { return nil }
        let regions = windows.regions
        let size = windows.size
        return Parameter(shape: [windows.count, size, size]) { values in
            for place in regions.indices {
                for other in 0..<size {
                    let isApart = regions[place] != regions[place / size * size + other]
                    values[place * size + other] = isApart ? apart : 0
                }
            }
        }
    }

    /// Returns the shape of the attention pattern, head by head.
    func patternShape(_ layout: TokenLayout, heads: Int) -> LayerShape {
        windows.map { .windows($0, heads: heads) } ?? .heads(layout, count: heads)
    }

    /// Adds the gathering of tokens into windows, if there are any.
    func intoWindows(_ graph: inout GraphBuilder, _ x: GraphBuilder.Result) throws(EngineError) -> GraphBuilder.Result {
        guard let windows, !windows.isWholeGrid else { return x }
        return try graph.apply(GatherRows(windows.patches), x)
    }

    /// Adds the gathering of windows into the order of the grid.
    func ontoGrid(_ graph: inout GraphBuilder, _ x: GraphBuilder.Result) throws(EngineError) -> GraphBuilder.Result {
        guard let windows, !windows.isWholeGrid else { return x }
        return try graph.apply(GatherRows(windows.placeOfPatch), x)
    }

    /// Adds the attention pattern of queries, keys and values.
    func pattern(
        _ graph: inout GraphBuilder, _ qkv: GraphBuilder.Result, heads: Int
    ) throws(EngineError) -> GraphBuilder.Result {
        var qkv = qkv
        if let cosineFactors { qkv = try graph.apply(NormalizeHeads(factors: cosineFactors), qkv) }
        return try graph.apply(
            AttentionWeights(heads: heads, windows: windows?.count ?? 1, bias: bias, mask: mask), qkv)
    }
}
