import Compute
import Platform

extension Target: CustomStringConvertible {
    /// The target in words that do not depend on a model: "blocks.5.mlp neuron 42, patch 27".
    public var description: String { words() }

    /// Returns the target in words: "blocks.5.mlp neuron 42, patch 27 (row 3, column 3)".
    ///
    /// - Parameters:
    ///   - shape: the layer's output; with it, single patches get their row and column.
    ///   - classes: the model's classes; with them, logits get their names.
    public func words(in shape: LayerShape? = nil, classes: [String] = []) -> String {
        if layer == "logits", case .indices(let indices) = features {
            return logitWords(indices, classes: classes)
        }
        let features = featureWords
        let tokens = tokenWords(in: shape)
        if features.isEmpty { return [layer, tokens].filter { !$0.isEmpty }.joined(separator: " ") }
        return "\(layer) \(features)" + (tokens.isEmpty ? "" : ", \(tokens)")
    }

    private var featureWords: String {
        switch features {
        case .all: ""
        case .indices(let indices): noun(featureNoun, indices)
        case .head(let index, _): "head \(index)"
        }
    }

    /// Returns "logit “golf ball”", or "logit of class 18" without names.
    private func logitWords(_ indices: [Int], classes: [String]) -> String {
        let start = indices.count == 1 ? "logit" : "logits"
        guard indices.allSatisfy(classes.indices.contains) else { return "\(start) of \(noun("class", indices))" }
        return "\(start) " + indices.map { "“\(classes[$0])”" }.joined(separator: ", ")
    }

    private func tokenWords(in shape: LayerShape?) -> String {
        switch tokens {
        case .patches: return ""
        case .all: return "all tokens"
        case .special(let name): return name
        case .hiddenUnits(let indices): return noun("hidden unit", indices)
        case .indices(let indices):
            let words = noun("patch", indices)
            guard indices.count == 1, case .tokens(let layout, _) = shape, layout.columns > 0 else {
                return words
            }
            return words + " (row \(indices[0] / layout.columns), column \(indices[0] % layout.columns))"
        }
    }

    /// Returns "neuron 42", "neurons 3, 7, 9", "neurons 0 to 15".
    func noun(_ noun: String, _ indices: [Int]) -> String {
        if indices.count == 1 { return "\(noun) \(indices[0])" }
        let plural = noun.hasSuffix("s") || noun.hasSuffix("ch") ? noun + "es" : noun + "s"
        if let first = indices.first, indices.count > 2, indices == Array(first..<first + indices.count) {
            return "\(plural) \(first) to \(first + indices.count - 1)"
        }
        return "\(plural) " + indices.map(String.init).joined(separator: ", ")
    }
}
