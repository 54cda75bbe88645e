import Compute
import Platform

extension TransformerBlock {
    /// Adds an MLP with a gate that has a layer of its own, beside that of the features it gates.
    ///
    ///     mlp(x) = W₃ · norm(act(W₁ · x) ∘ W₂ · x)          norm only if the weights have one
    ///
    /// Source: Shazeer 2020, arXiv:2002.05202, eq. 6; timm's `SwiGLU`, transformers' `DINOv3ViTGatedMLP`; for the norm
    /// Fang et al. 2023, arXiv:2303.11331.
    func splitGateMLP(
        _ graph: inout GraphBuilder, _ x: GraphBuilder.Result, _ weights: WeightReader, at: String
    ) throws(EngineError) -> GraphBuilder.Result {
        let inner = weights["w1"].shape("weight")?.dimensions.first ?? 0
        let opening = try graph.linear(x, weights["w1"], inner, bias: parts.hasMLPBias)
        graph.name(opening, "\(at).w1", listed: false)
        let gated = try graph.linear(x, weights["w2"], inner, bias: parts.hasMLPBias)
        graph.name(gated, "\(at).w2", listed: false)
        let gate = try graph.activate(opening, by: splitGate)
        graph.name(gate, "\(at).gate", also: ["\(at).act"], listed: false)
        let hidden = try graph.apply(Multiply(), gate, gated)
        graph.name(hidden, "\(at).hidden")
        let normalized = try normalizedInside(&graph, hidden, weights["norm"], at: "\(at).norm", when: parts.hasMLPNorm)
        let last = weights["w3"].has("weight") ? "w3" : "fc2"
        let output = try graph.linear(normalized, weights[last], x.shape[-1], bias: parts.hasMLPBias)
        graph.name(output, at, also: ["\(at).\(last)"])
        return output
    }

    /// Adds a norm inside of a part, as in Sub-LN, if the weights have one.
    ///
    /// Source: Wang et al. 2022, arXiv:2210.06423.
    func normalizedInside(
        _ graph: inout GraphBuilder, _ x: GraphBuilder.Result, _ weights: WeightReader, at: String, when isThere: Bool
    ) throws(EngineError) -> GraphBuilder.Result {
        guard isThere else { return x }
        let output = try graph.norm(x, weights, by: normalization, epsilon: epsilon)
        graph.name(output, at)
        return output
    }
}
