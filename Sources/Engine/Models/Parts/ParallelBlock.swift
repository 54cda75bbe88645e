import Compute
import Platform

// Blocks whose parts are computed side by side from the same input.

extension TransformerBlock {
    /// The arrangement of a block's parts.
    enum Arrangement: Sendable {
        /// Attention, then the MLP.
        case sequence
        /// Several attentions side by side, then as many MLPs side by side.
        ///
        /// Source: Touvron et al. 2022, arXiv:2203.09795, eq. 2; timm's `ParallelThingsBlock`.
        case branches(count: Int)
        /// Attention and MLP side by side, with one layer before and one or two after both.
        ///
        /// Source: Dehghani et al. 2023, arXiv:2302.05442, section 2.1; timm's `ParallelScalingBlock` and
        /// `DiffParallelScalingBlock`.
        case joint

        init(_ weights: WeightReader) {
            let block = weights["blocks"][0]
            let branches = (0...).first { !block["attns"][$0]["attn"]["qkv"].has("weight") } ?? 0
            self =
                branches > 0
                ? .branches(count: branches) : block["in_proj"].has("weight") ? .joint : .sequence
        }

        /// The tensors by which a model with blocks in timm's spelling is recognized, one for each arrangement.
        static let recognizedBy = [
            "blocks.0.attn.qkv.weight", "blocks.0.attns.0.attn.qkv.weight", "blocks.0.in_proj.weight",
        ]
    }

    /// Appends a block of branches, named below `at`: x ← x + Σ attentionᵢ(normᵢ(x)); x ← x + Σ mlpᵢ(normᵢ(x)).
    ///
    /// `attn` and `mlp` are the sums of the branches.
    func appendBranches(
        _ count: Int, to graph: inout GraphBuilder, _ input: GraphBuilder.Result, _ block: WeightReader, index: Int,
        at: String
    ) throws(EngineError) -> GraphBuilder.Result {
        var attended: GraphBuilder.Result?
        for number in 0..<count {
            let (branch, place) = (block["attns"][number], "\(at).attns.\(number)")
            var mixed = try graph.norm(input, branch["norm"], by: normalization, epsilon: epsilon)
            graph.name(mixed, "\(place).norm")
            mixed = try attention(&graph, mixed, branch["attn"], index: index, at: "\(place).attn")
            mixed = try scaled(&graph, mixed, branch["ls"], at: "\(place).ls")
            graph.name(mixed, place, listed: false)
            attended = try attended.map { sum throws(EngineError) in try graph.add(sum, mixed) } ?? mixed
        }
        let middle = try graph.add(input, attended ?? input)
        if let attended { graph.name(attended, "\(at).attn") }
        graph.name(middle, "\(at).middle")

        var worked: GraphBuilder.Result?
        for number in 0..<count {
            let (branch, place) = (block["ffns"][number], "\(at).ffns.\(number)")
            var features = try graph.norm(middle, branch["norm"], by: normalization, epsilon: epsilon)
            graph.name(features, "\(place).norm")
            features = try mlp(&graph, features, branch["mlp"], at: "\(place).mlp")
            features = try scaled(&graph, features, branch["ls"], at: "\(place).ls")
            graph.name(features, place, listed: false)
            worked = try worked.map { sum throws(EngineError) in try graph.add(sum, features) } ?? features
        }
        if let worked { graph.name(worked, "\(at).mlp") }
        return try graph.add(middle, worked ?? middle)
    }

    /// Appends a block whose first layer computes the MLP's hidden units, queries, keys and values in one product:
    ///
    ///     x ← x + γ · (attention(norm(x)) + mlp(norm(x)))
    func appendJoint(
        to graph: inout GraphBuilder, _ input: GraphBuilder.Result, _ block: WeightReader, index: Int, at: String
    ) throws(EngineError) -> GraphBuilder.Result {
        let width = input.shape[-1]
        let hiddenWidth = max((block["in_proj"].shape("weight")?.dimensions.first ?? 0) - 3 * width, 0)
        let norm = try graph.norm(input, block["in_norm"], by: normalization, epsilon: epsilon)
        graph.name(norm, "\(at).norm1", also: ["\(at).in_norm"])
        let all = try graph.linear(
            norm, block["in_proj"], hiddenWidth + 3 * width, bias: block["in_proj"].has("bias"))
        graph.name(all, "\(at).in_proj", listed: false)
        let qkv = try graph.apply(SelectFeatures(hiddenWidth..<hiddenWidth + 3 * width), all)
        let mixed = try attend(&graph, qkv, block, index: index, at: "\(at).attn", module: at)
        graph.name(mixed, "\(at).attn.heads")
        var first = try graph.apply(SelectFeatures(0..<hiddenWidth), all)
        if block.has("mlp_bias") {
            // Without biases of queries, keys and values, the hidden units have one of their own.
            let one = Parameter(shape: [hiddenWidth]) { $0.update(repeating: 1) }
            first = try graph.apply(Scale(factor: one, shift: block.parameter("mlp_bias", [hiddenWidth])), first)
        }
        let hidden = try graph.activate(first, by: activation)
        graph.name(hidden, "\(at).mlp.hidden", also: ["\(at).mlp_act"])

        let isFused = block["out_proj"].has("weight")
        let output = block["out_proj"]
        let bias = isFused && parts.hasProjectionBias ? try output.parameter("bias", [width]) : nil
        let fused = isFused ? try output.parameter("weight", [width, width + hiddenWidth]) : nil
        var attended: GraphBuilder.Result
        var features: GraphBuilder.Result
        if let fused {
            attended = try graph.apply(Linear(weight: fused.columns(0..<width), bias: nil), mixed)
            features = try graph.apply(
                Linear(weight: fused.columns(width..<width + hiddenWidth), bias: bias), hidden)
        } else {
            attended = try graph.linear(mixed, block["attn_out_proj"], width, bias: parts.hasProjectionBias)
            features = try graph.linear(hidden, block["mlp_out_proj"], width, bias: parts.hasProjectionBias)
        }
        graph.name(attended, "\(at).attn", also: isFused ? [] : ["\(at).attn_out_proj"])
        graph.name(features, "\(at).mlp", also: isFused ? [] : ["\(at).mlp_out_proj"])
        let both = try graph.add(attended, features)
        if isFused { graph.name(both, "\(at).out_proj", listed: false) }
        return try graph.add(input, scaled(&graph, both, block["ls"], at: "\(at).ls"))
    }
}

extension Parameter {
    /// Returns some columns of a matrix, in memory of their own.
    func columns(_ range: Range<Int>) -> Parameter {
        let (rows, width) = (shape[0], shape[1])
        guard count > 0 else { return Parameter(missing: [rows, range.count]) }
        return Parameter(shape: [rows, range.count]) { target in
            for row in 0..<rows {
                for column in range {
                    target[row * range.count + column - range.lowerBound] = values[row * width + column]
                }
            }
        }
    }
}
