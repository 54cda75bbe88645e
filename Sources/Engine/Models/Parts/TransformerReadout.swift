import Compute
import Platform

/// What a transformer's head is given.
enum TransformerReadout: Sendable {
    /// The class token, after the last norm.
    case classToken
    /// The mean of the patches.
    case mean
    /// The class token and, beside it, the mean of the patches: DINOv2's linear classifiers.
    case classTokenAndMean
    /// CLIP's: the class token after the last norm, through a projection. The norm is given all tokens, or the class
    /// token alone. Without a projection, the framework's own forward returns what `headless` says.
    case projection(ofNormalizedTokens: Bool, headless: Headless)

    /// What a framework's forward returns of a CLIP tower without a projection.
    enum Headless: Sendable {
        /// All tokens before the last norm: Hugging Face's CLIP.
        case tokens
        /// All tokens after it: Hugging Face's GIT.
        case normalizedTokens
        /// The class token after it: OpenAI's CLIP, open_clip.
        case classToken
    }

    /// Appends the last norm, the features for the head (`embedding`), the head (`logits`), and `output`: what the
    /// framework's own forward returns.
    ///
    /// - Parameters:
    ///   - pooling: what the head is given of the tokens, where the readout leaves that open.
    ///   - returnsTokens: whether `output` is all tokens where there is no head, and not what a head would be given.
    func append(
        to graph: inout GraphBuilder, _ x: GraphBuilder.Result, _ weights: WeightReader, epsilon: Float,
        pooling: Pooling?, returnsTokens: Bool
    ) throws(EngineError) {
        if case .projection(let normalizesTokens, let headless) = self {
            return try appendProjection(
                to: &graph, x, weights, epsilon: epsilon, normalizesTokens: normalizesTokens, headless: headless)
        }
        // timm normalizes the pooled features instead of the tokens where it says `fc_norm`.
        let normalizesPooled = weights["fc_norm"].has("weight")
        let tokens = normalizesPooled ? x : try graph.layerNorm(x, weights["norm"], epsilon: epsilon)
        if !normalizesPooled { graph.name(tokens, "norm") }
        var pooled = try pooled(&graph, tokens, pooling: pooling)
        if normalizesPooled {
            pooled = try graph.layerNorm(pooled, weights["fc_norm"], epsilon: epsilon)
            graph.name(pooled, "fc_norm")
        }
        let logits = try logits(&graph, tokens, &pooled, weights)
        if let logits {
            guard pooling != .allTokens else {
                throw .invalidValue(
                    what: "What the head is given", found: "all tokens",
                    expected: "one row of features: `pooling: .classToken`, `.mean`, `.max` or `.meanAndMax`")
            }
            graph.name(pooled, "embedding", listed: false)
            // Of a distilled model, "head" is one of the two that the logits are the mean of.
            let isDistilled = weights["head_dist"].has("weight")
            graph.name(logits, "logits", also: isDistilled ? [] : ["head"], aliases: ["output"])
        } else if returnsTokens || pooling == .allTokens {
            graph.name(pooled, "embedding", listed: false)
            graph.name(tokens, "output", listed: false)
        } else {
            if graph.layout.special.contains("distillation"), pooling == .classToken {
                // A distilled model's two heads, left out, hand on what they are given.
                pooled = try graph.mean(pooled, graph.apply(SelectToken(1), tokens))
            }
            graph.name(pooled, "embedding", aliases: ["output"], listed: false)
        }
    }

    private func pooled(
        _ graph: inout GraphBuilder, _ tokens: GraphBuilder.Result, pooling: Pooling?
    ) throws(EngineError) -> GraphBuilder.Result {
        let special = graph.layout.special.count
        switch self {
        case .classTokenAndMean:
            return try graph.apply(
                Concatenate(), graph.apply(SelectToken(0), tokens), graph.apply(MeanOfTokens(from: special), tokens))
        default:
            let isClassToken = pooling == .allTokens && graph.layout.special.first == "CLS"
            return try graph.pool(tokens, isClassToken ? .classToken : pooling ?? .mean, from: special)
        }
    }

    /// The logits, or nil without a head; `pooled` goes through the representation layer, where there is one.
    private func logits(
        _ graph: inout GraphBuilder, _ tokens: GraphBuilder.Result, _ pooled: inout GraphBuilder.Result,
        _ weights: WeightReader
    ) throws(EngineError) -> GraphBuilder.Result? {
        if let features = weights["pre_logits"]["fc"].shape("weight")?.dimensions.first {
            let linear = try graph.linear(pooled, weights["pre_logits"]["fc"], features)
            graph.name(linear, "pre_logits.fc", listed: false)
            pooled = try graph.apply(Elementwise<Tanh>(), linear)
            graph.name(pooled, "pre_logits", also: ["pre_logits.act"])
        }
        guard let classes = weights["head"].shape("weight")?.dimensions.first else { return nil }
        let logits = try graph.linear(pooled, weights["head"], classes, bias: weights["head"].has("bias"))
        guard weights["head_dist"].has("weight") else { return logits }
        // A distilled model answers with the mean of its two heads. Source: Touvron et al. 2020, arXiv:2012.12877.
        graph.name(logits, "head", listed: false)
        let distilled = try graph.apply(SelectToken(1), tokens)
        let second = try graph.linear(distilled, weights["head_dist"], classes)
        graph.name(second, "head_dist", listed: false)
        pooled = try graph.mean(pooled, distilled)
        return try graph.mean(logits, second)
    }

    private func appendProjection(
        to graph: inout GraphBuilder, _ x: GraphBuilder.Result, _ weights: WeightReader, epsilon: Float,
        normalizesTokens: Bool, headless: Headless
    ) throws(EngineError) {
        let norm = try graph.layerNorm(
            normalizesTokens ? x : graph.apply(SelectToken(0), x), weights["norm"], epsilon: epsilon)
        graph.name(norm, "norm")
        let pooled = normalizesTokens ? try graph.apply(SelectToken(0), norm) : norm
        let width = pooled.shape[0]
        let projection: Parameter
        if let features = weights["head"].shape("weight")?.dimensions.first {
            projection = try weights["head"].parameter("weight", [features, width])
        } else if let features = weights["head"].shape("transposed")?.dimensions.last {
            projection = try weights["head"].parameter("transposed", [width, features]).transposed()
        } else {
            graph.name(pooled, "embedding", aliases: headless == .classToken ? ["output"] : [])
            switch headless {
            case .classToken: break
            case .normalizedTokens: graph.name(norm, "output", listed: false)
            case .tokens: graph.name(x, "output", listed: false)
            }
            return
        }
        graph.name(pooled, "pooled", listed: false)
        let embedding = try graph.apply(Linear(weight: projection, bias: nil), pooled)
        graph.name(embedding, "embedding", also: ["head"], aliases: ["output"])
    }
}

extension GraphBuilder {
    /// (a + b) / 2.
    mutating func mean(_ a: Result, _ b: Result) throws(EngineError) -> Result {
        let half = Parameter(shape: [a.shape[-1]]) { $0.update(repeating: 0.5) }
        return try apply(Scale(factor: half), add(a, b))
    }
}
