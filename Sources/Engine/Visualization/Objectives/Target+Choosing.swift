import Compute
import Platform

/// Narrowing down a target, one choice after another.
///
/// Features and tokens are two axes, and each can be chosen once: a second choice would silently replace the first. A
/// head can be narrowed down further: a neuron chosen after it is one of the head's own, counted from 0.
extension Target {
    /// Narrows the target down to some neurons: of the layer, or of the head that was chosen before.
    ///
    /// - Parameters:
    ///   - neurons: their indices, counted from 0 in the current choice.
    ///   - shape: what the layer's output is.
    /// - Throws: ``EngineError`` `.outOfRange` with the range; `.invalidObjective` if neurons are already chosen.
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
                reason: Self.alreadyChosen(noun(featureNoun, chosen), place, among: chosen.count)
                    + Self.bothChosen("neurons", chosen, neurons))
        }
    }

    /// Narrows the target down to the features of one attention head.
    ///
    /// - Parameters:
    ///   - heads: the number of heads that share the layer's features.
    ///   - shape: what the layer's output is.
    /// - Throws: ``EngineError`` `.outOfRange` with the range; `.invalidObjective` for a layer without heads, and if
    ///   neurons or a head are already chosen.
    public func choosing(head: Int, of heads: Int, in shape: LayerShape) throws(EngineError) -> Target {
        let chosen = try with(features: .head(head, of: heads)).validated(in: shape)
        switch features {
        case .all: return chosen
        case .head(let index, _):
            throw .invalidObjective(
                reason: Self.alreadyChosen("head \(index)", place)
                    + " `.heads` of the layer is a list of all heads, a target each.")
        case .indices(let indices):
            throw .invalidObjective(
                reason: Self.alreadyChosen(noun(featureNoun, indices), place, among: indices.count)
                    + " The head comes first, and then a neuron of it: `.head(\(head)).neuron(0)`.")
        }
    }

    /// Narrows the target down to some tokens, or hidden units in their place.
    ///
    /// - Parameter shape: what the layer's output is.
    /// - Throws: as ``validate(in:)``; ``EngineError`` `.invalidObjective` if tokens are already chosen.
    public func choosing(tokens new: TokenSelection, in shape: LayerShape) throws(EngineError) -> Target {
        let chosen = try with(tokens: new).validated(in: shape)
        let advice: String
        switch (tokens, new) {
        case (.patches, _): return chosen
        case (.all, _): advice = " Leave `.tokens` out to choose among them."
        case (_, .all), (_, .patches): advice = " Leave that out for all tokens."
        case (.indices(let first), .indices(let second)): advice = Self.bothChosen("patches", first, second)
        case (.hiddenUnits(let first), .hiddenUnits(let second)): advice = Self.bothChosen("hiddenUnits", first, second)
        default: advice = " Two targets can be added instead: `a + b`."
        }
        throw .invalidObjective(reason: Self.alreadyChosen(tokenWords, place, among: tokenCount) + advice)
    }

    private func validated(in shape: LayerShape) throws(EngineError) -> Target {
        try validate(in: shape)
        return self
    }

    /// The chosen tokens, as the beginning of a sentence.
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

    /// Returns "Neuron 3 of blocks.5.mlp of vit is already chosen."
    private static func alreadyChosen(_ words: String, _ place: String, among count: Int = 1) -> String {
        "\(words.prefix(1).uppercased())\(words.dropFirst()) of \(place) \(count == 1 ? "is" : "are") already chosen."
    }

    /// Returns how to make both choices at once, if they differ and are few enough to be written down.
    private static func bothChosen(_ name: String, _ first: [Int], _ second: [Int]) -> String {
        let both = first + second.filter { !first.contains($0) }
        if both.count == first.count { return "" }
        return both.count > 8
            ? " `.\(name)([…])` chooses several at once." : " `.\(name)(\(both))` chooses them at once."
    }
}
