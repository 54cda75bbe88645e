import Compute
import Platform

/// Attention of the class token alone: its query against the keys of all tokens, itself included.
///
///     q = Wq · cls,  k = Wk · x,  v = Wv · x;  y = Wo · softmax(q · kᵀ / √d) · v
///
/// Source: Touvron et al. 2021, arXiv:2103.17239, eq. 5–7; timm `cait.py`, `ClassAttn`.
struct ClassAttention {
    let heads: Int

    /// Appends the attention of the first of some tokens to all of them, named below `at`.
    ///
    /// - Parameters:
    ///   - tokens: `[1 + patches, width]`, normalized.
    ///   - module: its name in timm's spelling.
    /// - Returns: the class token's features, `[width]`.
    func append(
        to graph: inout GraphBuilder, _ tokens: GraphBuilder.Result, _ weights: WeightReader, at: String,
        module: String
    ) throws(EngineError) -> GraphBuilder.Result {
        let (count, width) = (tokens.shape[0], tokens.shape[1])
        let bias = weights["q"].has("bias") || weights["k"].has("bias") || weights["v"].has("bias")
        let query = try graph.linear(graph.apply(SelectToken(0), tokens), weights["q"], width, bias: bias)
        let keys = try graph.linear(tokens, weights["k"], width, bias: bias)
        let values = try graph.linear(tokens, weights["v"], width, bias: bias)
        graph.name(query, "\(at).query", also: ["\(module).q"])
        graph.name(keys, "\(at).keys", also: ["\(module).k"])
        graph.name(values, "\(at).values", also: ["\(module).v"])
        let factor = 1 / Float(width / heads).squareRoot()
        let scores = try graph.apply(
            GroupedScores(heads: heads, factor: factor), graph.apply(Reshape([1, width]), query), keys)
        let pattern = try graph.apply(RowSoftmax(), scores)
        let row = try graph.apply(Reshape([heads, count]), pattern)
        graph.name(row, "\(at).pattern", as: .pooling(graph.layout, count: heads))
        // What follows reads the named pattern, so that its gradient is known and a change of it takes effect.
        let again = try graph.apply(Reshape([heads, 1, count]), row)
        let mixed = try graph.apply(
            Reshape([width]), graph.apply(MixValues(heads: heads), again, values))
        graph.name(mixed, "\(at).heads")
        let output = try graph.linear(mixed, weights["proj"], width)
        graph.name(output, at, also: [module, "\(module).proj"])
        return output
    }
}
