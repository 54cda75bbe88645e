import Compute
import Models
import Platform

/// A change of some elements of a layer's output, in every picture that a model computes.
///
/// A model with interventions is a model: it shares the weights, and everything that takes a model takes it. A recipe holds
/// its interventions, so that its pictures can be made again.
///
/// Source: ablation, activation patching and steering as in Meng et al. 2022, arXiv:2202.05262, and Turner et al. 2023,
/// arXiv:2308.10248.
public struct Intervention: Codable, Hashable, Sendable, ModelChange {
    /// The layer's address: "blocks.5.attn.heads".
    public var layer: String
    /// The features.
    public var features: FeatureSelection
    /// The tokens.
    public var tokens: TokenSelection
    /// What happens to these elements.
    public var change: Change

    /// What happens to the chosen elements.
    public enum Change: Codable, Hashable, Sendable {
        /// All of them have this value.
        case set(to: Float)
        /// They have their mean over photographs.
        ///
        /// - `values`: `[rows, features]` with a row for each special token and one for all patches; one row for a layer
        ///   without tokens, and one for each hidden unit of a layer that mixes tokens.
        /// - `of`: the folder's name.
        case mean(values: [Float], of: String)
        /// They have the values that the model computes from another photograph.
        case patched(from: PhotographReference)
        /// A multiple of a vector, a number for each feature, is added in every token.
        case added(vector: [Float], times: Float)
        /// They are multiplied by a number.
        case scaled(by: Float)
        /// The block passes on its input: its own layers add nothing.
        case skipped
        /// Nothing is changed: a dictionary reads the layer, and its latents are the layer “sae” below it.
        case coded(by: DictionaryReference)
    }

    /// Creates a change of a target.
    ///
    /// A target in which no token is chosen is changed in every token, CLS included: what a head writes into CLS is most of
    /// what it does.
    public init(_ target: Target, _ change: Change) {
        layer = target.layer
        features = target.features
        tokens = target.tokens == .patches ? .all : target.tokens
        self.change = change
    }

    /// The changed elements as a target of a model.
    public func target(in model: String) -> Target {
        Target(model: model, layer: layer, features: features, tokens: tokens)
    }

    /// The dictionary that reads the layer, if there is one.
    public var dictionary: DictionaryReference? {
        if case .coded(let dictionary) = change { dictionary } else { nil }
    }

    /// The photograph whose values are put in place of the model's own, if there is one.
    public var photograph: PhotographReference? {
        if case .patched(let photograph) = change { photograph } else { nil }
    }
}

extension Intervention {
    /// The change in words that follow the model's name: "without blocks.5.attn.heads head 2".
    public var words: String {
        switch change {
        case .set(to: 0), .skipped: "without \(place)"
        case .set(let value): "with \(place) set to \(Objective.number(value))"
        case .mean(_, let folder): "with \(place) at its mean over “\(folder)”"
        case .patched(let photograph):
            "with \(place) from “\(photograph.name.split(separator: "/").last ?? "")”"
        case .added(_, let times): "with \(Objective.number(times)) × a direction added to \(place)"
        case .scaled(let factor): "with \(place) times \(Objective.number(factor))"
        case .coded(let dictionary): "with “\(dictionary.name)” on \(layer)"
        }
    }

    /// The changed elements in few words.
    private var place: String {
        var target = target(in: "")
        if target.tokens == .all { target.tokens = .patches }
        let words = target.words()
        guard words.count > Self.longestPlace, case .indices(let indices) = features else { return words }
        target.features = .all
        return "\(indices.count) neurons of \(target.words())"
    }

    private static let longestPlace = 80
}

extension Model {
    /// The interventions that make it differ from the model that was loaded, in their order.
    public var interventions: [Intervention] { changes.compactMap { $0 as? Intervention } }
}
