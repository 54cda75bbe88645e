import VitrineEngine

extension Target {
    /// Describes the target: "neuron 42 of 128 in patch 27 (row 3, column 3) of 64, blocks.5.mlp of vit".
    func sentence(in model: Model) -> String {
        guard let shape = try? model.layer(layer).shape else { return "\(words()) of \(model.name)" }
        if layer == "logits", case .indices(let indices) = features {
            return "\(words(in: shape, classes: model.classes)) of \(model.name)"
                + (indices.count == 1 ? ", class \(indices[0]) of \(shape.features)" : "")
        }
        let own = ownNeuron(of: shape.features, heads: model.headCount(at: layer))
        return [neurons(of: shape.features) + own, rows(in: shape).map { "in \($0)" }].compactMap(\.self).joined(
            separator: " ")
            + ", \(layer) of \(model.name)"
    }

    /// Returns the index of a single neuron within its head: " (3 of head 1)"; empty in a layer without heads.
    private func ownNeuron(of count: Int, heads: Int?) -> String {
        guard let heads, heads > 0, case .indices(let indices) = features, indices.count == 1 else { return "" }
        let width = max(count / heads, 1)
        return " (\(indices[0] % width) of head \(indices[0] / width))"
    }

    private func neurons(of count: Int) -> String {
        let noun = layer == "logits" ? "neuron" : Self.featureNoun(of: layer)
        return switch features {
        case .indices(let indices) where indices.count == 1: "\(noun) \(indices[0]) of \(count)"
        case .indices(let indices): "\(noun)s \(indices.map(String.init).joined(separator: ", ")) of \(count)"
        case .head(let index, let heads): "head \(index) of \(heads) (\(count / max(heads, 1)) of \(count) \(noun)s)"
        case .all: "all \(count) \(noun)s"
        }
    }

    /// Describes the tokens or hidden units; returns nil for a layer that has neither.
    private func rows(in shape: LayerShape) -> String? {
        switch (shape, tokens) {
        case (.vector, _), (.heads, _), (.windows, _), (.pooling, _): nil
        case (.tokenMixing(let count, _), .hiddenUnits(let indices)) where indices.count == 1:
            "hidden token-mixing unit \(indices[0]) of \(count)"
        case (.tokenMixing(let count, _), .hiddenUnits(let indices)):
            "\(indices.count) of \(count) hidden token-mixing units"
        case (.tokenMixing(let count, _), _): "all \(count) hidden token-mixing units"
        case (.tokens(let layout, _), .patches): "all \(layout.patchCount) patches"
        case (.tokens(let layout, _), .all): "all \(layout.count) tokens"
        case (.tokens, .special(let name)): "the \(name) token"
        case (.tokens(let layout, _), .indices(let indices)) where indices.count == 1:
            "patch \(indices[0]) (row \(indices[0] / layout.columns), column \(indices[0] % layout.columns)) "
                + "of \(layout.patchCount)"
        case (.tokens(let layout, _), .indices(let indices)): "\(indices.count) of \(layout.patchCount) patches"
        case (.tokens, .hiddenUnits(let indices)): "\(indices.count) hidden units"
        }
    }
}
