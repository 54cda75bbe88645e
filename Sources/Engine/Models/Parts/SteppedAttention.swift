import Compute
import Foundation
import Platform

// Attention in single steps, for models that normalize queries and keys, or subtract patterns.

extension TransformerBlock {
    /// Adds the heads' outputs, `[tokens, width]`, of joint queries, keys and values.
    ///
    /// - Parameters:
    ///   - qkv: `[tokens, 3 · width]`.
    ///   - weights: the scope of `q_norm`, `k_norm`, `sub_norm` and the λ, if there are any.
    ///   - index: the block's number, on which differential attention depends.
    ///   - module: the name of that scope in timm's spelling.
    ///   - rotation: the rotary positions of the queries and keys, after their norms.
    func attend(
        _ graph: inout GraphBuilder, _ qkv: GraphBuilder.Result, _ weights: WeightReader, index: Int, at: String,
        module: String, _ rotation: Rotary? = nil
    ) throws(EngineError) -> GraphBuilder.Result {
        let width = qkv.shape[-1] / 3
        var (queries, keys, values) = try graph.queriesKeysAndValues(of: qkv, at: at, isJoint: parts.projection.isJoint)
        let isDifferential = parts.headNorms.contains("sub_norm")
        let patterns = isDifferential ? 2 * heads : heads
        if parts.headNorms.contains("q_norm") {
            queries = try headNorm(&graph, queries, weights["q_norm"], heads: patterns)
            graph.name(queries, "\(module).q_norm", listed: false)
        }
        if parts.headNorms.contains("k_norm") {
            keys = try headNorm(&graph, keys, weights["k_norm"], heads: patterns)
            graph.name(keys, "\(module).k_norm", listed: false)
        }
        if !isDifferential, let rotation {
            return try mixed(&graph, graph.apply(Concatenate(), queries, keys, values), at: at, rotation)
        }
        let factor = 1 / Float(width / patterns).squareRoot()
        let scores = try graph.apply(GroupedScores(heads: patterns, factor: factor), queries, keys)
        var pattern = try graph.apply(RowSoftmax(), scores)
        graph.name(pattern, "\(at).pattern", as: .heads(graph.layout, count: patterns))
        guard isDifferential else { return try graph.apply(MixValues(heads: heads), pattern, values) }

        let difference = try Difference(weights, width: width / patterns, index: index)
        pattern = try graph.apply(MixHeads(weight: difference.mixing(heads: heads)), pattern)
        let mixed = try graph.apply(MixValues(heads: heads), pattern, values)
        let norm = try headNorm(&graph, mixed, weights["sub_norm"], heads: heads, epsilon: 1e-5)
        graph.name(norm, "\(module).sub_norm", listed: false)
        let share = Parameter(shape: [width]) { $0.update(repeating: 1 - difference.start) }
        return try graph.apply(Scale(factor: share), norm)
    }

    /// Adds a norm of every head's features by themselves, or of all of them if it is as wide.
    private func headNorm(
        _ graph: inout GraphBuilder, _ x: GraphBuilder.Result, _ weights: WeightReader, heads: Int,
        epsilon: Float? = nil
    ) throws(EngineError) -> GraphBuilder.Result {
        let (tokens, width) = (x.shape[0], x.shape[1])
        let heads = weights.shape("weight")?.count == width ? 1 : heads
        let rows = try graph.apply(Reshape([tokens * heads, width / heads]), x)
        let kind: Normalization = weights.has("bias") ? .layer : .rootMeanSquare
        let norm = try graph.norm(rows, weights, by: kind, epsilon: epsilon ?? self.epsilon)
        return try graph.apply(Reshape([tokens, width]), norm)
    }
}

/// How much of the second of two attention patterns differential attention subtracts from the first.
///
///     λ = exp(λq₁ · λk₁) − exp(λq₂ · λk₂) + λ₀,  λ₀ = 0.8 − 0.6 · exp(−0.3 · block)
///
/// The heads' sum of values is then scaled by 1 − λ₀.
///
/// Source: Ye et al. 2024, arXiv:2410.05258, eq. 2–3; timm `layers/diff_attention.py`.
private struct Difference {
    /// λ₀.
    let start: Float
    /// λ.
    private let share: Float

    init(_ weights: WeightReader, width: Int, index: Int) throws(EngineError) {
        start = Float(0.8 - 0.6 * exp(-0.3 * Double(index)))
        var terms: [Double] = []
        for number in [1, 2] {
            if weights.has("lambda_a") {
                let single = try weights.parameter(number == 1 ? "lambda_a" : "lambda_b", [])
                terms.append(single.count == 1 ? exp(Double(single.values[0])) : 0)
                continue
            }
            let query = try weights.parameter("lambda_q\(number)", [width])
            let key = try weights.parameter("lambda_k\(number)", [width])
            guard query.count > 0, key.count > 0 else { continue }
            terms.append(exp((0..<width).reduce(0) { $0 + Double(query.values[$1]) * Double(key.values[$1]) }))
        }
        share = Float((terms.first ?? 0) - (terms.last ?? 0)) + start
    }

    /// Returns the weights, `[heads, 2 · heads]`, that subtract each odd pattern from the even one before it.
    func mixing(heads: Int) -> Parameter {
        Parameter(shape: [heads, 2 * heads]) { values in
            values.update(repeating: 0)
            for head in 0..<heads {
                values[head * 2 * heads + 2 * head] = 1
                values[head * 2 * heads + 2 * head + 1] = -share
            }
        }
    }
}
