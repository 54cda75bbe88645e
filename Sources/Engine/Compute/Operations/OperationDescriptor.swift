/// The description of a model's operation, with its weights and options, for the backends that compute it.
///
/// The formulas are documented with the operations of these names in `Sources/Engine/Compute/Operations`. Shapes are those of
/// one picture, row-major; the weights are frozen. A backend of another device switches over the cases, so it does not compile
/// until it supports one that is added later.
public enum OperationDescriptor: Sendable {
    /// a + b of two values of one shape.
    case add
    /// Scores `[patterns, tokens, rows · columns]` plus terms `[patterns, tokens, rows + columns]`: that of the row and that of the
    /// column of each attended token.
    case addRelativeTerms(rows: Int, columns: Int)
    /// factor · x + shift at these rows and features, and x elsewhere; a shift is `[rows, features]`, a nil shift is none.
    ///
    /// With a factor of 0 the shift replaces the elements, whatever x is there. Rows are counted over all axes but the last.
    case alterElements(rows: [Int], features: [Int], factor: Float, shift: Parameter?)
    /// `[special; x] + positions`: the special tokens, which already include their positions, before the patches.
    ///
    /// - `special`: `[special, features]`; nil for none.
    /// - `positions`: `[patches, features]`.
    case assembleTokens(special: Parameter?, positions: Parameter)
    /// P · V for each head and window: reads `[heads, tokens, tokens / windows]`, and `[tokens, 3 · width]` of queries, keys
    /// and values.
    case attentionValues(heads: Int, windows: Int)
    /// softmax(Q · Kᵀ / √d + bias + mask) for each head of `[tokens, 3 · width]`, queries, keys and values side by side, among
    /// the n tokens of each of the windows, which lie one after the other: `[heads, tokens, n]`.
    ///
    /// - `bias`: `[heads, n, n]`, or `[1, n, n]` for all heads; nil for none.
    /// - `mask`: `[windows, n, n]`; nil for none. Both can contain −∞.
    case attentionWeights(heads: Int, windows: Int, bias: Parameter?, mask: Parameter?)
    /// The mean of each window of a grid, channel by channel; tokens in the padding count only if `countsPadding`.
    case averagePool(SlidingWindow, countsPadding: Bool)
    /// `[a, b, …]`, row by row, of any number of values with as many rows.
    case concatenate
    /// These values for every picture; there is no input.
    case constant(Parameter)
    /// The tokens of each window of a grid times (W · factor)ᵀ, plus bias; the weight is
    /// `[outputs, inputs / groups, height, width]`, the factor and the bias are `[outputs]`; nil is 1 and 0.
    ///
    /// Each group takes its part of the inputs, and gives its part of the outputs; with as many groups as channels, the
    /// convolution is depthwise.
    case convolution(weight: Parameter, factor: Parameter?, bias: Parameter?, groups: Int, window: SlidingWindow)
    /// A function applied to each element.
    case elementwise(ElementFunctionName)
    /// The picture's patches, row by row: in a patch pixels row by row, and red, green and blue of each.
    ///
    /// Pixels beyond the last whole patch are ignored.
    case flattenPatches(height: Int, width: Int)
    /// The rows of these numbers, where −1 is a row of zeros; `joined` rows after one another become one.
    case gatherRows(rows: [Int32], joined: Int)
    /// γ · x · g / (mean of g + ε) + β + x, with g the root of the sum of squares of each feature over the tokens.
    case globalResponseNorm(scale: Parameter, shift: Parameter, epsilon: Float)
    /// factor · Q · Kᵀ for each head of each group: reads queries `[groups · m, heads · d]` and keys `[groups · n, heads · d]`,
    /// gives `[groups · heads, m, n]`.
    case groupedScores(heads: Int, groups: Int, factor: Float)
    /// The maximum of the tokens from `from` on, feature by feature; equal maxima share the gradient.
    case greatestOfTokens(from: Int)
    /// `[a; b; …]`: the tokens of one input after those of another; a row of features is one token.
    case joinTokens
    /// x where it is above the threshold of its feature, or equals it if `includesEqual`, else 0; the thresholds are
    /// `[features]`.
    case keepAbove(thresholds: Parameter, includesEqual: Bool)
    /// The `count` largest numbers of each row, the first of equal ones, and 0 for the others; rectified, negative numbers are
    /// 0 too.
    case keepLargest(count: Int, isRectified: Bool)
    /// (x − μ) / √(σ² + ε) · scale + shift for each row; σ² is the mean square of x − μ.
    case layerNorm(scale: Parameter, shift: Parameter, epsilon: Float)
    /// x · Wᵀ + bias for each row; the weight is `[outputs, inputs]`.
    case linear(weight: Parameter, bias: Parameter?)
    /// The maximum of each window of a grid, channel by channel; the first of equal maxima takes the gradient.
    case maximumPool(SlidingWindow)
    /// The mean of the tokens from `from` on, feature by feature.
    case meanOfTokens(from: Int)
    /// W · x + bias of the heads at each place of `[inputs, rows, columns]`; the weight is `[outputs, inputs]`.
    case mixHeads(weight: Parameter, bias: Parameter?)
    /// P · V for each head of each group: reads weights `[groups · heads, m, n]` and values `[groups · n, heads · d]`, gives
    /// `[groups · m, heads · d]`.
    case mixValues(heads: Int, groups: Int)
    /// a · b of two values of one shape, element by element.
    case multiply
    /// Each head's queries · factor · √d / ‖queries‖ and keys / ‖keys‖ of `[tokens, 3 · width]`, with the values as they are;
    /// the factors are `[heads]`.
    case normalizeHeads(factors: Parameter)
    /// The picture's patches, row by row, each x · Wᵀ + bias; the weight is `[features, 3, patch height, patch width]`.
    ///
    /// Pixels beyond the last whole patch are ignored.
    case patchEmbedding(weight: Parameter, bias: Parameter?)
    /// The picture, `[3, height, width]`, as `[height · width, 3]`.
    case pixelTokens
    /// P · V for each head: reads `[heads, tokens]`, and `[tokens, 2 · width]` of keys and values; gives `[width]`.
    case poolingValues(heads: Int)
    /// softmax(q · Kᵀ / √d) for each head of `[tokens, 2 · width]`, keys and values side by side; gives `[heads, tokens]`.
    ///
    /// - `query`: `[width]`, the heads' queries side by side.
    /// - `from`: the first token that is attended to; those before it get 0.
    case poolingWeights(query: Parameter, heads: Int, from: Int)
    /// Products of each query with the position of every row and of every column of its window, for queries
    /// `[groups · rows · columns, heads · d]`; gives `[groups · heads, rows · columns, rows + columns]`.
    ///
    /// - `down`: `[rows, rows, d]`, from the query's row to another.
    /// - `across`: `[columns, columns, d]`.
    case relativeTerms(down: Parameter, across: Parameter, heads: Int, groups: Int)
    /// The same numbers in another shape, row-major.
    case reshape(Shape)
    /// The queries and keys of the last tokens of `[tokens, 3 · width]`, the patches, each pair (a, b) of a head's features
    /// as (a · cos − b · sin, b · cos + a · sin); everything else as it is.
    ///
    /// `cosines` and `sines` are `[1, patches, pairs]` for all heads, or `[heads, patches, pairs]`.
    case rotary(heads: Int, pairing: RotaryPairing, cosines: Parameter, sines: Parameter)
    /// x / √(mean(x²) + ε) · scale for each row.
    case rmsNorm(scale: Parameter, epsilon: Float)
    /// x · factor + shift, feature by feature; both are `[features]`; a nil shift is none.
    case scale(factor: Parameter, shift: Parameter?)
    /// x, whose gradient is multiplied by a factor.
    case scaleGradient(Float)
    /// A range of the features of each row.
    case selectFeatures(Range<Int>)
    /// The features of one token.
    case selectToken(Int)
    /// The softmax of each row.
    case softmax
    /// factor · x / max(‖x‖, 10⁻¹²) for each row; the factor is `[rows]`, nil for 1.
    case unitRows(factor: Parameter?)
    /// (x − mean) / (s + ε) for each row, where s is the deviation of a sample, with n − 1.
    case standardizeRows(epsilon: Float)
    /// `[rows, columns]` as `[columns, rows]`.
    case transpose

