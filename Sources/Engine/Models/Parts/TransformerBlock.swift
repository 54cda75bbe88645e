import Compute
import Platform

/// One block of a transformer: attention over the tokens, then an MLP on each token by itself.
///
///     x ← x + γ₁ · attention(norm₁(x))
///     x ← x + γ₂ · mlp(norm₂(x))          γ only if the weights have a LayerScale
///
/// Some models normalize a part's output instead: x ← x + norm₁(attention(x)). Source: Liu et al. 2022,
/// arXiv:2111.09883, fig. 1; timm's `ResPostBlock`.
struct TransformerBlock {
    let heads: Int
    let epsilon: Float
    let activation: Activation
    /// The activation of the gate, if an MLP has one.
    let gate: Activation
    let normsAfterParts: Bool
    /// The mask of the attention, `[1, tokens, tokens]`, which is added to the scores of every head; nil for none.
    var mask: Parameter?
    /// The optional parts of the blocks.
    ///
    /// A part that one block has is required in all, so that a block without it is noticed.
    let parts: Parts

    /// The optional parts of a model's blocks.
    struct Parts {
        let hasLayerScale: Bool
        let hasBias: Bool
        /// Whether the projection after the attention and the MLPs' layers have biases; timm omits them together.
        let hasProjectionBias: Bool
        /// Whether queries, keys and values are stored as one matrix.
        let isJoint: Bool
        /// Whether MLPs have a gate instead of an activation.
        let isGated: Bool

        init(_ weights: WeightReader) {
            func any(_ name: String) -> Bool {
                (0..<weights.blockCount).contains { weights["blocks"][$0].has(name) }
            }
            hasLayerScale = any("ls1.gamma") || any("ls2.gamma")
            isJoint = any("attn.qkv.weight") || !any("attn.q.weight")
            let mlp = weights["blocks"][0]["mlp"]
            isGated = mlp["w12"].has("weight") || mlp.isPacked
            hasProjectionBias = ["attn.proj", "mlp.fc1", "mlp.fc2", "mlp.w12", "mlp.w3"].contains { any("\($0).bias") }
            hasBias = isJoint ? any("attn.qkv.bias") : any("attn.q.bias")
        }
    }

    /// Appends the block whose weights are `block`, named below `at`.
    func append(
        to graph: inout GraphBuilder, _ input: GraphBuilder.Result, _ block: WeightReader, at: String
    ) throws(EngineError) -> GraphBuilder.Result {
        graph.name(input, "\(at).before", listed: false)
        var mixed = try normalized(&graph, input, block["norm1"], at: "\(at).norm1", when: !normsAfterParts)
        mixed = try attention(&graph, mixed, block["attn"], at: "\(at).attn")
        mixed = try normalized(&graph, mixed, block["norm1"], at: "\(at).norm1", when: normsAfterParts)
        mixed = try scaled(&graph, mixed, block["ls1"], at: "\(at).ls1")
        let middle = try graph.add(input, mixed)
        graph.name(middle, "\(at).middle")

        var features = try normalized(&graph, middle, block["norm2"], at: "\(at).norm2", when: !normsAfterParts)
        features = try mlp(&graph, features, block["mlp"], at: "\(at).mlp")
        features = try normalized(&graph, features, block["norm2"], at: "\(at).norm2", when: normsAfterParts)
        features = try scaled(&graph, features, block["ls2"], at: "\(at).ls2")
        let output = try graph.add(middle, features)
        graph.name(output, at, also: ["\(at).after"], aliases: ["\(at).after"])
        return output
    }

    /// Adds attention, softmax(Q · Kᵀ / √d) · V for each head, then a projection.
    private func attention(
        _ graph: inout GraphBuilder, _ x: GraphBuilder.Result, _ weights: WeightReader, at: String
    ) throws(EngineError) -> GraphBuilder.Result {
        let width = x.shape[-1]
        let qkv = try graph.apply(projection(weights, width: width), x)
        if parts.isJoint { graph.name(qkv, "\(at).qkv", listed: false) }
        for (index, part) in ["queries", "keys", "values"].enumerated() {
            let selected = try graph.apply(SelectFeatures(index * width..<(index + 1) * width), qkv)
            graph.name(selected, "\(at).\(part)", also: parts.isJoint ? [] : ["\(at).\(part.prefix(1))"])
        }
        let pattern = try graph.apply(AttentionWeights(heads: heads, mask: mask), qkv)
        graph.name(pattern, "\(at).pattern", as: .heads(graph.layout, count: heads))
        let mixed = try graph.apply(AttentionValues(heads: heads), pattern, qkv)
        graph.name(mixed, "\(at).heads")
        let output = try graph.linear(mixed, weights["proj"], width, bias: parts.hasProjectionBias)
        graph.name(output, at, also: ["\(at).proj"])
        return output
    }

