import Compute
import Images
import Models
import Platform
import Visualization

extension Model {
    /// Divides an objective's value among the parts of the model that write into its residual stream.
    ///
    /// - Parameters:
    ///   - objective: a number that the last norm and the head make: a logit, a sum or difference of logits, a direction of
    ///     the embedding.
    ///   - photograph: of any size; the model's own preprocessing prepares it.
    ///   - neurons: the addresses of MLPs that are divided into their hidden neurons: "blocks.5.mlp".
    ///   - references: the activations of photographs that the objective compares with; see
    ///     ``references(for:photographs:cancellation:)``.
    /// - Throws: ``EngineError/invalidValue(what:found:expected:)`` for a model or an objective whose value is no sum of the
    ///   stream's parts; ``EngineError/invalidObjective(reason:)``, ``EngineError/unknownLayer(address:model:near:)``,
    ///   ``EngineError/tooLarge(what:neededBytes:availableBytes:)``, ``EngineError/cancelled``.
    public func contributions(
        to objective: Objective, at photograph: Image, neurons: [String] = [],
        references: ReferenceActivations = ReferenceActivations(), cancellation: Cancellation? = nil
    ) throws(EngineError) -> Contributions {
        let input = preprocessing.tensor(of: photograph)
        let value = try values(of: objective, on: input, references: references, cancellation: cancellation)[0]
        let end = try StreamEnd(self, objective, references)
        let stream = ResidualStream(self, end: end.stream, dividing: Set(try nodes(of: neurons)))
        let computed = try NodeValues(
            of: self, nodes: stream.nodes.union(end.nodes), at: input, cancellation: cancellation)
        let (slope, rest) = try end.gradient(computed, cancellation)
        var parts = stream.parts(along: slope, computed)
        let readout = end.norm == nil ? "the head" : "the last norm and the head"
        parts.append(.init(layer: readout, kind: .bias, value: Float(rest)))
        return Contributions(model: name, label: words(of: objective), value: value, parts: parts)
    }
}

/// What follows the residual stream: at most one norm, and a linear readout.
private struct StreamEnd {
    private let model: Model
    private let objective: Objective
    private let references: ReferenceActivations
    /// The node of the last block's output.
    let stream: Int
    /// The node of the last norm; nil if there is none.
    let norm: Int?
    private let wanted: [Int]

    init(_ model: Model, _ objective: Objective, _ references: ReferenceActivations) throws(EngineError) {
        self.model = model
        self.objective = objective
        self.references = references
        guard let stream = model.graph.node("blocks.\(model.blockCount - 1)") else {
            throw .invalidValue(what: "The last block of \(model.name)", found: "missing", expected: "there")
        }
        self.stream = stream
        wanted = try model.nodes(of: objective.layers)
        guard model.graph.frontier(from: stream, to: wanted).isEmpty else {
            throw .invalidValue(
                what: "What the parts contribute to", found: "a layer before the last block",
                expected: "something after it: a logit, or a direction of the embedding")
        }
        let graph = model.graph
        let following = graph.following(stream, to: wanted, constants: [:])
        let norms = following.nodes.count { if case .layerNorm = $0.operation?.descriptor { true } else { false } }
        guard norms < 2 else {
            throw .invalidValue(
                what: "The end of \(model.name)", found: "\(norms) norms, one after the other",
                expected: "one norm at most: only then do the parts add up")
        }
        // The first layer norm behind the last block.
        norm =
            norms == 0
            ? nil
            : graph.nodes.indices.first { node in
                guard node > stream, case .layerNorm = graph.nodes[node].operation?.descriptor else { return false }
                return !graph.frontier(from: stream, to: [node]).contains(node)
            }
    }

    /// The nodes whose results are needed.
    var nodes: Set<Int> { Set([stream, norm, norm.flatMap { model.graph.nodes[$0].inputs.first }].compactMap(\.self)) }