    /// The operation in a word or two: "linear", "layer norm".
    public var name: String {
        switch self {
        case .add: "add"
        case .addRelativeTerms: "add relative terms"
        case .alterElements: "alter elements"
        case .assembleTokens: "assemble tokens"
        case .attentionValues: "attention values"
        case .attentionWeights: "attention weights"
        case .averagePool: "average pool"
        case .concatenate: "concatenate"
        case .constant: "constant"
        case .convolution: "convolution"
        case .elementwise(let function): function.rawValue
        case .flattenPatches: "flatten patches"
        case .gatherRows: "gather rows"
        case .globalResponseNorm: "global response norm"
        case .groupedScores: "grouped scores"
        case .greatestOfTokens: "greatest of tokens"
        case .joinTokens: "join tokens"
        case .keepAbove: "keep above"
        case .keepLargest: "keep largest"
        case .layerNorm: "layer norm"
        case .linear: "linear"
        case .maximumPool: "maximum pool"
        case .meanOfTokens: "mean of tokens"
        case .mixHeads: "mix heads"
        case .mixValues: "mix values"
        case .multiply: "multiply"
        case .normalizeHeads: "normalize heads"
        case .patchEmbedding: "patch embedding"
        case .pixelTokens: "pixel tokens"
        case .poolingValues: "pooling values"
        case .poolingWeights: "pooling weights"
        case .relativeTerms: "relative terms"
        case .reshape: "reshape"
        case .rotary: "rotary positions"
        case .rmsNorm: "RMS norm"
        case .scale: "scale"
        case .scaleGradient: "scale gradient"
        case .selectFeatures: "select features"
        case .selectToken: "select token"
        case .softmax: "softmax"
        case .standardizeRows: "standardize rows"
        case .unitRows: "unit rows"
        case .transpose: "transpose"
        }
    }

