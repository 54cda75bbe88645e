import Compute
import Models
import Platform

/// A part of a layer's output: some features of some tokens.
///
/// Source: activation maximization, Erhan et al. 2009; addressing by
/// token and feature keeps the two apart (`activation[:, n]` on a ViT picks tokens, not neurons).
public struct Target: Codable, Hashable, Sendable {
    /// The model's name.
    public var model: String
    /// The layer's canonical address: "blocks.5.mlp".
    public var layer: String
    /// The features.
    public var features: FeatureSelection
    /// The tokens.
    ///
    /// A layer that has no tokens (logits) takes `.patches` and `.all` as its one row; the hidden layer of an
    /// MLP that mixes tokens takes them as all of its hidden units.
    public var tokens: TokenSelection

    /// Creates a target from these features of these tokens of a model's layer.
    public init(
        model: String, layer: String, features: FeatureSelection = .all, tokens: TokenSelection = .patches
    ) {
        self.model = model
        self.layer = layer
        self.features = features
        self.tokens = tokens
    }

    /// Throws if the layer does not have what the target selects.
    ///
    /// - Parameter shape: what the layer's output is.
    /// - Throws: ``EngineError`` `.outOfRange` with the range, `.invalidObjective`, also for an attention
    ///   pattern, which has no neurons.
    public func validate(in shape: LayerShape) throws(EngineError) {
        _ = try featureIndices(in: shape)
        _ = try tokenIndices(in: shape)
    }

    /// Returns the features' indices along the last axis, in the order in which they were given.
    package func featureIndices(in shape: LayerShape) throws(EngineError) -> [Int] {
        guard !shape.isPattern else { throw hasNoNeurons(in: shape) }
        let count = shape.features
        switch features {
        case .all: return Array(0..<count)
        case .indices(let indices):
            try check(indices, what: featureNoun, count: count)
            return indices
        case .head(let index, let heads): return try featureIndices(ofHead: index, of: heads, features: count)
        }
    }

    /// Returns the rows' indices, of tokens or hidden units; `[0]` for a layer without either.
    package func tokenIndices(in shape: LayerShape) throws(EngineError) -> [Int] {
        switch shape {
        case .vector: try rowOfVector()
        case .tokens(let layout, _): try tokenIndices(in: layout)
        case .tokenMixing(let hidden, _): try hiddenUnitIndices(count: hidden)
        case .heads, .windows, .pooling: throw hasNoNeurons(in: shape)
        }
    }

    private func featureIndices(
        ofHead index: Int, of heads: Int, features count: Int
    ) throws(EngineError) -> [Int] {
        guard Self.layersOfHeads.contains(layer.split(separator: ".").last.map(String.init) ?? "") else {
            throw .invalidObjective(
                reason: "\(place) has no heads to choose. Heads are in a block's `.attn.queries`, `.attn.keys`, "
                    + "`.attn.values` and `.attn.heads`.")
        }
        guard heads > 0, count.isMultiple(of: heads) else {
            throw .invalidObjective(
                reason: "The \(count) features of \(place) cannot be shared evenly by \(heads) heads.")
        }
        try check([index], what: "head", count: heads)
        let width = count / heads
        return Array(index * width..<(index + 1) * width)
    }

    /// The last parts of the addresses of layers whose features are divided among attention heads.
    static let layersOfHeads: Set<String> = ["queries", "keys", "values", "heads"]

    /// The name of a feature of this layer.
    var featureNoun: String { Self.featureNoun(of: layer) }

    /// Returns the name of a feature of a layer: "class", "latent" behind a dictionary, "neuron" elsewhere.
    package static func featureNoun(of layer: String) -> String {
        if layer == "logits" { return "class" }
        return layer.split(separator: ".").contains(Substring(Model.latents)) ? "latent" : "neuron"
    }

    /// The layer and its model: "blocks.5.mlp of vit".
    var place: String { "\(layer) of \(model)" }

    private func tokenIndices(in layout: TokenLayout) throws(EngineError) -> [Int] {
        switch tokens {
        case .all:
            return Array(0..<layout.count)
        case .patches:
            return Array(layout.firstPatch..<layout.count)
        case .indices(let indices):
            try check(indices, what: "patch", count: layout.patchCount)
            return indices.map { $0 + layout.firstPatch }
        case .special(let name):
            guard let index = layout.special.firstIndex(of: name) else {
                let has = layout.special.isEmpty ? "none" : englishList(layout.special)
                throw .invalidObjective(
                    reason: "\(place) has no \(name) token. Special tokens there: \(has); "
                        + "its patches go from 0 to \(layout.patchCount - 1).")
            }
            return [index]
        case .hiddenUnits:
            throw .invalidObjective(
                reason: "\(place) has no hidden token-mixing units: its rows are tokens. Its patches go from 0 to "
                    + "\(layout.patchCount - 1), its neurons are its features.")
        }
    }

    private func hiddenUnitIndices(count: Int) throws(EngineError) -> [Int] {
        switch tokens {
        case .patches, .all:
            return Array(0..<count)
        case .hiddenUnits(let indices):
            try check(indices, what: "hidden unit", count: count)
            return indices
        case .indices, .special:
            throw .invalidObjective(
                reason: "\(place) has no tokens: its \(count) hidden units have mixed them. Choose a hidden unit "
                    + "instead of a patch or special token: `.hiddenUnit(0)` to `.hiddenUnit(\(count - 1))`.")
        }
    }

    private func hasNoNeurons(in shape: LayerShape) -> EngineError {
        var above = layer.split(separator: ".").dropLast().joined(separator: ".")
        above = above.isEmpty ? "a block's `.attn`" : "`\(above)`"
        let axes = if case .pooling = shape { "heads" } else { "heads × attending tokens" }
        return .invalidObjective(
            reason: "\(place) is an attention pattern, \(axes) × attended tokens: it has no "
                + "neurons or patches to choose or render. Neurons are in \(above); the pattern's numbers are "
                + "given by `activations(photo, at: …)`.")
    }

    private func rowOfVector() throws(EngineError) -> [Int] {
        switch tokens {
        case .all, .patches:
            return [0]
        case .indices, .special:
            throw .invalidObjective(
                reason: "\(place) has no tokens, so no patch or special token can be chosen in it. "
                    + "Leave the patch out.")
        case .hiddenUnits:
            throw .invalidObjective(reason: "\(place) has no hidden units to choose. Leave them out.")
        }
    }

    /// Throws if an index is out of range or given twice, or if none is given.
    ///
    /// - Parameters:
    ///   - what: the kind of thing that is counted: "neuron".
    ///   - part: the part of the layer in which they are counted; the whole layer if nil.
    func check(_ indices: [Int], what: String, count: Int, in part: String? = nil) throws(EngineError) {
        let place = part.map { "\($0) of \(self.place)" } ?? self.place
        guard !indices.isEmpty else {
            throw .invalidObjective(
                reason: "No \(what) is chosen in \(place). Choose at least one from 0 to \(count - 1).")
        }
        for index in indices where !(0..<count).contains(index) {
            throw .outOfRange(what: what, index: index, count: count, place: place)
        }
        guard Set(indices).count == indices.count else {
            let twice = indices.first { index in indices.count { $0 == index } > 1 } ?? 0
            throw .invalidObjective(reason: "The \(what) \(twice) of \(place) is chosen twice.")
        }
    }
}
