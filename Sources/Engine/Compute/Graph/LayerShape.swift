/// The shape of one picture's output of a layer.
public enum LayerShape: Hashable, Sendable {
    /// A row of features for every token.
    case tokens(TokenLayout, features: Int)
    /// One row of features: pooled features or logits.
    case vector(features: Int)
    /// An attention pattern, `[count, tokens, tokens]`: how much each token takes from every other, head by head.
    ///
    /// The rows attend and sum to 1; the columns are attended to.
    case heads(TokenLayout, count: Int)
    /// An attention pattern in windows, `[heads, places, places of a window]`: how much the patch at each place takes from
    /// those of its own window, head by head. The places are in the order of ``WindowLayout/patches``.
    ///
    /// The rows attend and sum to 1; the columns are attended to.
    case windows(WindowLayout, heads: Int)
    /// The pattern of attention pooling, `[count, tokens]`: how much a learned query takes from every token, head by
    /// head. The rows sum to 1.
    case pooling(TokenLayout, count: Int)
    /// The hidden layer of an MLP that mixes tokens: a row of features for every hidden unit.
    ///
    /// Such an MLP runs on features × tokens. Its hidden layer is transposed back, so that features are the last axis
    /// here as everywhere.
    case tokenMixing(hidden: Int, features: Int)

    /// The extents of one picture's output, slowest first.
    public var extents: Shape {
        switch self {
        case .tokens(let layout, let features): [layout.count, features]
        case .vector(let features): [features]
        case .heads(let layout, let count): [count, layout.count, layout.count]
        case .windows(let windows, let heads): [heads, windows.count * windows.size, windows.size]
        case .pooling(let layout, let count): [count, layout.count]
        case .tokenMixing(let hidden, let features): [hidden, features]
        }
    }

    /// The number of heads of an attention pattern; nil for every other shape.
    public var headCount: Int? {
        switch self {
        case .heads(_, let count), .windows(_, heads: let count), .pooling(_, let count): count
        case .tokens, .vector, .tokenMixing: nil
        }
    }

    /// Whether it is a pattern of attention, which has no neurons.
    public var isPattern: Bool { headCount != nil }

    /// The length of the last axis: the number of features, or of attended tokens.
    public var features: Int { extents[-1] }

    /// The number of rows of ``features`` numbers.
    public var rowCount: Int { extents.count / max(features, 1) }

    /// The shape in words: "65 tokens (CLS and 8 × 8 patches) × 128 features".
    public var words: String {
        switch self {
        case .tokens(let layout, let features):
            "\(layout.count) tokens (\(layout.words)) × \(features) features"
        case .vector(let features):
            "\(features) features"
        case .heads(let layout, let count):
            "\(count) \(count == 1 ? "head" : "heads") × \(layout.count) attending tokens (\(layout.words)) "
                + "× \(layout.count) attended tokens"
        case .windows(let windows, let heads):
            "\(heads) \(heads == 1 ? "head" : "heads") × \(windows.words) × \(windows.size) attended patches each"
        case .pooling(let layout, let count):
            "\(count) \(count == 1 ? "head" : "heads") × \(layout.count) attended tokens (\(layout.words))"
        case .tokenMixing(let hidden, let features):
            "\(hidden) hidden token-mixing units × \(features) features"
        }
    }
}
