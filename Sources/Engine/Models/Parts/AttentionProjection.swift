import Compute
import Platform

/// The layer that computes a block's queries, keys and values, in the forms in which files store it: as one matrix or as
/// three, with biases for all of them, for some, or for none.
struct AttentionProjection {
    /// Whether queries, keys and values are stored as one matrix.
    let isJoint: Bool
    /// Whether their biases are stored as one row.
    private let hasJointBias: Bool
    /// Which of queries, keys and values have a bias of their own.
    private let biased: Set<String>
    /// Whether the keys' third of the joint bias is not used: Facebook's DINOv3, whose `LinearKMaskedBias` keeps it.
    private let masksKeyBias: Bool

    private static let parts = ["q", "k", "v"]

    /// Determines the form from the tensors of all blocks; a tensor that one block has is required in all.
    init(_ weights: WeightReader) {
        func any(_ name: String) -> Bool {
            (0..<weights.blockCount).contains { index in
                // The second is that of the first of several attentions side by side.
                ["attn.\(name)", "attns.0.attn.\(name)"].contains { weights["blocks"][index].has($0) }
            }
        }
        isJoint = any("qkv.weight") || !any("q.weight")
        hasJointBias = any("qkv.bias")
        masksKeyBias = any("qkv.bias_mask")
        biased = Set(Self.parts.filter { any("\($0).bias") })
    }

    /// Returns the layer, with outputs `[queries, keys, values]`.
    ///
    /// - Parameters:
    ///   - weights: the scope of the attention.
    ///   - width: the number of features of a token.
    ///   - ignoresKeyBias: whether the keys' third of the joint bias is stored, but not used: Swin v2.
    /// - Throws: ``EngineError/shapeMismatch(place:expected:found:)``.
    func linear(
        _ weights: WeightReader, width: Int, ignoresKeyBias: Bool = false
    ) throws(EngineError) -> Linear {
        if isJoint {
            let inner = Self.innerWidth(weights, width: width)
            let weight = try weights["qkv"].parameter("weight", [3 * inner, width])
            return Linear(weight: weight, bias: try bias(weights, width: inner, ignoresKeyBias: ignoresKeyBias))
        }
        let bias = try bias(weights, width: width, ignoresKeyBias: ignoresKeyBias)
        var matrices: [Parameter] = []
        for name in Self.parts { matrices.append(try weights[name].parameter("weight", [width, width])) }
        return Linear(weight: Parameter(joining: matrices, shape: [3 * width, width]), bias: bias)
    }

    /// Returns the number of features of all heads together, which is the width of the tokens in nearly all models.
    ///
    /// - Parameter weights: the scope of an attention.
    static func innerWidth(_ weights: WeightReader, width: Int) -> Int {
        let rows = weights["qkv"].shape("weight")?.dimensions.first ?? 0
        return rows > 0 && rows % 3 == 0 ? rows / 3 : width
    }

    private func bias(
        _ weights: WeightReader, width: Int, ignoresKeyBias: Bool
    ) throws(EngineError) -> Parameter? {
        if hasJointBias {
            let bias = try weights["qkv"].parameter("bias", [3 * width])
            guard masksKeyBias || ignoresKeyBias, bias.count > 0 else { return bias }
            return Parameter(shape: bias.shape) { values in
                for index in values.indices {
                    values[index] = width..<2 * width ~= index ? 0 : bias.values[index]
                }
            }
        }
        guard !biased.isEmpty else { return nil }
        var rows: [Parameter] = []
        for name in Self.parts {
            rows.append(
                biased.contains(name)
                    ? try weights[name].parameter("bias", [width])
                    : Parameter(shape: [width]) { $0.update(repeating: 0) })
        }
        return Parameter(joining: rows, shape: [3 * width])
    }
}
