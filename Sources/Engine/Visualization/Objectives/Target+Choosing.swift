import Compute
import Platform

/// Narrowing a target down, one choice after the other.
///
/// Features and tokens are two axes, and each is chosen once: a second choice would silently take the place of the first.
/// A head is a choice that leaves one: a neuron chosen after it is one of the head's own, counted from 0.
extension Target {
    /// Narrows the target down to some neurons: of the layer, or of the head that was chosen before.
    ///
    /// - Parameters:
    ///   - neurons: counted from 0 in what is chosen so far.
    ///   - shape: what the layer's output is.
    /// - Throws: ``EngineError`` `.outOfRange` with the range; `.invalidObjective` where neurons are chosen already.
    public func choosing(neurons: [Int], in shape: LayerShape) throws(EngineError) -> Target {
        switch features {
        case .all: return try with(features: .indices(neurons)).validated(in: shape)
        case .head(let head, _):
            let own = try featureIndices(in: shape)
            try check(neurons, what: featureNoun, count: own.count, in: "head \(head)")
            return try with(features: .indices(neurons.map { own[$0] })).validated(in: shape)
        case .indices(let chosen):
            _ = try with(features: .indices(neurons)).validated(in: shape)
            throw .invalidObjective(
                reason: Self.isChosen(noun(featureNoun, chosen), place, among: chosen.count)
                    + Self.atOnce("neurons", chosen, neurons))
        }
    }

    /// Narrows the target down to the features of one attention head.
    ///
    /// - Parameters:
    ///   - heads: how many heads share the layer's features.
    ///   - shape: what the layer's output is.
    /// - Throws: ``EngineError`` `.outOfRange` with the range; `.invalidObjective` for a layer without heads, and where
    ///   neurons or a head are chosen already.
    public func choosing(head: Int, of heads: Int, in shape: LayerShape) throws(EngineError) -> Target {
        let chosen = try with(features: .head(head, of: heads)).validated(in: shape)
        switch features {
        case .all: return chosen
        case .head(let index, _):
            throw .invalidObjective(
                reason: Self.isChosen("head \(index)", place)
                    + " `.heads` of the layer is a list of all heads, a target each.")
        case .indices(let indices):
            throw .invalidObjective(
                reason: Self.isChosen(noun(featureNoun, indices), place, among: indices.count)
                    + " The head comes first, and then a neuron of it: `.head(\(head)).neuron(0)`.")
        }
    }

    /// Narrows the target down to some tokens, or hidden units in their place.
    ///
    /// - Parameter shape: what the layer's output is.
    /// - Throws: as ``validate(in:)``; ``EngineError`` `.invalidObjective` where tokens are chosen already.
    public func choosing(tokens new: TokenSelection, in shape: LayerShape) throws(EngineError) -> Target {
        let chosen = try with(tokens: new).validated(in: shape)
        let advice: String
        switch (tokens, new) {
        case (.patches, _): return chosen
        case (.all, _): advice = " Leave `.tokens` out to choose among them."
        case (_, .all), (_, .patches): advice = " Leave that out for all tokens."
        case (.indices(let first), .indices(let second)): advice = Self.atOnce("patches", first, second)
        case (.hiddenUnits(let first), .hiddenUnits(let second)): advice = Self.atOnce("hiddenUnits", first, second)
        default: advice = " Two targets can be added instead: `a + b`."
        }
        throw .invalidObjective(reason: Self.isChosen(tokenWords, place, among: tokenCount) + advice)
    }

    private func validated(in shape: LayerShape) throws(EngineError) -> Target {
        try validate(in: shape)
        return self
    }

    /// What is chosen, as a sentence begins with it.
    private var tokenWords: String {
        switch tokens {
        case .patches: "every patch"
        case .all: "every token"
        case .special(let name): "the \(name) token"
        case .indices(let indices): noun("patch", indices)
        case .hiddenUnits(let indices): noun("hidden unit", indices)
        }
    }

    private var tokenCount: Int {
        switch tokens {
        case .indices(let indices), .hiddenUnits(let indices): indices.count
        case .patches, .all, .special: 1
        }
    }

    /// "Neuron 3 of blocks.5.mlp of vit is chosen already."
    private static func isChosen(_ words: String, _ place: String, among count: Int = 1) -> String {
        "\(words.prefix(1).uppercased())\(words.dropFirst()) of \(place) \(count == 1 ? "is" : "are") chosen already."
    }

    /// How both choices are made in one, where they differ and are few enough to be written down.
    private static func atOnce(_ name: String, _ first: [Int], _ second: [Int]) -> String {
        let both = first + second.filter { !first.contains($0) }
        if both.count == first.count { return "" }
        return both.count > 8
            ? " `.\(name)([…])` chooses several at once." : " `.\(name)(\(both))` chooses them at once."
    }
}
