// Parts that several families have in common.

import Compute
import Platform

extension GraphBuilder {
    /// Adds an MLP: two layers that work on each row by itself, with an activation between them. If the second takes half as many
    /// features as the first gives, the activation of one half gates the other: h₁ · act(h₂).
    ///
    /// Source of the gate: Shazeer 2020, arXiv:2002.05202, eq. 5; timm `GluMlp`.
    ///
    /// - Parameters:
    ///   - weights: the scope of `fc1` and `fc2`.
    ///   - address: the address of the output; `hidden` is named below it.
    ///   - module: the part's name in timm's spelling, if it differs.
    ///   - alias: a second address.
    ///   - bias: whether the layers add biases.
    mutating func mlp(
        _ x: Result, _ weights: WeightReader, at address: String, module: String? = nil, alias: String? = nil,
        activation: Activation = .gelu, bias: Bool = true
    ) throws(EngineError) -> Result {
        let module = module ?? address
        let first = try linear(x, weights["fc1"], weights.hiddenWidth, bias: bias)
        name(first, "\(module).fc1", listed: false)
        let isGated = weights.hasGate
        let active = try activate(isGated ? half(of: first, 1) : first, by: activation)
        if isGated { name(active, "\(address).gate", also: ["\(module).act"], listed: false) }
        let hidden = isGated ? try apply(Multiply(), half(of: first, 0), active) : active
        name(
            hidden, "\(address).hidden", also: isGated ? [] : ["\(module).act"],
            aliases: alias.map { ["\($0).hidden"] } ?? [])
        let output = try linear(hidden, weights["fc2"], x.shape[-1], bias: bias)
        name(output, address, also: [module, "\(module).fc2"], aliases: alias.map { [$0] } ?? [])
        return output
    }

    /// Adds an MLP over the tokens: every feature's row of tokens goes through the two layers.
    ///
    /// - Parameter transposed: features × tokens.
    /// - Returns: the output, transposed back to tokens × features.
    mutating func tokenMLP(
        _ transposed: Result, _ weights: WeightReader, at address: String, module: String? = nil,
        activation: Activation = .gelu
    ) throws(EngineError) -> Result {
        let module = module ?? address
        func shape(_ hidden: Result) -> LayerShape {
            .tokenMixing(hidden: hidden.shape[-1], features: transposed.shape[0])
        }
        let first = try linear(transposed, weights["fc1"], weights.hiddenWidth)
        name(try transpose(first), "\(module).fc1", listed: false, as: shape(first))
        let isGated = weights.hasGate
        let active = try activate(isGated ? half(of: first, 1) : first, by: activation)
        if isGated {
            name(try transpose(active), "\(address).gate", also: ["\(module).act"], listed: false, as: shape(active))
        }
        let hidden = isGated ? try apply(Multiply(), half(of: first, 0), active) : active
        name(try transpose(hidden), "\(address).hidden", also: isGated ? [] : ["\(module).act"], as: shape(hidden))
        let output = try transpose(linear(hidden, weights["fc2"], transposed.shape[-1]))
        name(output, address, also: [module, "\(module).fc2"])
        return output
    }

    /// Adds one of the two halves of each row.
    private mutating func half(of x: Result, _ index: Int) throws(EngineError) -> Result {
        let half = x.shape[-1] / 2
        return try apply(SelectFeatures(index * half..<(index + 1) * half), x)
    }

