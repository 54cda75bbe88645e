/// Which tokens a layer holds: a few special ones, then the patches row by row.
public struct TokenLayout: Hashable, Sendable, Codable {
    /// The tokens before the patches, by name: `["CLS"]`, `["CLS", "distillation"]`, or none.
    public var special: [String]
    /// How many rows of patches.
    public var rows: Int
    /// How many patches in a row.
    public var columns: Int

    /// A layout of `rows` × `columns` patches behind the `special` tokens.
    public init(special: [String], rows: Int, columns: Int) {
        self.special = special
        self.rows = rows
        self.columns = columns
    }

    /// How many patches there are.
    public var patchCount: Int { rows * columns }
    /// How many tokens there are, special ones included.
    public var count: Int { special.count + patchCount }
    /// The token index of the first patch.
    public var firstPatch: Int { special.count }
}

/// What one picture's output of a layer is.
public enum LayerShape: Hashable, Sendable {
    /// A row of features for every token.
    case tokens(TokenLayout, features: Int)
    /// One row of features: pooled features or logits.
    case vector(features: Int)

    /// The number of features: how many neurons the layer has.
    public var features: Int {
        switch self {
        case .tokens(_, let features), .vector(let features): features
        }
    }

    /// The number of rows of features.
    public var tokenCount: Int {
        switch self {
        case .tokens(let layout, _): layout.count
        case .vector: 1
        }
    }

    /// The shape in words: "65 tokens (CLS and 8 × 8 patches) × 128 features".
    public var words: String {
        switch self {
        case .tokens(let layout, let features):
            let patches = "\(layout.rows) × \(layout.columns) patches"
            let tokens = (layout.special + [patches]).joined(separator: " and ")
            return "\(layout.count) tokens (\(tokens)) × \(features) features"
        case .vector(let features):
            return "\(features) features"
        }
    }
}
