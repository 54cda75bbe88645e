import Compute
import Images
import Models
import Platform
import Visualization

/// What each part of a model adds to an objective on one photograph: the embedding, each head, each MLP, the biases.
///
/// The residual stream is the sum of what its parts write into it, and the last norm is linear once its mean and deviation
/// are those of the whole stream. So the logit is the sum of the parts' contributions, without any remainder.
///
/// Source: Elhage et al. 2021, "A mathematical framework for transformer circuits" (direct logit attribution); Gandelsman et
/// al. 2024, arXiv:2310.05916, for heads of CLIP.
public struct Contributions: Sendable {
    /// The kind of a part.
    public enum Kind: Hashable, Sendable {
        /// The tokens before the first block: patches, special tokens and positions.
        case embedding
        /// An attention head of a layer.
        case head(Int, of: Int)
        /// A whole layer: an MLP, or what cannot be divided further.
        case layer
        /// A hidden neuron of an MLP.
        case neuron(Int)
        /// The biases that the layers add.
        case bias
        /// What interventions add.
        case intervention
    }

    /// A part and its contribution.
    public struct Part: Hashable, Sendable {
        /// The layer's address: "blocks.5.attn.heads".
        public let layer: String
        /// What it is.
        public let kind: Kind
        /// What it adds to the objective.
        public let value: Float

        /// The part in words: "blocks.5.attn.heads head 2".
        public var words: String {
            switch kind {
            case .embedding: "embedding (\(layer))"
            case .head(let index, _): "\(layer) head \(index)"
            case .layer: layer
            case .neuron(let index): "\(layer) neuron \(index)"
            case .bias: "biases of \(layer)"
            case .intervention: "intervention at \(layer)"
            }
        }
    }

    /// The model's name.
    public let model: String
    /// The objective in words.
    public let label: String
    /// The objective's value, as the model computes it.
    public let value: Float
    /// The parts, in the order of computation.
    public let parts: [Part]

    /// The sum of all contributions.
    public var sum: Float { Float(parts.reduce(0.0) { $0 + Double($1.value) }) }
    /// How far the sum is from the objective's value.
    public var error: Float { sum - value }

    /// The parts, the one that adds or takes away most first.
    public var strongest: [Part] { parts.sorted { abs($0.value) > abs($1.value) } }

    /// The heads' contributions, `[layers, heads]`, with the layers' addresses; nil without heads.
    public var heads: (layers: [String], values: Tensor)? {
        var layers: [String] = []
        var most = 0
        for part in parts {
            guard case .head(_, let count) = part.kind else { continue }
            if !layers.contains(part.layer) { layers.append(part.layer) }
            most = max(most, count)
        }
        guard !layers.isEmpty else { return nil }
        var values = [Float](repeating: .nan, count: layers.count * most)
        for part in parts {
            guard case .head(let head, _) = part.kind, let row = layers.firstIndex(of: part.layer) else { continue }
            values[row * most + head] = part.value
        }
        return (layers, Tensor(values, shape: [layers.count, most]))
    }
}