    /// Returns the objective's gradient with respect to the stream, with the norm's mean and deviation held, and what is
    /// left where the stream is 0: the biases of norm and head.
    func gradient(
        _ values: NodeValues, _ cancellation: Cancellation?
    ) throws(EngineError) -> (slope: [Double], rest: Double) {
        let first = norm ?? stream
        let after = try ObjectiveAfterNode(
            objective, of: model, references: references, after: first, values: values, gradient: true,
            cancellation: cancellation)
        let at = values[first]
        let origin = try after.gradient(at: [Float](repeating: 0, count: at.count))
        let (value, gradient) = try after.gradient(at: at)
        let linear = zip(gradient, at).reduce(Double(origin.value)) { $0 + Double($1.0) * Double($1.1) }
        guard abs(linear - Double(value)) <= 1e-3 * max(1, abs(Double(value))) else {
            throw .invalidValue(
                what: "What follows the last norm of \(model.name)",
                found: "not linear (attention, a maximum or an activation function)",
                expected: "linear: only then do the parts add up. `importance(of: …)` measures them one by one")
        }
        let slope = gradient.map(Double.init)
        guard let norm else { return (slope, Double(origin.value)) }
        let (before, shifted) = throughNorm(norm, slope, values)
        return (try atStream(before, norm, values, cancellation), Double(origin.value) + shifted)
    }

    /// Returns the gradient with respect to the norm's input, and the objective's share of the norm's shift.
    ///
    ///     y = (x − μ) · r · γ + β with μ of x and r held:   ∂x = r · (γ ∘ ∂y − mean(γ ∘ ∂y))
    private func throughNorm(
        _ norm: Int, _ slope: [Double], _ values: NodeValues
    ) -> (before: [Double], shifted: Double) {
        guard case .layerNorm(let scale, let shift, let epsilon) = model.graph.nodes[norm].operation?.descriptor,
            let input = model.graph.nodes[norm].inputs.first
        else { preconditionFailure("node \(norm) is no norm") }
        let (x, gamma, beta) = (values[input], scale.tensor.values, shift.tensor.values)
        let width = gamma.count
        var (before, shifted) = ([Double](repeating: 0, count: x.count), 0.0)
        for row in stride(from: 0, to: x.count, by: width) {
            let own = x[row..<row + width].map(Double.init)
            let mean = own.reduce(0, +) / Double(width)
            let variance = own.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(width)
            let reciprocal = 1 / (variance + Double(epsilon)).squareRoot()
            let scaled = (0..<width).map { slope[row + $0] * Double(gamma[$0]) }
            let meanSlope = scaled.reduce(0, +) / Double(width)
            for feature in 0..<width {
                before[row + feature] = reciprocal * (scaled[feature] - meanSlope)
                shifted += slope[row + feature] * Double(beta[feature])
            }
        }
        return (before, shifted)
    }

    /// Returns a gradient with respect to the norm's input as one with respect to the stream, from which that is selected or
    /// averaged.
    private func atStream(
        _ slope: [Double], _ norm: Int, _ values: NodeValues, _ cancellation: Cancellation?
    ) throws(EngineError) -> [Double] {
        guard let input = model.graph.nodes[norm].inputs.first, input != stream else { return slope }
        let address = Graph.nodeAddress(input)
        let graph = model.graph.addressing([input]).following(stream, to: [input], constants: values.constants)
        let executor = try model.makeExecutor(of: graph, layers: [address], batch: 1, gradient: true)
        executor.writeInput { _ = $0.update(fromContentsOf: values[stream]) }
        try executor.forward(cancellation: cancellation)
        executor.writeOutputGradient(of: LayerIndex(0)) { seeds in
            for place in seeds.indices { seeds[place] = Float(slope[place]) }
        }
        try executor.backward(cancellation: cancellation)
        return executor.readInputGradient { $0.map(Double.init) }
    }
}
