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
    ///   - headWidth: the number of features of a head, if several heads of queries may share keys and values, which are then
    ///     repeated; nil if they may not.
    /// - Throws: ``EngineError/shapeMismatch(place:expected:found:)``.
    func linear(
        _ weights: WeightReader, width: Int, ignoresKeyBias: Bool = false, headWidth: Int? = nil
    ) throws(EngineError) -> Linear {
        if isJoint {
            let inner = Self.innerWidth(weights, width: width)
            let weight = try weights["qkv"].parameter("weight", [3 * inner, width])
            return Linear(weight: weight, bias: try bias(weights, width: inner, ignoresKeyBias: ignoresKeyBias))
        }
        let bias = try bias(weights, width: width, ignoresKeyBias: ignoresKeyBias, headWidth: headWidth)
        var matrices: [Parameter] = []
        for name in Self.parts {
            let rows = Self.rows(weights[name], width: width, headWidth: headWidth)
            let matrix = try weights[name].parameter("weight", [rows, width])
            matrices.append(rows == width ? matrix : matrix.repeated(rows: headWidth ?? width, to: width))
        }
        return Linear(weight: Parameter(joining: matrices, shape: [3 * width, width]), bias: bias)
    }

    /// Returns the number of features of all heads together, which is the width of the tokens in nearly all models.
    ///
    /// - Parameter weights: the scope of an attention.
    static func innerWidth(_ weights: WeightReader, width: Int) -> Int {
        let rows = weights["qkv"].shape("weight")?.dimensions.first ?? 0
        return rows > 0 && rows % 3 == 0 ? rows / 3 : width
    }

    /// Returns the number of rows of a matrix of which heads may share groups.
    private static func rows(_ weights: WeightReader, width: Int, headWidth: Int?) -> Int {
        guard let headWidth, let rows = weights.shape("weight")?.dimensions.first, rows > 0, headWidth > 0,
            rows.isMultiple(of: headWidth), width.isMultiple(of: rows)
        else { return width }
        return rows
    }

    private func bias(
        _ weights: WeightReader, width: Int, ignoresKeyBias: Bool, headWidth: Int? = nil
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
            guard biased.contains(name) else {
                rows.append(Parameter(shape: [width]) { $0.update(repeating: 0) })
                continue
            }
            let count = Self.rows(weights[name], width: width, headWidth: headWidth)
            let bias = try weights[name].parameter("bias", [count])
            rows.append(count == width ? bias : bias.repeated(rows: headWidth ?? width, to: width))
        }
        return Parameter(joining: rows, shape: [3 * width])
    }
}

extension Parameter {
    /// Returns the parameter with each group of `size` rows several times in a row, so that there are `count` rows.
    fileprivate func repeated(rows size: Int, to count: Int) -> Parameter {
        let width = shape.rank == 1 ? 1 : shape[-1]
        let target: Shape = shape.rank == 1 ? [count] : [count, width]
        guard self.count > 0 else { return Parameter(missing: target) }
        let times = count / shape[0]
        return Parameter(shape: target) { result in
            for row in 0..<count {
                let source = row / (size * times) * size + row % size
                for column in 0..<width { result[row * width + column] = values[source * width + column] }
            }
        }
    }
}
