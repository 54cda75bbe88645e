import Platform

/// What an executor runs: the operations that the wanted layers need, in order, and the memory they take.
///
/// Operations that no wanted layer depends on are left out, so a neuron in block 0 never pays for
/// block 11. All buffers lie in one workspace; those that live at different times share a place.
public struct Plan: Sendable {
    /// How many pictures are computed together.
    public let batch: Int

    /// The addresses whose outputs can be read, as they were asked for.
    public let layers: [String]

    /// Whether the input gradient can be computed.
    public let hasGradient: Bool

    /// How many bytes the workspace takes.
    public let workspaceBytes: Int

    /// How many bytes the weights take that are packed once more for speed, unless an earlier plan had them packed.
    ///
    /// 0 where they would not fit into the memory that is free beside the workspace.
    public let packedBytes: Int

    /// Floating-point operations of one forward pass over the whole batch.
    public let forwardOperationCount: Int

    /// Floating-point operations of one input gradient over the whole batch; 0 without gradient.
    public let gradientOperationCount: Int

    /// How many operations run forward.
    public var stepCount: Int { steps.count }

    package let graph: Graph
    package let steps: [Step]
    package let workspaceCount: Int
    /// Where the picture lies in the workspace, and its gradient.
    package let input: Place
    package let inputGradient: Place?
    /// The wanted layers' outputs and seeds, by address.
    package let outputs: [String: Output]

    /// A buffer in the workspace, in floats.
    package struct Place: Hashable, Sendable {
        package let offset: Int
        package let count: Int
    }

    /// Where a wanted layer's output is read and its gradient written.
    package struct Output: Sendable {
        package let value: Place
        package let gradient: Place?
    }

    /// One operation and where its buffers lie.
    package struct Step: Sendable {
        package let node: Int
        package let inputs: [Int]
        package let output: Int
        package let saved: Int?
        package let scratch: Int
        package let gradient: Gradient?
    }

    /// Where the buffers of an operation's input gradient lie.
    package struct Gradient: Sendable {
        package let scratch: Int
        package let output: Int
        package let inputs: [(offset: Int, accumulates: Bool)]
    }
}

extension Plan {
    /// Plans the computation of `layers` and, if wanted, of a gradient from them to the picture.
    ///
    /// - Throws: ``EngineError/unknownLayer(address:model:near:)``;
    ///   ``EngineError/tooLarge(what:neededBytes:availableBytes:)`` when the workspace would not fit
    ///   into the memory that is free; ``EngineError/invalidValue(what:found:expected:)`` for a batch below 1.
    package init(
        _ graph: Graph, layers: [String], batch: Int, gradient: Bool, model: String = "The model",
        availableBytes: Int? = nil
    ) throws(EngineError) {
        guard batch > 0 else {
            throw .invalidValue(what: "The number of pictures", found: "\(batch)", expected: "1 or more")
        }
        try Self.checkSize(graph, batch: batch)
        var wanted: [Int] = []
        for name in layers {
            guard let node = graph.node(name) else {
                throw .unknownLayer(address: name, model: model, near: nearestAddresses(to: name, among: graph.names))
            }
            wanted.append(node)
        }
        let order = graph.ancestors(of: wanted).filter { graph.nodes[$0].operation != nil }
        var lifetimes = Lifetimes(graph, order: order, wanted: Set(wanted), batch: batch, gradient: gradient)
        let (offsets, count) = lifetimes.buffers.assign()
        let (bytes, overflow) = count.multipliedReportingOverflow(by: MemoryLayout<Float>.stride)
        let available = availableBytes ?? Workspace.availableBytes
        guard !overflow, bytes <= available else {
            throw .tooLarge(
                what: batch == 1 ? "This picture" : "\(batch) pictures at once",
                neededBytes: overflow ? .max : bytes, availableBytes: available)
        }

        self.graph = graph
        self.batch = batch
        self.layers = layers
        hasGradient = gradient
        workspaceCount = count
        workspaceBytes = bytes
        steps = lifetimes.steps(offsets)
        func place(_ node: Int, _ buffer: Int) -> Place {
            Place(offset: offsets[buffer], count: batch * graph.nodes[node].shape.count)
        }
        input = place(0, lifetimes.values[0]!)
        inputGradient = lifetimes.gradients[0].map { place(0, $0) }
        var outputs: [String: Output] = [:]
        for (name, node) in zip(layers, wanted) {
            outputs[name] = Output(
                value: place(node, lifetimes.values[node]!),
                gradient: lifetimes.gradients[node].map { place(node, $0) })
        }
        self.outputs = outputs
        let operations = order.map { (graph.nodes[$0].operation!, graph.inputShapes($0)) }
        let packing = operations.reduce(0) { $0 + $1.0.packedCount($1.1, batch: batch) } * MemoryLayout<Float>.stride
        packedBytes = packing <= available - bytes ? packing : 0
        forwardOperationCount = batch * operations.reduce(0) { $0 + $1.0.operationCount($1.1) }
        gradientOperationCount =
            gradient ? batch * operations.reduce(0) { $0 + $1.0.gradientOperationCount($1.1) } : 0
    }

    /// Refuses a batch so large that its sizes could not even be counted.
    private static func checkSize(_ graph: Graph, batch: Int) throws(EngineError) {
        let onePicture = graph.nodes.reduce(0) { $0 + $1.shape.count } * MemoryLayout<Float>.stride
        guard Double(onePicture) * Double(batch) < 1e15 else {
            throw .tooLarge(
                what: "\(batch) pictures at once",
                neededBytes: onePicture.multipliedReportingOverflow(by: batch).overflow
                    ? .max : onePicture * batch,
                availableBytes: Workspace.availableBytes)
        }
    }
}
