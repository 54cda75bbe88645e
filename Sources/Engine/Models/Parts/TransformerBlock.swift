import Compute
import Platform

/// One block of a transformer: attention over the tokens, then an MLP on each token by itself.
///
///     x ← x + γ₁ · attention(norm₁(x))
///     x ← x + γ₂ · mlp(norm₂(x))          γ only if the weights have a LayerScale
///
/// Some models normalize a part's output instead: x ← x + norm₁(attention(x)). Source: Liu et al. 2022,
/// arXiv:2111.09883, fig. 1; timm's `ResPostBlock`. Others compute their parts side by side: ``Arrangement``.
struct TransformerBlock {
    let heads: Int
    let epsilon: Float
    let activation: Activation
    /// The activation of the gate, if an MLP has one.
    let gate: Activation
    /// The activation of a gate that has a layer of its own.
    var splitGate = Activation.silu
    let normsAfterParts: Bool
    /// The optional parts of the blocks.
    ///
    /// A part that one block has is required in all, so that a block without it is noticed.
    let parts: Parts
    /// The constants of the scores, and the windows.
    var scores = AttentionScores()
    /// How rows of features are normalized.
    var normalization = Normalization.layer

    /// The optional parts of a model's blocks.
    struct Parts {
        let hasLayerScale: Bool
        /// Whether the MLP has a LayerScale, if the attention has one.
        var hasSecondLayerScale = true
        /// Whether several heads of queries may share keys and values.
        var sharesKeys = false
        /// How queries, keys and values are stored.
        let projection: AttentionProjection
        /// Whether the projection after the attention has a bias.
        let hasProjectionBias: Bool
        /// Whether the MLPs' layers have biases.
        let hasMLPBias: Bool
        /// Whether MLPs have a gate instead of an activation.
        let isGated: Bool
        /// Whether the gate has a layer of its own.
        let hasSplitGate: Bool
        /// Whether there is a norm before the projection of the attention.
        let hasAttentionNorm: Bool
        /// Whether there is a norm before the last layer of the MLPs.
        let hasMLPNorm: Bool
        /// The arrangement of the attention and the MLP.
        let arrangement: Arrangement
        /// The norms of the features of each head, by their names: of queries, keys, and of what differential attention mixes.
        let headNorms: Set<String>

        init(_ weights: WeightReader) {
            let count = weights.blockCount
            func any(_ names: String...) -> Bool {
                (0..<count).contains { index in names.contains { weights["blocks"][index].has($0) } }
            }
            arrangement = Arrangement(weights)
            headNorms = Set(
                ["q_norm", "k_norm", "sub_norm"].filter {
                    any("attn.\($0).weight", "attns.0.attn.\($0).weight", "\($0).weight")
                })
            hasLayerScale = any("ls1.gamma", "ls2.gamma", "attns.0.ls.gamma", "ls.gamma")
            projection = AttentionProjection(weights)
            let mlp = weights["blocks"][0]["mlp"]
            hasSplitGate = any("mlp.w1.weight")
            isGated = mlp["w12"].has("weight") || mlp.isPacked || hasSplitGate
            hasAttentionNorm = any("attn.norm.weight")
            hasMLPNorm = any("mlp.norm.weight")
            hasProjectionBias = any("attn.proj.bias", "attns.0.attn.proj.bias", "attn_out_proj.bias", "out_proj.bias")
            hasMLPBias = [
                "mlp.fc1", "mlp.fc2", "mlp.w12", "mlp.w1", "mlp.w3", "ffns.0.mlp.fc1", "mlp_out_proj", "out_proj",
            ].contains { any("\($0).bias") }
        }
    }

    /// Appends the block whose weights are `block`, named below `at`.
    ///
    /// - Parameters:
    ///   - index: the block's number.
    ///   - rotation: the rotary positions of its queries and keys, if it has them.
    func append(
        to graph: inout GraphBuilder, _ input: GraphBuilder.Result, _ block: WeightReader, index: Int, at: String,
        rotation: Rotary? = nil
    ) throws(EngineError) -> GraphBuilder.Result {
        graph.name(input, "\(at).before", listed: false)
        let output =
            switch parts.arrangement {
            case .sequence: try appendSequence(to: &graph, input, block, index: index, at: at, rotation)
            case .branches(let count): try appendBranches(count, to: &graph, input, block, index: index, at: at)
            case .joint: try appendJoint(to: &graph, input, block, index: index, at: at)
            }
        graph.name(output, at, also: ["\(at).after"], aliases: ["\(at).after"])
        return output
    }

    private func appendSequence(
        to graph: inout GraphBuilder, _ input: GraphBuilder.Result, _ block: WeightReader, index: Int, at: String,
        _ rotation: Rotary?
    ) throws(EngineError) -> GraphBuilder.Result {
        var mixed = try normalized(&graph, input, block["norm1"], at: "\(at).norm1", when: !normsAfterParts)
        mixed = try attention(&graph, mixed, block["attn"], index: index, at: "\(at).attn", rotation)
        mixed = try normalized(&graph, mixed, block["norm1"], at: "\(at).norm1", when: normsAfterParts)
        mixed = try scaled(&graph, mixed, block["ls1"], at: "\(at).ls1")
        let middle = try graph.add(input, mixed)
        graph.name(middle, "\(at).middle")

        var features = try normalized(&graph, middle, block["norm2"], at: "\(at).norm2", when: !normsAfterParts)
        features = try mlp(&graph, features, block["mlp"], at: "\(at).mlp")
        features = try normalized(&graph, features, block["norm2"], at: "\(at).norm2", when: normsAfterParts)
        if parts.hasSecondLayerScale { features = try scaled(&graph, features, block["ls2"], at: "\(at).ls2") }
        let output = try graph.add(middle, features)
        // Some blocks of Swin CR normalize what they pass on.
        guard block["norm3"].has("weight") else { return output }
        let normalizedOutput = try graph.layerNorm(output, block["norm3"], epsilon: epsilon)
        graph.name(normalizedOutput, "\(at).norm3", listed: false)
        return normalizedOutput
    }