    /// Adds the pooled tokens (`embedding`), the logits if there is a head, and `output`, which the framework's forward
    /// pass returns.
    ///
    /// - Parameter pooling: the pooling; nil for the mean.
    mutating func readMean(
        of norm: Result, _ weights: WeightReader, pooling: Pooling? = nil
    ) throws(EngineError) {
        let classes = weights["head"].shape("weight")?.dimensions.first
        guard pooling == nil || pooling == .mean || (pooling == .allTokens && classes == nil) else {
            throw .invalidValue(
                what: "The head's input", found: pooling?.words ?? "",
                expected: "the mean of the patches: `pooling: .mean`")
        }
        let pooled = try apply(MeanOfTokens(), norm)
        guard let classes, pooling != .allTokens else {
            name(pooled, "embedding", aliases: pooling == .allTokens ? [] : ["output"], listed: false)
            if pooling == .allTokens { name(norm, "output", listed: false) }
            return
        }
        name(pooled, "embedding", listed: false)
        let logits = try linear(pooled, weights["head"], classes)
        name(logits, "logits", also: ["head"], aliases: ["output"])
    }
}

// Parts of attention.
extension GraphBuilder {
    /// Adds the queries, keys and values of a joint projection, `[tokens, 3 · width]`, each `[tokens, width]`.
    ///
    /// - Parameter isJoint: whether the framework computes them in one layer, too.
    mutating func queriesKeysAndValues(
        of qkv: Result, at address: String, isJoint: Bool = true
    ) throws(EngineError) -> (queries: Result, keys: Result, values: Result) {
        let width = qkv.shape[-1] / 3
        let queries = try apply(SelectFeatures(0..<width), qkv)
        let keys = try apply(SelectFeatures(width..<2 * width), qkv)
        let values = try apply(SelectFeatures(2 * width..<3 * width), qkv)
        for (part, result) in [("queries", queries), ("keys", keys), ("values", values)] {
            name(result, "\(address).\(part)", also: isJoint ? [] : ["\(address).\(part.prefix(1))"])
        }
        return (queries, keys, values)
    }

    /// Adds a LayerScale, γ · x.
    mutating func layerScale(
        _ x: Result, _ weights: WeightReader, at address: String
    ) throws(EngineError) -> Result {
        let output = try apply(Scale(factor: weights.parameter("gamma", [x.shape[-1]])), x)
        name(output, address)
        return output
    }
}

extension GraphBuilder {
    /// Adds the pooling of the tokens for a head.
    ///
    /// - Parameter first: the first patch.
    mutating func pool(_ tokens: Result, _ pooling: Pooling, from first: Int) throws(EngineError) -> Result {
        switch pooling {
        case .classToken: try classToken(of: tokens)
        case .mean, .allTokens: try apply(MeanOfTokens(from: first), tokens)
        case .max: try apply(GreatestOfTokens(from: first), tokens)
        case .meanAndMax:
            try mean(apply(GreatestOfTokens(from: first), tokens), apply(MeanOfTokens(from: first), tokens))
        case .attention:
            throw .invalidValue(
                what: "The head's input", found: "attention pooling, for which the weights have no query",
                expected: "`pooling: .classToken`, `.mean`, `.max` or `.meanAndMax`")
        }
    }
}

extension GraphBuilder {
    /// Adds the class token, or the mean of several.
    private mutating func classToken(of tokens: Result) throws(EngineError) -> Result {
        let count = layout.special.count { $0.hasPrefix("CLS") }
        guard count > 1 else { return try apply(SelectToken(0), tokens) }
        return try apply(MeanOfTokens(), apply(GatherRows(Array(0..<count)), tokens))
    }
}

extension WeightReader {
    /// Whether one half of an MLP's first layer gates the other.
    var hasGate: Bool {
        guard let hidden = self["fc1"].shape("weight")?.dimensions.first,
            let taken = self["fc2"].shape("weight")?.dimensions.last
        else { return false }
        return hidden == 2 * taken
    }

    /// The number of hidden units of an MLP with `fc1` and `fc2`.
    ///
    /// If one of the tensors is missing, another determines the number, so that only the missing one is named.
    var hiddenWidth: Int {
        self["fc1"].shape("weight")?.dimensions.first ?? self["fc1"].shape("bias")?.dimensions.first
            ?? self["fc2"].shape("weight")?.dimensions.last ?? 0
    }
}