    /// Returns the layer that computes queries, keys and values in one product, regardless of how the file stores their
    /// weights.
    private func projection(_ weights: WeightReader, width: Int) throws(EngineError) -> Linear {
        if parts.isJoint {
            let weight = try weights["qkv"].parameter("weight", [3 * width, width])
            let bias = parts.hasBias ? try weights["qkv"].parameter("bias", [3 * width]) : nil
            return Linear(weight: weight, bias: bias)
        }
        var matrices: [Parameter] = []
        var biases: [Parameter] = []
        for name in ["q", "k", "v"] {
            matrices.append(try weights[name].parameter("weight", [width, width]))
            if parts.hasBias { biases.append(try weights[name].parameter("bias", [width])) }
        }
        return Linear(
            weight: Parameter(joining: matrices, shape: [3 * width, width]),
            bias: parts.hasBias ? Parameter(joining: biases, shape: [3 * width]) : nil)
    }

    /// Adds an MLP of two layers with an activation between them, or with a gate if the weights have one.
    private func mlp(
        _ graph: inout GraphBuilder, _ x: GraphBuilder.Result, _ weights: WeightReader, at: String
    ) throws(EngineError) -> GraphBuilder.Result {
        // timm names the layers of a gated MLP like those of a plain one; the second then takes half as many features.
        let isPacked = weights.isPacked
        guard weights["w12"].has("weight") || isPacked else {
            return try graph.mlp(x, weights, at: at, activation: activation, bias: parts.hasProjectionBias)
        }
        let (first, second) = isPacked ? ("fc1", "fc2") : ("w12", "w3")
        // SwiGLU: one half of the first layer gates the other. Source: Shazeer 2020, arXiv:2002.05202, eq. 6.
        let doubled = weights[first].shape("weight")?.dimensions.first ?? 0
        let both = try graph.linear(x, weights[first], doubled, bias: parts.hasProjectionBias)
        graph.name(both, "\(at).\(first)", listed: false)
        let opening = try graph.apply(SelectFeatures(0..<doubled / 2), both)
        graph.name(opening, "\(at).w1", listed: false)
        let gated = try graph.apply(SelectFeatures(doubled / 2..<doubled / 2 * 2), both)
        graph.name(gated, "\(at).w2", listed: false)
        // Facebook's gate is always a SiLU; timm's is the activation that a configuration names for its other MLPs.
        let gate = try graph.activate(opening, by: isPacked ? self.gate : .silu)
        graph.name(gate, "\(at).gate", also: ["\(at).act"], listed: false)
        let hidden = try graph.apply(Multiply(), gate, gated)
        graph.name(hidden, "\(at).hidden")
        let output = try graph.linear(hidden, weights[second], x.shape[-1], bias: parts.hasProjectionBias)
        graph.name(output, at, also: ["\(at).\(second)"])
        return output
    }

    private func normalized(
        _ graph: inout GraphBuilder, _ x: GraphBuilder.Result, _ weights: WeightReader, at: String, when isHere: Bool
    ) throws(EngineError) -> GraphBuilder.Result {
        guard isHere else { return x }
        let output = try graph.layerNorm(x, weights, epsilon: epsilon)
        graph.name(output, at)
        return output
    }

    /// Adds a LayerScale, γ · x, if the weights have one.
    private func scaled(
        _ graph: inout GraphBuilder, _ x: GraphBuilder.Result, _ weights: WeightReader, at: String
    ) throws(EngineError) -> GraphBuilder.Result {
        guard parts.hasLayerScale else { return x }
        let output = try graph.apply(Scale(factor: weights.parameter("gamma", [x.shape[-1]])), x)
        graph.name(output, at)
        return output
    }
}

extension WeightReader {
    /// Whether an MLP's first layer computes two halves, one of which gates the other.
    fileprivate var isPacked: Bool {
        let inner = self["fc2"].shape("weight")?.dimensions.last ?? 0
        return inner > 0 && self["fc1"].shape("weight")?.dimensions.first == 2 * inner
    }
}