    /// Adds attention, softmax(Q · Kᵀ / √d) · V for each head, then a projection.
    ///
    /// In windows, tokens are gathered window by window for it, and back.
    func attention(
        _ graph: inout GraphBuilder, _ x: GraphBuilder.Result, _ weights: WeightReader, index: Int, at: String,
        _ rotation: Rotary? = nil
    ) throws(EngineError) -> GraphBuilder.Result {
        let width = x.shape[-1]
        let qkv = try graph.apply(
            parts.projection.linear(
                weights, width: width, ignoresKeyBias: scores.ignoresKeyBias,
                headWidth: parts.sharesKeys ? width / heads : nil),
            scores.intoWindows(&graph, x))
        if parts.projection.isJoint { graph.name(try scores.ontoGrid(&graph, qkv), "\(at).qkv", listed: false) }
        let mixed =
            try !parts.headNorms.isEmpty
            ? attend(&graph, qkv, weights, index: index, at: at, module: at, rotation)
            : heads(&graph, qkv, at: at, rotation)
        graph.name(mixed, "\(at).heads")
        let normalized = try normalizedInside(
            &graph, mixed, weights["norm"], at: "\(at).norm", when: parts.hasAttentionNorm)
        let output = try graph.linear(normalized, weights["proj"], width, bias: parts.hasProjectionBias)
        graph.name(output, at, also: ["\(at).proj"])
        return output
    }

    /// Adds softmax(Q · Kᵀ / √d) · V for each head.
    private func heads(
        _ graph: inout GraphBuilder, _ qkv: GraphBuilder.Result, at: String, _ rotation: Rotary?
    ) throws(EngineError) -> GraphBuilder.Result {
        let inner = qkv.shape[-1] / 3
        for (index, part) in ["queries", "keys", "values"].enumerated() {
            let selected = try graph.apply(SelectFeatures(index * inner..<(index + 1) * inner), qkv)
            graph.name(
                try scores.ontoGrid(&graph, selected), "\(at).\(part)",
                also: parts.projection.isJoint ? [] : ["\(at).\(part.prefix(1))"])
        }
        return try mixed(&graph, qkv, at: at, rotation)
    }

    /// Adds softmax(Q · Kᵀ / √d) · V for each head, of queries and keys that are rotated if there is a rotation.
    func mixed(
        _ graph: inout GraphBuilder, _ qkv: GraphBuilder.Result, at: String, _ rotation: Rotary?
    ) throws(EngineError) -> GraphBuilder.Result {
        var rotated = qkv
        if let rotation {
            rotated = try graph.apply(rotation, qkv)
            graph.name(rotated, "\(at).rotated", listed: false)
        }
        let pattern = try scores.pattern(&graph, rotated, heads: heads)
        graph.name(pattern, "\(at).pattern", as: scores.patternShape(graph.layout, heads: heads))
        let values = AttentionValues(heads: heads, windows: scores.windows?.count ?? 1)
        return try scores.ontoGrid(&graph, graph.apply(values, pattern, rotated))
    }

    /// Adds an MLP of two layers with an activation between them, or with a gate if the weights have one.
    func mlp(
        _ graph: inout GraphBuilder, _ x: GraphBuilder.Result, _ weights: WeightReader, at: String
    ) throws(EngineError) -> GraphBuilder.Result {
        if parts.hasSplitGate { return try splitGateMLP(&graph, x, weights, at: at) }
        // timm names the layers of a gated MLP like those of a plain one; the second then takes half as many features.
        let isPacked = weights.isPacked
        guard weights["w12"].has("weight") || isPacked else {
            return try graph.mlp(x, weights, at: at, activation: activation, bias: parts.hasMLPBias)
        }
        let (first, second) = isPacked ? ("fc1", "fc2") : ("w12", "w3")
        // SwiGLU: one half of the first layer gates the other. Source: Shazeer 2020, arXiv:2002.05202, eq. 6.
        let doubled = weights[first].shape("weight")?.dimensions.first ?? 0
        let both = try graph.linear(x, weights[first], doubled, bias: parts.hasMLPBias)
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
        let normalized = try normalizedInside(&graph, hidden, weights["norm"], at: "\(at).norm", when: parts.hasMLPNorm)
        let output = try graph.linear(normalized, weights[second], x.shape[-1], bias: parts.hasMLPBias)
        graph.name(output, at, also: ["\(at).\(second)"])
        return output
    }

    private func normalized(
        _ graph: inout GraphBuilder, _ x: GraphBuilder.Result, _ weights: WeightReader, at: String, when isHere: Bool
    ) throws(EngineError) -> GraphBuilder.Result {
        guard isHere else { return x }
        let output = try graph.norm(x, weights, by: normalization, epsilon: epsilon)
        graph.name(output, at)
        return output
    }

    /// Adds a LayerScale, γ · x, if the weights have one.
    func scaled(
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
