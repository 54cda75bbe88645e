import Compute
import Images
import Models
import Platform
import Visualization

extension Model {
    /// Computes what in a photograph an objective depends on.
    ///
    /// - Parameters:
    ///   - objective: an objective whose targets lie in this model: a logit, a text, a neuron.
    ///   - photograph: of any size; the model's own preprocessing prepares it.
    ///   - progress: is called with how many of how many gradients are done.
    /// - Throws: ``EngineError/noAttention(model:family:)`` for a method that needs attention;
    ///   ``EngineError/invalidValue(what:found:expected:)`` for settings that are out of range or that the model does not
    ///   have; ``EngineError/noPatches(layer:model:shape:)``, ``EngineError/invalidObjective(reason:)``,
    ///   ``EngineError/outOfRange(what:index:count:place:)``, ``EngineError/unknownLayer(address:model:near:)``,
    ///   ``EngineError/tooLarge(what:neededBytes:availableBytes:)``, ``EngineError/cancelled``.
    public func relevance(
        of objective: Objective, at photograph: Image, _ settings: Relevance.Settings = .init(),
        cancellation: Cancellation? = nil, progress: PictureProgress? = nil
    ) throws(EngineError) -> Relevance {
        let seen = preprocessing.seen(of: photograph)
        let work = RelevanceWork(
            model: self, objective: objective, input: preprocessing.tensor(ofSeen: seen), cancellation: cancellation,
            progress: progress)
        let label = "\(name) \(words(of: objective))"
        switch settings.method {
        case .integratedGradients:
            let found = try work.integratedGradients(settings)
            let map = found.attributions.summedOverChannels
            return Relevance(
                label: label, value: found.value, settings: settings,
                map: HeatMap(
                    "integrated gradients", values: map, over: seen,
                    scale: ColorScale(for: map.values, clipping: 0.01)),
                attributions: found.attributions, completeness: found.completeness)
        case .chefer, .gradientAttention:
            let (layout, values, value) = try work.gradientAttention(settings)
            return Relevance(
                label: label, value: value, settings: settings, map: layout.map("relevance", values, over: seen),
                attributions: nil, completeness: nil)
        case .gradCAM:
            let (layout, values, value) = try work.gradCAM(settings)
            return Relevance(
                label: label, value: value, settings: settings, map: layout.map("Grad-CAM", values, over: seen),
                attributions: nil, completeness: nil)
        }
    }
}

/// One map at work.
private struct RelevanceWork {
    let model: Model
    let objective: Objective
    let input: Tensor
    let cancellation: Cancellation?
    let progress: PictureProgress?

    /// Returns the relevance of each token, from the blocks' attention and its gradients.
    func gradientAttention(
        _ settings: Relevance.Settings
    ) throws(EngineError) -> (layout: TokenLayout, values: [Float], value: Float) {
        let (layout, blocks) = try attendingBlocks(settings)
        let count = layout.count
        let wanted = try model.nodes(of: objective.layers)
        var patterns: [Int] = []
        for block in blocks { patterns += try model.nodes(of: ["blocks.\(block).attn.pattern"]) }
        var needed = Set(patterns)
        for node in patterns { needed.formUnion(model.graph.frontier(from: node, to: wanted)) }
        let values = try NodeValues(of: model, nodes: needed, at: input, cancellation: cancellation)
        // R starts as the identity: each token is relevant to itself.
        var relevance = [Double](repeating: 0, count: count * count)
        for token in 0..<count { relevance[token * count + token] = 1 }
        var value: Float = 0
        for (place, node) in patterns.enumerated() {
            let after = try ObjectiveAfterNode(
                objective, of: model, after: node, values: values, gradient: true, cancellation: cancellation)
            let pattern = values[node]
            let found = try after.gradient(at: pattern)
            value = found.value
            let weighted = Self.meanOfHeads(pattern, found.gradient, count: count)
            switch settings.method {
            case .chefer: relevance = Self.carried(relevance, through: weighted, count: count)
            default: relevance = weighted
            }
            progress?(place + 1, patterns.count)
        }
        return (layout, try source(layout, relevance), value)
    }

