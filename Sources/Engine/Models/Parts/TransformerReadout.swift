import Compute
import Platform

/// The input of a transformer's head.
enum TransformerReadout: Sendable {
    /// The class token, after the last norm.
    case classToken
    /// The mean of the patches.
    case mean
    /// The class token and, beside it, the mean of the patches: DINOv2's linear classifiers.
    case classTokenAndMean
    /// As in CLIP, the class token after the last norm and a projection, or attention pooling if the weights have one.
    /// The norm is applied to all tokens or to the class token alone. `headless` determines what the framework's forward pass returns without a projection.
    case projection(ofNormalizedTokens: Bool, headless: Headless)

    /// What a framework's forward pass returns for a CLIP tower without a projection.
    enum Headless: Sendable {
        /// All tokens before the last norm: Hugging Face's CLIP.
        case tokens
        /// All tokens after the last norm: Hugging Face's GIT.
        case normalizedTokens
        /// The pooled features: OpenAI's CLIP, open_clip, SigLIP beside its text tower.
        case pooled
    }

    /// Appends the last norm, the features for the head (`embedding`), the head (`logits`), and `output`, which the
    /// framework's forward pass returns.
    ///
    /// - Parameters:
    ///   - pooling: the pooling of the tokens, if the readout does not determine it.
    ///   - returnsTokens: whether `output` without a head is all tokens, rather than the head's input.
    ///   - normIsOptional: whether the last norm may be missing.
    ///   - isBackbone: whether there is an `output` already: a map.
    func append(
        to graph: inout GraphBuilder, _ x: GraphBuilder.Result, _ weights: WeightReader,
        by normalization: Normalization = .layer, epsilon: Float, pooling: Pooling?, _ attention: AttentionPooling,
        returnsTokens: Bool, normIsOptional: Bool = false, isBackbone: Bool = false
    ) throws(EngineError) {
        if case .projection(let normalizesTokens, let headless) = self {
            return try appendProjection(
                to: &graph, x, weights, by: normalization, epsilon: epsilon, attention,
                normalizesTokens: normalizesTokens, headless: headless)
        }
        // With `fc_norm`, timm normalizes the pooled features instead of the tokens.
        let normalizesPooled = weights["fc_norm"].has("weight")
        let normalizes = !normalizesPooled && (!normIsOptional || weights["norm"].has("weight"))
        let tokens = normalizes ? try graph.norm(x, weights["norm"], by: normalization, epsilon: epsilon) : x
        if normalizes { graph.name(tokens, "norm") }
        if AttentionPooling.isIn(weights), pooling != .attention {
            // The framework computes it and does not use it.
            _ = try attention.append(to: &graph, tokens, weights)
        }
        var pooled = try pooled(&graph, tokens, weights, pooling: pooling, attention)
        if normalizesPooled {
            pooled = try graph.norm(pooled, weights["fc_norm"], by: normalization, epsilon: epsilon)
            graph.name(pooled, "fc_norm")
        }
        let logits = try logits(&graph, tokens, &pooled, weights)
        if let logits {
            guard pooling != .allTokens else {
                throw .invalidValue(
                    what: "The head's input", found: "all tokens",
                    expected: "one row of features: `pooling: .classToken`, `.mean`, `.max` or `.meanAndMax`")
            }
            graph.name(pooled, "embedding", listed: false)
            // In a distilled model, the logits are the mean of two heads, of which "head" is one.
            let isDistilled = weights["head_dist"].has("weight")
            graph.name(logits, "logits", also: isDistilled ? [] : ["head"], aliases: ["output"])
        } else if isBackbone {
            graph.name(pooled, "embedding", listed: false)
        } else if returnsTokens || pooling == .allTokens {
            graph.name(pooled, "embedding", listed: false)
            graph.name(tokens, "output", listed: false)
        } else {
            if graph.layout.special.contains("distillation"), pooling == .classToken {
                // Without its two heads, a distilled model returns the mean of their inputs.
                pooled = try graph.mean(pooled, graph.apply(SelectToken(1), tokens))
            }
            graph.name(pooled, "embedding", aliases: ["output"], listed: false)
        }
    }

    private func pooled(
        _ graph: inout GraphBuilder, _ tokens: GraphBuilder.Result, _ weights: WeightReader, pooling: Pooling?,
        _ attention: AttentionPooling
    ) throws(EngineError) -> GraphBuilder.Result {
        let special = graph.layout.special.count
        switch self {
        case _ where pooling == .attention && AttentionPooling.isIn(weights):
            return try attention.append(to: &graph, tokens, weights)
        case .classTokenAndMean:
            return try graph.apply(
                Concatenate(), graph.apply(SelectToken(0), tokens), graph.apply(MeanOfTokens(from: special), tokens))
        default:
            let isClassToken = pooling == .allTokens && graph.layout.special.first == "CLS"
            return try graph.pool(tokens, isClassToken ? .classToken : pooling ?? .mean, from: special)
        }
    }

    /// Adds the logits and returns them, or nil without a head. `pooled` goes through the representation layer, if
    /// there is one.
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
        // A distilled model's logits are the mean of its two heads. Source: Touvron et al. 2020, arXiv:2012.12877.
        graph.name(logits, "head", listed: false)
        let distilled = try graph.apply(SelectToken(1), tokens)
        let second = try graph.linear(distilled, weights["head_dist"], classes)
        graph.name(second, "head_dist", listed: false)
        pooled = try graph.mean(pooled, distilled)
        return try graph.mean(logits, second)
    }

    private func appendProjection(
        to graph: inout GraphBuilder, _ x: GraphBuilder.Result, _ weights: WeightReader,
        by normalization: Normalization, epsilon: Float, _ attention: AttentionPooling, normalizesTokens: Bool,
        headless: Headless
    ) throws(EngineError) {
        let norm = try graph.norm(
            normalizesTokens ? x : graph.apply(SelectToken(0), x), weights["norm"], by: normalization,
            epsilon: epsilon)
        graph.name(norm, "norm")
        let pooled =
            if AttentionPooling.isIn(weights) {
                try attention.append(to: &graph, norm, weights)
            } else {
                normalizesTokens ? try graph.apply(SelectToken(0), norm) : norm
            }
        let width = pooled.shape[0]
        let projection: Parameter
        if let features = weights["head"].shape("weight")?.dimensions.first {
            projection = try weights["head"].parameter("weight", [features, width])
        } else if let features = weights["head"].shape("transposed")?.dimensions.last {
            projection = try weights["head"].parameter("transposed", [width, features]).transposed()
        } else {
            graph.name(pooled, "embedding", aliases: headless == .pooled ? ["output"] : [])
            switch headless {
            case .pooled: break
            case .normalizedTokens: graph.name(norm, "output", listed: false)
            case .tokens: graph.name(x, "output", listed: false)
            }
            return
        }
        graph.name(pooled, "pooled", listed: false)
        let bias = weights["head"].has("bias") ? try weights["head"].parameter("bias", [projection.shape[0]]) : nil
        let embedding = try graph.apply(Linear(weight: projection, bias: bias), pooled)
        graph.name(embedding, "embedding", also: ["head"], aliases: ["output"])
    }
}

extension GraphBuilder {
    /// Adds the mean of two results, (a + b) / 2.
    mutating func mean(_ a: Result, _ b: Result) throws(EngineError) -> Result {
        let half = Parameter(shape: [a.shape[-1]]) { $0.update(repeating: 0.5) }
        return try apply(Scale(factor: half), add(a, b))
    }
}
