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
    ///   - references: the activations of photographs that the objective compares with; see
    ///     ``references(for:photographs:cancellation:)``.
    ///   - progress: is called with how many of how many gradients are done.
    /// - Throws: ``EngineError/noAttention(model:family:)`` for a method that needs attention;
    ///   ``EngineError/invalidValue(what:found:expected:)`` for settings that are out of range or that the model does not
    ///   have; ``EngineError/noPatches(layer:model:shape:)``, ``EngineError/invalidObjective(reason:)``,
    ///   ``EngineError/outOfRange(what:index:count:place:)``, ``EngineError/unknownLayer(address:model:near:)``,
    ///   ``EngineError/tooLarge(what:neededBytes:availableBytes:)``, ``EngineError/cancelled``.
    public func relevance(
        of objective: Objective, at photograph: Image, _ settings: Relevance.Settings = .init(),
        references: ReferenceActivations = ReferenceActivations(), cancellation: Cancellation? = nil,
        progress: PictureProgress? = nil
    ) throws(EngineError) -> Relevance {
        let seen = preprocessing.seen(of: photograph)
        let work = RelevanceWork(
            model: self, objective: objective, references: references, input: preprocessing.tensor(ofSeen: seen),
            cancellation: cancellation, progress: progress)
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
            let (layout, values, value) = try AttentionRelevance(work, settings).map()
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
struct RelevanceWork {
    let model: Model
    let objective: Objective
    let references: ReferenceActivations
    let input: Tensor
    let cancellation: Cancellation?
    let progress: PictureProgress?

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
            objective, of: model, references: references, after: node, values: values, gradient: true,
            cancellation: cancellation)
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
                references: references, cancellation: cancellation
            ).gradient.values
            for (index, step) in piece.enumerated() {
                for place in sums.indices {
                    sums[place] += rule.weights[step] * Double(found[index * sums.count + place])
                }
            }
            progress?(piece.upperBound, settings.steps)
        }
        let ends = Tensor(input.values + baseline, shape: Shape([2] + input.shape.dimensions))
        let values = try model.values(
            of: objective, on: ends, references: references, cancellation: cancellation)
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