    /// Returns the blocks whose attention is used, from the first, and their tokens.
    private func attendingBlocks(_ settings: Relevance.Settings) throws(EngineError) -> (TokenLayout, [Int]) {
        func pattern(_ block: Int) -> TokenLayout? {
            guard let shape = model.graph.layer("blocks.\(block).attn.pattern")?.shape,
                case .heads(let layout, _) = shape
            else { return nil }
            return layout
        }
        guard (0..<model.blockCount).contains(where: { pattern($0) != nil }) else {
            throw .noAttention(model: model.name, family: model.family)
        }
        let last = model.blockCount - 1
        let chosen = settings.block ?? (settings.method == .chefer ? 0 : last)
        guard (0...last).contains(chosen) else {
            throw .outOfRange(what: "block", index: chosen, count: model.blockCount, place: model.name)
        }
        let blocks = settings.method == .chefer ? Array(chosen...last) : [chosen]
        guard let layout = pattern(blocks[0]), blocks.allSatisfy({ pattern($0) == layout }) else {
            throw .invalidValue(
                what: "The method for \(model.name)", found: "one that needs attention among all tokens in every block",
                expected:
                    "`.gradCAM` or `.integratedGradients`: some blocks of this \(model.family) attend in another way")
        }
        return (layout, blocks)
    }

    /// Returns the relevance of the tokens for the head's input: the row of CLS, or in a model without CLS the mean of the
    /// patches' rows.
    private func source(_ layout: TokenLayout, _ relevance: [Double]) throws(EngineError) -> [Float] {
        let weights = try AttentionSource.defaultSource(in: layout).weights(in: layout, of: model.name)
        let count = layout.count
        return (0..<count).map { token in
            Float((0..<count).reduce(0.0) { $0 + Double(weights[$1]) * relevance[$1 * count + token] })
        }
    }

    /// Returns the mean over the heads of (∇A ⊙ A)⁺, `[tokens, tokens]`.
    private static func meanOfHeads(_ pattern: [Float], _ gradient: [Float], count: Int) -> [Double] {
        let square = count * count
        let heads = pattern.count / square
        var mean = [Double](repeating: 0, count: square)
        for head in 0..<heads {
            for place in 0..<square {
                let index = head * square + place
                mean[place] += max(Double(pattern[index]) * Double(gradient[index]), 0)
            }
        }
        return mean.map { $0 / Double(heads) }
    }

    /// Returns R + Ā · R.
    private static func carried(_ relevance: [Double], through attention: [Double], count: Int) -> [Double] {
        var result = relevance
        result.withUnsafeMutableBufferPointer { result in
            for row in 0..<count {
                for middle in 0..<count {
                    let weight = attention[row * count + middle]
                    guard weight != 0 else { continue }
                    for column in 0..<count {
                        result[row * count + column] += weight * relevance[middle * count + column]
                    }
                }
            }
        }
        return result
    }

    /// Returns Grad-CAM's number of each token: max(0, Σ_f w_f · x_tf) with w the mean of the gradient over the patches.
    func gradCAM(
        _ settings: Relevance.Settings
    ) throws(EngineError) -> (layout: TokenLayout, values: [Float], value: Float) {
        let address: String
        if let layer = settings.layer { address = layer } else { address = try model.defaultGradCAMLayer }
        let shape = try model.layer(address).shape
        guard case .tokens(let layout, let features) = shape else {
            throw .noPatches(layer: address, model: model.name, shape: shape)
        }
        let node = try model.nodes(of: [address])[0]
        let wanted = try model.nodes(of: objective.layers)
        let values = try NodeValues(
            of: model, nodes: Set(model.graph.frontier(from: node, to: wanted) + [node]), at: input,
            cancellation: cancellation)
        let after = try ObjectiveAfterNode(
            objective, of: model, after: node, values: values, gradient: true, cancellation: cancellation)
        let activations = values[node]
        let found = try after.gradient(at: activations)
        var weights = [Double](repeating: 0, count: features)
        for token in layout.firstPatch..<layout.count {
            for feature in 0..<features { weights[feature] += Double(found.gradient[token * features + feature]) }
        }
        progress?(1, 1)
        let map = (0..<layout.count).map { token in
            let sum = (0..<features).reduce(0.0) {
                $0 + weights[$1] / Double(layout.patchCount) * Double(activations[token * features + $1])
            }
            return Float(max(sum, 0))
        }
        return (layout, map, found.value)
    }

