import Compute
import Platform

/// Attention pooling: a learned query attends to the tokens, and what it collects is projected.
///
///     y = proj(softmax(q · Kᵀ / √d) · V)
///     y ← y + mlp(norm(y))                    only if the weights have an MLP
///
/// Source: Zhai et al. 2022, arXiv:2106.04560 (the MAP head); timm `layers/attention_pool.py`; transformers
/// `modeling_siglip.py`, `modeling_aimv2.py`.
struct AttentionPooling {
    /// The number of heads.
    let heads: Int
    /// The number that the norm adds to the variance.
    let epsilon: Float
    /// The norm before the MLP.
    var normalization = Normalization.layer
    /// The function between the MLP's layers.
    var activation = Activation.gelu
    /// The first token that is attended to.
    var first = 0

    /// Returns whether a model has attention pooling: a `latent` query in the scope `attn_pool`.
    static func isIn(_ weights: WeightReader) -> Bool { weights["attn_pool"].has("latent") }

    /// Appends the pooling of `tokens`.
    ///
    /// - Parameters:
    ///   - weights: the scope of the whole model.
    ///   - at: the scope of the pooling's tensors, which is also its address.
    /// - Returns: one row of features.
    func append(
        to graph: inout GraphBuilder, _ tokens: GraphBuilder.Result, _ weights: WeightReader, at: String = "attn_pool"
    ) throws(EngineError) -> GraphBuilder.Result {
        let width = tokens.shape[-1]
        let weights = weights[at]
        let both = try graph.apply(keysAndValues(weights, width: width), tokens)
        // The framework computes them for the tokens alone that the query attends to.
        let attended = first == 0 ? both : try graph.apply(GatherRows(Array(first..<both.shape[0])), both)
        graph.name(attended, "\(at).kv", listed: false)
        for (index, part) in ["keys", "values"].enumerated() {
            let selected = try graph.apply(SelectFeatures(index * width..<(index + 1) * width), attended)
            graph.name(selected, "\(at).\(part)", also: ["\(at).\(part.prefix(1))"])
        }
        let query = try query(weights, width: width)
        let pattern = try graph.apply(PoolingWeights(query: query, heads: heads, from: first), both)
        graph.name(pattern, "\(at).pattern", as: .pooling(graph.layout, count: heads))
        let mixed = try graph.apply(PoolingValues(heads: heads), pattern, both)
        graph.name(mixed, "\(at).heads")
        let projected = try graph.linear(mixed, weights["proj"], width)
        guard weights["mlp"]["fc1"].has("weight") else {
            graph.name(projected, at, also: ["\(at).proj"])
            return projected
        }
        graph.name(projected, "\(at).proj")
        let norm = try graph.norm(projected, weights["norm"], by: normalization, epsilon: epsilon)
        graph.name(norm, "\(at).norm")
        let features = try graph.mlp(norm, weights["mlp"], at: "\(at).mlp", activation: activation)
        let output = try graph.add(projected, features)
        graph.name(output, at)
        return output
    }

    /// Returns the query of all heads, `[width]`: the learned one, projected if the weights have a projection for it.
    private func query(_ weights: WeightReader, width: Int) throws(EngineError) -> Parameter {
        let latentWidth = weights["q"].shape("weight")?.dimensions.last ?? width
        let latent = try weights.parameter("latent", [1, 1, latentWidth]).reshaped([latentWidth])
        if let joint = try joint(weights, width: width) {
            return latent.projected(by: joint.weight.rows(0..<width), joint.bias?.rows(0..<width))
        }
        guard weights["q"].has("weight") else { return latent }
        let bias = weights["q"].has("bias") ? try weights["q"].parameter("bias", [width]) : nil
        return latent.projected(by: try weights["q"].parameter("weight", [width, latentWidth]), bias)
    }

    /// Returns the layer that computes keys and values in one product, regardless of how the file stores their weights.
    private func keysAndValues(_ weights: WeightReader, width: Int) throws(EngineError) -> Linear {
        if let joint = try joint(weights, width: width) {
            return Linear(
                weight: joint.weight.rows(width..<3 * width), bias: joint.bias?.rows(width..<3 * width))
        }
        if weights["k"].has("weight") || weights["v"].has("weight") {
            let hasBias = weights["k"].has("bias") || weights["v"].has("bias")
            var (matrices, biases): ([Parameter], [Parameter]) = ([], [])
            for name in ["k", "v"] {
                matrices.append(try weights[name].parameter("weight", [width, width]))
                if hasBias { biases.append(try weights[name].parameter("bias", [width])) }
            }
            return Linear(
                weight: Parameter(joining: matrices, shape: [2 * width, width]),
                bias: hasBias ? Parameter(joining: biases, shape: [2 * width]) : nil)
        }
        let bias = weights["kv"].has("bias") ? try weights["kv"].parameter("bias", [2 * width]) : nil
        return Linear(weight: try weights["kv"].parameter("weight", [2 * width, width]), bias: bias)
    }

    /// Returns the weights of queries, keys and values if they are stored as one matrix, as PyTorch's
    /// `MultiheadAttention` stores them.
    private func joint(
        _ weights: WeightReader, width: Int
    ) throws(EngineError) -> (weight: Parameter, bias: Parameter?)? {
        guard weights["qkv"].has("weight") else { return nil }
        let bias = weights["qkv"].has("bias") ? try weights["qkv"].parameter("bias", [3 * width]) : nil
        return (try weights["qkv"].parameter("weight", [3 * width, width]), bias)
    }
}

extension Parameter {
    /// Returns a vector multiplied by a matrix of `[outputs, inputs]`, plus a bias.
    ///
    /// It is computed in float64, once, and is missing if one of the parts is.
    fileprivate func projected(by weight: Parameter, _ bias: Parameter?) -> Parameter {
        let (outputs, inputs) = (weight.shape[0], weight.shape[1])
        guard count == inputs, weight.count > 0, bias.map({ $0.count > 0 }) ?? true else {
            return Parameter(missing: [outputs])
        }
        return Parameter(shape: [outputs]) { result in
            for output in 0..<outputs {
                let row = weight.values + output * inputs
                var sum = Double(bias?.values[output] ?? 0)
                for input in 0..<inputs { sum += Double(row[input]) * Double(values[input]) }
                result[output] = Float(sum)
            }
        }
    }
}
