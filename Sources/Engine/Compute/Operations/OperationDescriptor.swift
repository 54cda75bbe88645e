/// The description of a model's operation, with its weights and options, for the backends that compute it.
///
/// The formulas are documented with the operations of these names in `Sources/Engine/Compute/Operations`. Shapes are those of
/// one picture, row-major; the weights are frozen. A backend of another device switches over the cases, so it does not compile
/// until it supports one that is added later.
public enum OperationDescriptor: Sendable {
    /// a + b of two values of one shape.
    case add
    /// factor · x + shift at these rows and features, and x elsewhere; a shift is `[rows, features]`, a nil shift is none.
    ///
    /// With a factor of 0 the shift replaces the elements, whatever x is there. Rows are counted over all axes but the last.
    case alterElements(rows: [Int], features: [Int], factor: Float, shift: Parameter?)
    /// `[special; x] + positions`: the special tokens, which already include their positions, before the patches.
    ///
    /// - `special`: `[special, features]`; nil for none.
    /// - `positions`: `[patches, features]`.
    case assembleTokens(special: Parameter?, positions: Parameter)
    /// P · V for each head: reads `[heads, tokens, tokens]`, and `[tokens, 3 · width]` of queries, keys and values.
    case attentionValues(heads: Int)
    /// softmax(Q · Kᵀ / √d) for each head of `[tokens, 3 · width]`: queries, keys and values side by side.
    case attentionWeights(heads: Int)
    /// `[a, b]` of two rows of features.
    case concatenate
    /// These values for every picture; there is no input.
    case constant(Parameter)
    /// A function applied to each element.
    case elementwise(ElementFunctionName)
    /// The maximum of the tokens from `from` on, feature by feature; equal maxima share the gradient.
    case greatestOfTokens(from: Int)
    /// (x − μ) / √(σ² + ε) · scale + shift for each row; σ² is the mean square of x − μ.
    case layerNorm(scale: Parameter, shift: Parameter, epsilon: Float)
    /// x · Wᵀ + bias for each row; the weight is `[outputs, inputs]`.
    case linear(weight: Parameter, bias: Parameter?)
    /// The mean of the tokens from `from` on, feature by feature.
    case meanOfTokens(from: Int)
    /// a · b of two values of one shape, element by element.
    case multiply
    /// The picture's patches, row by row, each x · Wᵀ + bias; the weight is `[features, 3, patch height, patch width]`.
    ///
    /// Pixels beyond the last whole patch are ignored.
    case patchEmbedding(weight: Parameter, bias: Parameter?)
    /// x · factor + shift, feature by feature; both are `[features]`; a nil shift is none.
    case scale(factor: Parameter, shift: Parameter?)
    /// A range of the features of each row.
    case selectFeatures(Range<Int>)
    /// The features of one token.
    case selectToken(Int)
    /// `[rows, columns]` as `[columns, rows]`.
    case transpose

    /// The operation in a word or two: "linear", "layer norm".
    public var name: String {
        switch self {
        case .add: "add"
        case .alterElements: "alter elements"
        case .assembleTokens: "assemble tokens"
        case .attentionValues: "attention values"
        case .attentionWeights: "attention weights"
        case .concatenate: "concatenate"
        case .constant: "constant"
        case .elementwise(let function): function.rawValue
        case .greatestOfTokens: "greatest of tokens"
        case .layerNorm: "layer norm"
        case .linear: "linear"
        case .meanOfTokens: "mean of tokens"
        case .multiply: "multiply"
        case .patchEmbedding: "patch embedding"
        case .scale: "scale"
        case .selectFeatures: "select features"
        case .selectToken: "select token"
        case .transpose: "transpose"
        }
    }

    /// The weights that it uses.
    public var parameters: [Parameter] {
        switch self {
        case .alterElements(_, _, _, let shift): [shift].compactMap(\.self)
        case .constant(let values): [values]
        case .assembleTokens(let special, let positions): [special, positions].compactMap(\.self)
        case .layerNorm(let scale, let shift, _): [scale, shift]
        case .linear(let weight, let bias), .patchEmbedding(let weight, let bias): [weight, bias].compactMap(\.self)
        case .scale(let factor, let shift): [factor, shift].compactMap(\.self)
        case .add, .attentionValues, .attentionWeights, .concatenate, .elementwise, .greatestOfTokens, .meanOfTokens,
            .multiply, .selectFeatures, .selectToken, .transpose:
            []
        }
    }

    /// Whether it is a function of each element, such as the one between the two layers of an MLP.
    public var isActivation: Bool { if case .elementwise = self { true } else { false } }
}

/// A function of one number, with its derivative; formulas and sources are documented with the types of these names.
public enum ElementFunctionName: String, Hashable, Sendable, CaseIterable {
    case elu, gelu, hardMish, hardSigmoid, hardSwish, identity, leakyReLU, mish, quickGELU, relu, relu6, selu, sigmoid,
        silu
    case squaredReLU, tanh, tanhGELU
}