    /// Returns the attribution of every number of the input: (x − x₀) · ∫ ∇f(x₀ + α(x − x₀)) dα by Gauss–Legendre, as
    /// Captum's default.
    func integratedGradients(
        _ settings: Relevance.Settings
    ) throws(EngineError) -> (attributions: Tensor, value: Float, completeness: Relevance.Completeness) {
        guard (1...1000).contains(settings.steps) else {
            throw .invalidValue(what: "The number of steps", found: "\(settings.steps)", expected: "1 to 1000")
        }
        let baseline = settings.baseline.input(of: model)
        let difference = zip(input.values, baseline).map { $0 - $1 }
        let rule = GaussLegendre(settings.steps)
        var sums = [Double](repeating: 0, count: difference.count)
        for start in stride(from: 0, to: settings.steps, by: ObjectiveAfterNode.largestPiece) {
            let piece = start..<min(start + ObjectiveAfterNode.largestPiece, settings.steps)
            let points = piece.flatMap { step in
                zip(baseline, difference).map { $0 + Float(rule.places[step]) * $1 }
            }
            let found = try model.gradient(
                of: objective, at: Tensor(points, shape: Shape([piece.count] + input.shape.dimensions)),
                cancellation: cancellation
            ).gradient.values
            for (index, step) in piece.enumerated() {
                for place in sums.indices {
                    sums[place] += rule.weights[step] * Double(found[index * sums.count + place])
                }
            }
            progress?(piece.upperBound, settings.steps)
        }
        let ends = Tensor(input.values + baseline, shape: Shape([2] + input.shape.dimensions))
        let values = try model.values(of: objective, on: ends, cancellation: cancellation)
        let attributions = zip(sums, difference).map { Float($0 * Double($1)) }
        return (
            Tensor(attributions, shape: input.shape), values[0],
            .init(
                sum: Float(attributions.reduce(0.0) { $0 + Double($1) }), difference: values[0] - values[1])
        )
    }
}

extension Relevance.Baseline {
    /// Returns the baseline as a normalized input, `[3, height, width]`.
    func input(of model: Model) -> [Float] {
        let plane = model.imageSize.height * model.imageSize.width
        let normalization = model.normalization
        return (0..<3).flatMap { channel -> [Float] in
            let value: Float =
                switch self {
                case .mean: 0
                case .black: -normalization.mean[channel] / normalization.deviation[channel]
                case .white: (1 - normalization.mean[channel]) / normalization.deviation[channel]
                }
            return [Float](repeating: value, count: plane)
        }
    }
}

extension Model {
    /// The first norm of the last block whose tokens are patches, or else that block's output.
    fileprivate var defaultGradCAMLayer: String {
        get throws(EngineError) {
            for block in (0..<blockCount).reversed() {
                for address in ["blocks.\(block).norm1", "blocks.\(block)"] {
                    if case .tokens = graph.layer(address)?.shape { return address }
                }
            }
            throw .invalidValue(what: "The layer of Grad-CAM", found: "none", expected: "a layer with patches")
        }
    }
}

extension Tensor {
    /// The sum of three channels, `[height, width]`.
    fileprivate var summedOverChannels: Tensor {
        let plane = shape[1] * shape[2]
        return Tensor(
            (0..<plane).map { values[$0] + values[plane + $0] + values[2 * plane + $0] }, shape: [shape[1], shape[2]])
    }
}