    /// The weights that it uses.
    public var parameters: [Parameter] {
        switch self {
        case .alterElements(_, _, _, let shift): [shift].compactMap(\.self)
        case .constant(let values): [values]
        case .assembleTokens(let special, let positions): [special, positions].compactMap(\.self)
        case .convolution(let weight, let factor, let bias, _, _): [weight, factor, bias].compactMap(\.self)
        case .attentionWeights(_, _, let bias, let mask): [bias, mask].compactMap(\.self)
        case .keepAbove(let thresholds, _): [thresholds]
        case .globalResponseNorm(let scale, let shift, _), .layerNorm(let scale, let shift, _): [scale, shift]
        case .linear(let weight, let bias), .patchEmbedding(let weight, let bias), .mixHeads(let weight, let bias):
            [weight, bias].compactMap(\.self)
        case .normalizeHeads(let factors): [factors]
        case .poolingWeights(let query, _, _): [query]
        case .relativeTerms(let down, let across, _, _): [down, across]
        case .rmsNorm(let scale, _): [scale]
        case .rotary(_, _, let cosines, let sines): [cosines, sines]
        case .scale(let factor, let shift): [factor, shift].compactMap(\.self)
        case .unitRows(let factor): [factor].compactMap(\.self)
        case .add, .addRelativeTerms, .attentionValues, .averagePool, .concatenate, .elementwise, .flattenPatches,
            .gatherRows, .greatestOfTokens, .groupedScores, .joinTokens, .keepLargest, .maximumPool, .meanOfTokens,
            .mixValues,
            .multiply, .pixelTokens, .poolingValues, .reshape, .scaleGradient, .selectFeatures, .selectToken, .softmax,
            .standardizeRows, .transpose:
            []
        }
    }

    /// Whether it is a function of each element, such as the one between the two layers of an MLP, or a gate that lets some
    /// of them pass.
    public var isActivation: Bool {
        switch self {
        case .elementwise, .keepAbove, .keepLargest: true
        default: false
        }
    }
}

/// A function of one number, with its derivative; formulas and sources are documented with the types of these names.
public enum ElementFunctionName: String, Hashable, Sendable, CaseIterable {
    case elu, gelu, hardMish, hardSigmoid, hardSwish, identity, leakyReLU, mish, quickGELU, relu, relu6, selu, sigmoid,
        silu
    case squaredReLU, tanh, tanhGELU
}
