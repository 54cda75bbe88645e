import Compute
import Models
import Platform
import Visualization

/// The results of some nodes of a model's graph for one input.
struct NodeValues {
    private let values: [Int: Parameter]

    /// Computes the results of `nodes`.
    ///
    /// - Parameter input: `[3, height, width]`, normalized.
    /// - Throws: ``EngineError/shapeMismatch(place:expected:found:)``,
    ///   ``EngineError/tooLarge(what:neededBytes:availableBytes:)``, ``EngineError/cancelled``.
    init(
        of model: Model, nodes: some Sequence<Int>, at input: Tensor, cancellation: Cancellation?
    ) throws(EngineError) {
        _ = try InputBatch(input, of: model)
        let nodes = Set(nodes).sorted()
        let executor = try model.makeExecutor(
            of: model.graph.addressing(nodes), layers: nodes.map(Graph.nodeAddress), batch: 1, gradient: false)
        executor.writeInput { _ = $0.update(fromContentsOf: input.values) }
        try executor.forward(cancellation: cancellation)
        var values: [Int: Parameter] = [:]
        for (place, node) in nodes.enumerated() {
            values[node] = executor.readOutput(of: LayerIndex(place)) { output in
                Parameter(shape: model.graph.nodes[node].shape) { _ = $0.update(fromContentsOf: output) }
            }
        }
        self.values = values
    }

    /// The result of a node as numbers, row-major.
    ///
    /// - Precondition: it was asked for.
    subscript(node: Int) -> [Float] { parameter(node).tensor.values }

    /// All results that were computed, as constants of a computation.
    var constants: [Int: Parameter] { values }

    private func parameter(_ node: Int) -> Parameter {
        guard let parameter = values[node] else { preconditionFailure("node \(node) was not computed") }
        return parameter
    }
}

/// An objective as a function of one node's result, with everything that does not depend on this node computed once.
///
/// What precedes the node is never computed again, so a change in the last block costs a block.
struct ObjectiveAfterNode {
    private let evaluation: ObjectiveEvaluation
    /// The computation behind the node.
    let executor: any Executor
    private let cancellation: Cancellation?
    /// The number of floats in the node's result for one picture.
    let count: Int

    /// The most results that are computed together: more take memory and are no faster.
    static let largestPiece = 8

    /// Prepares the computation from `node` to an objective.
    ///
    /// - Parameters:
    ///   - references: the activations of photographs that the objective compares with.
    ///   - values: the results of the graph's `frontier(from:to:)`.
    ///   - batch: how many results of the node are computed together.
    /// - Throws: the errors of ``ObjectiveEvaluation``; ``EngineError/tooLarge(what:neededBytes:availableBytes:)``.
    init(
        _ objective: Objective, of model: Model, references: ReferenceActivations, after node: Int, values: NodeValues,
        batch: Int = 1, gradient: Bool = false, cancellation: Cancellation?
    ) throws(EngineError) {
        var layers = WantedLayers()
        evaluation = try ObjectiveEvaluation(objective, model: model.name, references: references, layers: &layers) {
            address throws(EngineError) in try model.layer(address).shape
        }
        let graph = model.graph.following(
            node, to: try model.nodes(of: layers.addresses), constants: values.constants)
        executor = try model.makeExecutor(of: graph, layers: layers.addresses, batch: batch, gradient: gradient)
        count = model.graph.nodes[node].shape.count
        self.cancellation = cancellation
    }

    /// Returns the objective's value for each of some results of the node, at most as many as the batch.
    func values(of results: [[Float]]) throws(EngineError) -> [Float] {
        try forward(results)
        return results.indices.map { evaluation.evaluate(on: executor, picture: $0, seedsGradient: false) }
    }

    /// Returns the objective's value for a result of the node, and its gradient with respect to it.
    func gradient(at result: [Float]) throws(EngineError) -> (value: Float, gradient: [Float]) {
        try forward([result])
        let value = evaluation.evaluate(on: executor, picture: 0, seedsGradient: true)
        try executor.backward(cancellation: cancellation)
        return (value, executor.readInputGradient { Array($0.prefix(count)) })
    }

    private func forward(_ results: [[Float]]) throws(EngineError) {
        executor.writeInput { input in
            for (place, result) in results.enumerated() {
                let own = UnsafeMutableBufferPointer(rebasing: input[place * count..<(place + 1) * count])
                _ = own.update(fromContentsOf: result)
            }
        }
        try executor.forward(cancellation: cancellation)
    }
}

extension Model {
    /// Returns the nodes of some layers.
    ///
    /// - Throws: ``EngineError/unknownLayer(address:model:near:)``.
    func nodes(of layers: [String]) throws(EngineError) -> [Int] {
        var nodes: [Int] = []
        for address in layers { nodes.append(graph.node(try layer(address).address) ?? 0) }
        return nodes
    }

    /// Returns an objective's value on each of some inputs, `[pictures, 3, height, width]`.
    ///
    /// - Throws: as ``gradient(of:at:references:cancellation:progress:)``.
    func values(
        of objective: Objective, on input: Tensor, references: ReferenceActivations, cancellation: Cancellation?,
        progress: PictureProgress? = nil
    ) throws(EngineError) -> [Float] {
        var layers = WantedLayers()
        let evaluation = try ObjectiveEvaluation(objective, model: name, references: references, layers: &layers) {
            address throws(EngineError) in try layer(address).shape
        }
        var values: [Float] = []
        try InputBatch(input, of: self).forEachPiece(
            of: self, layers: layers.addresses, gradient: false, progress: progress
        ) { executor throws(EngineError) in
            try executor.forward(cancellation: cancellation)
            for picture in 0..<executor.plan.batch {
                values.append(evaluation.evaluate(on: executor, picture: picture, seedsGradient: false))
            }
        }
        return values
    }
}
